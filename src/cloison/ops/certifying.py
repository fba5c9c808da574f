"""Certificates of plans, on disk: written whole or not at all, and checked without trust."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from cloison.errors import MissingFileError, UnwritableFileError
from cloison.model.hospital import Hospital
from cloison.seal.audit import Verdict, audit
from cloison.seal.certificate import digest, strangers, write_certificate
from cloison.seal.planner import Planned
from cloison.words import Sentence, say, verbatim


def keep_certificate(path: Path, planned: Planned) -> None:
    """Write the certificate of a plan.

    Raises:
        UnwritableFileError: it cannot be written; what was there is untouched.
    """
    text = json.dumps(write_certificate(planned.asked, planned.plan, planned.proof), ensure_ascii=False)
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_text(text + "\n", encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise UnwritableFileError(
            say("the certificate cannot be written: {reason}", reason=verbatim(error.strerror or str(error))),
            fix=say("choose another file"),
            where=str(path),
        ) from error


def check_certificate(path: Path, hospital: Hospital | None) -> Verdict:
    """Check a certificate by itself, and against a map where there is one.

    Raises:
        MissingFileError: the file is not there, or may not be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise MissingFileError(
            say("it is not there, or may not be read ({reason})", reason=verbatim(error.strerror or "?")),
            fix=say("check the path and your rights on it"),
            where=str(path),
        ) from error
    except UnicodeDecodeError:
        text = ""
    try:
        plain, exact = json.loads(text), json.loads(text, parse_float=Fraction)
    except (ValueError, RecursionError):
        plain = exact = {}
    verdict = audit(exact)
    if verdict.damaged:
        return verdict
    return replace(verdict, complaints=(*verdict.complaints, *_foreign(plain, hospital)))


def _foreign(plain: dict[str, object], hospital: Hospital | None) -> tuple[Sentence, ...]:
    found: tuple[Sentence, ...] = ()
    if plain["digest"] != digest(dict(plain["map"])):  # type: ignore[call-overload]  # the audit has read it
        found = (say("the digest is not that of the map inside"),)
    return found if hospital is None else (*found, *strangers(plain, hospital))

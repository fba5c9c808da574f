"""From suspicion to the best doors to close."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from time import perf_counter

from cloison.errors import BadValueError, MissingFileError
from cloison.model.addressing import AddressBook
from cloison.model.hospital import ConduitId, Hospital, Level, ZoneId
from cloison.model.incident import Suspicion
from cloison.model.plan import Answer, PlanParameters, SealPlan
from cloison.ops.certifying import keep_certificate
from cloison.seal.deadline import Deadline
from cloison.seal.looking import name_assets, where_to_look
from cloison.seal.planner import plan_with_proof
from cloison.spread.suspects import suspect
from cloison.words import say, verbatim


def make_plan(
    hospital: Hospital,
    parameters: PlanParameters,
    *,
    on_answer: Callable[[Answer, float], None] | None = None,
    certificate: Path | None = None,
    previous: Path | None = None,
    suspects: Sequence[tuple[str, float]] = (),
) -> SealPlan:
    """Plan within the time limit, and say how long it took.

    Args:
        hospital: the map.
        parameters: what is asked.
        on_answer: given each better answer as it is found, and the seconds since the question.
        certificate: where to write the plan's certificate.
        previous: an earlier plan, as `--format json` or `--certificate` writes it: kept while it is good enough.
        suspects: assets and zones that the suspicion was made of, so that the plan can say which to look at.

    Raises:
        UnknownIdError, BadValueError: see `cloison.seal.planner.plan`.
        BadValueError, MissingFileError: see `read_previous`.
        UnwritableFileError: the certificate cannot be written.
    """
    began = perf_counter()

    def tell(answer: Answer) -> None:
        if on_answer:
            on_answer(answer, perf_counter() - began)

    earlier = read_previous(previous) if previous else None
    found = plan_with_proof(hospital, parameters, clock=perf_counter, on_answer=tell, earlier=earlier)
    best = found.plan
    if certificate:
        keep_certificate(certificate, found)
    deadline = Deadline(clock=perf_counter, at=began + parameters.time_limit_seconds)
    levels = {action.conduit: action.level for action in best.actions}
    best = replace(best, look_first=name_assets(hospital, where_to_look(found.asked, levels, deadline), suspects))
    return replace(best, seconds=perf_counter() - began)


def read_previous(path: Path) -> Mapping[ConduitId, Level]:
    """Read the passages that an earlier plan shuts, from its JSON or its certificate.

    Raises:
        MissingFileError: the file is not there, or may not be read.
        BadValueError: it holds no plan.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if "actions" in document:
            return {action["conduit"]: Level(action["level"]) for action in document["actions"]}
        return {ConduitId(name): Level(level) for name, level in document["levels"].items()}
    except OSError as error:
        raise MissingFileError(
            say("it is not there, or may not be read ({reason})", reason=verbatim(error.strerror or "?")),
            fix=say("check the path and your rights on it"),
            where=str(path),
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadValueError(
            say("this file holds no plan"),
            fix=say("give what `cloison plan --format json` or `--certificate` wrote"),
            where=str(path),
        ) from error


def read_suspects(words: Sequence[str], hospital: Hospital) -> tuple[tuple[str, float], ...]:
    """Read `--suspect ID[:p]` words: an asset's, a zone's or an address's name, and p, 1 when absent.

    Returns:
        (id of an asset or a zone, p) for each word, as `suspected_zones` takes them.

    Raises:
        BadValueError: p is no number, or the address is in no zone of the map.
    """
    return tuple(_read(word, hospital) for word in words)


def suspected_zones(
    hospital: Hospital, suspects: Sequence[tuple[str, float]], suspicion: Suspicion | None = None
) -> tuple[tuple[ZoneId, float], ...]:
    """Join what a person suspects with what findings say, zone by zone.

    Raises:
        UnknownIdError, BadValueError: see `cloison.spread.suspects.suspect`.
    """
    return suspect(hospital, (*suspects, *(suspicion.zones if suspicion else ())))


def _read(word: str, hospital: Hospital) -> tuple[str, float]:
    known = {*(str(zone.id) for zone in hospital.zones), *(str(asset.id) for asset in hospital.assets)}
    # An id may hold a colon, and so does an IPv6 address: the whole word is tried first.
    if word in known or _is_address(word) or ":" not in word:
        return _named(word, hospital), 1.0
    name, _, text = word.rpartition(":")
    try:
        chance = float(text)
    except ValueError as error:
        raise BadValueError(
            say("{text} is not a probability", text=text),
            fix=say("write a number from 0 to 1, as in {example}", example=f"{name}:0.7"),
            where=f"--suspect {word}",
        ) from error
    return _named(name, hospital), chance


def _named(name: str, hospital: Hospital) -> str:
    """Give the zone that holds an address; other names stay as they are."""
    if not _is_address(name):
        return name
    zone = AddressBook(hospital).locate(name)[0]
    if zone is None:
        raise BadValueError(
            say("no zone of the map holds the address {name}", name=name),
            fix=say("add its network to a zone, or suspect the zone itself"),
            where=f"--suspect {name}",
        )
    return zone


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True

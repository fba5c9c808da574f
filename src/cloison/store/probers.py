"""Where the doors can be tried from: `probers.toml`."""

import tomllib
from collections.abc import Collection
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from cloison.errors import BadValueError, MissingFileError
from cloison.model.hospital import ZoneId
from cloison.model.sealing import Prober
from cloison.words import say, verbatim

_PROBERS = TypeAdapter(dict[str, tuple[Prober, ...]])


def load_probers(path: Path, zones: Collection[ZoneId]) -> tuple[Prober, ...]:
    """Read the probers of a file, `[[prober]]` tables of a `zone` and how to `run` there.

    Args:
        path: the file.
        zones: those of the map.

    Raises:
        MissingFileError: it is not there, or may not be read.
        BadValueError: it holds something else, or a zone that the map does not have.
    """
    try:
        held = _PROBERS.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise MissingFileError(
            say("it is not there, or may not be read ({reason})", reason=verbatim(error.strerror or "?")),
            fix=say("check the path and your rights on it"),
            where=str(path),
        ) from error
    except (ValueError, ValidationError) as error:
        raise _no_probers(path) from error
    if held.keys() - {"prober"}:
        raise _no_probers(path)
    probers = held.get("prober", ())
    unknown = sorted({prober.zone for prober in probers} - set(zones))
    if unknown:
        raise BadValueError(
            say("the map has no zone {name}", name=unknown[0]),
            fix=say("write the identifier of a zone of the map"),
            where=str(path),
        )
    return probers


def _no_probers(path: Path) -> BadValueError:
    return BadValueError(
        say("this file says of no zone where a probe runs"),
        fix=say("write it as in {example}", example='[[prober]] zone = "administration" run = "ssh:sonde@10.10.0.9"'),
        where=str(path),
    )

"""Scenarios of exercises, `*.toml`: read as strictly as the map, every mistake with its line."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from pathlib import Path
from re import fullmatch
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cloison.errors import BadScenarioError, Fault, MissingFileError
from cloison.model.noun import noun, noun_written_as
from cloison.model.scenario import Parameter, Scenario, ScenarioId, ScenarioStep
from cloison.store.keys import Path as Where
from cloison.store.nearest import Speller
from cloison.store.outline import Outline, TooDeepError
from cloison.store.syntax import read_toml, too_deep
from cloison.words import Sentence, say, verbatim

LARGEST = 2**18
"""Bytes. A scenario is a page."""

FASTEST = 1_000.0


@noun_written_as({"from_": "from", "with_": "with"})
class _Step:
    at: str
    act: str
    from_: str
    to: str
    with_: Mapping[str, Any] | None = None


@noun_written_as({"steps": "step"})
class _Page:
    format: int
    name: str
    story: str
    source: str
    begins: str
    lasts: str
    speed: float
    steps: tuple[_Step, ...]


@noun
class Vocabulary:
    """What a scenario may name.

    Attributes:
        acts: name -> the noun whose fields are the act's parameters.
        assets, zones: ids of the map.
    """

    acts: Mapping[str, Any]
    assets: Collection[str]
    zones: Collection[str]


def load_scenario(path: Path, known: Vocabulary) -> Scenario:
    """Read a scenario.

    Raises:
        MissingFileError: it is not there, or may not be read.
        BadScenarioError: with every mistake, each with its line.
    """
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST).decode()
    except OSError as error:
        raise MissingFileError(
            say("it is not there, or may not be read ({reason})", reason=verbatim(error.strerror or "?")),
            fix=say("list the scenarios with {command}", command="cloison drill --scenarios"),
            where=str(path),
        ) from error
    except UnicodeDecodeError as error:
        fault = Fault(line=0, reason=say("this is not text in UTF-8"), fix=say("save the file again as UTF-8"))
        raise _bad(path, [fault]) from error
    data = read_toml(text)
    if isinstance(data, Fault):
        raise _bad(path, [data])
    try:
        outline = Outline(text)
    except (RecursionError, TooDeepError):
        raise _bad(path, [too_deep(text)]) from None
    found = _read(data, known, ScenarioId(path.stem))
    if isinstance(found, Scenario):
        return found
    faults = [Fault(line=outline.line_of(where), reason=reason, fix=fix) for where, (reason, fix) in found.items()]
    raise _bad(path, sorted(faults, key=lambda fault: fault.line))


_Mistakes = dict[Where, tuple[Sentence, Sentence]]


def _read(data: Mapping[str, Any], known: Vocabulary, name: ScenarioId) -> Scenario | _Mistakes:
    speller = Speller()
    try:
        page = TypeAdapter(_Page).validate_python(data)
    except ValidationError as error:
        return _misfits(error, (), speller, _KEYS)
    wrong = _head_mistakes(page)
    begins, lasts = read_clock(page.begins), read_clock(page.lasts)
    steps = [_step(one, ("step", place), known, speller, wrong) for place, one in enumerate(page.steps)]
    if not steps:
        wrong[()] = (say("the scenario has no step"), say("add a [[step]] with at, act, from and to"))
    if lasts is not None:
        for place, step in enumerate(steps):
            if step.at > lasts:
                late = say("this step comes after the end of the scenario")
                wrong["step", place, "at"] = (late, say("lengthen lasts, or bring the step forward"))
    if wrong or lasts is None or begins is None:
        return wrong
    return Scenario(
        id=name,
        name=page.name,
        story=" ".join(page.story.split()),
        source=page.source,
        begins=begins,
        lasts=lasts,
        speed=page.speed,
        steps=tuple(sorted(steps, key=lambda step: step.at)),
    )


def _head_mistakes(page: _Page) -> _Mistakes:
    wrong: _Mistakes = {}
    begins = read_clock(page.begins)
    if page.format != 1:
        wrong["format",] = (say("this Cloison reads format 1"), say("write format = 1"))
    if begins is None or begins >= timedelta(days=1):
        wrong["begins",] = (say("this is no hour of the day"), say('write it as "21:30"'))
    if read_clock(page.lasts) is None:
        wrong["lasts",] = _NO_CLOCK
    if not 0 < page.speed <= FASTEST:
        wrong["speed",] = (
            say("the speed must be more than 0 and at most {most}", most=FASTEST),
            say("write how many times faster than the story, as 60"),
        )
    return wrong


def _step(step: _Step, where: Where, known: Vocabulary, speller: Speller, wrong: _Mistakes) -> ScenarioStep:
    at = read_clock(step.at)
    if at is None:
        wrong[(*where, "at")] = _NO_CLOCK
    act = known.acts.get(step.act)
    if act is None:
        reason = say("there is no act {name}", name=step.act)
        wrong[(*where, "act")] = (reason, speller.fix(step.act, known.acts, _LISTED))
    if step.from_ not in known.assets:
        reason = say("the map has no asset {name}", name=step.from_)
        wrong[(*where, "from")] = (reason, speller.fix(step.from_, known.assets, _OF_MAP))
    ends = {*known.assets, *known.zones}
    if step.to not in ends:
        reason = say("the map has no asset and no zone {name}", name=step.to)
        wrong[(*where, "to")] = (reason, speller.fix(step.to, ends, _OF_MAP))
    parameters: Mapping[str, Parameter] = dict(step.with_ or {})
    if act is not None:
        try:
            TypeAdapter(act).validate_python(dict(parameters))
        except ValidationError as error:
            fields = tuple(act.__dataclass_fields__)
            wrong.update(_misfits(error, (*where, "with"), speller, fields))
    return ScenarioStep(at=at or timedelta(), act=step.act, from_=step.from_, to=step.to, parameters=parameters)


def read_clock(text: str) -> timedelta | None:
    """Read "12:30" as twelve and a half hours since the beginning; None: it is no such text."""
    found = fullmatch(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?", text)
    if found is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


_NO_CLOCK = (say("this is no time of the story"), say('write hours and minutes since the beginning, as "02:30"'))
_LISTED = say("see docs/scenarios.md")
_OF_MAP = say("write an id of the map")

_KEYS = ("format", "name", "story", "source", "begins", "lasts", "speed", "step", "at", "act", "from", "to", "with")


def _misfits(error: ValidationError, where: Where, speller: Speller, keys: Collection[str]) -> _Mistakes:
    found: _Mistakes = {}
    for one in error.errors(include_url=False, include_context=True):
        path = (*where, *one["loc"])
        key = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
        limits = one.get("ctx", {})
        match one["type"]:
            case "unexpected_keyword_argument" | "extra_forbidden":
                found[path] = (
                    say('"{key}" is no key here', key=key),
                    speller.fix(key, keys, say("see docs/scenarios.md")),
                )
            case "missing" | "missing_keyword_only_argument" | "missing_argument":
                found[path] = (say('"{key}" is missing', key=key), say("add it: see docs/scenarios.md"))
            case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
                bound = float(next(value for value in limits.values() if isinstance(value, int | float)))
                over = one["type"].startswith("less")
                found[path] = (
                    say('"{key}" is too large', key=key) if over else say('"{key}" is too small', key=key),
                    say("write at most {bound}", bound=bound) if over else say("write more than {bound}", bound=bound),
                )
            case _:
                found[path] = (
                    say('"{key}" has a value that it cannot hold', key=key),
                    say("see docs/scenarios.md"),
                )
    return found


def _bad(path: Path, faults: list[Fault]) -> BadScenarioError:
    fix = say("correct these lines, then start the exercise again")
    return BadScenarioError(tuple(faults), fix=fix, where=str(path))

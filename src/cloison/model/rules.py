"""Rules that others wrote: what they look for, where, and those that cannot be used.

A condition is a small tree, free of the notation that it was read from. Text is compared without regard to case
unless a test says otherwise, as Sigma's specification wants.
"""

from enum import StrEnum
from typing import TypeAlias, Union

from cloison.model.noun import noun
from cloison.model.observations import Kind
from cloison.words import Sentence


class Level(StrEnum):
    """How grave a rule's author says that a match is, from the least to the most."""

    INFORMATIONAL = "informational"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for the least grave, 4 for the most."""
        return list(Level).index(self)


class Means(StrEnum):
    """How a test compares a field with its text."""

    IS = "is"
    CONTAINS = "contains"
    STARTS = "starts"
    ENDS = "ends"
    REGEX = "regex"  # Rust's syntax; where the test is not cased, over text in lower case
    PRESENT = "present"  # neither missing nor empty; the text is unused, as for ABSENT
    ABSENT = "absent"
    SAME = "same"  # as the field named by the text
    STARTS_AS = "starts-as"
    ENDS_AS = "ends-as"
    LESS = "less"  # as numbers, as the three below
    AT_MOST = "at-most"
    MORE = "more"
    AT_LEAST = "at-least"


@noun
class Comparison:
    """One comparison.

    Attributes:
        field: the field looked at, by the name that the rule gives it; "" for the whole record, as its JSON text.
        text: what it is compared with; in lower case unless `cased`.
        cased: whether case counts.
    """

    field: str
    means: Means
    text: str = ""
    cased: bool = False


@noun
class AllOf:
    """True when each part is."""

    parts: tuple["Condition", ...]


@noun
class AnyOf:
    """True when a part is."""

    parts: tuple["Condition", ...]


@noun
class Not:
    """True when the part is not."""

    part: "Condition"


Condition: TypeAlias = Union[Comparison, AllOf, AnyOf, Not]


@noun
class Place:
    """Where records that a rule speaks of are found.

    Attributes:
        kind: the observations to look in.
        channels: for events, the channels, in lower case; none for any.
        event_ids: for events, the ids; none for any.
        names: (the rule's name for a field, names that the record has for it, the first one present counts); a field
            that is not listed has the same name in both.
    """

    kind: Kind
    channels: tuple[str, ...] = ()
    event_ids: tuple[int, ...] = ()
    names: tuple[tuple[str, tuple[str, ...]], ...] = ()


@noun
class Rule:
    """One rule.

    Attributes:
        id: the author's identifier; the file's name where there is none.
        name: the short name by which correlations refer to it, or "".
        file: where it was read.
        techniques: ATT&CK ids, as tagged, the first one first.
        tactics: ATT&CK tactics, as tagged: "lateral-movement".
        alerts: whether a match counts by itself; False when only a correlation uses it.
        shipped: whether it came with Cloison: its title is then said in the reader's language.
    """

    id: str
    name: str
    title: str
    file: str
    level: Level
    techniques: tuple[str, ...]
    tactics: tuple[str, ...]
    places: tuple[Place, ...]
    condition: Condition
    alerts: bool = True
    shipped: bool = False


class Joining(StrEnum):
    """What a correlation asks of the matches of its rules within its time span."""

    EVENT_COUNT = "event_count"
    VALUE_COUNT = "value_count"
    TEMPORAL = "temporal"
    TEMPORAL_ORDERED = "temporal_ordered"


@noun
class Correlation:
    """A rule about matches of other rules.

    Attributes:
        rules: ids of the rules whose matches count.
        group_by: fields whose values the matches must share, beside the computer.
        aliases: (a name of `group_by`, (rule id, that rule's name for it) pairs).
        seconds: the matches lie within this time.
        at_least: how many matches (EVENT_COUNT) or distinct values (VALUE_COUNT); unused by the others.
        field: whose values are counted by VALUE_COUNT.
        shipped: as for a rule.
    """

    id: str
    title: str
    file: str
    level: Level
    techniques: tuple[str, ...]
    tactics: tuple[str, ...]
    joining: Joining
    rules: tuple[str, ...]
    group_by: tuple[str, ...]
    aliases: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    seconds: int
    at_least: int = 1
    field: str = ""
    shipped: bool = False


@noun
class RuleText:
    """A file that may hold rules, as bytes.

    Attributes:
        shipped: whether it came with Cloison.
    """

    file: str
    content: bytes
    shipped: bool = False


@noun
class RuleRefusal:
    """A rule that cannot be used, and why.

    Attributes:
        title: the rule's title, or "" when it could not be read that far.
        elsewhere: whether nothing is wrong with it: it speaks of logs that Cloison does not read.
    """

    file: str
    title: str
    reason: Sentence
    elsewhere: bool = False


@noun
class RuleSet:
    """Rules ready to be looked for."""

    rules: tuple[Rule, ...] = ()
    correlations: tuple[Correlation, ...] = ()
    refusals: tuple[RuleRefusal, ...] = ()

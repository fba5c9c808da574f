"""Look for every rule in a table of records at once.

Records are parted by what they are (kind; for events, channel and id), so that a rule meets only those it speaks of.
Of these, only the fields that some rule wants are taken out; alike records are judged once; the rules' anchors, found
in one pass over each field's distinct values, tell which rule is worth a close look at which records.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from cloison.detect.detector import Rebuilt
from cloison.detect.sigma.anchors import anchors_of
from cloison.detect.sigma.opening import opened
from cloison.detect.sigma.predicates import RAW, columns_of, events_of, predicate, settle
from cloison.model.observations import Kind
from cloison.model.rules import Condition, Place, Rule

WHOLE = ""
"""The column that holds the record's whole text."""

_OF_THE_ROW = {"EventID": "event_id", "Channel": "channel", "Provider_Name": "provider", "Computer": "computer"}

_JOINT = "|"

EMPTY = {"at": pl.UInt32(), "rule": pl.UInt32()}


@dataclass(slots=True)
class Group:
    """Rules that speak of the same records.

    Attributes:
        rules: places in the matcher's rules.
        nodes: their conditions, settled.
        always: places in the matcher's rules of those that ask no more than to be such a record.
        everywhere: places in `rules` of those without an anchor.
        anchors: column -> text -> places in `rules` of those that have this anchor.
        columns: columns to make.
        made: place in `rules` -> its expression, made when it is first wanted.
    """

    rules: list[int] = field(default_factory=list)
    nodes: list[Condition] = field(default_factory=list)
    always: list[int] = field(default_factory=list)
    everywhere: list[int] = field(default_factory=list)
    anchors: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)
    made: dict[int, pl.Expr] = field(default_factory=dict)

    def add(self, rule: int, node: Condition, columns: frozenset[str]) -> None:
        """Take one more rule."""
        at = len(self.rules)
        self.rules.append(rule)
        self.nodes.append(node)
        self.columns |= columns
        found = anchors_of(node)
        if found is None:
            self.everywhere.append(at)
        for column, text in found or ():
            self.columns.add(column)
            self.anchors.setdefault(column, {}).setdefault(text, []).append(at)

    def expression(self, at: int) -> pl.Expr:
        """Give the expression of a rule."""
        if at not in self.made:
            self.made[at] = predicate(self.nodes[at])
        return self.made[at]

    @property
    def seen_at_once(self) -> list[str] | None:
        """Texts of which a record holds one if any rule matches, when they are looked for in whole records."""
        alone = not self.always and not self.everywhere and self.anchors.keys() == {WHOLE}
        return list(self.anchors[WHOLE]) if alone else None


class Matcher(Rebuilt):
    """Rules, prepared for the records that they meet."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Take the rules; their places in the sequence name them in the answers."""
        self._rules = rules
        self._events = [events_of(rule.condition) for rule in rules]
        self._groups: dict[tuple[Kind, str, int], list[Group]] = {}
        self._by_kind: dict[Kind, list[tuple[int, Place]]] = {}
        for at, rule in enumerate(rules):
            for place in rule.places:
                self._by_kind.setdefault(place.kind, []).append((at, place))

    def speaks_of(self, kind: Kind) -> bool:
        """Whether some rule looks at such observations."""
        return kind in self._by_kind

    def matches(self, kind: Kind, rows: pl.DataFrame) -> pl.DataFrame:
        """Find the rules that match.

        Args:
            kind: what the rows are.
            rows: with the columns that rules look at; for events computer, channel, provider, event_id, data.

        Returns:
            Columns at (UInt32: place of the row) and rule (UInt32: place of the rule), by row then rule.
        """
        if not self.speaks_of(kind) or rows.is_empty():
            return pl.DataFrame(schema=EMPTY)
        found = []
        for channel, event_id, places in _parted(kind, rows):
            groups = self._groups_for(kind, channel, event_id)
            part = rows if places is None or not groups else rows[places]
            for group in groups:
                hits = _matched(group, kind, part)
                found.append(hits if places is None else hits.with_columns(at=places.gather(hits["at"])))
        return pl.concat(found or [pl.DataFrame(schema=EMPTY)]).unique().sort("at", "rule")

    def _groups_for(self, kind: Kind, channel: str, event_id: int) -> list[Group]:
        key = (kind, channel, event_id)
        if key not in self._groups:
            if len(self._groups) > GROUPS:
                self._groups.clear()
            known = {"EventID": str(event_id), "Channel": channel} if kind is Kind.EVENT else {}
            meet = [
                (rule, place)
                for rule, place in self._by_kind[kind]
                if (not place.channels or channel in place.channels)
                and (not place.event_ids or event_id in place.event_ids)
                and ((asked := self._events[rule]) is None or str(event_id) in asked)
            ]
            self._groups[key] = _grouped(self._rules, meet, known)
        return self._groups[key]


GROUPS = 4096
"""Sorts of records prepared at once: Windows knows some hundreds; a log that invents more makes this begin again."""


def _parted(kind: Kind, rows: pl.DataFrame) -> Iterable[tuple[str, int, pl.Series | None]]:
    if kind is not Kind.EVENT:
        return [("", 0, None)]
    sorts = (
        rows.lazy()
        .select(channel=pl.col("channel").fill_null("").str.to_lowercase(), event_id=pl.col("event_id").fill_null(0))
        .with_row_index("at")
        .group_by("channel", "event_id")
        .agg("at")
        .sort("channel", "event_id")
        .collect()
    )
    return zip(sorts["channel"], sorts["event_id"], sorts["at"], strict=True)


def _grouped(rules: Sequence[Rule], placed: Iterable[tuple[int, Place]], known: Mapping[str, str]) -> list[Group]:
    """Prepare rules; those that look at whole records apart, for no two whole records are alike."""
    fields, wholes = Group(), Group()
    for rule, place in placed:
        names = {name: _JOINT.join(there) for name, there in place.names}
        node = settle(rules[rule].condition, known, names)
        if node is True:
            fields.always.append(rule)
        elif node is not False:
            columns = columns_of(node)
            group = wholes if columns & {WHOLE, RAW + WHOLE} else fields
            group.add(rule, node, columns)
    return [group for group in (fields, wholes) if group.rules or group.always]


def _matched(group: Group, kind: Kind, rows: pl.DataFrame) -> pl.DataFrame:
    """Give pairs of row and rule, in no order."""
    every = pl.DataFrame({"at": pl.int_range(rows.height, dtype=pl.UInt32(), eager=True)})
    found = [every.with_columns(rule=pl.lit(rule, pl.UInt32())) for rule in group.always]
    if not group.rules:
        return pl.concat(found)
    texts = group.seen_at_once if kind is Kind.EVENT else None
    if texts is not None:
        held = rows["data"].str.contains_any(texts, ascii_case_insensitive=True).fill_null(value=False)
        rows, every = rows.filter(held), every.filter(held)
    alike, table = _judged(_fields(rows, kind, group.columns), every["at"])
    for at, where in _worth_a_look(group, table):
        looked = table.select(sorted(columns_of(group.nodes[at])))
        mask = (looked if where is None else looked[where]).select(group.expression(at)).to_series()
        hits = mask.arg_true() if where is None else where.filter(mask)
        if hits.len():
            rule = pl.lit(group.rules[at], pl.UInt32())
            found.append(alike.join(pl.DataFrame({"one": hits.cast(pl.UInt32())}), on="one").select("at", rule=rule))
    return pl.concat(found or [pl.DataFrame(schema=EMPTY)])


def _worth_a_look(group: Group, table: pl.DataFrame) -> Iterable[tuple[int, pl.Series | None]]:
    """Give rules and the rows where they may match; None for all rows."""
    if table.is_empty():
        return
    for at in group.everywhere:
        yield at, None
    near = []
    for column, anchors in group.anchors.items():
        values = table.select(value=column).with_row_index("where")
        distinct = values["value"].unique()
        rules = pl.DataFrame({"text": list(anchors), "rule": list(anchors.values())})
        held = (
            pl.DataFrame({"value": distinct, "text": distinct.str.extract_many(list(anchors), overlapping=True)})
            .explode("text")
            .drop_nulls()
            .unique()
            .join(rules, on="text")
            .explode("rule")
            .select("value", "rule")
            .unique()
        )
        if held.height:
            near.append(values.join(held, on="value").select("rule", "where"))
    if near:
        by_rule = pl.concat(near).group_by("rule").agg(pl.col("where").unique().sort()).sort("rule")
        yield from zip(by_rule["rule"], by_rule["where"], strict=True)


def _judged(table: pl.DataFrame, at: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Keep one of alike rows; tell which rows (at) each kept one (one) stands for."""
    marked = pl.DataFrame({"mark": table.hash_rows(), "at": at}).with_row_index("where")
    kept = marked.unique("mark", keep="first", maintain_order=True)
    one = kept.select("mark", one=pl.int_range(pl.len(), dtype=pl.UInt32()))
    return marked.join(one, on="mark").select("at", "one"), table[kept["where"]]


def _fields(rows: pl.DataFrame, kind: Kind, columns: Iterable[str]) -> pl.DataFrame:
    """Make the columns that the rules look at."""
    wanted = {column.removeprefix(RAW) for column in columns}
    inner = sorted({name for column in wanted for name in column.split(_JOINT) if name} - _OF_THE_ROW.keys())
    if kind is Kind.EVENT:
        table = opened(rows["data"], inner).with_columns(
            *(rows[here].cast(pl.String()).alias(there) for there, here in _OF_THE_ROW.items()),
            rows["data"].alias("\0"),
        )
    else:
        table = rows.select(
            *(as_text(name, rows.schema[name]) if name in rows.columns else pl.lit("").alias(name) for name in inner)
        )
        texts = [pl.col(name) for name, dtype in table.schema.items() if dtype == pl.String()]
        table = table.with_columns(pl.concat_str(texts, separator=" ", ignore_nulls=True).alias("\0"))
    return table.select(_column(column) for column in sorted(columns))


def _column(column: str) -> pl.Expr:
    raw, name = column.startswith(RAW), column.removeprefix(RAW)
    names = name.split(_JOINT) if name else ["\0"]
    text = pl.coalesce(pl.col(one) for one in names).fill_null("")
    return (text if raw else text.str.to_lowercase()).alias(column)


def as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """Give a column as text; a list's items are joined by commas."""
    column = pl.col(name)
    return column.list.join(",") if dtype == pl.List(pl.String()) else column.cast(pl.String())

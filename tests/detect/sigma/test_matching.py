from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detect.sigma.events import HEAD, created, event, matching, rules, table

from cloison.detect.sigma.matching import Matcher
from cloison.model.observations import SCHEMAS, Kind
from cloison.model.rules import AllOf, AnyOf, Means, Not

SECURITY = HEAD.replace("category: process_creation", "service: security")


def test_a_program_is_found_whatever_its_case():
    events = [created(Image="C:\\Windows\\CMD.exe"), created(1, Image="C:\\Windows\\notcmd.exe")]
    assert matching("  a: {Image|endswith: '\\cmd.EXE'}\n  condition: a\n", events) == [0]


def test_a_process_rule_reads_the_security_log_too():
    events = [
        event(channel="Security", event_id=4688, NewProcessName="C:\\x\\a.exe"),
        event(1, channel="security", event_id=4688, NewProcessName="C:\\x\\A.EXE", CommandLine="a"),
        event(2, channel="Security", event_id=4689, NewProcessName="C:\\x\\a.exe"),
    ]
    assert matching("  a: {Image|endswith: '\\a.exe'}\n  condition: a\n", events) == [0, 1]


def test_a_missing_field_denies_nothing():
    events = [created(Image="a"), created(1, Image="a", User="root"), created(2, Image="a", User="")]
    detection = "  a: {Image: a}\n  f: {User: root}\n  condition: a and not f\n"
    assert matching(detection, events) == [0, 2]
    assert matching("  a: {User: null}\n  condition: a\n", events) == [0, 2]


def test_an_event_id_alone_is_enough():
    events = [event(channel="Security", event_id=1102), event(1, channel="Security", event_id=1103)]
    assert matching("  a: {EventID: 1102}\n  condition: a\n", events, SECURITY) == [0]


def test_words_are_found_anywhere_in_the_event():
    events = [created(Image="x", Whatever="C:\\Tools\\Evil.exe"), created(1, Image="x")]
    assert matching("  a: ['tools\\evil']\n  condition: a\n", events) == [0]


def test_expressions_look_at_the_text_as_logged():
    events = [created(CommandLine="ABC1"), created(1, CommandLine="abc1")]
    assert matching("  a: {CommandLine|re: 'abc[0-9]'}\n  condition: a\n", events) == [1]
    assert matching("  a: {CommandLine|re|i: 'abc[0-9]'}\n  condition: a\n", events) == [0, 1]
    assert matching("  a: {CommandLine|cased: 'ABC1'}\n  condition: a\n", events) == [0]


def test_numbers_are_compared_as_numbers():
    events = [created(Size="9"), created(1, Size="10"), created(2, Size="many"), created(3)]
    assert matching("  a: {Size|gte: 10}\n  condition: a\n", events) == [1]
    assert matching("  a: {Size|lt: 10}\n  condition: a\n", events) == [0]


def test_fields_are_compared_with_one_another():
    events = [created(A="x", B="x"), created(1, A="x", B="y"), created(2)]
    assert matching("  a: {A|fieldref: B}\n  condition: a\n", events) == [0]


def test_encoded_texts_are_found():
    events = [created(CommandLine="-enc SQBFAFgA"), created(1, CommandLine="IEX")]
    assert matching("  a: {CommandLine|wide|base64offset|contains: IEX}\n  condition: a\n", events) == [0]


def test_many_texts_of_each_sort_are_found_as_one_by_one():
    for modifier, start, end in (("startswith", "", "z"), ("endswith", "\\", ""), ("contains", "q", "q"), ("", "", "")):
        names = [f"{start}n{n}.exe{end}" for n in range(8)]
        field = f"Image|{modifier}" if modifier else "Image"
        listed = "".join(f"      - '{name}'\n" for name in names)
        events = [created(at, Image=f"{'c:' if modifier == 'endswith' else ''}{name}") for at, name in enumerate(names)]
        events.append(created(9, Image="else"))
        assert matching(f"  a:\n    {field}:\n{listed}  condition: a\n", events) == list(range(8))


def test_thousands_of_long_beginnings_are_no_trouble():
    listed = "".join(f"      - '{n:06}{'x' * 300}'\n" for n in range(500))
    events = [created(Image=f"{7:06}{'X' * 301}"), created(1, Image="else")]
    assert matching(f"  a:\n    Image|startswith:\n{listed}  condition: a\n", events) == [0]


def test_an_event_whose_text_is_no_json_harms_no_other():
    rows = table([created(Image="a"), created(1, Image="a"), created(2, Image="a")])
    spoiled = rows.with_columns(data=pl.Series(["{", rows["data"][1], None]))
    found = Matcher(rules("  a: {Image: a}\n  condition: a\n").rules).matches(Kind.EVENT, spoiled)
    assert found["at"].to_list() == [1]


def test_rules_about_web_servers_read_what_captures_tell():
    head = HEAD.replace("product: windows, category: process_creation", "category: webserver")
    schema = dict(SCHEMAS[Kind.HTTP])
    rows = pl.DataFrame([{"path": "/a/../../etc/passwd", "status": 200}, {"path": "/", "status": 404}], schema=schema)
    read = rules("  a: {cs-uri-query|contains: '/etc/passwd', sc-status: 200}\n  condition: a\n", head=head)
    assert Matcher(read.rules).matches(Kind.HTTP, rows)["at"].to_list() == [0]


def test_nothing_is_said_of_kinds_that_no_rule_speaks_of():
    matcher = Matcher(rules("  a: {Image: a}\n  condition: a\n").rules)
    assert not matcher.speaks_of(Kind.DNS)
    assert matcher.matches(Kind.DNS, pl.DataFrame(schema=dict(SCHEMAS[Kind.DNS]))).is_empty()


WORDS = ("alpha", "beta", "\\cmd.exe", "gamma delta", "c:\\windows\\system32", "x")


def detections(random: Random) -> str:
    lines = []
    names = []
    for place in range(random.randrange(1, 4)):
        modifier = random.choice(("", "|contains", "|startswith", "|endswith", "|contains|all"))
        values = [random.choice((*WORDS, "al*a", "b?ta")) for _ in range(random.randrange(1, 5))]
        listed = "".join(f"      - '{value}'\n" for value in values)
        lines.append(f"  s{place}:\n    {random.choice('ABC')}{modifier}:\n{listed}")
        names.append(f"s{place}")
    condition = random.choice(
        (" and ".join(names), " or ".join(names), "not s0", f"s0 and not ({' or '.join(names)})", "1 of s*")
    )
    return "".join(lines) + f"  condition: {condition}\n"


def holds(node, fields) -> bool:
    """The meaning of a condition, said plainly."""
    if isinstance(node, AllOf):
        return all(holds(part, fields) for part in node.parts)
    if isinstance(node, AnyOf):
        return any(holds(part, fields) for part in node.parts)
    if isinstance(node, Not):
        return not holds(node.part, fields)
    value = fields.get(node.field, "").lower()
    return {
        Means.IS: lambda: value == node.text,
        Means.CONTAINS: lambda: node.text in value,
        Means.STARTS: lambda: value.startswith(node.text),
        Means.ENDS: lambda: value.endswith(node.text),
        Means.REGEX: lambda: bool(pl.Series([value]).str.contains(node.text)[0]),
    }[node.means]()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_columns_and_plain_reading_agree(seed):
    random = Random(seed)
    read = rules(*(detections(random) for _ in range(5)))
    texts = [*WORDS, "ALPHA beta", "C:\\Windows\\System32\\cmd.exe", "", "alXa", "beta x"]
    data = [{name: random.choice(texts) for name in "ABC" if random.random() < 0.8} for _ in range(20)]
    found = Matcher(read.rules).matches(Kind.EVENT, table([created(at, **one) for at, one in enumerate(data)]))
    wanted = [
        (at, place)
        for at, one in enumerate(data)
        for place, rule in enumerate(read.rules)
        if holds(rule.condition, one)
    ]
    assert found.rows() == wanted


@pytest.mark.parametrize("size", [1, 7, 40])
def test_where_the_table_is_cut_changes_nothing(size):
    random = Random(5)
    read = rules(*(detections(random) for _ in range(30)))
    events = [created(at, A=random.choice(WORDS), B=random.choice(WORDS)) for at in range(40)]
    rows = table(events)
    whole = Matcher(read.rules).matches(Kind.EVENT, rows)
    matcher = Matcher(read.rules)
    parts = [
        matcher.matches(Kind.EVENT, rows[at : at + size]).with_columns(pl.col("at") + at) for at in range(0, 40, size)
    ]
    assert pl.concat(parts).rows() == whole.rows()

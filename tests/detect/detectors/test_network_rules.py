from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detect.cutting import same_however_cut
from tests.detect.traffic import batch, dns, http, in_order, rpc, smb

from cloison.detect.detectors.network_rules import DETECTOR
from cloison.detect.fold import Context, start
from cloison.detect.sigma.reading import read_rules
from cloison.model.addressing import AddressBook
from cloison.model.finding import Barrier
from cloison.model.rules import RuleSet, RuleText


def one(source, detection, level="high", tag="attack.t1071.004"):
    head = f"title: 'Made for {source}'\nlogsource: {{{source}}}\nlevel: {level}\ntags: [{tag}]\n"
    content = f"{head}detection:\n  a: {{{detection}}}\n  condition: a\n"
    return RuleText(file=f"{source}.yml", content=content.encode())


KNOWN = read_rules(
    [
        one("category: dns", "query|contains: evil"),
        one("category: webserver", "cs-uri-query|contains: ../", tag="attack.t1190, attack.initial-access"),
        one("category: proxy", "c-useragent: odd", level="medium", tag="attack.t1071.001"),
        one("product: zeek, service: smb_files", "path|endswith: ADMIN$, name|endswith: .exe", tag="attack.t1021.002"),
        one("product: zeek, service: dce_rpc", "operation: DRSGetNCChanges", tag="attack.t1003.006"),
    ]
)
RUNS = [
    dns(0, "10.0.0.1", "10.0.0.53", "www.evil.example"),
    http(1, "192.0.2.9", "10.0.0.80", "/a/../../b"),
    http(2, "10.0.0.2", "198.51.100.1", "/", user_agent="ODD"),
    smb(3, "10.0.0.3", "10.0.0.4", r"\\srv\ADMIN$") | {"name": "a.exe"},
    rpc(4, "10.0.0.5", "10.0.0.6", "drsuapi", "DRSGetNCChanges"),
    dns(5, "10.0.0.7", "10.0.0.53", "www.hopital.example"),
]


def found(rows, known=KNOWN, cuts=()):
    ordered = in_order(rows)
    folded = start(Context(book=AddressBook(None), rules=known), [DETECTOR])
    for first, last in zip([0, *cuts], [*cuts, len(ordered)], strict=True):
        folded.step(batch(ordered[first:last]))
        folded.findings()
    return folded.findings()


def test_fires_on_each_kind_of_record():
    told = {(one.sources, one.targets, one.technique) for one in found(RUNS)}
    assert told == {
        (("10.0.0.1",), ("10.0.0.53",), "T1071.004"),
        (("192.0.2.9",), ("10.0.0.80",), "T1190"),
        (("10.0.0.2",), ("198.51.100.1",), "T1071.001"),
        (("10.0.0.3",), ("10.0.0.4",), "T1021.002"),
        (("10.0.0.5",), ("10.0.0.6",), "T1003.006"),
    }


def test_fires_with_the_barrier_of_its_tactic_and_says_what_the_record_holds():
    (entry,) = [one for one in found(RUNS) if one.technique == "T1190"]
    assert entry.barrier is Barrier.ENTRY
    assert "path=/a/../../b" in str(entry.explanation)
    assert "192.0.2.9" in str(entry.title)


def test_quiet_without_rules_about_traffic():
    assert DETECTOR.watch(Context(book=AddressBook(None), rules=RuleSet())) is None
    assert same_however_cut(RUNS, DETECTOR) == ()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 90_000)), max_size=20), st.data())
def test_findings_do_not_depend_on_where_the_stream_is_cut(choices, data):
    rows = [RUNS[which] | {"at": float(at)} for which, at in choices]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=4)))
    assert found(rows, cuts=cuts) == found(rows)

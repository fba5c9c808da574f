from datetime import UTC, datetime, timedelta

from tests.enforce.wards import BOTH, OFFICE_TO_SERVERS, SERVERS_TO_CARE
from tests.ops.doors import ready

from cloison.model.sealing import DoorState, Proof
from cloison.ops.keeping import open_again, renew
from cloison.ops.listening import shut_since, state_and_flows
from cloison.ops.sealing import seal
from cloison.store.journal import Journal

NAMES = "ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state"
TYPES = "time string addr port addr port enum string interval count count string"


def zeek(path, flows):
    """Write flows, (moment, target, port), as Zeek does."""
    lines = [
        "#separator \\x09",
        *("\t".join([f"#{name}", *words.split()]) for name, words in (("fields", NAMES), ("types", TYPES))),
    ]
    for number, (moment, target, port) in enumerate(flows):
        lines.append(f"{moment.timestamp():.6f}\tC{number}\t10.1.0.7\t50000\t{target}\t{port}\ttcp\t-\t0.1\t90\t90\tSF")
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_leak_that_the_export_shows_makes_the_door_leaking_whatever_its_device_says(tmp_path):
    ward, rules, means = ready(tmp_path / "home")
    seal(rules, ward, means, approved={})
    now = datetime.now(UTC)
    before = [(now - timedelta(minutes=minute), "10.2.0.10", 445) for minute in range(60, 0, -1)]
    after = [(now + timedelta(minutes=minute), "10.9.0.1", 53) for minute in range(1, 60)]
    quiet = zeek(tmp_path / "conn.log", before + after)
    _, told = state_and_flows(means, [quiet])
    found = {verdict.conduit: verdict for verdict in told}
    assert {found[name].state for name in BOTH} == {DoorState.SHUT}
    assert found[OFFICE_TO_SERVERS].proof is Proof.NOT_PROVED
    assert any("60 answered flows" in str(one) for one in found[OFFICE_TO_SERVERS].evidence)
    assert any("no traffic through it before" in str(one) for one in found[SERVERS_TO_CARE].evidence)
    (tmp_path / "later").mkdir()
    leak = (now + timedelta(minutes=6), "10.2.0.10", 445)
    leaking = zeek(tmp_path / "later" / "conn.log", [*before, *after[:5], leak])
    _, told = state_and_flows(means, [leaking])
    assert {one.conduit: one.proof for one in told}[OFFICE_TO_SERVERS] is Proof.LEAKING


def test_a_door_is_shut_since_its_device_was_asked_and_not_since_its_lease_was_renewed(tmp_path):
    ward, rules, means = ready(tmp_path)
    seal(rules, ward, means, approved={})
    with Journal(tmp_path) as journal:
        first = shut_since(journal.records)
    renew(means)
    with Journal(tmp_path) as journal:
        assert shut_since(journal.records) == first
    open_again(ward, means, stage=None, approved={})
    with Journal(tmp_path) as journal:
        assert set(shut_since(journal.records)) & set(BOTH) == set()

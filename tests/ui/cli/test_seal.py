from datetime import UTC, datetime, timedelta

import pytest
from tests.enforce.wards import BOTH, CABINET, OFFICE_TO_SERVERS, SERVERS_TO_BACKUPS, SERVERS_TO_CARE
from tests.ops.doors import killed_at
from tests.ops.test_listening import zeek
from tests.ui.cli.wards import told, told_json, ward

from cloison.ui.cli.program import run

__all__ = ["ward"]

APPROVED = ("--approve", "A. Durand")
PLAN = ("seal", "--plan", "plan.json")


def states(document):
    return {door["conduit"]: door["state"] for door in document["doors"]}


def test_without_an_approval_nothing_moves_and_everything_is_shown(ward, capsys):
    code, said = told(capsys, *PLAN, "--show")
    assert code == 1
    assert "bureau>serveurs: lifeline, stays shut" in said
    assert "serveurs>soins: closed, opens by itself if Cloison is heard no more" in said
    assert "10.1.0.0-10.1.0.255 > 10.2.0.0-10.2.0.255" in said
    assert 'Nothing was moved. To shut these doors, add --approve "A. Durand"' in said
    assert not (ward / ".cloison").exists()
    code, document = told_json(capsys, *PLAN)
    assert (code, document["points"][0]["point"]) == (1, "coeur")


@pytest.mark.usefixtures("ward")
def test_approved_doors_are_shut_stand_and_are_listed(capsys):
    told(capsys, "arm")
    code, document = told_json(capsys, *PLAN, *APPROVED)
    assert (code, states(document)) == (1, dict.fromkeys(BOTH, "shut"))
    code, said = told(capsys, "seal")
    assert (code, "2 doors shut" in said) == (0, True)
    assert "opens by itself at" in said
    code, document = told_json(capsys, "seal", "--renew")
    assert list(states(document)) == [SERVERS_TO_CARE]


@pytest.mark.usefixtures("ward")
def test_the_red_button_asks_a_person_who_says_it_was_done(capsys):
    code, document = told_json(capsys, "seal", "--backups", *APPROVED)
    assert (code, states(document)) == (1, {SERVERS_TO_BACKUPS: "waiting"})
    assert f"cloison seal --done {CABINET}" in document["doors"][0]["evidence"][0]
    assert told(capsys, "seal", "--done", CABINET)[0] == 2
    code, document = told_json(capsys, "seal", "--done", CABINET, *APPROVED)
    assert states(document) == {SERVERS_TO_BACKUPS: "shut"}


@pytest.mark.usefixtures("ward")
def test_doors_that_cut_care_want_two_persons(capsys):
    told(capsys, "arm")
    assert "two people must approve: Imagerie" in told(capsys, "seal", "--plan", "dur.json")[1]
    code, said = told(capsys, "seal", "--plan", "dur.json", *APPROVED)
    assert (code, "not-approved" in said) == (2, True)
    assert told_json(capsys, "seal", "--plan", "dur.json", *APPROVED, "--second", "B. Martin")[1]["doors"]


@pytest.mark.usefixtures("ward")
def test_a_seal_that_was_cut_short_is_named_and_resumed(capsys):
    told(capsys, "arm")
    assert killed_at(3, lambda: run([*PLAN, *APPROVED]), after=True)
    code, said = told(capsys, "seal")
    assert (code, "cut short at the step shutting: run cloison seal --resume" in said) == (1, True)
    code, said = told(capsys, *PLAN, *APPROVED)
    assert (code, "unfinished-seal" in said) == (3, True)
    assert "it is now at its end" in told(capsys, "seal", "--resume")[1]
    assert told(capsys, "seal", "--resume") == (0, "Nothing was cut short.\n")
    assert told(capsys, "seal") == (0, "No door is shut.\n")


def test_a_probe_file_is_read_and_its_mistakes_refused(ward, capsys):
    told(capsys, "arm")
    (ward / "sondes.toml").write_text('[[prober]]\nzone = "nulle-part"\nrun = "local"\n')
    assert told(capsys, *PLAN, *APPROVED, "--probers", "sondes.toml")[0] == 2
    (ward / "sondes.toml").write_text('[[prober]]\nzone = "bureau"\nrun = "netns:cloison-nowhere"\n')
    code, document = told_json(capsys, *PLAN, *APPROVED, "--probers", "sondes.toml", "--patience", "1")
    assert (code, states(document)[OFFICE_TO_SERVERS]) == (1, "shut")


@pytest.mark.parametrize(
    "line", [["seal", "--resume", "--renew"], ["seal", "--plan", "no.json"], ["seal", "--lease", "0"]]
)
@pytest.mark.usefixtures("ward")
def test_bad_usage_is_one_clear_error(capsys, line):
    code, said = told(capsys, *line)
    assert (code, "Traceback" in said) == (2, False)


def test_the_red_button_is_approved_in_advance_by_two_and_pressed_by_one(ward, capsys):
    until = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"
    ahead = ("seal", "--backups", "--in-advance", until)
    assert told(capsys, *ahead, *APPROVED)[0] == 2
    code, said = told(capsys, *ahead, *APPROVED, "--second", "B. Martin")
    assert (code, "one person may isolate the backups alone" in said) == (0, True)
    assert told(capsys, "seal", "--plan", "plan.json", "--in-advance", until, *APPROVED)[0] == 2
    assert told_json(capsys, "seal", "--backups", "--approve", "C. Petit")[1]["doors"]
    journal = (ward / ".cloison" / "doors.jsonl").read_text()
    assert all(name in journal for name in ("A. Durand", "B. Martin", "C. Petit", "pressed by"))


@pytest.mark.usefixtures("ward")
def test_lifelines_that_would_be_cut_want_a_second_person_before_they_are(capsys):
    told(capsys, "arm")
    assert "two people must approve: examens" in told(capsys, "seal", "--plan", "dur.json")[1]


def test_flows_from_after_the_seal_tell_a_leak(ward, capsys):
    told(capsys, "arm")
    told(capsys, *PLAN, *APPROVED)
    leak = [(datetime.now(UTC) + timedelta(minutes=1), "10.2.0.10", 445)]
    zeek(ward / "conn.log", leak)
    code, document = told_json(capsys, "seal", "--flows", "conn.log")
    assert code == 1
    assert {door["conduit"]: door["proof"] for door in document["doors"]}[OFFICE_TO_SERVERS] == "leaking"

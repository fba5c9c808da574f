from random import Random

import pytest
from tests.detect.cutting import same_however_cut
from tests.detect.traffic import DAY, findings_of

from cloison.detect.detectors.ransomware import DETECTOR
from cloison.model.observations import Kind

PC, SERVER, SHARE = "10.1.0.5", "10.2.0.1", r"\\files\care"


def touch(at, name, action="open", previous=None, src=PC):
    return {"kind": Kind.SMB, "at": at, "src": src, "dst": SERVER, "dst_port": 445, "share": SHARE,
            "action": action, "name": name, "previous_name": previous}  # fmt: skip


def found(rows):
    return findings_of(rows, DETECTOR)


def renamed(count, *, ending="lk9q", folders=4, at=0.0, every=1.0, src=PC):
    return [
        touch(at + every * i, rf"unit{i % folders}\report{i}.docx.{ending}", "rename", rf"unit{i % folders}\report{i}.docx", src)
        for i in range(count)
    ]  # fmt: skip


def test_fires_at_the_tenth_file_that_gets_a_foreign_extension():
    (one,) = found(renamed(40))
    assert (one.technique, one.sources, one.targets) == ("T1486", (PC,), (SERVER,))
    assert one.confidence >= 0.9
    assert one.evidence[9].record == 10
    assert (one.detected_at - one.first_seen).total_seconds() == 9


def test_fires_on_copies_whose_originals_are_deleted():
    rows = []
    for i in range(12):
        name = rf"unit{i % 3}\scan{i}.pdf"
        rows += [touch(4 * i, name), touch(4 * i + 1, name + ".wxyz", "write"), touch(4 * i + 2, name, "delete")]
    (one,) = found(rows)
    assert one.technique == "T1486"


def test_fires_when_every_file_gets_an_extension_of_its_own():
    rows = [touch(i, rf"unit{i % 3}\f{i}.x{i}z", "rename", rf"unit{i % 3}\f{i}.xlsx") for i in range(12)]
    assert len(found(rows)) == 1


def test_fires_on_the_same_note_in_many_folders():
    (one,) = found([touch(i, rf"unit{i}\HOW_TO_DECRYPT.txt", "write") for i in range(4)])
    assert one.confidence == 0.75


def test_fires_sooner_when_notes_come_with_the_files():
    notes = [touch(0.5 + i, rf"unit{i}\restore-my-files.txt") for i in range(3)]
    (one,) = found([*renamed(9), *notes])
    assert one.confidence > 0.95
    assert (one.detected_at - one.first_seen).total_seconds() < 9


def test_fires_on_files_written_over_as_soon_as_read():
    rows = []
    for i in range(60):
        rows += [touch(2 * i, rf"d{i % 5}\img{i}.jpg", "read"), touch(2 * i + 1, rf"d{i % 5}\img{i}.jpg", "write")]
    (one,) = found(rows)
    assert one.confidence == 0.5


def test_names_of_files_are_not_quoted():
    (one,) = found([*renamed(12), touch(3.5, r"u\Decrypt-me.txt", "write")])
    assert "report" not in " ".join(str(piece.note) for piece in one.evidence)


@pytest.mark.parametrize(
    ("name", "previous"),
    [
        (r"w{0}\letter{0}.docx", r"w{0}\~wrd{0}.tmp"),  # a word processor saves
        (r"w{0}\photo{0}.jpg", r"w{0}\photo{0}.jpeg"),  # a person tidies
        (r"w{0}\trace{0}.log.{0}", r"w{0}\trace{0}.log"),  # logs are put away
        (r"w{0}\msg{0}.hl7.done", r"w{0}\msg{0}.hl7"),  # an interface has read its messages
        (r"w{0}\film{0}.mp4", r"w{0}\film{0}.mp4.part"),  # a download ends
        (r"w{0}\archive{0}", r"w{0}\archive{0}.zip"),
    ],
)
def test_quiet_on_what_programs_and_people_rename(name, previous):
    assert found([touch(i, name.format(i), "rename", previous.format(i)) for i in range(80)]) == ()


def test_quiet_on_a_backup_an_antivirus_and_an_indexer_that_read_everything():
    names = [rf"d{i % 30}\f{i}.{ending}" for i, ending in enumerate(("docx", "pdf", "txt", "jpg") * 200)]
    rows = [touch(0.1 * i, name, action) for i, name in enumerate(names) for action in ("open", "read")]
    rows += [touch(90 + i, rf"d{i}\readme.txt") for i in range(30)]
    assert found(rows) == ()


def test_quiet_on_a_synchronisation_and_a_deployment_that_write_everything():
    rows = [touch(0.1 * i, rf"d{i % 30}\f{i}.docx", "write") for i in range(600)]
    rows += [touch(0.1 * i, rf"old{i % 30}\f{i}.docx", "delete") for i in range(600)]
    assert found(rows) == ()


def test_quiet_on_a_few_files_a_day():
    assert found([row for day in range(20) for row in renamed(4, at=day * DAY, folders=2, ending=f"e{day}")]) == ()


def test_quiet_on_an_extension_that_the_host_has_given_for_days():
    assert found([*renamed(3, ending="labx", folders=1), *renamed(50, ending="labx", at=2 * DAY)]) == ()


def test_quiet_on_a_slow_hand():
    assert found(renamed(60, every=90.0, folders=1)) == ()


@pytest.mark.parametrize("seed", range(3))
def test_findings_do_not_depend_on_where_the_stream_is_cut(seed):
    random = Random(seed)
    rows = renamed(random.randrange(6, 30), every=random.choice((1.0, 40.0)), src="10.1.0.6")
    for i in range(70):
        at = random.random() * 400
        rows += [
            touch(at, rf"d{i % 5}\img{i}.jpg", "read"),
            touch(at + random.random(), rf"d{i % 5}\img{i}.jpg", "write"),
        ]
    rows += [touch(random.random() * 300, rf"unit{i}\decrypt.hta", "write", src="10.1.0.7") for i in range(6)]
    assert len(same_however_cut(rows, DETECTOR)) >= 2

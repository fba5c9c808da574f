from tests.ingest.frames import frame, observe

from cloison.ingest.detail.dicom import Dicom

OVER = "eth:ip:tcp:dicom"


def dicom(number, unit, *, reply=False, stream="0", **fields):
    return frame(number, OVER, reply=reply, stream=stream, port="104", dicom__pdu__type=unit, **fields)


def ask(number=1, **more):
    return dicom(number, "0x01", dicom__assoc__ae__calling="WORK1     ", dicom__assoc__ae__called="PACS", **more)


def command(number, text, **more):
    return dicom(number, "0x04", _ws__col__Info=f"P-DATA, {text}", **more)


def test_an_association_is_told_once_it_is_accepted():
    (row,) = observe(Dicom(), ask(), dicom(2, "0x02", reply=True))
    assert (row["calling"], row["called"], row["operation"]) == ("WORK1", "PACS", "associate")
    assert (row["src"], row["dst_port"], row["record"]) == ("10.0.0.1", 104, 1)


def test_a_refused_association_is_told_apart():
    (row,) = observe(Dicom(), ask(), dicom(2, "0x03", reply=True))
    assert (row["calling"], row["operation"]) == ("WORK1", "reject")


def test_a_command_carries_the_titles_and_its_last_status():
    pending = command(4, "C-FIND-RSP ID=7", reply=True)
    done = command(5, "C-FIND-RSP ID=7 (Success)", reply=True)
    rows = observe(Dicom(), ask(), dicom(2, "0x02", reply=True), command(3, "C-FIND-RQ ID=7"), pending, done)
    assert [(row["operation"], row["calling"], row.get("status")) for row in rows] == [
        ("associate", "WORK1", None),
        ("c-find", "WORK1", "0000"),
    ]


def test_commands_of_one_packet_are_all_told_even_without_an_answer():
    rows = observe(Dicom(), command(1, "C-ECHO-RQ ID=1, C-STORE-RQ ID=2"))
    assert [row["operation"] for row in rows] == ["c-echo", "c-store"]


def test_an_abort_is_told():
    rows = observe(Dicom(), ask(), dicom(2, "0x02", reply=True), dicom(3, "0x07"))
    assert rows[-1]["operation"] == "abort"

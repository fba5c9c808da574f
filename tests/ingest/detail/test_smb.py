from tests.ingest.frames import frame, observe

from cloison.ingest.detail.smb import Smb

SHARE = r"\\server\ADMIN$"
OVER = "eth:ip:tcp:nbss:smb2"


def ask(number, command, message, **fields):
    return frame(number, OVER, smb2__cmd=command, smb2__flags__response="0", smb2__msg_id=message, **fields)


def answer(number, command, message, status="0x00000000", **fields):
    return frame(number, OVER, reply=True, smb2__cmd=command, smb2__flags__response="1", smb2__msg_id=message,
                 smb2__nt_status=status, **fields)  # fmt: skip


def opening(name="tool.exe"):
    return (
        ask(1, "5", "9", smb2__tree=SHARE, smb2__filename=name),
        answer(2, "5", "9", smb2__tree=SHARE, smb2__fid="f1", smb2__eof="145"),
    )


def test_a_share_is_mapped_once_the_server_agrees():
    (row,) = observe(Smb(), ask(1, "3", "4", smb2__tree=SHARE), answer(2, "3", "4", smb2__share_type="0x01"))
    assert (row["action"], row["share"], row["share_type"], row["record"]) == ("map", SHARE, "disk", 2)


def test_a_share_refused_is_told_apart():
    (row,) = observe(Smb(), ask(1, "3", "4", smb2__tree=SHARE), answer(2, "3", "4", "0xc0000022"))
    assert row["action"] == "map_denied"


def test_a_file_written_many_times_is_told_once():
    rows = observe(Smb(), *opening(), ask(3, "9", "10", smb2__fid="f1"), ask(4, "9", "11", smb2__fid="f1"))
    assert [(row["action"], row["name"]) for row in rows] == [("open", "tool.exe"), ("write", "tool.exe")]
    assert rows[0]["size"] == 145


def test_renaming_keeps_the_former_name():
    change = ask(3, "17", "10", smb2__fid="f1", smb2__class="1", smb2__infolevel="10", smb2__filename="report.locked")
    row = observe(Smb(), *opening("report"), change)[-1]
    assert (row["action"], row["name"], row["previous_name"]) == ("rename", "report.locked", "report")


def test_deleting_is_a_mark_on_the_open_file():
    change = ask(
        3,
        "17",
        "10",
        smb2__fid="f1",
        smb2__class="1",
        smb2__infolevel="13",
        smb2__disposition__delete_on_close="1",
    )
    assert observe(Smb(), *opening(), change)[-1]["action"] == "delete"


def test_several_messages_in_one_packet_keep_their_own_values():
    packet = frame(1, OVER, smb2__cmd=["5", "5"], smb2__flags__response=["0", "0"], smb2__msg_id=["1", "2"],
                   smb2__tree=[SHARE, SHARE], smb2__filename=["one", "two"])  # fmt: skip
    done = frame(2, OVER, reply=True, smb2__cmd=["5", "5"], smb2__flags__response=["1", "1"], smb2__msg_id=["1", "2"],
                 smb2__nt_status=["0x0", "0x0"], smb2__fid=["f1", "f2"])  # fmt: skip
    assert [row["name"] for row in observe(Smb(), packet, done)] == ["one", "two"]


def test_the_first_version_of_the_protocol_is_followed_too():
    over = "eth:ip:tcp:nbss:smb"
    done = frame(2, over, reply=True, smb__cmd=["0x75", "0xff"], smb__flags__response="1", smb__nt_status="0x00000000",
                 smb__path=r"\\server\IPC$", smb__service="IPC")  # fmt: skip
    (row,) = observe(Smb(), done)
    assert (row["action"], row["share"], row["share_type"]) == ("map", r"\\server\IPC$", "pipe")


def test_an_answer_without_its_question_gives_nothing():
    assert observe(Smb(), answer(2, "5", "9", smb2__fid="f1")) == []


def test_requests_of_smb_1_that_ordinary_clients_do_not_send_are_told():
    over = "eth:ip:tcp:nbss:smb"
    odd = frame(1, over, smb__cmd=["0x26", "0x33", "0xa1", "0x32"], smb__flags__response="0", smb__trans2__cmd="0x000e")
    assert [row["action"] for row in observe(Smb(), odd)] == [
        "transaction_secondary",
        "transaction2_secondary",
        "nt_transact_secondary",
        "session_setup2",
    ]
    plain = frame(1, over, smb__cmd="0x32", smb__flags__response="0", smb__trans2__cmd="0x0005")
    assert observe(Smb(), plain) == []

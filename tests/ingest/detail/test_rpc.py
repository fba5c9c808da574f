from tests.ingest.frames import frame, observe

from cloison.ingest.detail.rpc import Rpc
from cloison.ingest.detail.smb import Smb

SVCCTL = "367abb81-9844-35f1-ad32-98f038001003"
OVER = "eth:ip:tcp:dcerpc"


def bind(number, **fields):
    return frame(number, OVER, port="49155", dcerpc__pkt_type="11", dcerpc__cn_num_ctx_items="1", dcerpc__cn_ctx_id="0",
                 dcerpc__cn_bind_to_uuid=SVCCTL, **fields)  # fmt: skip


def request(number, opnum, over=OVER, **fields):
    values = {"port": "49155", "dcerpc__cn_ctx_id": "0", "dcerpc__cn_flags": "3"} | fields
    return frame(number, over, dcerpc__pkt_type="0", dcerpc__opnum=opnum, **values)


def test_a_request_is_named_by_what_its_context_was_bound_to():
    (row,) = observe(Rpc(Smb()), bind(1), request(2, "12"))
    assert (row["endpoint"], row["operation"], row["pipe"], row["dst_port"]) == (
        "svcctl",
        "CreateServiceW",
        None,
        49155,
    )


def test_a_procedure_without_a_name_keeps_its_number():
    assert observe(Rpc(Smb()), bind(1), request(2, "63"))[0]["operation"] == "opnum 63"


def test_only_the_first_fragment_of_a_request_counts():
    assert (
        len(
            observe(Rpc(Smb()), bind(1), request(2, "12", dcerpc__cn_flags="1"), request(3, "12", dcerpc__cn_flags="2"))
        )
        == 1
    )


def test_a_binding_that_was_not_captured_is_learnt_from_the_endpoint_mapper():
    told = frame(1, OVER, reply=True, port="135", dcerpc__pkt_type="2", epm__uuid=SVCCTL, epm__proto__tcp_port="49155")
    assert observe(Rpc(Smb()), told, request(2, "12"))[0]["endpoint"] == "svcctl"


def test_or_from_what_tshark_recognises():
    assert observe(Rpc(Smb()), request(1, "0", OVER + ":drsuapi"))[0]["operation"] == "DRSBind"
    assert observe(Rpc(Smb()), request(1, "0"))[0]["endpoint"] is None


def test_over_a_share_the_pipe_is_told():
    smb = Smb()
    over = "eth:ip:tcp:nbss:smb2"
    opened = (
        frame(
            1,
            over,
            smb2__cmd="5",
            smb2__flags__response="0",
            smb2__msg_id="1",
            smb2__tree=r"\\s\IPC$",
            smb2__filename="svcctl",
        ),
        frame(
            2,
            over,
            reply=True,
            smb2__cmd="5",
            smb2__flags__response="1",
            smb2__msg_id="1",
            smb2__nt_status="0",
            smb2__fid="f1",
        ),
    )
    observe(smb, *opened)
    rows = observe(Rpc(smb), request(3, "15", over + ":dcerpc", smb2__fid="f1", port="445"))
    assert rows[0]["pipe"] == r"\pipe\svcctl"


def test_answers_in_the_same_packet_do_not_shift_the_numbers():
    both = frame(3, OVER, port="49155", dcerpc__pkt_type=["2", "0"], dcerpc__cn_ctx_id=["0", "0"], dcerpc__cn_flags=["3", "3"],
                 dcerpc__opnum=["15", "12"])  # fmt: skip
    assert [row["operation"] for row in observe(Rpc(Smb()), bind(1), both)] == ["CreateServiceW"]


def test_a_pipe_that_serves_one_interface_names_it():
    smb, over = Smb(), "eth:ip:tcp:nbss:smb"
    opened = (
        frame(1, over, smb__cmd="0xa2", smb__flags__response="0", smb__mid="4", smb__file="\\svcctl"),
        frame(2, over, reply=True, smb__cmd="0xa2", smb__flags__response="1", smb__mid="4", smb__nt_status="0x00000000",
              smb__fid="0x4000"),
    )  # fmt: skip
    for packet in opened:
        list(smb.take(packet))
    (row,) = observe(Rpc(smb), request(3, "19", over + ":dcerpc", smb__fid="0x4000"))
    assert (row["endpoint"], row["operation"]) == ("svcctl", "StartServiceW")

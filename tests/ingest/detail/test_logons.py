from tests.ingest.frames import frame, observe

from cloison.ingest.detail.logons import Kerberos, Ntlm, Rdp

OVER = "eth:ip:tcp:kerberos"


def krb(number, kind, *, reply=False, **fields):
    return frame(number, OVER, reply=reply, port="88", **{"kerberos__msg_type": kind} | fields)


def test_a_request_and_its_answer_are_one_logon():
    asked = krb(
        1,
        "10",
        kerberos__CNameString="carer",
        kerberos__realm="EXAMPLE",
        kerberos__SNameString=["krbtgt", "EXAMPLE"],
        kerberos__padata_type="2",
    )
    (row,) = observe(
        Kerberos(), asked, krb(5, "11", reply=True, kerberos__CNameString="carer", kerberos__crealm="EXAMPLE")
    )
    assert (row["user"], row["service"], row["success"], row["detail"]) == (
        "carer/EXAMPLE",
        "krbtgt/EXAMPLE",
        True,
        "AS",
    )
    assert (row["record"], row["seen_at"] - row["ts"]) == (1, 4)


def test_an_error_is_a_failed_request_with_its_name():
    (row,) = observe(
        Kerberos(), krb(1, "10", kerberos__CNameString="carer"), krb(2, "30", reply=True, kerberos__error_code="24")
    )
    assert (row["success"], row["detail"]) == (False, "AS KDC_ERR_PREAUTH_FAILED")


def test_a_request_without_answer_is_told_at_the_end():
    (row,) = observe(Kerberos(), krb(1, ["12", "14"], kerberos__SNameString=["cifs", "server"]))
    assert (row["detail"], row["service"], row.get("success")) == ("TGS", "cifs/server", None)


def test_the_set_up_of_a_share_session_tells_whether_the_logon_worked():
    over = "eth:ip:tcp:nbss:smb2:ntlmssp"
    asked = frame(
        1, over, ntlmssp__messagetype="0x00000003", ntlmssp__auth__username="carer", ntlmssp__auth__hostname="PC-1"
    )
    for status, success in (("0x00000000", True), ("0xc000006d", False)):
        told = frame(2, over, reply=True, smb2__cmd="1", smb2__flags__response="1", smb2__nt_status=status)
        (row,) = observe(Ntlm(), asked, told)
        assert (row["user"], row["client_name"], row["success"]) == ("carer", "pc-1", success)


def test_a_desktop_request_keeps_its_cookie():
    (row,) = observe(Rdp(), frame(1, "eth:ip:tcp:tpkt:cotp:rdp", port="3389", rdp__rt_cookie="Cookie: mstshash=carer"))
    assert (row["protocol"], row["detail"], row["dst_port"]) == ("rdp", "carer", 3389)


def test_a_ticket_tells_its_cipher_and_that_of_the_clients_part():
    (row,) = observe(Kerberos(), krb(1, ["12", "14"]), krb(2, "13", reply=True, kerberos__etype=["23", "18"]))
    assert row["detail"] == "TGS rc4-hmac key aes256-cts-hmac-sha1-96"
    (row,) = observe(Kerberos(), krb(1, ["12", "14"]), krb(2, "13", reply=True, kerberos__etype=["18", "18", "18"]))
    assert row["detail"] == "TGS aes256-cts-hmac-sha1-96"


def test_a_logon_ticket_given_without_proof_is_told():
    given = krb(2, "11", reply=True, kerberos__etype=["23", "23"])
    (row,) = observe(Kerberos(), krb(1, "10", kerberos__padata_type="128"), given)
    assert row["detail"] == "AS rc4-hmac no-preauth"
    (row,) = observe(Kerberos(), krb(1, "10", kerberos__padata_type=["2", "128"]), given)
    assert row["detail"] == "AS rc4-hmac"

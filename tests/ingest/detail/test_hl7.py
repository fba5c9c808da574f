from tests.ingest.frames import frame, observe

from cloison.ingest.detail.hl7 import Hl7

OVER = "eth:ip:tcp:hl7"
HEADER = r"MSH|^~\&|LAB|HOSP|EPR|WARD|20260302||ADT^A01|1|P|2.5\r"


def test_a_message_is_told_by_its_header_and_nothing_of_the_patient():
    (row,) = observe(Hl7(), frame(1, OVER, port="2575", hl7__segment=[HEADER, r"PID|1||135769||INVENTED^NAME\r"]))
    assert (row["sending"], row["receiving"], row["message"], row["status"]) == (
        "LAB|HOSP",
        "EPR|WARD",
        "ADT^A01",
        None,
    )
    assert (row["src"], row["dst_port"]) == ("10.0.0.1", 2575)
    assert "INVENTED" not in str(row)


def test_an_acknowledgement_has_the_asking_side_as_source():
    packet = frame(
        2, OVER, reply=True, port="2575", hl7__segment=[r"MSH|^~\&|EPR|WARD|LAB|HOSP|1||ACK\r", r"MSA|AE|1\r"]
    )
    (row,) = observe(Hl7(), packet)
    assert (row["src"], row["dst_port"], row["message"], row["status"]) == ("10.0.0.1", 2575, "ACK", "AE")


def test_what_has_no_header_gives_nothing():
    assert observe(Hl7(), frame(1, OVER, hl7__segment=["PID|1"]), frame(2, OVER)) == []


def test_a_header_cut_short_gives_what_it_holds():
    (row,) = observe(Hl7(), frame(1, OVER, hl7__segment=[r"MSH|^~\&|LAB"]))
    assert (row["sending"], row["message"]) == ("LAB", None)

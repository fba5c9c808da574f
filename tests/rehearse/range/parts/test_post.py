import json
import smtplib

from tests.rehearse.range.furnished import setting_in, standing


def test_a_message_is_taken_for_all_it_is_for(tmp_path):
    setting = setting_in(tmp_path)
    with standing(setting, "post") as (part,):
        with smtplib.SMTP(setting.host("courrier").address, setting.port(25), timeout=5) as line:
            line.sendmail("gtb@ch.example", ["a@ch.example", "b@ch.example"], b"Subject: alarme\r\n\r\n.EXERCICE\r\n")
            assert line.docmd("VRFY", "a")[0] == 502
        (taken,) = [json.loads(text) for text in (part.folder / "taken.jsonl").read_text().splitlines()]
    assert (taken["server"], taken["recipients"]) == ("courrier", 2)
    assert taken["octets"] > 20

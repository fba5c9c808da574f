import socket
import time

from tests.rehearse.range.furnished import setting_in, standing


def test_what_machines_say_is_kept_in_order(tmp_path):
    setting = setting_in(tmp_path)
    with standing(setting, "journals") as (part,):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            for text in (b"<38>Mar 10 08:00:00 base sshd: un", b"<38>Mar 10 08:00:01 base sshd: deux\n"):
                line.sendto(text, (setting.host("journaux").address, setting.port(514)))
        kept = part.folder / "journaux.txt"
        until = time.monotonic() + 5
        while not (kept.exists() and kept.read_text().count("\n") == 2) and time.monotonic() < until:
            time.sleep(0.02)
        assert kept.read_text().splitlines()[1].endswith("deux")

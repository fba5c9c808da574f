from datetime import timedelta

import pytest
from tests.rehearse.range.furnished import drawn, errand, lived, needs, places, setting_in, standing

from cloison.rehearse.range.parts.remote import AGENT, DEPOT
from cloison.rehearse.range.traffic.habits.copies import kept_by
from cloison.rehearse.range.traffic.life import Life


def test_the_record_is_fetched_kept_and_really_restored_and_a_server_sends_its_own(tmp_path):
    needs("ssh", "sftp", "sshd", "unshare", "restic")
    probe = ["unshare", "--mount", "unshare", "--user", "--map-user=1000", "true"]
    if places()["copies"].run(probe, timeout=timedelta(seconds=5)).returncode:
        pytest.skip("user namespaces are not allowed here")
    setting = setting_in(tmp_path)
    with standing(setting, "remote", "backups"):
        kept = kept_by(Life(setting, "serveurs", resolves=False), setting.host("base"))
        kept.parent.mkdir(parents=True)
        kept.write_bytes(b"EXERCICE" * 1000)
        assert lived(setting, errand("copies", "sauvegarde", "base", AGENT, kind="fetch")) == [0]
        assert lived(setting, errand("copies", "base", "depot", DEPOT, kind="send")) == [0]
    (restored,) = (tmp_path / "parts" / "restored").rglob("record.sqlite")
    assert restored.read_bytes() == kept.read_bytes()


def test_both_ways_are_drawn_where_the_map_declares_them(tmp_path):
    assert {(one.source, one.target, one.port) for one in drawn(setting_in(tmp_path), "copies", hours=72)} == {
        ("sauvegarde", "base", AGENT),
        *((source, "depot", DEPOT) for source in ("base", "fichiers", "pacs")),
    }

import io

import pytest
from impacket.smbconnection import SessionError, SMBConnection
from tests.rehearse.range.furnished import setting_in, standing

from cloison.rehearse.range.parts.share import HOMES, SERVICES, documents


def test_a_person_reads_and_writes_files_and_a_wrong_password_opens_nothing(tmp_path):
    setting = setting_in(tmp_path)
    with standing(setting, "share"):
        user = setting.people[0]
        line = connect(setting)
        line.login(user.name, user.password)
        names = {entry.get_longname() for entry in line.listPath(SERVICES, "\\urgences\\*")}
        assert {path.partition("\\")[2] for path in documents() if path.startswith("urgences")} <= names
        line.putFile(HOMES, f"{user.name}\\lettre.docx", io.BytesIO(b"EXERCICE" * 9000).read)
        got = io.BytesIO()
        line.getFile(HOMES, f"{user.name}\\lettre.docx", got.write)
        assert got.getvalue() == b"EXERCICE" * 9000
        line.close()
        other = connect(setting)
        with pytest.raises(SessionError):
            other.login(user.name, "faux")
        other.close()


def connect(setting):
    host = setting.host("fichiers")
    return SMBConnection(host.id, host.address, sess_port=setting.port(445), timeout=5)

import pytest

from cloison.errors import BadValueError
from cloison.model.people import Role
from cloison.store.directory_file import directory_of

GOOD = """issuer = "https://sso.hopital.example/realms/hopital"
client_id = "cloison"
client_secret = "s3cr3t"
[roles]
GG-RSSI = "security-officer"
"""


def written(home, text, mode=0o600):
    path = home / "directory.toml"
    path.write_text(text)
    path.chmod(mode)
    return home


def test_without_a_file_there_is_no_directory(tmp_path):
    assert directory_of(tmp_path) is None


def test_the_file_names_the_directory_and_its_groups(tmp_path):
    settings = directory_of(written(tmp_path, GOOD))
    assert settings.roles == {"GG-RSSI": Role.SECURITY_OFFICER}
    assert settings.groups_claim == "groups"


@pytest.mark.parametrize(
    "text",
    [
        "issuer =",
        GOOD.replace("https", "http"),
        GOOD.replace("security-officer", "rssi"),
        GOOD.replace("client_secret", "secret"),
        GOOD + "\n[more]\nx = 1\n",
        "\ufeff\x00",
    ],
)
def test_any_other_file_is_refused_and_its_secret_is_not_told(tmp_path, text):
    with pytest.raises(BadValueError) as refused:
        directory_of(written(tmp_path, text))
    assert "s3cr3t" not in str(refused.value)


def test_a_secret_that_others_may_read_is_refused(tmp_path):
    with pytest.raises(BadValueError, match="chmod 600"):
        directory_of(written(tmp_path, GOOD, 0o644))

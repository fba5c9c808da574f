import pytest

from cloison.errors import BadValueError
from cloison.ui.remote.address import is_loopback, read_address


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("https://console.hopital.example", "https://console.hopital.example"),
        ("https://console.hopital.example:8420/", "https://console.hopital.example:8420"),
        ("https://192.0.2.7", "https://192.0.2.7"),
        ("https://[2001:db8::7]:8420", "https://[2001:db8::7]:8420"),
        ("http://127.0.0.1:8420", "http://127.0.0.1:8420"),
        ("http://[::1]:8420", "http://[::1]:8420"),
        (" http://localhost:8420 ", "http://localhost:8420"),
    ],
)
def test_an_address_is_a_scheme_a_name_and_a_port(text, plain):
    assert read_address(text, where="--server") == plain


@pytest.mark.parametrize(
    "text",
    [
        "",
        "console.hopital.example",
        "ftp://console.hopital.example",
        "file:///etc/passwd",
        "https://",
        "https://console.hopital.example:port",
        "https://a.durand:secret@console.hopital.example",
        "https://console.hopital.example/api",
        "https://console.hopital.example?x=1",
        "https://console.hopital.example#x",
        "https://[2001:db8::7",
        "https://console.hôpital.example",
        "https://con sole.example",
        "https://a\r\nX: y",
        "https://" + "a" * 400,
    ],
)
def test_what_is_no_address_of_a_server_is_refused(text):
    with pytest.raises(BadValueError) as refused:
        read_address(text, where="--server")
    assert refused.value.where == "--server"


@pytest.mark.parametrize("name", ["192.0.2.7", "console.hopital.example", "127.0.0.1.example", "localhost.example"])
def test_passwords_and_the_map_cross_no_network_in_clear(name):
    with pytest.raises(BadValueError, match="in clear"):
        read_address(f"http://{name}", where="CLOISON_SERVER")


def test_loopback_is_this_machine():
    assert all(map(is_loopback, ["localhost", "127.0.0.1", "127.9.9.9", "::1"]))
    assert not any(map(is_loopback, ["", "10.0.0.1", "localhost.example"]))

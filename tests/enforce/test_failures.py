from datetime import timedelta

import pytest

from cloison.enforce import failures
from cloison.errors import BadValueError, DeviceError

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (failures.unreachable("coeur", "no route"), "it cannot be reached: no route"),
        (failures.not_let_in("coeur"), "password or key is wrong"),
        (failures.unknown_certificate("coeur", "/x.pem"), "put its certificate, or its authority's, in /x.pem"),
        (failures.late("coeur", SECOND), "within 1.0 s"),
        (failures.garbled("coeur"), "nobody understands"),
        (failures.refused("coeur", "x" * 400 + "fin"), "xfin"),
        (failures.unarmed("coeur"), "cloison arm --show"),
        (failures.lapsed("coeur"), "before it was confirmed"),
    ],
)
def test_each_failure_says_where_what_and_what_to_do(failure, words):
    assert isinstance(failure, DeviceError)
    assert words in str(failure)
    assert str(failure).startswith("coeur: ")
    assert len(str(failure)) < 500


def test_an_address_that_is_none_tells_the_forms():
    with pytest.raises(BadValueError, match="ssh://USER@HOST"):
        raise failures.no_address("telnet:x", "ssh://USER@HOST")

from random import Random

import pytest
from tests.detect.cutting import same_however_cut
from tests.detect.traffic import dns, findings_of

from cloison.detect.detectors.generated_names import DETECTOR

HOST, RESOLVER = "10.1.0.1", "10.2.0.53"

WORDS = [
    "hopital",
    "clinique",
    "radiologie",
    "pharmacie",
    "laboratoire",
    "urgences",
    "infirmiere",
    "chirurgie",
    "maternite",
    "cardiologie",
    "weather",
    "shopping",
    "newspaper",
    "university",
    "football",
    "holidays",
    "railway",
    "insurance",
    "furniture",
    "restaurant",
]


def found(rows):
    return findings_of(rows, DETECTOR)


def tried(names, *, src=HOST, code="NXDOMAIN"):
    return [dns(3 * i, src, RESOLVER, name, code=code) for i, name in enumerate(names)]


def nonsense(count, *, letters="abcdefghijklmnopqrstuvwxyz", seed=1):
    random = Random(seed)
    return ["".join(random.choice(letters) for _ in range(13)) + ".info" for _ in range(count)]


def test_fires_on_even_letters():
    (one,) = found(tried(nonsense(30)))
    assert one.technique == "T1568.002"
    assert one.sources == (HOST,)


def test_fires_on_letters_and_figures():
    assert len(found(tried(nonsense(20, letters="0123456789abcdef")))) == 1


def test_fires_at_the_twelfth():
    (one,) = found(tried(nonsense(30, letters="bcdfghjklmnpqrstvwxz")))
    assert (one.detected_at - one.first_seen).total_seconds() == 33


@pytest.mark.parametrize(
    "rows",
    [
        tried(nonsense(30), code="NOERROR"),
        tried([f"{name}.com" for name in WORDS]),
        tried([f"{name.partition('.')[0]}.corp.example" for name in nonsense(60)]),
        tried([name.partition(".")[0] for name in nonsense(60)]),
        tried([f"{i}.0.2.192.in-addr.arpa" for i in range(60)]),
        tried([f"4.3.2.{i}.zen.blocklist.example" for i in range(60)]),
        tried(nonsense(8)),
        tried(nonsense(30), src="198.51.100.7"),
    ],
)
def test_quiet_on_typos_suffixes_probes_and_lists(rows):
    assert found(rows) == ()


def test_quiet_when_good_names_fail_too():
    rows = tried([*(f"{one}{two}.com" for one in WORDS for two in WORDS[:3]), *nonsense(20)])
    assert found(rows) == ()


def test_cuts_change_nothing():
    assert same_however_cut([*tried(nonsense(40)), *tried(nonsense(20, seed=2), src="10.1.0.2")], DETECTOR)

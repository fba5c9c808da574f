from dataclasses import replace

from tests.seal.certified import certificate_of
from tests.seal.hospitals import random_hospital

from cloison.seal.certificate import digest, instance, strangers


def plain(place, parameters) -> dict:
    return certificate_of(place, parameters, parse_float=float)


def test_a_certificate_is_of_its_own_map_and_draws():
    place, parameters = random_hospital(5)
    assert strangers(plain(place, parameters), place) == ()
    other = replace(place, zones=tuple(replace(zone, patient_records=7) for zone in place.zones))
    assert [str(each) for each in strangers(plain(place, parameters), other)] == ["the certificate is of another map"]


def test_draws_of_another_seed_are_told():
    place, parameters = random_hospital(23)
    document = plain(place, replace(parameters, scenarios=12))
    document["parameters"]["seed"] += 1
    assert "seed" in str(strangers(document, place)[0])


def test_names_of_people_and_addresses_stay_out():
    place, _ = random_hospital(5)
    renamed = replace(place, name="Ailleurs", zones=tuple(replace(zone, name="Ailleurs") for zone in place.zones))
    assert digest(instance(renamed)) == digest(instance(place))


def test_only_what_the_proof_uses_is_written():
    proof = plain(*random_hospital(23))["proof"]
    weighed = {row for leaf in proof["leaves"] for row, _ in leaf["weights"]}
    assert weighed == set(range(len(proof["rows"])))
    assert all(weight > 0 for leaf in proof["leaves"] for _, weight in leaf["weights"])


def test_without_time_there_is_no_proof_but_a_certificate():
    place, parameters = random_hospital(23)
    proof = plain(place, replace(parameters, time_limit_seconds=0.0))["proof"]
    assert proof["leaves"] == [{"box": {}, "weights": []}]

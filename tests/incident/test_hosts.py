import pytest
from tests.incident.test_suspicion import HOSPITAL

from cloison.incident.hosts import Hosts, plain

KNOWN = Hosts(
    HOSPITAL,
    owners={"10.1.0.5": "pc-12", "10.2.0.1": "srv-fic"},
    named={"intranet": "10.2.0.1", "imprimante": "10.1.0.9"},
)


@pytest.mark.parametrize("name", ["10.2.0.1", "10.2.0.2", "srv-fic", "SRV-FIC.chu.example", "fichiers", "intranet"])
def test_every_name_of_an_asset_is_the_asset(name):
    host = KNOWN.find(name)
    assert (host.key, host.name, host.asset, host.zone, host.ours) == (
        "asset:fichiers",
        "SRV-FIC",
        "fichiers",
        "serveurs",
        True,
    )


@pytest.mark.parametrize("name", ["10.1.0.5", "PC-12", "pc-12.chu.example", "PC-12$"])
def test_what_records_say_joins_a_name_and_an_address(name):
    host = KNOWN.find(name)
    assert (host.key, host.zone, host.ours) == ("pc-12", "bureaux", True)


def test_a_name_that_dns_gives_alone_is_its_address():
    assert KNOWN.find("imprimante").key == KNOWN.find("10.1.0.9").key == "10.1.0.9"


def test_a_name_that_acts_is_a_machine_and_a_site_that_is_reached_is_not():
    nobody = Hosts(None)
    assert nobody.find("kali", acts=True).ours
    assert nobody.find("pc-7.chu.example", acts=True).ours
    assert nobody.find("pc-7").ours
    assert not nobody.find("c2.example").ours
    assert not nobody.find("198.51.100.7", acts=True).ours


def test_two_assets_whose_names_people_wrote_alike_stay_two():
    assert plain("Serveur v1.2") != plain("Serveur v1.3")


def test_aliases_give_one_key_for_each_machine():
    aliases = KNOWN.aliases()
    assert aliases["pc-12"] == aliases["10.1.0.5"] == "pc-12"
    assert aliases["intranet"] == "asset:fichiers"

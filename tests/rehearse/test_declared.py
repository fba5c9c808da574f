import numpy as np

from cloison.model.hospital import Conduit, Hospital, Zone, ZoneKind
from cloison.rehearse.declared import Declared
from cloison.rehearse.population import populate

SMALL = Hospital(
    name="petit",
    zones=tuple(Zone(id=name, name=name, kind=ZoneKind.OFFICE) for name in ("a", "b", "c")),
    conduits=(
        Conduit(id="a>b", from_="a", to="b", services=("tcp/443", "tcp/1000-1010")),
        Conduit(id="a>c", from_="a", to="c"),
    ),
)


def test_a_conduit_lets_its_services_pass_one_way():
    declared = Declared(SMALL)
    assert declared.allows(0, 1, "tcp/443")
    assert declared.allows(0, 1, "tcp/1005")
    assert not declared.allows(0, 1, "tcp/1011")
    assert not declared.allows(0, 1, "udp/443")
    assert not declared.allows(1, 0, "tcp/443")


def test_within_a_zone_everything_passes():
    assert Declared(SMALL).allows(2, 2, "tcp/1")


def test_a_conduit_of_which_nobody_said_what_passes_lets_nothing_pass():
    assert not Declared(SMALL).allows(0, 2, "tcp/443")


def test_partners_are_grouped_by_zone_and_only_those_that_may_be_reached(hospital):
    hosts, declared = populate(hospital), Declared(hospital)
    groups = list(declared.partners(hosts, hosts.having("workstation"), hosts.having("pacs"), "tcp/443"))
    reaching = {hospital.zones[hosts.zone[who[0]]].id for who, _ in groups}
    assert "urgences" in reaching
    assert "administration" not in reaching
    for who, whom in groups:
        assert len(np.unique(hosts.zone[who])) == 1
        assert all(declared.allows(hosts.zone[who[0]], hosts.zone[t], "tcp/443") for t in whom)

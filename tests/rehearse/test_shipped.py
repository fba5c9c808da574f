from collections import Counter

from cloison.model.hospital import ZoneKind
from cloison.rehearse.shipped import shipped_map


def test_the_shipped_map_is_a_file_that_can_be_read():
    with shipped_map() as path:
        assert path.name == "hospital.toml"
        assert path.read_text(encoding="utf-8").startswith("# CH de Val-Marenne")


def test_it_is_a_hospital_of_a_plausible_size(hospital):
    assert 15 <= len(hospital.zones) <= 20
    assert 150 <= len(hospital.assets) <= 200
    assert 60 <= len(hospital.conduits) <= 120
    assert 20 <= len(hospital.care_services) <= 26
    assert 3 <= len(hospital.enforcement_points) <= 8


def test_its_care_is_that_of_250_beds(hospital):
    assert 250 <= sum(service.care_per_hour for service in hospital.care_services) <= 300


def test_every_kind_of_zone_is_there(hospital):
    assert {zone.kind for zone in hospital.zones} == set(ZoneKind)


def test_some_doors_move_together_some_passages_cannot_close_and_some_need_a_person(hospital):
    doors = Counter(conduit.door for conduit in hospital.conduits if conduit.door)
    assert sum(count > 1 for count in doors.values()) >= 3
    assert any(conduit.enforced_by is None for conduit in hospital.conduits)
    manual = {point.id for point in hospital.enforcement_points if point.driver == "manual"}
    walked = [conduit for conduit in hospital.conduits if conduit.enforced_by in manual]
    assert walked
    assert all(conduit.close_minutes >= 5 for conduit in walked)


def test_every_enforcement_point_says_where_it_stands_and_who_acts(hospital):
    assert all(point.place and point.person for point in hospital.enforcement_points)


def test_no_care_can_go_on_forever_without_its_systems(hospital):
    assert all(service.degraded.capacity < 1 and service.restore_hours > 0 for service in hospital.care_services)
    assert all(service.needs is not None for service in hospital.care_services)


def test_a_flow_asks_for_a_service_that_each_of_its_conduits_lets_pass(hospital):
    services = {conduit.id: conduit.services for conduit in hospital.conduits}
    for flow in hospital.flows:
        assert all(flow.service in services[conduit] for conduit in flow.via), flow.id


def test_what_the_hospital_runs_uses_private_addresses(hospital):
    outside = {zone.id for zone in hospital.zones if zone.kind is ZoneKind.INTERNET}
    assert all(address.is_private for asset in hospital.assets for address in asset.addresses)
    assert not [asset for asset in hospital.assets if asset.zone in outside]

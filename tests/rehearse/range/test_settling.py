from tests.rehearse.range.furnished import ASSETS, hospital, places, setting_in

from cloison.rehearse.range.settling import ADMINS, FEWEST, set_out


def test_every_host_of_every_place_is_there_with_the_maps_role(tmp_path):
    setting = setting_in(tmp_path)
    assert {(host.id, host.zone, host.role) for host in setting.hosts} == {asset[:3] for asset in ASSETS}


def test_the_same_seed_gives_the_same_accounts_and_another_gives_others(tmp_path):
    first, again, other = (set_out(hospital(), places().values(), tmp_path, seed=seed).accounts for seed in (1, 1, 2))
    assert first == again != other
    assert len(first) == FEWEST + ADMINS + 2
    assert len({account.name for account in first}) == len(first)
    assert sum(account.weak for account in first) == 2


def test_the_shipped_map_has_its_outside_world(layout, tmp_path):
    setting = set_out(layout.hospital, layout.places.values(), tmp_path)
    assert {"attacker", "operator", "mail-peer"} <= {host.role for host in setting.hosts if host.kind == "internet"}
    assert setting.host("pacs").address == "10.31.0.10"
    outside = next(host for host in setting.hosts if host.role == "operator")
    assert setting.full_name(outside) == outside.id

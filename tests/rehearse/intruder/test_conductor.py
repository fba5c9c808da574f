import json
import subprocess
import sys
from pathlib import Path

import pytest

from cloison.rehearse.intruder.conductor import found_accounts, outside_addresses, zone_targets
from cloison.rehearse.range.entering import fresh, surroundings
from cloison.rehearse.range.layout import lay_out
from cloison.rehearse.range.settling import set_out
from cloison.rehearse.shipped import shipped_map
from cloison.store.hospital_file import load

BOX = Path(__file__).with_name("box.py")


@pytest.fixture(scope="module")
def layout():
    with shipped_map() as path:
        return lay_out(load(path))


def played(folder, nonce):
    done = subprocess.run(
        fresh([sys.executable, str(BOX), str(folder), nonce]),
        env=surroundings(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.usefixtures("needs_range")
def test_a_scenario_is_played_in_the_range_from_each_machine_s_own_address(tmp_path):
    told = played(tmp_path / "range", "essai")
    assert not any(told["said"].values()), told["said"]
    acts = sorted((act, source) for act, source, _ in told["deeds"])
    assert acts == [("fetch", "10.10.0.21"), *[("scan", "10.10.0.21")] * 6]
    assert ["fetch", "10.10.0.21", "203.0.113.6"] in told["deeds"]
    assert ["scan", "10.10.0.21", "10.51.0.10"] in told["deeds"]


@pytest.mark.usefixtures("needs_range")
def test_with_another_range_s_secret_every_act_refuses(tmp_path):
    told = played(tmp_path / "range", "autre")
    assert told["deeds"] == []
    assert len(told["said"]) == 3
    assert all("acts only inside the range" in said for said in told["said"].values())


def test_a_zone_s_systems_come_before_the_addresses_around_them(layout):
    zone = next(zone for zone in layout.hospital.zones if zone.id == "serveurs-bureautiques")
    targets = zone_targets(layout, zone)
    assert [target.name for target in targets[:2]] == ["fichiers-1", "fichiers-2"]
    assert len({target.address for target in targets}) == len(targets) > 200


def test_the_outside_is_the_intruder_s_own(layout):
    outside = {str(address) for one in layout.compartments if one.zone == "internet" for address in one.hosts.values()}
    assert {target.address for target in outside_addresses(layout)} <= outside


def test_the_accounts_found_are_those_with_a_weak_password(layout, tmp_path):
    setting = set_out(layout.hospital, layout.places.values(), tmp_path)
    found = found_accounts(setting)
    weak = {one.name for one in setting.accounts if one.weak}
    assert {one.user for one in found} == weak
    assert {one.service for one in found} == {"smb", "ssh"}

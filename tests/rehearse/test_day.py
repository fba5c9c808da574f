from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.store.hospitals import hospitals

from cloison.ingest.reading import open_reading
from cloison.model.hospital import Hospital, Zone, ZoneKind
from cloison.rehearse.day import write_day
from cloison.rehearse.declared import Declared
from cloison.rehearse.shipped import shipped_map
from cloison.store.hospital_file import load

START_OF_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@cache
def shipped() -> Hospital:
    with shipped_map() as path:
        return load(path)


def test_the_same_seed_writes_the_same_bytes(hospital, troubled, tmp_path):
    again = write_day(hospital, tmp_path, seed=troubled.truth.seed, start=troubled.truth.start)
    assert again == troubled.truth
    for file in sorted(troubled.folder.iterdir()):
        assert (tmp_path / file.name).read_bytes() == file.read_bytes(), file.name


def test_another_seed_writes_another_day_of_the_same_machines(hospital, quiet, tmp_path):
    write_day(hospital, tmp_path, seed=8, start=quiet.truth.start, intrusion=False)
    assert (tmp_path / "conn.log").read_bytes() != (quiet.folder / "conn.log").read_bytes()
    here = set(quiet.log("dhcp")["mac"])
    there = {line.split("\t")[4] for line in (tmp_path / "dhcp.log").read_text().splitlines() if line[0] != "#"}
    assert len(here & there) > 0.8 * len(here)


def test_the_intrusion_only_adds_lines(quiet, troubled):
    for file in sorted(quiet.folder.iterdir()):
        ordinary = set(file.read_text().splitlines())
        assert ordinary <= set((troubled.folder / file.name).read_text().splitlines()), file.name


def test_it_is_a_day_of_hundreds_of_thousands_of_connections(quiet):
    lines = dict(quiet.truth.lines)
    assert 200_000 <= lines["conn"] <= 400_000
    assert sum(file.stat().st_size for file in quiet.folder.iterdir()) < 80e6


def test_the_count_of_lines_is_that_of_the_files(troubled):
    for log, count in troubled.truth.lines:
        lines = (troubled.folder / f"{log}.log").read_text().splitlines()
        assert sum(not line.startswith("#") for line in lines) == count


def test_the_products_own_reader_rejects_not_one_line(troubled):
    reading = open_reading([troubled.folder])
    rows = sum(len(table) for batch in reading.batches() for table in batch.values())
    assert rows == sum(count for _, count in troubled.truth.lines)
    assert reading.refusals == ()
    assert {(source.rejected, source.late) for source in reading.sources} == {(0, 0)}


def test_nothing_happens_outside_the_day(troubled):
    conn = troubled.conn()
    end = (troubled.truth.start + timedelta(days=1)).timestamp()
    assert conn["ts"].min() >= troubled.truth.start.timestamp()
    assert (conn["ts"] + conn["duration"]).max() <= end + 1e-3


def test_every_address_lies_in_a_zone_of_the_map(troubled_conn):
    assert troubled_conn["from"].null_count() == 0
    assert troubled_conn["to"].null_count() == 0


def test_ordinary_traffic_is_declared_but_for_the_known_leaks(hospital, quiet, quiet_conn):
    declared = Declared(hospital)
    place = {zone.id: index for index, zone in enumerate(hospital.zones)}
    crossings = quiet_conn.select("from", "to", "service_asked").unique().rows()
    undeclared = {row for row in crossings if not declared.allows(place[row[0]], place[row[1]], row[2])}
    assert undeclared == {(leak.from_, leak.to, leak.service) for leak in quiet.truth.leaks}


def test_a_share_of_connections_fails_as_on_any_network(quiet_conn):
    failed = quiet_conn["conn_state"].is_in(["S0", "REJ", "RSTO"]).mean()
    assert 0.01 < failed < 0.15


def test_a_map_with_no_system_gives_a_day_with_no_intruder(tmp_path):
    empty = Hospital(name="vide", zones=(Zone(id="internet", name="Internet", kind=ZoneKind.INTERNET),))
    truth = write_day(empty, tmp_path, seed=1, start=START_OF_TIME)
    assert truth.acts == ()
    assert truth.lines == ()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(hospital=hospitals(), seed=st.integers(0, 1000))
def test_any_valid_map_gives_a_day(hospital, seed):
    with TemporaryDirectory() as folder:
        truth = write_day(hospital, Path(folder), seed=seed, start=START_OF_TIME)
    assert all(count > 0 for _, count in truth.lines)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000), kept=st.sampled_from([0.05, 0.1, 0.3]))
def test_a_hospital_that_lacks_systems_and_passages_still_has_its_day(seed, kept):
    draw = Random(seed)  # a test's choice, not a secret
    whole = shipped()
    assets = tuple(asset for asset in whole.assets if draw.random() < kept)
    conduits = tuple(conduit for conduit in whole.conduits if draw.random() < kept)
    poorer = replace(whole, assets=assets, conduits=conduits, flows=(), care_services=())
    with TemporaryDirectory() as folder:
        truth = write_day(poorer, Path(folder), seed=seed, start=START_OF_TIME)
    assert all(count > 0 for _, count in truth.lines)


def test_a_map_with_no_zone_gives_an_empty_day(tmp_path):
    truth = write_day(Hospital(name="rien"), tmp_path, seed=1, start=START_OF_TIME)
    assert truth == truth.__class__(start=START_OF_TIME, seed=1, lines=(), leaks=(), acts=())

from ipaddress import ip_network

import pytest
from tests.detect.traffic import DAY, HOUR, findings_of, logon

from cloison.detect.detectors.credential_switch import DETECTOR
from cloison.model.hospital import Hospital, Zone, ZoneId, ZoneKind

PC, OTHER, ADMIN_PC, FILES, GOAL = "10.1.0.7", "10.1.0.8", "10.1.0.9", "10.2.0.1", "10.2.0.5"


def habits(days=3):
    """The nurse works on her PC, the administrator on his."""
    rows = []
    for day in range(days):
        rows.append(logon(day * DAY, PC, FILES, "infirmiere"))
        rows.append(logon(day * DAY + 9, ADMIN_PC, FILES, "adm-dupont"))
        rows.append(logon(day * DAY + 18, OTHER, FILES, "medecin"))
    return rows


def path(at=3 * DAY, *, goal=GOAL):
    """Somebody comes to the PC, and goes on as the administrator."""
    return [logon(at, OTHER, PC, "infirmiere"), logon(at + HOUR, PC, goal, "adm-dupont")]


def found(rows, **more):
    return findings_of(rows, DETECTOR, **more)


def test_fires_on_a_path_with_a_switch_and_new_access():
    (one,) = found([*habits(), *path()])
    assert (one.technique, one.sources, one.targets) == ("T1078", (PC,), (GOAL,))


def test_fires_without_the_first_leg_on_two_machines():
    alone = [logon(3 * DAY + i, PC, goal, "adm-dupont") for i, goal in enumerate((GOAL, "10.2.0.6"))]
    assert found([*habits(), alone[0]]) == ()
    (one,) = found([*habits(), *alone])
    assert one.confidence < found([*habits(), *path()])[0].confidence


def test_fires_on_credentials_given_in_full():
    explicit = logon(
        3 * DAY + 60, PC, GOAL, "adm-dupont", success=None, actor="infirmiere", detail="explicit credentials"
    )
    assert len(found([*habits(), logon(3 * DAY, OTHER, PC, "infirmiere"), explicit])) == 1


def test_fires_on_a_first_day_only_for_a_whole_path_to_two_machines():
    begun = [logon(0, PC, FILES, "infirmiere"), logon(9, ADMIN_PC, FILES, "adm-dupont")]
    assert found([*begun, *path(60)]) == ()
    assert len(found([*begun, *path(60), logon(2 * HOUR, PC, "10.2.0.6", "adm-dupont")])) == 1


def test_domains_and_case_do_not_make_another_account():
    rows = [logon(3 * DAY, OTHER, PC, "infirmiere"), logon(3 * DAY + 60, PC, GOAL, r"EXEMPLE\INFIRMIERE")]
    assert found([*habits(), *rows]) == ()


@pytest.mark.parametrize(
    "rows",
    [
        [logon(3 * DAY, OTHER, PC, "infirmiere"), logon(3 * DAY + 60, PC, FILES, "adm-dupont")],
        [logon(DAY, PC, GOAL, "infirmiere"), *path()],
        [logon(DAY, PC, "10.2.0.9", "adm-dupont"), *path()],
        [logon(3 * DAY, OTHER, PC, "infirmiere"), logon(3 * DAY + 60, PC, GOAL, "nouveau")],
        [logon(3 * DAY, OTHER, PC, "infirmiere"), logon(3 * DAY + 60, PC, GOAL, "PC-12$")],
        [*[logon(DAY + i, f"10.1.1.{i}", GOAL, f"agent{i}") for i in range(9)], *path()],
        [logon(3 * DAY, OTHER, PC, "infirmiere"), logon(3 * DAY + 60, PC, GOAL, "adm-dupont", success=False)],
    ],
    ids=["known server", "known access", "known account", "unknown account", "machine", "popular", "refused"],
)
def test_quiet_on(rows):
    assert found([*habits(), *rows]) == ()


def test_quiet_for_those_whose_work_is_to_administer():
    zone = Zone(id=ZoneId("z"), name="Z", kind=ZoneKind.MANAGEMENT, networks=(ip_network("10.0.0.0/8"),))
    assert found([*habits(), *path()], hospital=Hospital(name="Essai", zones=(zone,))) == ()

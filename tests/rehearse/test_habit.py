import numpy as np

from cloison.model.hospital import ZoneKind
from cloison.rehearse.habit import Day, Habit


def test_a_machine_that_is_off_opens_nothing(hospital):
    day = Day(hospital, 1)
    habit = Habit(who=("workstation",), whom=("file-server",), service="tcp/445", per_day=50)
    for who, _, flows in day.follow(day.rng("test"), habit):
        assert (flows.at >= day.on[who]).all()
        assert (flows.at < day.off[who]).all()


def test_desks_are_off_at_night_and_wards_are_not(day):
    hosts = day.hosts
    office = hosts.having("workstation", kind=ZoneKind.OFFICE)
    care = hosts.having("workstation", kind=ZoneKind.CARE)
    night = np.full(len(office), 3 * 3600.0)
    assert not day.awake(office, night).any()
    assert day.awake(care, np.full(len(care), 3 * 3600.0)).mean() > 0.5


def test_a_poller_that_visits_each_partner_keeps_its_step(hospital):
    day = Day(hospital, 1)
    habit = Habit(who=("building-supervisor",), whom=("plc",), service="tcp/502", every=600, jitter=0.0, each=True)
    ((who, whom, flows),) = day.follow(day.rng("test"), habit)
    pairs = {(s, t) for s, t in zip(who.tolist(), whom.tolist(), strict=True)}
    assert len(pairs) == len(day.hosts.having("building-supervisor")) * len(day.hosts.having("plc"))
    one = np.sort(flows.at[(who == who[0]) & (whom == whom[0])])
    assert np.allclose(np.diff(one), 600)


def test_most_exchanges_are_with_the_usual_partner(hospital):
    day = Day(hospital, 1)
    habit = Habit(who=("workstation",), whom=("web",), service="tcp/443", per_day=200, kind=ZoneKind.OFFICE)
    ((who, whom, _),) = day.follow(day.rng("test"), habit)
    mine = whom[who == who[0]]
    assert np.max(np.bincount(mine)) > 0.6 * len(mine)


def test_families_do_not_move_each_other(hospital):
    one, two = Day(hospital, 5), Day(hospital, 5)
    two.rng("office").random(1000)
    assert one.rng("care").random() == two.rng("care").random()
    assert one.rng("care").random() != one.rng("office").random()


def test_a_habit_that_no_conduit_declares_leaves_nothing(hospital):
    day = Day(hospital, 1)
    assert day.follow(day.rng("test"), Habit(who=("camera",), whom=("pacs",), service="tcp/443", per_day=9)) == []

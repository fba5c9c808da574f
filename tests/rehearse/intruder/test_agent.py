import pytest
from pydantic import ValidationError
from tests.rehearse.intruder.stages import act, order

from cloison.rehearse.intruder.agent import _ORDER, write_order
from cloison.rehearse.intruder.stage import Target

HERE = Target(name="a", address="127.0.61.50")


def test_an_order_reads_back_as_it_was_and_only_its_owner_reads_it(tmp_path):
    given = order(tmp_path, "scan", HERE, parameters={"ports": (445,), "hosts": 3})
    write_order(tmp_path / "order.json", given)
    read = _ORDER.validate_json((tmp_path / "order.json").read_bytes())
    assert (read.bounds, read.targets, read.source) == (given.bounds, given.targets, given.source)
    assert (tmp_path / "order.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("parameters", [{"hots": 3}, {"hosts": 0}, {"hosts": 10**6}, {"per_minute": -1}])
def test_parameters_that_an_act_does_not_have_are_refused(tmp_path, parameters):
    with pytest.raises(ValidationError):
        act(tmp_path, "scan", HERE, parameters=parameters)

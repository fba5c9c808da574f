from dataclasses import FrozenInstanceError
from datetime import timedelta

import pytest

from cloison.model.scenario import ScenarioStep


def test_a_step_is_what_it_was_written():
    step = ScenarioStep(at=timedelta(minutes=5), act="scan", from_="poste", to="serveurs", parameters={"hosts": 3})
    with pytest.raises(FrozenInstanceError):
        step.act = "beacon"

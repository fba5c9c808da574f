from tests.ops.test_simulating import played

from cloison.ui.languages import Translator
from cloison.ui.plots.capacity import draw, rows, write_capacity


def test_each_policy_has_its_line_and_its_name():
    svg = draw(played(20), Translator("fr")).rendered(".svg").decode()
    assert all(name in svg for name in ("ne rien faire", "ce plan", "tout couper", "Soins maintenus"))


def test_the_figures_are_written_as_data(tmp_path):
    write_capacity(tmp_path / "care.csv", played(20), Translator("fr"))
    written = (tmp_path / "care.csv").read_text().splitlines()
    assert written[0] == "policy,hours,mean,low,high,standard_error"
    assert len(written) == 1 + len(rows(played(20)))
    write_capacity(tmp_path / "care.png", played(20), Translator("en"))
    assert (tmp_path / "care.png").stat().st_size > 10_000

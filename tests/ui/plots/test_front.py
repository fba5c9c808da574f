from cloison.ops.simulating import Choice
from cloison.ui.languages import Translator
from cloison.ui.plots.front import draw, rows, write_front

CHOICES = tuple(
    Choice(name=name, sealing_care_hours=doors, fresh_care_hours=lost, fresh_standard_error=5.0)
    for name, doors, lost in (("optimal", 20.0, 120.0), ("nothing", 0.0, 40_000.0), ("total-cut", 900.0, 905.0))
)


def test_choices_stand_by_rising_care_given_up():
    assert [(row["choice"], row["care_hours_to_intruder"]) for row in rows(CHOICES)] == [
        ("nothing", 40_000.0),
        ("optimal", 100.0),
        ("total-cut", 5.0),
    ]


def test_each_choice_bears_its_name():
    svg = draw(CHOICES, Translator("fr")).rendered(".svg").decode()
    assert all(name in svg for name in ("ne rien faire", "ce plan", "tout couper"))


def test_the_figures_are_written_as_data(tmp_path):
    write_front(tmp_path / "front.csv", CHOICES, Translator("fr"))
    assert (tmp_path / "front.csv").read_text().startswith("choice,care_hours_to_doors")
    write_front(tmp_path / "front.pdf", CHOICES, Translator("fr"))
    assert (tmp_path / "front.pdf").read_bytes().startswith(b"%PDF")

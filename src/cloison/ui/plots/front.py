"""The choice of a crisis director: care given up to the doors against what the intruder would still take."""

from collections.abc import Sequence
from pathlib import Path

from cloison.ops.simulating import NOTHING, PLAN, TOTAL_CUT, Choice
from cloison.ui.languages import Translator
from cloison.ui.plots.sheet import CALM, DATA, INK, KEPT, LOST, MUTE, Sheet, check_suffix, keep, tabled
from cloison.ui.vocabulary import CHOICES

_MARKS = {NOTHING: ("s", LOST), PLAN: ("o", KEPT), TOTAL_CUT: ("^", CALM)}
_OTHERS = ("D", INK)

_ROOM = 6.0
"""Times the largest figure that an axis goes to, so that names have room: on these scales, little."""


def write_front(path: Path, choices: Sequence[Choice], words: Translator) -> None:
    """Write the picture, or its figures, as the file's name says.

    Raises:
        BadValueError: the name ends with none of the known suffixes.
        UnwritableFileError: it cannot be written.
    """
    check_suffix(path)
    suffix = path.suffix.lower()
    keep(path, tabled(rows(choices), suffix) if suffix in DATA else draw(choices, words).rendered(suffix))


def rows(choices: Sequence[Choice]) -> list[dict[str, object]]:
    """Give one row a choice, by rising care given up to the doors."""
    return [
        {
            "choice": each.name,
            "care_hours_to_doors": each.sealing_care_hours,
            "care_hours_to_intruder": each.fresh_care_hours - each.sealing_care_hours,
            "standard_error": each.fresh_standard_error,
        }
        for each in sorted(choices, key=lambda each: each.sealing_care_hours)
    ]


def draw(choices: Sequence[Choice], words: Translator) -> Sheet:
    """Draw a mark a choice, each with its name and two standard errors; both scales stretch what is near 0."""
    sheet = Sheet(
        words.translate("The choice: care given up, care at risk"),
        words.translate("care-hours given up to the doors"),
        words.translate("care-hours still lost to the intruder"),
        words,
    )
    axes = sheet.axes
    for order, each in enumerate(sorted(choices, key=lambda each: (each.sealing_care_hours, -each.fresh_care_hours))):
        mark, colour = _MARKS.get(each.name, _OTHERS)
        across, upward = each.sealing_care_hours, each.fresh_care_hours - each.sealing_care_hours
        axes.errorbar(
            across,
            upward,
            yerr=2.0 * each.fresh_standard_error,
            fmt=mark,
            color=colour,
            ecolor=MUTE,
            markersize=9.0,
            capsize=3.0,
            clip_on=False,
        )
        axes.annotate(
            words.sentence(CHOICES[each.name]) if each.name in CHOICES else each.name,
            (across, upward),
            # Neighbours on the front are named one above, one below.
            xytext=(10.0, -15.0 if order % 2 else 7.0),
            textcoords="offset points",
        )
    # From nothing to tens of thousands: linear near 0, where a logarithm has no place, then by powers of ten.
    axes.set_xscale("symlog", linthresh=10.0)
    axes.set_yscale("symlog", linthresh=10.0)
    axes.set_xlim(0.0, _ROOM * max((each.sealing_care_hours for each in choices), default=1.0) + 1.0)
    axes.set_ylim(0.0, _ROOM * max((each.fresh_care_hours for each in choices), default=1.0) + 1.0)
    sheet.write_numbers()
    return sheet

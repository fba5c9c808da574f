"""Care kept over time under each policy, with the band that holds eight runs of ten."""

from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from matplotlib.ticker import MaxNLocator

from cloison.ops.simulating import NOTHING, PLAN, TOTAL_CUT, Forecast
from cloison.ui.languages import Translator
from cloison.ui.plots.sheet import CALM, DATA, KEPT, LOST, MUTE, Sheet, check_suffix, keep, tabled
from cloison.ui.vocabulary import CHOICES
from cloison.words import say


class _Pen(NamedTuple):
    colour: str
    dash: str
    mark: str
    hatch: str


_PENS = MappingProxyType(
    {
        NOTHING: _Pen(LOST, "-", "s", "///"),
        PLAN: _Pen(KEPT, "-", "o", "..."),
        TOTAL_CUT: _Pen(CALM, "--", "^", "\\\\\\"),
    }
)

_LONG_HOURS = 96.0
"""Beyond this the axis counts days."""


def write_capacity(path: Path, forecast: Forecast, words: Translator) -> None:
    """Write the picture, or its figures, as the file's name says.

    Raises:
        BadValueError: the name ends with none of the known suffixes.
        UnwritableFileError: it cannot be written.
    """
    check_suffix(path)
    suffix = path.suffix.lower()
    keep(path, tabled(rows(forecast), suffix) if suffix in DATA else draw(forecast, words).rendered(suffix))


def rows(forecast: Forecast) -> list[dict[str, object]]:
    """Give one row a policy and moment: shares of the care made when all is well."""
    return [
        {"policy": course.name, "hours": hours, "mean": mean, "low": low, "high": high, "standard_error": error}
        for course in forecast.courses
        for hours, mean, low, high, error in zip(
            course.capacity.hours,
            course.capacity.mean,
            course.capacity.low,
            course.capacity.high,
            course.capacity.standard_error,
            strict=True,
        )
    ]


def draw(forecast: Forecast, words: Translator) -> Sheet:
    """Draw a line and a band for each policy."""
    last = max(course.capacity.hours[-1] for course in forecast.courses)
    unit = 24.0 if last > _LONG_HOURS else 1.0
    sheet = Sheet(
        words.translate("Care kept over time"),
        words.translate("days from now") if unit > 1.0 else words.translate("hours from now"),
        words.translate("care kept, % of an ordinary day"),
        words,
    )
    axes = sheet.axes
    for order, course in enumerate(forecast.courses):
        pen, kept = _PENS[course.name], course.capacity
        hours = np.array(kept.hours) / unit
        low, high = 100.0 * np.array(kept.low), 100.0 * np.array(kept.high)
        axes.fill_between(hours, low, high, facecolor=pen.colour, alpha=0.10, linewidth=0.0)
        axes.fill_between(
            hours, low, high, facecolor="none", edgecolor=pen.colour, hatch=pen.hatch, alpha=0.35, linewidth=0.0
        )
        axes.plot(
            hours,
            100.0 * np.array(kept.mean),
            color=pen.colour,
            linestyle=pen.dash,
            marker=pen.mark,
            markevery=(4 * order, 12),
            markersize=5.0,
            linewidth=2.0,
            label=words.sentence(CHOICES[course.name]),
        )
    axes.axvline(forecast.parameters.horizon_hours / unit, color=MUTE, linewidth=0.8, linestyle=":")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylim(0.0, 105.0)
    axes.set_xlim(0.0, last / unit)
    note = say(
        "Mean of {n} runs; the bands hold eight runs of ten. Dotted: the intruder is thrown out after {hours} h.",
        n=forecast.runs,
        hours=round(forecast.parameters.horizon_hours, 1),
    )
    axes.text(0.0, -0.16, words.sentence(note), transform=axes.transAxes, fontsize=9.0, color=MUTE)
    axes.legend(loc="lower right", frameon=True, framealpha=0.9, handlelength=3.5)
    return sheet

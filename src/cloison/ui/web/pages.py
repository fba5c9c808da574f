"""A story in one language, page by page."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from weakref import WeakKeyDictionary

from cloison.model.finding import Evidence, Finding, FindingId
from cloison.model.hospital import CareService
from cloison.model.incident import AssetSuspicion
from cloison.model.plan import SealPlan, ServiceCare, ServiceState, Status
from cloison.ops.story import Story
from cloison.ui.languages import Translator
from cloison.ui.vocabulary import CHOICES, KINDS, LEVELS, STATES
from cloison.ui.web.console import Console
from cloison.ui.web.doors import Doors
from cloison.ui.web.frame import Frame, frame_of_story
from cloison.ui.web.page import Page, environment
from cloison.ui.web.section import Section
from cloison.ui.web.ship import board, draw
from cloison.ui.web.speech import Speech
from cloison.ui.web.steps import Step, steps
from cloison.words import Sentence

WIDE, NARROW = 640.0, 342.0
"""Widths of the two drawings, pixels: a desk's screen and a telephone's."""
WIDE_LINES, NARROW_LINES = 7, 3
MOST_SERVICES = 6
"""Care services shown before the others are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The section at one width; `prefix` keeps its ids apart from the other's."""

    prefix: str
    section: Section
    doors: Doors


@dataclass(frozen=True, slots=True)
class Service:
    """A care service beside what the plan does to it."""

    service: CareService
    care: ServiceCare


class Pages:
    """Renders a story.

    Args:
        story: what happened, and what to do.
        translator: the reader's language.
    """

    def __init__(self, story: Story, translator: Translator) -> None:
        self._story = story
        self._speech = Speech(translator)
        self._ship = board(story)

    def situation(self, frame: Frame | None = None) -> str:
        """`/`: what is seen, where, and what to do."""
        return self._render("situation.html", frame or frame_of_story(self._story, "/"), drawings=self._drawings)

    def passages(self, frame: Frame | None = None) -> str:
        """`/passages`: the sheet of doors, to print."""
        return self._render("passages.html", frame or frame_of_story(self._story, "/passages"))

    @cached_property
    def _drawings(self) -> tuple[Drawing, ...]:
        if not self._story.hospital.zones:
            return ()
        return tuple(
            Drawing(prefix=prefix, section=section, doors=doors)
            for prefix, (section, doors) in (
                ("wide", draw(self._story, self._speech, WIDE, WIDE_LINES)),
                ("narrow", draw(self._story, self._speech, NARROW, NARROW_LINES)),
            )
        )

    @cached_property
    def _steps(self) -> tuple[Step, ...]:
        return steps(self._story.hospital, self._story.plan) if self._story.plan else ()

    def _render(self, template: str, frame: Frame, **more: object) -> str:
        story = self._story
        return (
            environment()
            .get_template(template)
            .render(
                _=self._speech,
                frame=frame,
                story=story,
                plan=story.plan,
                analysis=story.analysis,
                ship=self._ship,
                steps=self._steps,
                most_services=MOST_SERVICES,
                services=_services(story, story.plan) if story.plan else (),
                findings={finding.id: finding for finding in story.analysis.findings},
                zone_names={zone.id: zone.name for zone in story.hospital.zones},
                kinds=KINDS,
                level_words=LEVELS,
                state_words=STATES,
                proved=story.plan is not None and story.plan.status == Status.OPTIMAL,
                total_time=sum((step.time for step in self._steps), timedelta()),
                by_hand=sum(step.by_hand for step in self._steps),
                choices=CHOICES,
                record_of=self._record_of,
                asset_name=self._asset_name,
                charged=_charged,
                hours=lambda count: timedelta(hours=count),
                **more,
            )
        )

    def _record_of(self, evidence: Evidence) -> str:
        """Name a record: file and place in it."""
        return f"{self._story.analysis.sources[evidence.origin].path}:{evidence.record}"

    def _asset_name(self, suspicion: AssetSuspicion) -> str:
        names = {asset.id: asset.name for asset in self._story.hospital.assets}
        return names.get(suspicion.asset, suspicion.address) if suspicion.asset else suspicion.address


_PAGES: WeakKeyDictionary[Console, dict[str, Pages]] = WeakKeyDictionary()
"""A story's drawings are made once a language, however many look."""


def pages_of(page: Page) -> Pages | None:
    """Give the story of a demonstration in the reader's language; None in a console that tells none."""
    story = page.console.story
    if story is None:
        return None
    made = _PAGES.setdefault(page.console, {})
    if page.language not in made:
        made[page.language] = Pages(story, page.words.knowing(story.hospital))
    return made[page.language]


def _services(story: Story, plan: SealPlan) -> tuple[Service, ...]:
    """List care services, those that the doors stop or degrade first, then by what they still lose."""
    known = {service.id: service for service in story.hospital.care_services}
    order = list(reversed(ServiceState))
    ranked = sorted(plan.care, key=lambda care: (order.index(care.state), -care.lost_if_sealed))
    return tuple(Service(known[care.service], care) for care in ranked)


def _charged(suspicion: AssetSuspicion, findings: dict[FindingId, Finding]) -> list[tuple[Finding, float, Sentence]]:
    """Join a ledger with its findings; a charge whose finding is not in the analysis is left out."""
    return [
        (findings[charge.finding], charge.weight, charge.reason)
        for charge in suspicion.ledger
        if charge.finding in findings
    ]

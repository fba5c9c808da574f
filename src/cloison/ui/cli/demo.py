"""`cloison demo`: the whole story on a small hospital."""

import sys
import webbrowser
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from cloison.errors import CloisonError
from cloison.ops.story import Story
from cloison.ui.cli.analyze import show_analysis
from cloison.ui.cli.map_ import show_leaks
from cloison.ui.cli.options import Form, Lang, asked, someone_looks
from cloison.ui.cli.plan import show_plan
from cloison.ui.cli.screen import Screen, print_json, progress
from cloison.ui.documents import story_document
from cloison.ui.languages import Translator
from cloison.words import Sentence, say

_WITHOUT = "--recorded"
NEEDS_ATTENTION = 1


def demo(
    context: typer.Context,
    *,
    once: Annotated[bool, typer.Option("--once", help="Tell the story and stop, without the page.")] = False,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port of the page (default: 8420, else any free one).")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Another day, another intrusion.")] = 1,
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="DIR", help="Keep the logs there instead of deleting them.")
    ] = None,
    recorded: Annotated[
        bool, typer.Option("--recorded", help="Only the recorded story, without the exercise in the hospital in a box.")
    ] = False,
    form: Form = None,
    lang: Lang = None,
) -> int:
    """Hold a short exercise where the machine allows it, tell the story of a recorded day, and open the page.

    Example: cloison demo --once --format json
    """
    del lang
    from cloison.ops.demo import rehearse  # noqa: PLC0415 - the solver takes half a second to load

    request = asked(context, form=form)
    words = request.words

    def announce(step: Sentence) -> None:
        if not request.json or someone_looks():
            sys.stderr.write(words.sentence(step) + "\n")

    if not (once or recorded or request.json):
        _hold_exercise(announce, words)
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(TemporaryDirectory(prefix="cloison-demo-")))
        folder.mkdir(parents=True, exist_ok=True)
        with progress(words.translate("Reading")) as on_progress:
            story = rehearse(folder, seed=seed, on_step=announce, on_progress=on_progress)
        words = words.knowing(story.hospital)
        if request.json:
            print_json(story_document(story, words))
        else:
            show_story(Screen(), story, words)
        sys.stdout.flush()
        if not once:
            # Half a second that only the page needs.
            from cloison.store.database import Database  # noqa: PLC0415
            from cloison.ui.web.console import Console  # noqa: PLC0415
            from cloison.ui.web.serving import serve  # noqa: PLC0415

            def open_page(address: str) -> None:
                announce(say("The page is at {address}; Ctrl-C ends it", address=address))
                # Without a browser (a server, a container) the printed address is enough.
                if someone_looks():
                    webbrowser.open(address)

            console = Console(
                home=folder,
                map=folder / "hospital.toml",
                database=Database.at(Path(stack.enter_context(TemporaryDirectory(prefix="cloison-home-")))),
                language=words.language,
                story=story,
            )
            serve(console, port=port, on_ready=open_page)
    return 0


def _hold_exercise(announce: Callable[[Sentence], None], words: Translator) -> None:
    """Hold one in the range; say why not where that cannot be."""
    from cloison.ops.drill_entry import hold_inside  # noqa: PLC0415 - a third of a second

    told = say(
        "An exercise first, in the hospital in a box: a minute and a half. {option} leaves it out", option=_WITHOUT
    )
    try:
        with TemporaryDirectory(prefix="cloison-home-") as home:
            asked_for = ["--lang", words.language, "drill", "--home", home, "--warm-up", "5"]
            approved = ["--approve", "A. Durand (EXERCICE)", "--second", "B. Martin (EXERCICE)"]
            code = hold_inside([*asked_for, *approved], before=lambda: announce(told))
    except CloisonError as error:
        announce(say("No exercise in the hospital in a box on this machine: {reason}", reason=error.problem))
        announce(say("to have one: {fix}", fix=error.fix))
    else:
        if code > NEEDS_ATTENTION:
            announce(say("The exercise could not be held: what follows is recorded."))
    announce(say("Now the recorded story of another intrusion, in the same hospital"))


def show_story(screen: Screen, story: Story, words: Translator) -> None:
    """Print the story: what was seen, what leaks, what to do."""
    if story.drill:
        screen.line(words.sentence(say("EXERCISE: {hospital} is invented, its logs too", hospital=story.hospital.name)))
    show_analysis(screen, story.analysis, words)
    show_leaks(screen, story.leaks, story.analysis.sources, words)
    if story.plan:
        show_plan(screen, story.plan, story.hospital, words)
    if story.earlier:
        early = say(
            "Decided at {moment}, thirty minutes after the first alert, the plan would have lost {care} care-hours.",
            moment=story.earlier.moment,
            care=round(story.earlier.plan.sealed.care_hours, 1),
        )
        screen.line(words.sentence(early), style="bold")

"""An alert, as a person reads it in a terminal."""

from collections.abc import Mapping

from cloison.model.finding import Finding
from cloison.ui.cli.screen import Screen
from cloison.ui.languages import Translator
from cloison.words import say


def show_alert(
    screen: Screen, finding: Finding, places: Mapping[int, str], words: Translator, *, quoted: int, indent: int = 0
) -> None:
    """Print what happened, how sure it is, the name that `cloison mute` wants, and the first records that prove it.

    Args:
        screen: where it is printed.
        finding: the alert.
        places: origin of a record -> the file that holds it.
        words: the reader's language.
        quoted: records shown at the most.
        indent: columns before the first line.
    """
    screen.line()
    screen.line(f"{words.moment(finding.detected_at)}  {words.sentence(finding.title)}", style="bold", indent=indent)
    screen.line(words.sentence(finding.explanation), indent=indent + 2)
    confidence = say(
        "{technique}, confidence {confidence}, from {first} to {last}",
        technique=", ".join(finding.techniques),
        confidence=words.number(finding.confidence, 2),
        first=finding.first_seen,
        last=finding.last_seen,
    )
    name = say("alert {id}, by {detector}", id=finding.id, detector=finding.detector)
    for told in (confidence, name):
        screen.line(words.sentence(told), style="dim", indent=indent + 2)
    for item in finding.evidence[:quoted]:
        place = f"{places.get(item.origin, '?')}:{item.record}"
        screen.line(f"{place}  {words.sentence(item.note)}", style="dim", indent=indent + 2)

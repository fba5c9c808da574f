"""The JSON shapes of `cloison arm`, `seal` and `reopen`, and the words that people read for their states."""

from collections.abc import Callable, Mapping, Sequence

from cloison.model.sealing import DoorState, Proof, Rules, Step, Vanishing, Verdict
from cloison.ui.case_documents import VERSION, Document, when
from cloison.ui.languages import Translator
from cloison.words import Sentence, say, say_many

STATES: Mapping[DoorState, Callable[[int], Sentence]] = {
    DoorState.SHUT: lambda n: say_many("{n} door shut", "{n} doors shut", n),
    DoorState.WAITING: lambda n: say_many("{n} door to shut by hand", "{n} doors to shut by hand", n),
    DoorState.ROLLED_BACK: lambda n: say_many("{n} door opened again", "{n} doors opened again", n),
    DoorState.FAILED: lambda n: say_many("{n} door not shut", "{n} doors not shut", n),
    DoorState.DOUBTFUL: lambda n: say_many("{n} door in doubt", "{n} doors in doubt", n),
    DoorState.OPENED: lambda n: say_many("{n} door open", "{n} doors open", n),
    DoorState.LAPSED: lambda n: say_many("{n} door no longer shut", "{n} doors no longer shut", n),
}
"""What people read of so many doors in a state."""

PROOFS: Mapping[Proof, Sentence] = {
    Proof.CLOSED: say("proved closed"),
    Proof.NOT_PROVED: say("not proved"),
    Proof.LEAKING: say("leaking"),
}
VANISHINGS: Mapping[Vanishing, Sentence] = {
    Vanishing.FAIL_OPEN: say("opens by itself if Cloison is heard no more"),
    Vanishing.STAY_SHUT: say("stays shut"),
}


def verdicts_document(
    verdicts: Sequence[Verdict], rules: Rules, words: Translator, cut_short_at: Step | None = None
) -> Document:
    """`cloison seal` and `cloison reopen`: each door, how it stands and why."""
    return {
        "version": VERSION,
        "cut_short_at": cut_short_at.value if cut_short_at else None,
        "doors": [
            {
                "conduit": verdict.conduit,
                "state": verdict.state.value,
                "proof": verdict.proof.value,
                "opens_by_itself_at": when(verdict.lapses),
                "evidence": [words.sentence(sentence) for sentence in verdict.evidence],
            }
            for verdict in verdicts
        ],
        "left_out": [{"conduit": one.conduit, "reason": words.sentence(one.reason)} for one in rules.left_out],
    }


def rules_document(rules: Rules, texts: Mapping[str, str], words: Translator) -> Document:
    """`cloison seal` without an approval: what would be done at each point.

    Args:
        rules: what the plan asks.
        texts: point -> the device's own text.
        words: the reader's language.
    """
    return {
        "version": VERSION,
        "points": [
            {
                "point": point.point.id,
                "driver": point.point.driver,
                "text": texts[point.point.id],
                "doors": [
                    {"conduit": door.conduit, "level": door.level.value, "if_cloison_vanishes": door.vanishing.value}
                    for door in point.doors
                ],
            }
            for point in rules.points
        ],
        "left_out": [{"conduit": one.conduit, "reason": words.sentence(one.reason)} for one in rules.left_out],
    }

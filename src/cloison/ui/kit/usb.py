"""What to read first on a USB key that must let another laptop go on."""

from datetime import datetime

from cloison.ui.languages import Translator
from cloison.words import Sentence, say

BACKUP = "cloison.sauvegarde"
PDF = "cloison-kit.pdf"
SUMS = "SHA256SUMS"


def readme(words: Translator, *, made_at: datetime, wheel: str | None, secrets: bool) -> tuple[str, str]:
    """Write it.

    Args:
        words: the reader's.
        made_at: of the backup, UTC.
        wheel: the name of Cloison's wheel on the key; None: it is not there.
        secrets: passwords and keys are in the backup.

    Returns:
        Name of the file, and its text.
    """
    program = wheel or "cloison"
    lines: tuple[Sentence | str, ...] = (
        say("CLOISON: TO GO ON FROM ANOTHER LAPTOP (TLP:AMBER)"),
        "",
        say("Key made on {moment}. It holds the hospital's map: keep it locked.", moment=made_at),
        "",
        say("First of all, nothing to install: {pdf} is the paper kit. Open it or print it.", pdf=PDF),
        "",
        say("To go on with Cloison: a laptop with Linux, Python 3.11 or later, 4 GB of memory. Two commands:"),
        "",
        f"    cloison restore /media/cle/{BACKUP}",
        "    cloison serve --new-link" if not secrets else "    cloison serve",
        "",
        say(
            "Run them in an empty folder of its disk, not of this key. The first asks for the backup's passphrase, "
            "which is not on this key, and makes hospital.toml and .cloison there."
        ),
        say("The second prints the link that lets the administrator in; then start `cloison serve`.")
        if not secrets
        else say("The second starts the console: each signs in with their usual password."),
        "",
        say("Is the command cloison not there yet? With a network, once:"),
        "",
        "    python3 -m venv cloison",
        f"    cloison/bin/pip install {program}",
        "    . cloison/bin/activate",
        "",
        say(
            "Without a network, the other parts that it stands on must already be on this key. To prepare: on a "
            "machine like that laptop, with a network, from the folder of this key:"
        ),
        "",
        f"    python3 -m pip download -d roues {program}",
        "",
        say("and on the night, in place of the line with pip:"),
        "",
        f"    cloison/bin/pip install --no-index --find-links roues {program}",
        "",
        say("To check that nothing on this key was altered: sha256sum -c {sums}", sums=SUMS),
    )
    text = "".join((line if isinstance(line, str) else words.sentence(line)) + "\n" for line in lines)
    return words.translate("README.txt"), text

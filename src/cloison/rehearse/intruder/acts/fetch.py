"""Entry by a mail: a desk fetches what the mail points at, and the file is saved, never run."""

import http.client
from typing import ClassVar

from cloison.model.finding import Technique
from cloison.model.noun import noun
from cloison.rehearse.intruder.stage import Stage


@noun
class Fetch:
    """Ask each target's web server for a document, over plain HTTP.

    Attributes:
        path: what is asked for.
        agent: the client that it says it is.
    """

    NAME: ClassVar[str] = "fetch"
    TECHNIQUE: ClassVar[Technique] = Technique("T1204.002")
    HOSTILE: ClassVar[bool] = True

    path: str = "/document.exe"
    agent: str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"

    def perform(self, stage: Stage) -> None:
        """Fetch from the first target that answers."""
        for target in stage.targets:
            stage.tell(target.address)
            line = http.client.HTTPConnection(target.address, stage.port(80), timeout=5)
            try:
                line.request("GET", self.path, headers={"User-Agent": self.agent})
                body = line.getresponse().read(4 * 2**20)
            except (OSError, http.client.HTTPException):
                continue
            finally:
                line.close()
            stage.purse.carry(len(body))
            return


ACT = Fetch

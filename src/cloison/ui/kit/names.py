"""What a care service needs, in the names that people use."""

from cloison.model.hospital import AnyOf, Hospital, Needs
from cloison.ui.languages import Translator
from cloison.ui.web.speech import legible
from cloison.words import say


class Names:
    """The names of a map, looked up once for all pages."""

    def __init__(self, hospital: Hospital, words: Translator) -> None:
        self._words = words
        self.zones = {str(zone.id): legible(zone.name) for zone in hospital.zones}
        self._ends = {one.id: f"{self.zones[one.from_]} → {self.zones[one.to]}" for one in hospital.conduits}
        self._assets = {str(one.id): f"{legible(one.name)} ({self.zones[one.zone]})" for one in hospital.assets}
        self._services = {str(one.id): legible(one.name) for one in hospital.care_services}
        self._flows = {str(one.id): one for one in hospital.flows}

    def of(self, leaf: str) -> str:
        """Name a leaf, as the map writes it: "asset:pacs", "flow:scanner>pacs"."""
        kind, _, name = leaf.partition(":")
        if kind == "asset":
            return self._assets[name]
        if kind == "zone":
            return self._words.sentence(say("the compartment {name}", name=self.zones[name]))
        if kind == "care_service":
            return self._words.sentence(say("the activity {name}", name=self._services[name]))
        flow = self._flows[name]
        ends = ", ".join(self._ends[conduit] for conduit in flow.via)
        told = say("the flow {name} ({service}): {ends}", name=legible(name), service=flow.service, ends=ends)
        return self._words.sentence(told)

    def tree(self, needs: Needs | None, depth: int = 0) -> list[tuple[int, str]]:
        """Write a nest of needs as lines: (depth, words)."""
        if needs is None:
            return [(0, self._words.translate("no system"))]
        if isinstance(needs, str):
            return [(depth, f"– {self.of(needs)}")]
        said = say("one of these is enough:") if isinstance(needs, AnyOf) else say("all of these:")
        lines = [(depth, self._words.sentence(said))]
        for branch in needs.of:
            lines += self.tree(branch, depth + 1)
        return lines

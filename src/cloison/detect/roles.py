"""What the map says that a host is there for."""

from cloison.detect.detector import Context, Rebuilt
from cloison.model.hospital import ZoneId, ZoneKind

ADMINISTERS = frozenset(
    {"admin-workstation", "backup-server", "deployment-server", "jump-host", "monitoring-server", "update-server"}
    | {"vulnerability-scanner"}
)
"""Roles that open administration sessions on many machines: that is their work."""

LOOKS = frozenset({"monitoring-server", "vulnerability-scanner"})
"""Roles that call machines which may not answer."""


class Roles(Rebuilt):
    """Roles, kinds of compartment and declared passages, by address."""

    def __init__(self, context: Context) -> None:
        hospital = context.hospital
        self._book = context.book
        self._roles = {asset.id: asset.role for asset in (hospital.assets if hospital else ())}
        self._kinds = {zone.id: zone.kind for zone in (hospital.zones if hospital else ())}
        self._declared: dict[tuple[ZoneId, ZoneId], set[str]] = {}
        for conduit in hospital.conduits if hospital else ():
            self._declared.setdefault((conduit.from_, conduit.to), set()).update(conduit.services)

    def role(self, address: str) -> str | None:
        """Give the role of the asset at this address."""
        if not self._roles:
            return None
        _, asset, _ = self._book.locate(address)
        return self._roles.get(asset) if asset is not None else None

    def looks(self, address: str) -> bool:
        """Tell whether looking for machines is this host's work."""
        return self.role(address) in LOOKS

    def manages(self, address: str) -> bool:
        """Tell whether this host lives in a management compartment."""
        if not self._kinds:
            return False
        zone, _, _ = self._book.locate(address)
        return zone is not None and self._kinds.get(zone) is ZoneKind.MANAGEMENT

    def administers(self, address: str) -> bool:
        """Tell whether administering others is this host's work."""
        return self.manages(address) or self.role(address) in ADMINISTERS

    def declared(self, src: str, dst: str, services: frozenset[str]) -> bool:
        """Tell whether a passage between two compartments declares one of these services."""
        if not self._declared:
            return False
        from_, _, _ = self._book.locate(src)
        to, _, _ = self._book.locate(dst)
        if from_ is None or to is None:
            return False
        return not services.isdisjoint(self._declared.get((from_, to), ()))

    def unattended(self, address: str) -> bool:
        """Tell whether the map puts this host in a compartment where machines work without people."""
        zone, _, _ = self._book.locate(address)
        return zone is not None and self._kinds.get(zone) not in (ZoneKind.OFFICE, ZoneKind.CARE)

    def supplied(self, src: str, dst: str) -> bool:
        """Tell whether the address called is a supplier's and the map lets this compartment call it."""
        from_, _, _ = self._book.locate(src)
        to, _, _ = self._book.locate(dst)
        if from_ is None or to is None or self._kinds.get(to) is not ZoneKind.SUPPLIER:
            return False
        return (from_, to) in self._declared

"""File shares: impacket's SMB 2 server, with real accounts and real files (MS-SMB2)."""

import logging
import secrets
import threading
from configparser import ConfigParser
from pathlib import Path

from cloison.rehearse.range.part import ServedPart
from cloison.rehearse.range.setting import Host

SERVICES, HOMES, SYSVOL = "SERVICES", "PERSONNEL", "SYSVOL"
ADMIN, DRIVE = "ADMIN$", "C$"
"""Shares that every Windows server has, for administrators."""

_DOCUMENTS = (
    "planning",
    "compte-rendu",
    "commande",
    "protocole",
    "inventaire",
    "note-de-service",
    "facture",
    "effectifs",
)
_UNITS = ("urgences", "medecine", "chirurgie", "pharmacie", "achats", "ressources-humaines", "direction", "qualite")
_ENDINGS = (".docx", ".xlsx", ".pdf", ".odt")


def documents() -> tuple[str, ...]:
    """Name the office files that the share holds from the start, as paths in it."""
    return tuple(
        f"{unit}\\{document}-{number:02d}{_ENDINGS[(number + len(unit)) % len(_ENDINGS)]}"
        for unit in _UNITS
        for number, document in enumerate(_DOCUMENTS)
    )


class Share(ServedPart):
    """A file server on each host that has one in a Windows network: file servers, domain controllers, print servers."""

    name = "share"
    roles = frozenset({"file-server", "domain-controller", "print-server"})
    tcp = (445,)
    modules = ("impacket",)

    def serve(self) -> None:
        """See `ServedPart`."""
        logging.getLogger("impacket").setLevel(logging.ERROR)
        threads = [threading.Thread(target=self._serve, args=(host,), daemon=True) for host in self.hosts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _serve(self, host: Host) -> None:
        from impacket.ntlm import compute_nthash  # type: ignore[import-untyped] # noqa: PLC0415 - of the `range` extra
        from impacket.smbserver import SimpleSMBServer  # type: ignore[import-untyped] # noqa: PLC0415 - the same

        # Without a file of its own the server makes itself a random name.
        config = self.folder / f"{host.id}.ini"
        with config.open("w", encoding="utf-8") as file:
            self._config(host).write(file)
        server = SimpleSMBServer(host.address, self.setting.port(445), configFile=str(config))
        for number, account in enumerate(self.setting.accounts):
            server.addCredential(account.name, number, "", compute_nthash(account.password).hex())
        server.start()

    def _config(self, host: Host) -> ConfigParser:
        config = ConfigParser(interpolation=None)
        config["global"] = {
            "server_name": host.id.upper()[:15],
            "server_domain": self.setting.domain.partition(".")[0].upper(),
            "server_os": "EXERCICE",
            "log_file": "None",
            "credentials_file": "",
            "challenge": secrets.token_hex(8),
            "rpc_apis": "yes",
            "SMB2Support": "True",
        }
        config["IPC$"] = {"comment": "", "read only": "yes", "share type": "3", "path": ""}
        for share, folder in self.shares(host).items():
            config[share] = {"comment": "", "read only": "no", "share type": "0", "path": str(folder)}
        return config

    def shares(self, host: Host) -> dict[str, Path]:
        """Give a host's shares, with what they hold from the start: name -> folder."""
        root = self.folder / host.id
        named = (SYSVOL,) if host.role == "domain-controller" else (SERVICES, HOMES)
        found = {name: root / name.strip("$") for name in (*named, ADMIN, DRIVE)}
        for folder in found.values():
            folder.mkdir(parents=True, exist_ok=True)
        if SYSVOL in found:
            (found[SYSVOL] / "gpt.ini").write_bytes(b"[General]\r\nVersion=65537\r\n")
            return found
        for number, path in enumerate(documents()):
            file = found[SERVICES] / path.replace("\\", "/")
            file.parent.mkdir(exist_ok=True)
            if not file.exists():
                file.write_bytes(f"EXERCICE {path}\r\n".encode() * (200 + 37 * number))
        for account in self.setting.accounts:
            (found[HOMES] / account.name).mkdir(exist_ok=True)
        return found


PART = Share

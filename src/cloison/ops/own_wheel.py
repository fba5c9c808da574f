"""Cloison's own wheel, packed again from where it is installed: no network, no build tool."""

import io
from base64 import urlsafe_b64encode
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from cloison import __version__

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same files make the same wheel."""


def own_wheel() -> tuple[str, bytes] | None:
    """Pack Cloison as it runs here (PyPA's binary distribution format 1.0).

    Its dependencies are not in it: they are other people's wheels, each for one sort of machine.

    Returns:
        Name of the file and its content; None when Cloison was not installed but only started from its sources.
    """
    try:
        known = distribution("cloison")
    except PackageNotFoundError:
        return None
    metadata, commands = known.read_text("METADATA"), known.read_text("entry_points.txt")
    if metadata is None or commands is None:
        return None
    folder = Path(str(files("cloison")))
    about = f"cloison-{__version__}.dist-info"
    inside = {
        f"cloison/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    inside[f"{about}/METADATA"] = metadata.encode()
    inside[f"{about}/entry_points.txt"] = commands.encode()
    inside[f"{about}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: cloison\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    record = "".join(f"{name},sha256={_digest(content)},{len(content)}\n" for name, content in inside.items())
    inside[f"{about}/RECORD"] = f"{record}{about}/RECORD,,\n".encode()
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, content in inside.items():
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return f"cloison-{__version__}-py3-none-any.whl", packed.getvalue()


def _digest(content: bytes) -> str:
    return urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()

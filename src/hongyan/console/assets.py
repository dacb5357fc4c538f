"""Static files, named by what is in them.

The name that a page uses carries a hash of the content, so browsers may keep a file for ever and still never
show an old one. The files are few and small: they are read once and served from memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.responses import Response

_FOLDER = Path(__file__).parent / "static"
# Not from the machine's own table, which may say anything: with nosniff a wrong type means no style at all.
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
FOR_EVER: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file. `public_name`: `console.css` -> `console.0f3a….css`."""

    public_name: str
    media_type: str
    content: bytes


class Assets:
    """All static files of the console."""

    def __init__(self, folder: Path = _FOLDER) -> None:
        files = [path for path in sorted(folder.rglob("*")) if path.suffix in _MEDIA_TYPES]
        self._by_file = {path.relative_to(folder).as_posix(): _asset(path) for path in files}
        self._by_public_name = {asset.public_name: asset for asset in self._by_file.values()}

    def public_name(self, file: str) -> str:
        """How pages refer to `file` (its path in `static/`). Raises KeyError."""
        return self._by_file[file].public_name

    def response(self, public_name: str) -> Response | None:
        """The file behind a public name, None when there is none (or no longer)."""
        asset = self._by_public_name.get(public_name)
        if asset is None:
            return None
        headers = {"content-type": asset.media_type, "cache-control": FOR_EVER}
        return Response(asset.content, headers=headers)


def _asset(path: Path) -> Asset:
    content = path.read_bytes()
    digest = sha256(content).hexdigest()[:12]
    return Asset(f"{path.stem}.{digest}{path.suffix}", _MEDIA_TYPES[path.suffix], content)

"""A paper that is kept, as services and pages see it."""

from __future__ import annotations

from dataclasses import dataclass, field

from hongyan.compliance.papers.formats import FORMATS, Format, FormatRow
from hongyan.kernel.clock import Millis


@dataclass(frozen=True, slots=True)
class StoredPaper:
    """`key`: the tenant's name for it, of which there may be newer papers. `size` in bytes; `width`, `height`, `pages`: see
    `Inspection`. `content_hash`: SHA-256 of the file. `uploader`, `address`: who brought it, and from where. `bound_ms`:
    when an application first used it; until then it may go."""

    id: int
    account_id: int
    key: str = field(repr=False)
    format: Format
    size: int
    pieces: int
    content_hash: bytes
    width: int
    height: int
    pages: int
    uploader: str
    address: str
    created_ms: Millis
    bound_ms: Millis | None

    @property
    def file_name(self) -> str:
        """The last part of the key."""
        return self.key.rpartition("/")[2]

    @property
    def row(self) -> FormatRow:
        return FORMATS[self.format]

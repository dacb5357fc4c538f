"""An uploaded paper as an answer of any door: a stranger's file, which runs nothing and is kept nowhere."""

from __future__ import annotations

from typing import Final

from hongyan.compliance.papers import StoredPaper

SAFE: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"private, no-store"),
)
"""It is taken for nothing else, and tells nobody its address."""


def paper_headers(paper: StoredPaper) -> list[tuple[bytes, bytes]]:
    """What it is, and that a browser opens it only where that is safe."""
    how = "inline" if paper.row.shown else "attachment"
    return [
        (b"content-type", paper.row.media_type.encode()),
        (b"content-length", b"%d" % paper.size),
        (b"content-disposition", f'{how}; filename="{paper.file_name}"'.encode()),
        *SAFE,
    ]

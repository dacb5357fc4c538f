"""What the model recognised on a paper: lines with their corners, page by page. Frozen records, as they are kept.

Coordinates are pixels of the page as it was read: turned upright, and scaled down when it was larger.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec

Corners: TypeAlias = tuple[float, float, float, float, float, float, float, float]
"""x and y of the four corners, clockwise from the first character's upper one."""
Fractions: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom, in fractions of the page."""
MOST_PAGES: Final = 3
"""Of a paper that are read."""


class Line(msgspec.Struct, frozen=True):
    """`score`: how sure the model is, 0 to 1."""

    text: str
    corners: Corners
    score: float


class Pass(msgspec.Struct, frozen=True):
    """One way to look at a page. `name`: `plain`, or `red`, the red channel, in which the ink of seals is white."""

    name: str
    lines: tuple[Line, ...]


class PageText(msgspec.Struct, frozen=True):
    """`turned`: degrees, counter-clockwise, by which the page was turned. `coloured`: whether a seal could be told from
    black ink at all. `seals`: what looks like one."""

    width: int
    height: int
    turned: int
    coloured: bool
    seals: tuple[Fractions, ...]
    passes: tuple[Pass, ...]


class PaperText(msgspec.Struct, frozen=True):
    """`engine`: what recognised it, with its version."""

    engine: str
    pages: tuple[PageText, ...]


encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(PaperText).decode

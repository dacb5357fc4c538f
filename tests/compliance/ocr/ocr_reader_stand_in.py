"""A reader that says what a test wants."""

from __future__ import annotations

from ocr_texts import paper

from hongyan.compliance.ocr import PaperText
from hongyan.compliance.papers import Format
from hongyan.kernel.errors import HongyanError


class StandIn:
    """`says`: what stands on every paper; `raises`: why none can be read. `read`: how many it was asked for."""

    def __init__(self) -> None:
        self.says: PaperText = paper(())
        self.raises: HongyanError | None = None
        self.read = 0
        self.closed = False

    async def __call__(self, content: bytes, format_: Format, /) -> PaperText:
        assert content
        self.read += 1
        if self.raises is not None:
            raise self.raises
        return self.says

    async def close(self) -> None:
        self.closed = True

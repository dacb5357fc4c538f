"""Texts of papers as rows: sealed, by the content of the file, so that no file is read twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hongyan.compliance.model import Recorded
from hongyan.compliance.ocr.recognised import PaperText, decode, encode
from hongyan.compliance.papers import StoredPaper
from hongyan.compliance.papers.shelf import READ
from hongyan.identity import Statement, Vault, commit_change
from hongyan.kernel.clock import Clock
from hongyan.storage.port import Store, one

_TEXT: Final = "paper.text"
_KINDS: Final = {each.value: each for each in READ}


@dataclass(frozen=True, slots=True)
class KeptText:
    """What is known of a file. `problem`: why there is no text, a code without "ocr."; "" when there is."""

    text: PaperText | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A revision whose papers are to be read."""

    kind: Recorded
    object_id: int
    revision: int


class TextShelf:
    """Keeps texts and knows what is still to be read."""

    def __init__(self, store: Store, clock: Clock, vault: Vault) -> None:
        self._store = store
        self._clock = clock
        self._vault = vault

    async def find(self, paper: StoredPaper) -> KeptText | None:
        """None when nobody has read it."""
        row = one(await self._store.read("compliance.paper_text", paper.content_hash))
        if row is None:
            return None
        _, problem, sealed = row
        if problem:
            return KeptText(None, problem)
        return KeptText(decode(self._vault.open(sealed, _TEXT, row=paper.content_hash.hex())))

    async def keep(self, paper: StoredPaper, kept: KeptText) -> None:
        """Durable when it returns."""
        text = encode(kept.text) if kept.text else b""
        sealed = self._vault.seal(text, _TEXT, row=paper.content_hash.hex())
        engine = kept.text.engine if kept.text else ""
        row = (paper.content_hash, engine, kept.problem, sealed, self._clock.now_ms())
        await commit_change(self._store, [("compliance.keep_paper_text", row, None)])

    async def due(self, limit: int) -> list[Due]:
        """The oldest first."""
        rows = await self._store.read("compliance.readings_due", limit)
        return [Due(_KINDS[kind], object_id, revision) for kind, object_id, revision in rows]

    async def count_due(self) -> int:
        ((count,),) = await self._store.read("compliance.count_readings_due")
        return int(count)

    def settle(self, due: Due) -> Statement:
        """For the Change that records the comparison; a conflict means that another node did."""
        return ("compliance.settle_reading", (due.kind.value, due.object_id, due.revision), 1)

"""Papers as rows: what is sealed, in which pieces, and what goes when nobody uses it.

Pieces are small, because each is a commit of its own on the way that messages take: a paper of 5 MB in one commit would
stop them for some 20 ms, a piece does for half of one (ADR 0023).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, Final

from hongyan.compliance.model import Kind, ProofKind, Recorded
from hongyan.compliance.papers.formats import Format
from hongyan.compliance.papers.inspecting import Inspection
from hongyan.compliance.papers.limits import KEPT_UNUSED_MS
from hongyan.compliance.papers.model import StoredPaper
from hongyan.identity import Actor, Statement, Vault, commit_change
from hongyan.kernel.clock import Clock, Millis
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import Store, one

PIECE: Final = 256 * 1024
"""Bytes of a file that one row holds."""
DROPPED_AT_ONCE: Final = 100
"""Papers that one round of housekeeping takes."""
READ: Final[frozenset[Recorded]] = frozenset({Kind.QUALIFICATION, ProofKind.LETTER, ProofKind.TRADEMARK})
"""Whose papers are read by machine (`compliance/ocr`), if it is there."""
_RECORDED: Final[Mapping[str, Recorded]] = {each.value: each for each in (*Kind, *ProofKind)}
_KEY: Final = "paper.key"
_CONTENT: Final = "paper.content"


class Shelf:
    """Puts papers away, finds them, gives their content back. Knows no rules about who may."""

    def __init__(self, store: Store, clock: Clock, ids: IdMaker, vault: Vault) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._vault = vault
        self._putting = asyncio.Lock()

    async def put(
        self, account_id: int, key: str, content: bytes, found: Inspection, actor: Actor
    ) -> StoredPaper:
        """Durable when it returns. One that breaks off is not found, and goes with those that nobody uses."""
        content_hash = await asyncio.to_thread(lambda: hashlib.sha256(content).digest())
        paper = StoredPaper(
            id=self._ids.next(),
            account_id=account_id,
            key=key,
            format=found.format,
            size=len(content),
            pieces=-(-len(content) // PIECE),
            content_hash=content_hash,
            width=found.width,
            height=found.height,
            pages=found.pages,
            uploader=actor.name,
            address=actor.address,
            created_ms=self._clock.now_ms(),
            bound_ms=None,
        )
        await commit_change(self._store, [self._add(paper)])
        async with self._putting:  # no more than one piece at a time in a group
            for number in range(paper.pieces):
                piece = content[number * PIECE : (number + 1) * PIECE]
                sealed = self._vault.seal(piece, _CONTENT, row=_place(paper, number))
                await commit_change(
                    self._store, [("compliance.add_paper_piece", (paper.id, number, sealed), 1)]
                )
        await commit_change(self._store, [("compliance.complete_paper", (paper.id,), 1)])
        return paper

    async def find(self, account_id: int, key: str) -> StoredPaper | None:
        """What the key names now: the newest paper of this account under it."""
        rows = await self._store.read("compliance.papers_of_key", account_id, self._index(account_id, key))
        return next((paper for paper in map(self._read, rows) if paper.key == key), None)

    async def get(self, paper_id: int) -> StoredPaper | None:
        row = one(await self._store.read("compliance.paper", paper_id))
        return self._read(row) if row else None

    async def of_revision(self, kind: Recorded, object_id: int, revision: int) -> list[StoredPaper]:
        rows = await self._store.read("compliance.papers_of_revision", kind.value, object_id, revision)
        return [self._read(row) for row in rows]

    async def kept(self, account_id: int) -> tuple[int, int]:
        """How many papers of an account there are, and their bytes."""
        ((count, size),) = await self._store.read("compliance.papers_kept", account_id)
        return count, size

    async def content(self, paper: StoredPaper) -> AsyncIterator[bytes]:
        """The file, piece by piece."""
        for number in range(paper.pieces):
            ((sealed,),) = await self._store.read("compliance.paper_piece", paper.id, number)
            yield self._vault.open(sealed, _CONTENT, row=_place(paper, number))

    def bind(
        self, papers: Iterable[StoredPaper], kind: Recorded, object_id: int, revision: int
    ) -> list[Statement]:
        """For the Change that stores the revision: from then on its papers are evidence and stay as they are. A conflict
        means that one went in between."""
        statements: list[Statement] = []
        for paper_id in sorted({paper.id for paper in papers}):
            statements += [
                ("compliance.bind_paper", (paper_id, self._clock.now_ms()), 1),
                ("compliance.add_paper_binding", (kind.value, object_id, revision, paper_id), 1),
            ]
        if statements and kind in READ:
            due = (kind.value, object_id, revision, self._clock.now_ms())
            statements.append(("compliance.ask_for_reading", due, 1))
        return statements

    async def drop_unused(self) -> int:
        """One bounded round; how many went."""
        before = self._clock.now_ms() - KEPT_UNUSED_MS
        rows = await self._store.read("compliance.papers_nobody_uses", before, DROPPED_AT_ONCE)
        for paper_id, content_hash in rows:
            await commit_change(
                self._store,
                [
                    ("compliance.drop_unused_paper", (paper_id,), None),
                    ("compliance.drop_paper_pieces", (paper_id,), None),
                    ("compliance.drop_paper_text", (content_hash,), None),
                ],
            )
        return len(rows)

    def let_go(self, kind: Recorded, object_id: int) -> Statement:
        """For the Change that deletes an object: from then on its papers are only kept for a while."""
        return ("compliance.let_papers_go", (kind.value, object_id, self._clock.now_ms()), 1)

    async def let_go_before(self, before_ms: Millis) -> list[tuple[Recorded, int]]:
        """Objects that were deleted before a time and still have papers, some of them."""
        rows = await self._store.read("compliance.papers_to_erase", before_ms, DROPPED_AT_ONCE)
        return [(_RECORDED[kind], object_id) for kind, object_id in rows]

    async def of_object(self, kind: Recorded, object_id: int) -> list[StoredPaper]:
        """Of all revisions, each once."""
        rows = await self._store.read("compliance.papers_of_object", kind.value, object_id)
        return [self._read(row) for row in rows]

    async def is_used_elsewhere(self, paper: StoredPaper, kind: Recorded, object_id: int) -> bool:
        """Whether something else than this object has the paper as evidence."""
        return bool(await self._store.read("compliance.others_use_paper", paper.id, kind.value, object_id))

    def unbind(self, paper: StoredPaper, kind: Recorded, object_id: int) -> Statement:
        """The paper is no evidence of this object any more."""
        return ("compliance.unbind_paper", (kind.value, object_id, paper.id), None)

    def erase(self, paper: StoredPaper) -> list[Statement]:
        """Its row, its pieces, what was read on it. A conflict means that something uses it again."""
        return [
            ("compliance.erase_paper", (paper.id,), 1),
            ("compliance.drop_paper_pieces", (paper.id,), None),
            ("compliance.drop_paper_text", (paper.content_hash,), None),
        ]

    def erased(self, kind: Recorded, object_id: int) -> Statement:
        """Nothing of a deleted object is kept any more."""
        return ("compliance.papers_are_erased", (kind.value, object_id), None)

    def _add(self, paper: StoredPaper) -> Statement:
        row = (
            *(paper.id, paper.account_id, self._index(paper.account_id, paper.key)),
            self._vault.seal(paper.key.encode(), _KEY, row=str(paper.id)),
            *(paper.format.value, paper.size, paper.pieces, paper.content_hash),
            *(paper.width, paper.height, paper.pages, paper.uploader, paper.address, paper.created_ms),
        )
        return ("compliance.add_paper", row, 1)

    def _index(self, account_id: int, key: str) -> int:
        return self._vault.blind_index(f"{account_id}/{key}", _KEY)

    def _read(self, row: tuple[Any, ...]) -> StoredPaper:
        paper_id, account_id, sealed_key, format_, *rest = row
        key = self._vault.open(sealed_key, _KEY, row=str(paper_id)).decode()
        return StoredPaper(paper_id, account_id, key, Format(format_), *rest)


def _place(paper: StoredPaper, number: int) -> str:
    """What a piece is sealed to: it opens nowhere else, and not in a shortened paper."""
    return f"{paper.id}/{number}/{paper.pieces}"

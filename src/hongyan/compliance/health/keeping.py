"""What was noticed of signatures, in the store: which reasons, and since when."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Final

from hongyan.compliance.health.looking import Called
from hongyan.identity import Statement
from hongyan.kernel.clock import Millis
from hongyan.storage.port import Store, json_list

AT_ONCE: Final = 200
"""Signatures that are read, looked at and stored at once."""


class Kept:
    """Reads and makes statements; somebody else commits."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def pages(self, statement: str, *key: object, after: int = 0) -> AsyncIterator[list[Called]]:
        """The signatures of a statement that takes a key, an id to begin after, and how many."""
        while rows := await self._store.read(f"compliance.{statement}", *key, after, AT_ONCE):
            yield [Called(*row) for row in rows]
            if len(rows) < AT_ONCE:
                return
            after = rows[-1][0]

    async def page_of(self, account_id: int, *, limit: int, offset: int) -> tuple[int, list[Called]]:
        """How many signatures an account has, and a page of them, the newest first."""
        ((total,),) = await self._store.read("compliance.count_signatures", account_id)
        rows = await self._store.read("compliance.signatures_called_of", account_id, limit, offset)
        return total, [Called(*row) for row in rows]

    async def ailments(self, signature_ids: Iterable[int]) -> dict[int, dict[str, Millis]]:
        """Reason -> since when, by signature; without those of which nothing was noticed."""
        found: dict[int, dict[str, Millis]] = {}
        for signature_id, reason, since_ms in await self._store.read(
            "compliance.ailments_among", json_list(signature_ids)
        ):
            found.setdefault(signature_id, {})[reason] = since_ms
        return found

    async def counts(self) -> Mapping[str, int]:
        """Signatures by reason, whichever node noticed it."""
        return dict(await self._store.read("compliance.ailment_counts"))


def noticed(new: list[tuple[int, str]], over: list[tuple[int, str]], now_ms: Millis) -> list[Statement]:
    """What is new and what is over, as (signature, reason)."""
    statements: list[Statement] = []
    if new:
        statements.append(("compliance.add_ailments", (json_list(new), now_ms), None))
    if over:
        statements.append(("compliance.drop_ailments", (json_list(over),), None))
    return statements

"""Idempotency keys of cold changes: what a caller asked for with a key is done once, also when he asks again.

A key is used up in the transaction of the change that it came with, so what it stands for was done if, and only if, the
key is there. Nothing of the answer is kept but the number of what was made: it is made again of what was changed. Keys of
sends live elsewhere, with the messages (storage.port, Accept.idempotency).
"""

from __future__ import annotations

from typing import Final

from hongyan.identity.changes import Statement
from hongyan.identity.vault import Vault
from hongyan.kernel.clock import DAY_MS, Clock
from hongyan.storage.port import Store, one

KEPT_MS: Final = DAY_MS
"""A key may be used again after this."""
_KEY: Final = "once.key"
_REQUEST: Final = "once.request"


class OnceKeys:
    """`clock` is the real one: callers repeat within minutes, whatever day it is in the sandbox."""

    def __init__(self, store: Store, clock: Clock, vault: Vault) -> None:
        self._store = store
        self._clock = clock
        self._vault = vault

    def request(self, text: str) -> int:
        """What is asked for, by its whole text."""
        return self._vault.blind_index(text, _REQUEST)

    async def find(self, account_id: int, key: str) -> int | None:
        """The request that the account has used this key for."""
        since = self._clock.now_ms() - KEPT_MS
        row = one(await self._store.read("identity.once_key", self._index(account_id, key), since))
        return row[0] if row else None

    async def made(self, account_id: int, key: str) -> str:
        """What the change that used the key has made; "" when it made nothing that has a name of its own."""
        row = one(await self._store.read("identity.made_with_once_key", self._index(account_id, key)))
        return row[0] if row else ""

    def use(self, account_id: int, key: str, request: int, made: str = "") -> tuple[Statement, ...]:
        """Statements for the Change that does what is asked for; they touch other rows than they must when it was done.
        `made`: the number or code of what it makes, for the answer to who repeats it."""
        now = self._clock.now_ms()
        return (
            ("identity.drop_old_once_keys", (now - KEPT_MS,), None),
            ("identity.use_once_key", (self._index(account_id, key), request, now, made), 1),
        )

    def _index(self, account_id: int, key: str) -> int:
        return self._vault.blind_index(f"{account_id}\n{key}", _KEY)

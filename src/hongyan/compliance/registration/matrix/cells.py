"""Reads the matrix: what began from the store, and the places where nothing did, in one order and under the same filters.

Places follow from codes and from what channels offer; the store joins them. A page looks at some signatures at a time, and
at many more when their filters leave little: so few statements that their number does not grow with the signatures.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from hongyan.compliance.registration.matrix.model import BEFORE_ALL, Cell, Position
from hongyan.compliance.registration.model import RegistrationFilter
from hongyan.compliance.registration.networks import Network
from hongyan.compliance.registration.places import ChannelPlaces, offers_of
from hongyan.compliance.registration.rows import read_registration
from hongyan.storage.port import Store, one

_FLAGS: Final = 2
"""Columns behind those of the registration."""
_LAST: Final = 2**63 - 1
_WIDER: Final = 8
"""How many times more signatures are looked at after each look that found too little."""


class RegistrationMatrix:
    """`channels`: those that are configured. `networks`: those that count."""

    def __init__(self, store: Store, channels: ChannelPlaces, networks: tuple[Network, ...]) -> None:
        self._store = store
        self._channels = channels
        self._networks = networks

    async def all(self, wanted: RegistrationFilter, *, sandbox: bool) -> list[Cell]:
        """By signature, number and network: for filters that leave few. `sandbox`: what was filed with nobody counts."""
        key = await self._key(wanted, sandbox=sandbox)
        return await self._read(key, (0, _LAST), BEFORE_ALL, _LAST, sandbox=sandbox)

    async def page(
        self, wanted: RegistrationFilter, *, sandbox: bool, after: Position, limit: int
    ) -> list[Cell]:
        """As `all`, at most so many behind a position."""
        key = await self._key(wanted, sandbox=sandbox)
        found: list[Cell] = []
        first, window = after.signature_id, limit + 1  # that of the position has been on a page
        while len(found) < limit:
            row = one(
                await self._store.read("compliance.end_of_matrix_window", *wanted.key[:3], first, window)
            )
            if row is None or row[0] is None:
                break
            room = limit - len(found)
            found += await self._read(key, (first, row[0]), after, room, sandbox=sandbox)
            first, window = row[0] + 1, window * _WIDER
        return found

    async def count(self, wanted: RegistrationFilter, *, sandbox: bool) -> int:
        """How many there are."""
        key = await self._key(wanted, sandbox=sandbox)
        ((total,),) = await self._store.read("compliance.count_registration_matrix", *key, 0, _LAST)
        return int(total)

    async def _read(
        self, key: tuple[Any, ...], signatures: tuple[int, int], after: Position, limit: int, *, sandbox: bool
    ) -> list[Cell]:
        rows = await self._store.read("compliance.registration_matrix", *key, *signatures, *after, limit)
        return [
            Cell(read_registration(row[:-_FLAGS], sandbox=sandbox), *map(bool, row[-_FLAGS:])) for row in rows
        ]

    async def _key(self, wanted: RegistrationFilter, *, sandbox: bool) -> tuple[Any, ...]:
        offers = enumerate(offers_of(await self._channels(), self._networks))
        listed = msgspec.json.encode([(turn, *offer) for turn, offer in offers]).decode()
        return listed, *wanted.key, int(sandbox), *wanted.scope.value

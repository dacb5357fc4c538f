"""The change records: who did what to which object, when, through which door and from where, field by field.

Append-only, and written in the transaction of the change itself. Fields of the material that are not shown in a
`repr` hold personal data or keys of papers; of them a record says that they changed, and no more than `masked` leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import msgspec

from hongyan.compliance.model import ChangeRecord, FieldChange, Recorded
from hongyan.identity import Actor, Statement
from hongyan.kernel.clock import Clock
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import Store

_decode_fields = msgspec.json.Decoder(tuple[FieldChange, ...]).decode


class ChangeLog:
    """Makes the statements that append to it, and reads it."""

    def __init__(self, store: Store, clock: Clock, ids: IdMaker) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    def record(
        self,
        kind: Recorded,
        object_id: int,
        account_id: int,
        actor: Actor,
        event: str,
        *,
        revision: int,
        order_id: int = 0,
        before: str = "",
        after: str = "",
        reason: str = "",
        changed: tuple[FieldChange, ...] = (),
    ) -> Statement:
        """The statement to put into the Change that does it. `before`, `after`: states, "" where there is none."""
        row = (
            *(self._ids.next(), self._clock.now_ms(), account_id, kind.value, object_id, revision, order_id),
            *(actor.name, actor.door, actor.address, event, before, after, reason),
            msgspec.json.encode(changed).decode(),
        )
        return ("compliance.add_change", row, 1)

    async def of(self, kind: Recorded, object_id: int) -> list[ChangeRecord]:
        """Every step of an object, in order."""
        rows = await self._store.read("compliance.changes_of", kind.value, object_id)
        return [_read(row) for row in rows]

    async def page(
        self, kind: Recorded, object_id: int, account_id: int | None, *, after: int, limit: int
    ) -> list[ChangeRecord]:
        """Steps in order, behind the one of id `after`; of an account's objects only, if one is named."""
        row = (kind.value, object_id, account_id, after, limit)
        return [_read(each) for each in await self._store.read("compliance.changes_after", *row)]


def _read(row: tuple[Any, ...]) -> ChangeRecord:
    return ChangeRecord(*(*row[:-1], _decode_fields(row[-1])))


def field_changes(before: object, after: object) -> tuple[FieldChange, ...]:
    """What differs between two materials of one type, as people may read it."""
    return tuple(_differences(before, after, ""))


def masked(text: str) -> str:
    """Enough of a secret to tell it from others by: the end of a number, the first character of a name."""
    return f"****{text[-4:]}" if len(text) > 8 else f"{text[:1]}**" if text else ""


def _differences(before: Any, after: Any, prefix: str) -> Iterator[FieldChange]:
    for each in fields(after):
        old, new = getattr(before, each.name), getattr(after, each.name)
        if is_dataclass(new):
            yield from _differences(old, new, f"{prefix}{each.name}.")
        elif old != new:
            yield FieldChange(prefix + each.name, _told(old, each.repr), _told(new, each.repr))


def _told(value: Any, shown: bool) -> str:
    if isinstance(value, tuple):
        return ", ".join(_told(each, shown) for each in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {each}" for name, each in value.items())
    if is_dataclass(value):
        return " ".join(_told(getattr(value, each.name), shown and each.repr) for each in fields(value))
    if isinstance(value, Enum):
        return value.name.lower()
    text = "" if value is None else str(value)
    return text if shown else masked(text)

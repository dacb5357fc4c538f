"""Arrangements and plans of keeping alive, in the store. No rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from hongyan.compliance.refusals import refusal
from hongyan.compliance.registration.evidence.states import TrialState
from hongyan.compliance.registration.keeping.model import (
    Arrangement,
    ItemState,
    ItemView,
    KeepItem,
    KeepPlan,
)
from hongyan.compliance.registration.keeping.states import KeepState
from hongyan.identity import Statement
from hongyan.kernel.clock import Millis
from hongyan.storage.port import Store, one

_LISTED = 100


class KeepBook:
    """Reads; what is to be written is given as statements."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def arrangements(self, account_id: int = 0) -> list[Arrangement]:
        """Of an account, or of all."""
        return [
            _arrangement(row) for row in await self._store.read("compliance.keep_arrangements", account_id)
        ]

    async def automatic(self, before_day: int) -> list[Arrangement]:
        """Those that plan by themselves, and were not looked at since before that Beijing day."""
        rows = await self._store.read("compliance.automatic_arrangements", before_day)
        return [_arrangement(row) for row in rows]

    async def plan(self, plan_id: int, account_id: int | None = None) -> KeepPlan:
        """Of an account, or with None of anybody. Raises Refused("registration.keep_plan_unknown")."""
        row = one(await self._store.read("compliance.keep_plan", plan_id))
        if row is None or account_id not in (None, row[1]):
            raise refusal("registration.keep_plan_unknown", plan=plan_id)
        return _plan(row)

    async def plans(self, account_id: int = 0, limit: int = _LISTED) -> list[KeepPlan]:
        """The newest first."""
        return [_plan(row) for row in await self._store.read("compliance.keep_plans", account_id, limit)]

    async def running(self) -> list[KeepPlan]:
        """Those that run."""
        return [_plan(row) for row in await self._store.read("compliance.running_keep_plans")]

    async def newest(self) -> int:
        """The number of the newest plan."""
        ((newest,),) = await self._store.read("compliance.newest_keep_plan")
        return int(newest)

    async def items(self, plan_id: int) -> list[ItemView]:
        """What became of each message of a plan."""
        rows = await self._store.read("compliance.keep_item_views", plan_id)
        return [
            ItemView(
                _item(row[:-4]), None if state is None else TrialState(state), message_id, refused, used_ms
            )
            for row in rows
            for state, message_id, refused, used_ms in [row[-4:]]
        ]

    async def due(self, now_ms: Millis, most: int) -> list[KeepItem]:
        """The first that are due, of plans that run."""
        return [_item(row) for row in await self._store.read("compliance.due_keep_items", now_ms, most)]

    async def waiting(self) -> list[KeepItem]:
        """All that have not gone, of plans that run or are paused."""
        return [_item(row) for row in await self._store.read("compliance.waiting_keep_items")]


def set_arrangement(each: Arrangement) -> Statement:
    key = each.account_id, each.sign_name, _json(each.phones), each.template_code, _json(dict(each.params))
    rest = int(each.automatic), each.after_days, each.set_by, each.set_ms
    return "compliance.set_keep_arrangement", (*key, *rest), 1


def look_at(each: Arrangement, day: int) -> Statement:
    """Fails when another node was faster."""
    return "compliance.look_at_keep_arrangement", (each.account_id, each.sign_name, day), 1


def add_plan(plan: KeepPlan, items: Sequence[KeepItem]) -> list[Statement]:
    key = plan.id, plan.account_id, plan.made_ms, plan.actor, plan.state.value
    return [("compliance.add_keep_plan", key, 1), *map(_add_item, items)]


def move_plan(plan: KeepPlan, state: KeepState) -> Statement:
    return "compliance.move_keep_plan", (plan.id, plan.version, state.value), 1


def move_item(item: KeepItem, state: ItemState, why: str = "") -> Statement:
    """Fails when another node was faster."""
    return "compliance.move_keep_item", (item.plan_id, item.position, item.state.value, state.value, why), 1


def _add_item(item: KeepItem) -> Statement:
    return (
        "compliance.add_keep_item",
        (
            *(item.plan_id, item.position, item.account_id, item.signature_id, item.sign_name),
            *(item.registration_id, item.network, item.sender, item.extension_code, item.number),
            *(item.template_code, _json(dict(item.params)), item.due_ms),
        ),
        1,
    )


def _arrangement(row: tuple[Any, ...]) -> Arrangement:
    account_id, name, phones, template, params, automatic, *rest = row
    decoded = msgspec.json.decode(phones, type=tuple[str, ...])
    return Arrangement(
        account_id, name, decoded, template, msgspec.json.decode(params), bool(automatic), *rest
    )


def _plan(row: tuple[Any, ...]) -> KeepPlan:
    return KeepPlan(*(*row[:4], KeepState(row[4]), *row[5:]))


def _item(row: tuple[Any, ...]) -> KeepItem:
    head, params, due_ms, state, rest = row[:11], row[11], row[12], row[13], row[14:]
    return KeepItem(*(*head, msgspec.json.decode(params), due_ms, ItemState(state), *rest))


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()

"""The desk where signatures, templates and tenants are frozen, and freezes lifted. Every step is in the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from hongyan.compliance.freezes.memory import TOPIC, FreezeMemory, key_of, read_freeze
from hongyan.compliance.freezes.model import Freeze, FrozenBy, FrozenKind
from hongyan.compliance.refusals import refusal
from hongyan.identity import AccountKind, Actor, Audit, Identity, again_on_conflict, commit_change
from hongyan.kernel.clock import Clock
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import Store, json_list

MOST_CHARACTERS: Final = 500
"""Of a reason, which the tenant reads."""
_EXISTS: Final = {
    FrozenKind.SIGNATURE: "compliance.signature_exists",
    FrozenKind.TEMPLATE: "compliance.template_exists",
}


class Freezes:
    """`clock`: the business clock."""

    def __init__(
        self, store: Store, clock: Clock, ids: IdMaker, identity: Identity, memory: FreezeMemory
    ) -> None:
        self._store = store
        self._clock = clock
        self._identity = identity
        self._memory = memory
        self._audit = Audit(clock, ids)

    async def all(self, account_id: int | None = None) -> list[Freeze]:
        """Freezes in force, the newest first; of one account, or with None of all."""
        if account_id is None:
            rows = await self._store.read("compliance.freezes")
        else:
            rows = await self._store.read("compliance.freezes_of_account", account_id)
        return [read_freeze(row) for row in rows]

    async def among(self, account_ids: Iterable[int]) -> list[Freeze]:
        """Of several accounts, in one question."""
        rows = await self._store.read("compliance.freezes_among", json_list(sorted(set(account_ids))))
        return [read_freeze(row) for row in rows]

    async def freeze(
        self, kind: FrozenKind, account_id: int, label: str, *, by: FrozenBy, because: str, actor: Actor
    ) -> tuple[Freeze, bool]:
        """Nothing is sent with it any more: new messages are refused, those that wait end. The second: whether the same had
        frozen it already; then it gets the new reason, and is frozen since the first time.

        Raises Refused: `freeze.because_missing`, `freeze.because_too_long`, `freeze.root`, `freeze.label`,
        `identity.no_account`, `signature.unknown`, `template.unknown`.
        """
        because = because.strip()
        if not because:
            raise refusal("freeze.because_missing")
        if len(because) > MOST_CHARACTERS:
            raise refusal("freeze.because_too_long", most=MOST_CHARACTERS)
        await self._check_exists(kind, account_id, label)

        async def attempt() -> tuple[Freeze, bool]:
            known = (await self._of(kind, account_id, label)).get(by)
            since_ms = known.since_ms if known else self._clock.now_ms()
            made = Freeze(kind, account_id, label, by, because, since_ms, actor.name)
            row = (kind.value, account_id, label, by.value, because, since_ms, actor.name)
            event = self._audit.event(
                account_id,
                actor.name,
                "compliance.freeze",
                label,
                kind=kind.value,
                by=by.value,
                because=because,
            )
            put = "compliance.renew_freeze" if known else "compliance.add_freeze"
            await commit_change(
                self._store, [(put, row, 1), event], [(TOPIC, key_of(kind, account_id, label))]
            )
            return made, known is not None

        made = await again_on_conflict(attempt)
        await self._memory.settle()
        return made

    async def lift(
        self, kind: FrozenKind, account_id: int, label: str, *, by: FrozenBy, actor: Actor
    ) -> None:
        """What `by` has frozen is free again; other freezes of it stay. Raises Refused("freeze.unknown")."""

        async def attempt() -> None:
            if by not in await self._of(kind, account_id, label):
                raise refusal("freeze.unknown")
            event = self._audit.event(
                account_id, actor.name, "compliance.lift_freeze", label, kind=kind.value, by=by.value
            )
            gone = ("compliance.lift_freeze", (kind.value, account_id, label, by.value), 1)
            await commit_change(self._store, [gone, event], [(TOPIC, key_of(kind, account_id, label))])

        await again_on_conflict(attempt)
        await self._memory.settle()

    async def _of(self, kind: FrozenKind, account_id: int, label: str) -> dict[FrozenBy, Freeze]:
        rows = await self._store.read("compliance.freezes_of", kind.value, account_id, label)
        return {each.by: each for each in map(read_freeze, rows)}

    async def _check_exists(self, kind: FrozenKind, account_id: int, label: str) -> None:
        account = await self._identity.account(account_id)
        if kind is FrozenKind.ACCOUNT:
            if account.kind is AccountKind.ROOT:
                raise refusal("freeze.root")
            if label:  # it would stand in the list and keep nothing from being sent
                raise refusal("freeze.label")
            return
        if not await self._store.read(_EXISTS[kind], account_id, label):
            raise refusal(f"{kind.value}.unknown")

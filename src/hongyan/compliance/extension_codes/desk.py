"""The desk where signatures get their extension codes, and give them back.

One code is one signature's, on the whole platform; a signature may have many, one of them its primary code. All changes
follow one another: each is decided by what the one before has left, whichever node made it, because what must not be
(codes of two tenants that begin with one another, too many) cannot be seen in one row.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from typing import Any, Final, TypeAlias

from hongyan.compliance.extension_codes.asking import (
    Asking,
    Others,
    assigning,
    inheriting,
    leaving,
    releasing,
    room_for,
)
from hongyan.compliance.extension_codes.memory import TOPIC, CodeMemory
from hongyan.compliance.extension_codes.model import (
    AssignedCode,
    ChannelRooms,
    CodeFilter,
    CodeSource,
    ExtensionCode,
)
from hongyan.compliance.extension_codes.states import CodeState
from hongyan.compliance.numbers import code_digits
from hongyan.compliance.refusals import refusal
from hongyan.compliance.reviews import Following
from hongyan.identity import Actor, Audit, Nonce, Statement, Topic, again_on_conflict, commit_change
from hongyan.kernel.clock import Clock
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import Store, one

TakenBack: TypeAlias = Callable[[int, str, Actor], Awaitable[Following]]
"""(signature, code, who released it) -> what else happens in the transaction of the release."""
_TRIES: Final = 100
"""Drawn codes, before it is believed that none is free: nine out of ten that are taken leave 1 in 40,000 unlucky."""


class ExtensionCodes:
    """`clock`: the business clock. `rooms`: the channels that may carry a code. `by`: for whom somebody acts; a tenant
    neither takes back what the platform gave, nor cuts into the numbers of another tenant."""

    def __init__(
        self, store: Store, clock: Clock, ids: IdMaker, memory: CodeMemory, rooms: ChannelRooms
    ) -> None:
        self._store = store
        self._clock = clock
        self._memory = memory
        self._rooms = rooms
        self._audit = Audit(clock, ids)
        self._taken_back: list[TakenBack] = []

    def follow_release(self, follow: TakenBack) -> None:
        """Ask `follow` what the release of a code brings about."""
        self._taken_back.append(follow)

    # Looking

    async def page(
        self, wanted: CodeFilter, *, limit: int, offset: int = 0
    ) -> tuple[int, list[ExtensionCode]]:
        """How many there are, and a page of them, the newest first."""
        held_after = self._clock.now_ms() if wanted.released else None
        key = (wanted.account_id, wanted.sign_name, wanted.code, held_after)
        ((total,),) = await self._store.read("compliance.count_extension_codes", *key)
        rows = await self._store.read("compliance.extension_codes_where", *key, limit, offset)
        return total, [_read(row) for row in rows]

    async def get(self, code: str) -> ExtensionCode:
        """Whose a code is. Raises Refused("extension.unknown") when it is not assigned."""
        found = await self._row_of(code)
        if found is None or found.released_ms is not None:
            raise refusal("extension.unknown", extension_code=code)
        return found

    async def of_signature(self, signature_id: int) -> list[str]:
        """Its codes, the oldest first."""
        return [row[0] for row in await self._store.read("compliance.extension_codes_of", signature_id)]

    async def accounts_with(self, sign_name: str) -> list[int]:
        """Tenants that have a signature of this name."""
        return [row[0] for row in await self._store.read("compliance.accounts_with_signature", sign_name)]

    async def longest(self, account_ids: Collection[int]) -> ExtensionCode | None:
        """The longest code that is assigned to a signature of these accounts; of any when they are none."""
        found = [
            _read(row)
            for account_id in account_ids or (0,)
            for row in await self._store.read("compliance.longest_extension_code", account_id)
        ]
        return max(found, key=lambda row: len(row.code), default=None)

    # Changing

    async def assign(
        self,
        account_id: int,
        sign_name: str,
        code: str,
        *,
        by: CodeSource,
        primary: bool = False,
        actor: Actor,
        nonce: Nonce | None = None,
    ) -> AssignedCode:
        """The code is this signature's; its first one is its primary code, and so is one that is made it.

        Nothing changes when it is so already. Raises Refused: `signature.unknown`, `extension.malformed`, `.taken`,
        `.quarantined`, `.overlaps`, `.too_many`, `.no_room`.
        """

        async def attempt() -> AssignedCode:
            asking = await self._asking(account_id, sign_name)
            no_room = room_for(asking, code, self._rooms())
            others = await self._others(asking, code)
            statements, made = assigning(asking, code, others, by, primary=primary)
            if statements:
                event = self._event(made, actor, "compliance.assign_extension_code", primary=made.primary)
                statements.append(event)
            await self._commit(asking, statements, {code}, nonce)
            return AssignedCode(made, no_room, others.overlaps)

        return await again_on_conflict(attempt)

    async def replace(
        self,
        account_id: int,
        sign_name: str,
        old: str,
        new: str,
        *,
        by: CodeSource,
        actor: Actor,
        nonce: Nonce | None = None,
    ) -> AssignedCode:
        """The signature gives one code back and has another one in its place, also as its primary code. Raises as
        `assign` and `release` do."""

        async def attempt() -> AssignedCode:
            asking = await self._asking(account_id, sign_name)
            gone = leaving(asking, old, by)
            no_room = room_for(asking, new, self._rooms())
            others = await self._others(asking, new)
            if old == new:
                await self._commit(asking, [], set(), nonce)
                return AssignedCode(gone, no_room, others.overlaps)
            release, _ = releasing(asking, gone)
            assign, made = assigning(asking.without(gone), new, others, by, primary=gone.primary)
            event = self._event(made, actor, "compliance.replace_extension_code", old=old)
            more = await self._following(asking, old, actor)
            statements = [release, *assign, event, *more.statements]
            await self._commit(asking, statements, {old, new}, nonce, more.topics)
            return AssignedCode(made, no_room, others.overlaps)

        return await again_on_conflict(attempt)

    async def release(
        self,
        account_id: int,
        sign_name: str,
        code: str,
        *,
        by: CodeSource,
        actor: Actor,
        nonce: Nonce | None = None,
    ) -> ExtensionCode:
        """The signature gives a code back, which goes into quarantine. When it was the primary one, the oldest of the
        others is now. Raises Refused: `signature.unknown`, `extension.unknown`, `extension.of_platform`."""

        async def attempt() -> ExtensionCode:
            asking = await self._asking(account_id, sign_name)
            gone = leaving(asking, code, by)
            statement, after = releasing(asking, gone)
            event = self._event(gone, actor, "compliance.release_extension_code")
            more = await self._following(asking, code, actor)
            statements = [statement, *inheriting(asking, gone), event, *more.statements]
            await self._commit(asking, statements, {code}, nonce, more.topics)
            return after

        return await again_on_conflict(attempt)

    async def give_first(
        self, account_id: int, signature_id: int, sign_name: str, digits: int, actor: Actor
    ) -> tuple[str, Following]:
        """A code of the platform's for a signature that has none, as statements for the transaction that begins its
        registration. Nobody's code begins with it or begins it. Raises Refused("extension.none_free")."""
        ((turn,),) = await self._store.read("compliance.turn_of_extension_codes")
        asking = Asking(account_id, signature_id, sign_name, 0, {}, int(turn), self._clock.now_ms())
        for _ in range(_TRIES):
            code = code_digits(digits)
            others = await self._others(asking, code)
            state = CodeState.FREE if others.known is None else others.known.state(asking.now_ms)
            if state is CodeState.FREE and not others.overlaps:
                assign, made = assigning(asking, code, others, CodeSource.PLATFORM, primary=True)
                event = self._event(made, actor, "compliance.assign_extension_code", primary=True)
                return code, Following([_take_turn(asking), *assign, event], [_topic({code})])
        raise refusal("extension.none_free", digits=digits)

    async def _following(self, asking: Asking, code: str, actor: Actor) -> Following:
        follows = self._taken_back
        return Following.all([await follow(asking.signature_id, code, actor) for follow in follows])

    async def release_all(
        self, account_id: int, sign_name: str, actor: Actor
    ) -> tuple[list[Statement], list[Topic]]:
        """What gives all codes of a signature back, for the change that deletes it."""
        asking = await self._asking(account_id, sign_name)
        if not asking.codes:
            return [], []
        statements = [_take_turn(asking)]
        for gone in asking.codes.values():
            statements += [
                releasing(asking, gone)[0],
                self._event(gone, actor, "compliance.release_extension_code"),
            ]
        return statements, [_topic(asking.codes)]

    # What they share

    async def _asking(self, account_id: int, sign_name: str) -> Asking:
        """Raises Refused("signature.unknown")."""
        ((turn,),) = await self._store.read("compliance.turn_of_extension_codes")  # before what it is about
        row = one(await self._store.read("compliance.signature_to_hold", account_id, sign_name))
        if row is None:
            raise refusal("signature.unknown")
        signature_id, version = row
        codes = [_read(row) for row in await self._store.read("compliance.extension_codes_of", signature_id)]
        return Asking(
            account_id,
            signature_id,
            sign_name,
            version,
            {each.code: each for each in codes},
            int(turn),
            self._clock.now_ms(),
        )

    async def _others(self, asking: Asking, code: str) -> Others:
        read, account_id, now_ms = self._store.read, asking.account_id, asking.now_ms
        overlaps = await read("compliance.overlapping_codes", account_id, now_ms, code)
        ((of_account, in_all),) = await read(
            "compliance.count_codes_of_others", account_id, asking.signature_id, now_ms
        )
        return Others(
            await self._row_of(code), tuple(row[0] for row in overlaps), of_account or 0, in_all or 0
        )

    async def _row_of(self, code: str) -> ExtensionCode | None:
        row = one(await self._store.read("compliance.extension_code", code))
        return None if row is None else _read(row)

    def _event(self, code: ExtensionCode, actor: Actor, action: str, **facts: object) -> Statement:
        return self._audit.event(
            code.account_id,
            actor.name,
            action,
            code.code,
            signature=code.sign_name,
            source=code.source.value,
            **facts,
        )

    async def _commit(
        self,
        asking: Asking,
        statements: list[Statement],
        codes: set[str],
        nonce: Nonce | None,
        topics: Sequence[Topic] = (),
    ) -> None:
        """Raises Conflict. Without statements only the call's nonce is used up."""
        if not statements:
            await commit_change(self._store, (), (), nonce=nonce)
            return
        hold: Statement = ("compliance.hold_signature", (asking.signature_id, asking.version), 1)
        await commit_change(
            self._store,
            (_take_turn(asking), hold, *statements),
            (_topic({*codes, *asking.codes}), *topics),
            nonce=nonce,
        )
        await self._memory.settle()


def _take_turn(asking: Asking) -> Statement:
    return ("compliance.take_turn_of_extension_codes", (str(asking.turn), str(asking.turn + 1)), 1)


def _topic(codes: Iterable[str]) -> Topic:
    return TOPIC, ",".join(sorted(codes))


def _read(row: tuple[Any, ...]) -> ExtensionCode:
    code, account_id, signature_id, sign_name, primary, source, *rest = row
    return ExtensionCode(code, account_id, signature_id, sign_name, bool(primary), CodeSource(source), *rest)

"""Extension codes on every engine: one signature's each, quarantine, turns, and what every node remembers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from storage_books import Books
from storage_samples import Samples

from hongyan.compliance import (
    AssignedCode,
    ChannelRoom,
    CodeFilter,
    CodeMemory,
    CodeSource,
    CodeState,
    ExtensionCode,
    ExtensionCodes,
)
from hongyan.compliance.extension_codes import limits
from hongyan.compliance.extension_codes.limits import LIMITS, limits_at
from hongyan.identity import AccountKind, Actor, Identity, Vault
from hongyan.kernel.errors import HongyanError, Refused
from hongyan.storage.port import Change

SHOP, NEWS, RIVAL = "云雁商城", "云雁快讯", "对手"
TENANT, PLATFORM = CodeSource.TENANT, CodeSource.PLATFORM
ACTOR = Actor("key:test", "aliyun")
QUARANTINE_SECONDS = 90 * 86_400


class World:
    """Two tenants with signatures, on a store; `rooms` may be changed by a test."""

    def __init__(self, books: Books, make: Samples) -> None:
        self.books, self.make = books, make
        self.rooms = [ChannelRoom("mobile", 10, frozenset())]
        self.identity = Identity(books.store, make.clock, make.ids, Vault(bytes(range(32))))
        self.memory = CodeMemory(books.store, make.clock)
        self.codes = ExtensionCodes(books.store, make.clock, make.ids, self.memory, lambda: self.rooms)
        self.accounts: dict[str, int] = {}

    async def open(self) -> World:
        for tenant, names in (("ours", (SHOP, NEWS)), ("theirs", (RIVAL,))):
            account = await self.identity.create_account(AccountKind.ENTERPRISE, tenant, actor="test")
            for name in names:
                self.accounts[name] = account.id
                await self.sign(name)
        await self.memory.start()
        return self

    async def sign(self, name: str) -> None:
        """A signature of this name, in place of an earlier one."""
        await self.books.rows("UPDATE signature SET state = 'deleted' WHERE name = $1", name)
        await self.books.rows(
            "INSERT INTO signature (id, account_id, name, tag, state, version, revision, approved_revision,"
            " order_id, created_ms) VALUES ($1, $2, $3, 2, 'approved', 1, 1, 1, 1, 1)",
            *(self.make.ids.next(), self.accounts[name], name),
        )

    async def assign(
        self, code: str, name: str = SHOP, *, by: CodeSource = TENANT, **others: Any
    ) -> AssignedCode:
        account_id = self.accounts[name]
        return await self.codes.assign(account_id, name, code, by=by, actor=ACTOR, **others)

    async def replace(self, old: str, new: str, name: str = SHOP, *, by: CodeSource = TENANT) -> AssignedCode:
        return await self.codes.replace(self.accounts[name], name, old, new, by=by, actor=ACTOR)

    async def release(self, code: str, name: str = SHOP, *, by: CodeSource = TENANT) -> ExtensionCode:
        return await self.codes.release(self.accounts[name], name, code, by=by, actor=ACTOR)

    async def held(self) -> dict[str, tuple[str, bool]]:
        """What is remembered: signature and whether it is its primary code, by code."""
        await self.memory.catch_up()
        rows = await self.books.rows("SELECT id, name FROM signature WHERE state <> 'deleted'")
        index = self.memory.index
        return {
            code: (name, index.primary(signature_id) == code)
            for signature_id, name in rows
            for (code,) in await self.books.rows("SELECT code FROM extension_code ORDER BY code")
            if (held := index.owner(code, self.make.now_ms)) is not None
            and (held.code, held.signature_id) == (code, signature_id)
        }

    async def audit(self) -> list[tuple[str, str, dict[str, Any]]]:
        rows = await self.books.rows(
            "SELECT action, object, facts_json FROM audit_event WHERE action LIKE 'compliance.%' ORDER BY id"
        )
        return [(action, code, json.loads(facts)) for action, code, facts in rows]


@pytest.fixture
async def world(books: Books, make: Samples) -> World:
    return await World(books, make).open()


async def refused(attempt: Awaitable[Any]) -> str:
    with pytest.raises(HongyanError) as found:
        await attempt
    return found.value.code


# -- assigning --------------------------------------------------------------------------------------------


async def test_the_first_code_of_a_signature_is_its_primary_one_and_others_may_be_made_it(
    world: World,
) -> None:
    made = (await world.assign("88")).code
    assert (made.code, made.sign_name, made.primary, made.source) == ("88", SHOP, True, TENANT)
    assert (made.assigned_ms, made.version, made.state(world.make.now_ms)) == (
        *(world.make.now_ms, 1),
        CodeState.ASSIGNED,
    )
    assert not (await world.assign("99")).code.primary
    assert await world.held() == {"88": (SHOP, True), "99": (SHOP, False)}

    assert (await world.assign("99", primary=True)).code.version == 2
    assert (await world.assign("77", primary=True, by=PLATFORM)).code.primary
    assert await world.held() == {"77": (SHOP, True), "88": (SHOP, False), "99": (SHOP, False)}
    assert [(action, code, facts["primary"]) for action, code, facts in await world.audit()] == [
        ("compliance.assign_extension_code", "88", True),
        ("compliance.assign_extension_code", "99", False),
        ("compliance.assign_extension_code", "99", True),
        ("compliance.assign_extension_code", "77", True),
    ]


async def test_the_same_again_changes_nothing_but_uses_its_call_up(world: World) -> None:
    made = (await world.assign("88")).code
    nonce = (world.make.minute, 4711)

    assert (await world.assign("88", nonce=nonce)).code == made
    assert len(await world.audit()) == 1
    assert await refused(world.assign("88", nonce=nonce)) == "nonce.used"


@pytest.mark.parametrize("code", ["", "1a", "１２", "-1", " 1", "1" * 13])
async def test_a_code_is_a_few_digits(world: World, code: str) -> None:
    assert await refused(world.assign(code)) == "extension.malformed"


async def test_one_code_is_one_signatures_on_the_whole_platform(world: World) -> None:
    await world.assign("88")

    for name in (NEWS, RIVAL):
        for by in CodeSource:
            assert await refused(world.assign("88", name, by=by)) == "extension.taken"
    assert await refused(world.codes.assign(1, "谁", "1", by=TENANT, actor=ACTOR)) == "signature.unknown"
    assert (
        await refused(world.codes.assign(world.accounts[RIVAL], SHOP, "1", by=TENANT, actor=ACTOR))
        == "signature.unknown"
    )
    assert await world.held() == {"88": (SHOP, True)}


async def test_codes_of_two_tenants_begin_with_one_another_only_when_the_platform_says_so(
    world: World,
) -> None:
    await world.assign("88")
    await world.assign("8801", NEWS)  # the same tenant may

    for code in ("8", "881", "88011", "880"):
        assert await refused(world.assign(code, RIVAL)) == "extension.overlaps"
    assert (await world.assign("881", RIVAL, by=PLATFORM)).overlaps == ("88",)
    assert (await world.assign("8", RIVAL, by=PLATFORM)).overlaps == ("88", "8801")
    assert (await world.assign("9", RIVAL)).overlaps == ()


async def test_a_code_must_fit_behind_the_access_number_of_a_channel_that_the_tenant_may_use(
    world: World,
) -> None:
    reserved = frozenset({world.accounts[RIVAL]})
    world.rooms = [
        ChannelRoom("short", 3, frozenset()),
        ChannelRoom("middle", 5, frozenset()),
        ChannelRoom("theirs", 9, reserved),
    ]

    assert (await world.assign("123")).no_room == ()
    assert (await world.assign("4444")).no_room == ("short",)
    with pytest.raises(Refused) as caught:
        await world.assign("666666")
    assert (caught.value.code, caught.value.facts["most"]) == ("extension.no_room", 5)
    assert (await world.assign("666666", RIVAL)).no_room == ("short", "middle")
    world.rooms = []  # names only: nothing is known of numbers
    assert (await world.assign("777777777777")).no_room == ()


async def test_there_are_only_so_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def most(**changed: int) -> None:
        monkeypatch.setattr(limits, "LIMITS", (replace(LIMITS[0], **changed),))

    await world.assign("1")
    await world.assign("2")
    most(per_signature=2)
    assert await refused(world.assign("3")) == "extension.too_many"
    assert (await world.replace("2", "3")).code.code == "3"
    await world.assign("4", NEWS)
    most(per_account=3)
    assert await refused(world.assign("5", NEWS)) == "extension.too_many"
    assert (await world.replace("4", "5", NEWS)).code.code == "5"
    most(in_all=6)
    assert (await world.assign("6", RIVAL)).code.code == "6"
    assert await refused(world.assign("7", RIVAL)) == "extension.too_many"


def test_limits_count_from_a_day_on(monkeypatch: pytest.MonkeyPatch) -> None:
    later = replace(LIMITS[0], since=date(2026, 7, 1), quarantine_days=30)
    monkeypatch.setattr(limits, "LIMITS", (later, LIMITS[0]))
    midnight_ms = 1_782_835_200_000  # 2026-07-01 in Beijing
    assert limits_at(midnight_ms - 1).quarantine_days == 90
    assert limits_at(midnight_ms).quarantine_days == 30


# -- giving back ------------------------------------------------------------------------------------------


async def test_a_released_code_is_in_quarantine_for_all_but_its_signature(world: World) -> None:
    await world.assign("88")
    released = await world.release("88")
    assert (released.primary, released.released_ms) == (False, world.make.now_ms)
    assert released.state(world.make.now_ms) is CodeState.QUARANTINE
    assert released.held_until_ms == world.make.now_ms + QUARANTINE_SECONDS * 1000
    assert await world.held() == {"88": (SHOP, False)}, "replies still find it"

    for name in (NEWS, RIVAL):
        assert await refused(world.assign("88", name, by=PLATFORM)) == "extension.quarantined"
    assert await refused(world.assign("881", RIVAL)) == "extension.overlaps"
    assert (await world.assign("88")).code.primary
    await world.release("88")
    world.make.clock.advance(QUARANTINE_SECONDS - 1)
    assert await refused(world.assign("88", RIVAL)) == "extension.quarantined"
    world.make.clock.advance(1)
    assert await world.held() == {}
    made = (await world.assign("88", RIVAL)).code
    assert (made.sign_name, made.released_ms, made.held_until_ms) == (RIVAL, None, None)
    assert await world.held() == {"88": (RIVAL, True)}


async def test_a_signature_that_was_made_anew_has_its_codes_again(world: World) -> None:
    await world.assign("88")
    statements, topics = await world.codes.release_all(world.accounts[SHOP], SHOP, ACTOR)
    await world.books.one(Change(tuple(statements), tuple(topics)))
    await world.sign(SHOP)
    assert await refused(world.assign("88", NEWS)) == "extension.quarantined"
    assert (await world.assign("88")).code.primary
    assert await world.held() == {"88": (SHOP, True)}


async def test_when_the_primary_code_goes_the_oldest_of_the_others_is_it(world: World) -> None:
    for code in ("33", "11", "22"):
        await world.assign(code)
        world.make.clock.advance(1)

    await world.release("33")
    assert await world.held() == {"11": (SHOP, True), "22": (SHOP, False), "33": (SHOP, False)}
    await world.release("22")
    await world.release("11")
    assert not any(primary for _, primary in (await world.held()).values())


async def test_a_code_is_replaced_in_its_place(world: World) -> None:
    await world.assign("11")
    await world.assign("22")

    assert (await world.replace("11", "33")).code.primary
    assert not (await world.replace("22", "44")).code.primary
    assert await world.held() == {
        "11": (SHOP, False),
        "22": (SHOP, False),
        "33": (SHOP, True),
        "44": (SHOP, False),
    }
    assert (await world.replace("33", "44")).code.primary, "one that it has already"
    assert (await world.replace("44", "44")).code.primary
    assert await refused(world.replace("33", "55")) == "extension.unknown"
    assert await refused(world.replace("44", "x")) == "extension.malformed"
    await world.assign("99", RIVAL)
    assert await refused(world.replace("44", "99")) == "extension.taken"
    assert await refused(world.replace("99", "55")) == "extension.unknown"
    assert (await world.audit())[2] == (
        "compliance.replace_extension_code",
        "33",
        {"signature": SHOP, "source": "tenant", "old": "11"},
    )


async def test_a_tenant_does_not_give_back_what_the_platform_gave(world: World) -> None:
    await world.assign("88", by=PLATFORM)

    assert await refused(world.release("88")) == "extension.of_platform"
    assert await refused(world.replace("88", "99")) == "extension.of_platform"
    await world.replace("88", "99", by=PLATFORM)
    await world.release("99", by=PLATFORM)
    assert await refused(world.release("99")) == "extension.unknown"
    assert await refused(world.release("5", RIVAL)) == "extension.unknown"


async def test_what_was_answered_is_remembered_when_it_is_answered(world: World) -> None:
    """Whether somebody follows or not."""
    following = asyncio.create_task(world.memory.follow())
    for code in ("1", "22", "333"):
        signature_id = (await world.assign(code, primary=True)).code.signature_id
        assert world.memory.index.primary(signature_id) == code
    await world.release("333")
    assert world.memory.index.primary(signature_id) == "1"
    following.cancel()


# -- at once, and after ------------------------------------------------------------------------------------


async def test_two_at_the_same_moment_see_each_other(world: World) -> None:
    """Also where no row of theirs is the same."""
    both = await asyncio.gather(world.assign("88"), world.assign("881", RIVAL), return_exceptions=True)
    assert sorted(type(each) is AssignedCode for each in both) == [False, True]
    assert [each.code for each in both if isinstance(each, Refused)] == ["extension.overlaps"]

    same = await asyncio.gather(*(world.assign("5", name) for name in (SHOP, NEWS)), return_exceptions=True)
    assert [each.code for each in same if isinstance(each, Refused)] == ["extension.taken"]


async def test_a_signature_that_is_deleted_meanwhile_gets_no_code(world: World) -> None:
    real = world.books.store.read

    async def read(name: str, *parameters: Any) -> list[tuple[Any, ...]]:
        rows = await real(name, *parameters)
        if name == "compliance.signature_to_hold":
            await world.books.rows("UPDATE signature SET state = 'deleted', version = version + 1")
        return rows

    world.codes._store = _Reading(world.books.store, read)  # type: ignore[assignment]
    assert await refused(world.assign("88")) == "signature.unknown"


class _Reading:
    """The store, read in another way."""

    def __init__(self, store: Any, read: Any) -> None:
        self._store, self.read = store, read

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


async def test_codes_are_found_by_tenant_signature_and_code_the_newest_first(world: World) -> None:
    for code, name in (("11", SHOP), ("222", NEWS), ("33", RIVAL), ("44", SHOP)):
        await world.assign(code, name)
        world.make.clock.advance(1)
    await world.release("44")
    account_id = world.accounts[SHOP]

    async def found(limit: int = 10, offset: int = 0, **wanted: Any) -> tuple[int, list[str]]:
        total, rows = await world.codes.page(CodeFilter(**wanted), limit=limit, offset=offset)
        return total, [row.code for row in rows]

    assert await found() == (3, ["33", "222", "11"])
    assert await found(released=True) == (4, ["44", "33", "222", "11"])
    assert await found(account_id=account_id) == (2, ["222", "11"])
    assert await found(account_id=account_id, sign_name=NEWS) == (1, ["222"])
    assert await found(code="33") == (1, ["33"])
    assert await found(account_id=account_id, code="33") == (0, [])
    assert await found(limit=1, offset=1) == (3, ["222"])
    world.make.clock.advance(QUARANTINE_SECONDS)
    assert await found(released=True) == (3, ["33", "222", "11"])

    assert (await world.codes.get("222")).sign_name == NEWS
    assert await refused(world.codes.get("44")) == "extension.unknown"
    assert await refused(world.codes.get("9")) == "extension.unknown"
    assert await world.codes.accounts_with(SHOP) == [account_id]
    longest = {ids: await world.codes.longest(ids) for ids in ((), (world.accounts[RIVAL],), (1,))}
    assert [row and row.code for row in longest.values()] == ["222", "33", None]


async def test_every_node_reads_all_codes_at_its_start_and_then_what_changes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hongyan.compliance.extension_codes.memory._PAGE", 2)
    for code in ("1", "22", "333", "4444", "55555"):
        await world.assign(code)
    await world.release("22")
    fresh = CodeMemory(world.books.store, world.make.clock)
    await fresh.start()
    assert fresh.index.count == 5
    assert fresh.index.primary((await world.codes.get("1")).signature_id) == "1"

    following = asyncio.create_task(fresh.follow())
    await world.replace("1", "66")
    async with asyncio.timeout(5):
        while fresh.index.count < 6:
            await asyncio.sleep(0)
    following.cancel()
    assert fresh.index.primary((await world.codes.get("66")).signature_id) == "66"

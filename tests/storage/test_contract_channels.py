"""Channels as records, on every engine: what is stored, told, audited, kept secret, and what happens to two at once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import pytest
from storage_books import Books
from storage_samples import Samples

from hongyan.carriers.channels import (
    CHANNEL,
    TOPIC,
    ChannelEvent,
    ChannelRecord,
    Channels,
    ChannelState,
    StoredRecord,
    UnreadableRecord,
    fields_of,
    routing_view,
    to_json,
)
from hongyan.carriers.channels.passwords import Passwords
from hongyan.identity import AccountKind, Identity, RootSettings, Vault
from hongyan.kernel.clock import beijing
from hongyan.kernel.errors import HongyanError, Misconfigured, Refused
from hongyan.kernel.text import Repertoire
from hongyan.messaging.route import Channel
from hongyan.storage.port import LANE_CODES, Store

CMPP = {"host": "10.0.0.1", "login": "901234", "access_number": "1069000001", "carriers": ["mobile"]}
SMPP = {"host": "smsc.example.com", "login": "hongyan", "access_number": "1069000002"}
SGIP = {**CMPP, "node": 3_010_012_345, "corp_id": "12345", "carriers": ["unicom"]}
ACTOR = "cli:tester"
VAULT = Vault(bytes(range(32)))


class World:
    """Channels on a store, and what was told of them."""

    def __init__(self, books: Books, make: Samples, vault: Vault = VAULT) -> None:
        self.books = books
        self.make = make
        self.told: list[str] = []
        store: Store = books.store
        store.subscribe(TOPIC, self.told.append)
        self.identity = Identity(store, make.clock, make.ids, vault)
        self.longest_codes: dict[tuple[int, ...], str] = {}

        async def longest_code(account_ids: Collection[int]) -> str | None:
            return self.longest_codes.get(tuple(account_ids))

        self.channels = Channels(store, make.clock, make.ids, vault, self.identity, longest_code)

    async def add(self, name: str = "mobile", protocol: str = "cmpp", **others: Any) -> ChannelRecord:
        settings = {"cmpp": CMPP, "smpp": SMPP, "sgip": SGIP}[protocol] | others
        return await self.channels.add(name, protocol, settings, "password", actor=ACTOR)

    async def rows(self) -> list[tuple[Any, ...]]:
        return await self.books.rows(
            "SELECT id, name, settings, secret, state, version FROM channel ORDER BY id"
        )


@pytest.fixture
async def world(books: Books, make: Samples) -> World:
    made = World(books, make)
    await made.identity.first_start(RootSettings("rootkey", "rootsecret", "rootpassword"))
    return made


async def refused(attempt: Awaitable[Any]) -> HongyanError:
    with pytest.raises(HongyanError) as found:
        await attempt
    return found.value


# -- room for extension codes ------------------------------------------------------------------------------


async def test_a_number_that_leaves_no_room_for_a_code_in_use_is_refused_with_the_code(world: World) -> None:
    account = await world.identity.create_account(AccountKind.ENTERPRISE, "tenant", actor=ACTOR)
    world.longest_codes = {(): "1" * 11, (account.id,): "1" * 3}
    error = await refused(world.add())
    assert (error.code, error.facts["field"]) == ("channel.invalid", "access_number")
    assert "11111111111 has 11" in error.en
    assert "11111111111 有 11 位" in error.zh
    assert not await world.channels.all()

    made = await world.add(accounts=[account.id])
    assert (await refused(world.channels.edit("mobile", {"accounts": []}, actor=ACTOR))).code == error.code
    longer = {"access_number": "1" * 18}
    assert (await refused(world.channels.edit("mobile", longer, actor=ACTOR))).code == error.code
    assert (await world.add("name", "smpp", access_number="HONGYAN", source_ton=5)).id == made.id + 1


async def test_a_channel_that_was_there_first_is_still_edited(world: World) -> None:
    await world.add()
    world.longest_codes = {(): "1" * 11}
    assert (await world.channels.edit("mobile", {"window": 8}, actor=ACTOR)).settings.window == 8
    shorter = await world.channels.edit("mobile", {"access_number": "10690000"}, actor=ACTOR)
    assert shorter.settings.access_number == "10690000"


# -- adding -----------------------------------------------------------------------------------------------


async def test_a_new_channel_is_active_stored_with_every_default_and_told(world: World) -> None:
    made = await world.add(window=32)

    assert (made.id, made.name, made.protocol, made.state, made.version) == (
        *(100, "mobile", "cmpp"),
        *(ChannelState.ACTIVE, 1),
    )
    assert made.changed_ms == world.make.now_ms
    assert await world.channels.all() == [made]
    assert await world.channels.named("mobile") == made
    ((_, _, settings, *_),) = await world.rows()
    assert json.loads(settings) == to_json(made.settings)
    assert json.loads(settings)["fee_type"] == "01"
    assert world.told == ["100"]


async def test_ids_grow_from_100_and_neither_id_nor_name_is_used_again(world: World) -> None:
    assert [(await world.add(name)).id for name in ("a", "b")] == [100, 101]
    await world.channels.drain("b", actor=ACTOR)
    await world.channels.remove("b", actor=ACTOR)

    assert (await refused(world.add("b"))).code == "channel.name_taken"
    assert (await world.add("c")).id == 102
    assert [each.name for each in await world.channels.all()] == ["a", "c"]
    assert [each.name for each in await world.channels.all(removed=True)] == ["a", "b", "c"]


async def test_what_is_refused_stores_nothing_and_is_told_to_nobody(world: World) -> None:
    for name, protocol, settings, secret, field in (
        ("Mobile", "cmpp", CMPP, "x", "name"),
        ("mobile", "http", CMPP, "x", "protocol"),
        ("mobile", "cmpp", CMPP | {"window": 0}, "x", "window"),
        ("mobile", "cmpp", CMPP, "", "password"),
        ("mobile", "sgip", SGIP, "x" * 17, "password"),
        ("mobile", "cmpp", CMPP | {"accounts": [5]}, "x", "accounts"),
    ):
        found = await refused(world.channels.add(name, protocol, settings, secret, actor=ACTOR))
        assert (found.code, found.facts["field"]) == ("channel.invalid", field)
    found = await refused(world.channels.add("mobile", "cmpp", CMPP, "x", listen_secret="y", actor=ACTOR))
    assert found.facts["field"] == "listen_password"
    assert await world.rows() == []
    assert world.told == []


async def test_two_at_once_get_two_ids_and_one_name_goes_to_one_of_them(world: World) -> None:
    made = await asyncio.gather(*(world.add(name) for name in ("a", "b", "c")))
    assert sorted(each.id for each in made) == [100, 101, 102]

    twice = await asyncio.gather(world.add("d"), world.add("d"), return_exceptions=True)
    (lost,) = [each for each in twice if isinstance(each, BaseException)]
    assert isinstance(lost, Refused)
    assert lost.code == "channel.name_taken"


async def test_tenants_that_a_channel_is_reserved_for_must_exist(world: World) -> None:
    root = await world.identity.root_account()
    made = await world.add(accounts=[root.id])
    assert made.settings.accounts == (root.id,)
    found = await refused(world.channels.edit("mobile", {"accounts": [root.id, 5]}, actor=ACTOR))
    assert "no account 5" in found.en
    assert "账号 5 不存在" in found.zh


async def test_two_channels_do_not_listen_on_one_port(world: World) -> None:
    await world.add("a", "sgip")
    found = await refused(world.add("b", "sgip"))
    assert found.facts["field"] == "listen_port"
    assert "channel a listens at 8801 already" in found.en
    await world.add("b", "sgip", listen_port=0)
    await world.add("c", "sgip", listen_port=0)
    await world.channels.edit("a", {"window": 16}, actor=ACTOR)
    assert (await refused(world.channels.edit("b", {"listen_port": 8801}, actor=ACTOR))).facts[
        "field"
    ] == "listen_port"
    await world.channels.drain("a", actor=ACTOR)
    await world.channels.remove("a", actor=ACTOR)
    await world.channels.edit("b", {"listen_port": 8801}, actor=ACTOR)


async def test_of_two_that_want_one_port_at_the_same_moment_one_gets_it(world: World) -> None:
    for name in ("a", "b", "c"):
        await world.add(name, "sgip", listen_port=0)

    def take(name: str) -> Awaitable[ChannelRecord]:
        return world.channels.edit(name, {"listen_port": 9001}, actor=ACTOR)

    for attempts in (
        (take("a"), take("b"), take("c")),
        (
            world.channels.edit("a", {"listen_port": 9002}, actor=ACTOR),
            world.add("d", "sgip", listen_port=9002),
        ),
    ):
        done = await asyncio.gather(*attempts, return_exceptions=True)
        lost = [each for each in done if isinstance(each, BaseException)]
        assert len(done) - len(lost) == 1
        for each in lost:
            assert isinstance(each, Refused)
            assert (each.code, each.facts["field"]) == ("channel.invalid", "listen_port")
    ports = [each.settings.listen_port for each in await world.channels.all()]  # type: ignore[union-attr]
    taken = [port for port in ports if port]
    assert len(set(taken)) == len(taken)


# -- passwords --------------------------------------------------------------------------------------------


async def test_passwords_lie_sealed_in_the_database_and_open_again(world: World) -> None:
    made = await world.channels.add(
        "unicom",
        "sgip",
        SGIP,
        "hunter2",
        listen_secret=b"other",
        actor=ACTOR,
    )
    ((*_, sealed, _, _),) = await world.rows()
    assert b"hunter2" not in bytes(sealed)
    assert world.channels.passwords(made) == Passwords("hunter2", "other")
    assert "hunter2" not in repr(made)
    (again,) = await world.channels.all()
    assert world.channels.passwords(again).password == "hunter2"


async def test_the_carriers_own_login_has_our_password_unless_another_is_given(world: World) -> None:
    made = await world.add("unicom", "sgip")
    assert world.channels.passwords(made).expected == "password"
    made = await world.channels.edit("unicom", {}, listen_secret="other", actor=ACTOR)
    assert world.channels.passwords(made) == Passwords("password", "other")
    made = await world.channels.edit("unicom", {}, "third", actor=ACTOR)
    assert world.channels.passwords(made) == Passwords("third", "other")
    made = await world.channels.edit("unicom", {}, listen_secret="", actor=ACTOR)
    assert world.channels.passwords(made).expected == "third"


async def test_a_password_opens_with_its_own_key_and_in_its_own_row_only(world: World) -> None:
    first, second = await world.add("a"), await world.add("b")
    await world.books.rows("UPDATE channel SET secret = $1 WHERE id = $2", first.sealed, second.id)
    moved = await world.channels.named("b")
    with pytest.raises(Misconfigured, match="damaged"):
        world.channels.passwords(moved)
    stranger = World(world.books, world.make, Vault(bytes(32)))
    with pytest.raises(Misconfigured, match="wrong_key"):
        stranger.channels.passwords(first)


# -- editing ----------------------------------------------------------------------------------------------


async def test_an_edit_changes_what_it_names_and_is_told(world: World) -> None:
    before = await world.add()
    world.make.clock.advance(60)
    after = await world.channels.edit(
        "mobile", {"window": 32, "carriers": ["mobile", "broadnet"]}, actor=ACTOR
    )

    assert after == await world.channels.named("mobile")
    assert (after.version, after.changed_ms) == (2, before.changed_ms + 60_000)
    assert to_json(after.settings) == to_json(before.settings) | {
        "window": 32,
        "carriers": ["mobile", "broadnet"],
    }
    assert world.channels.passwords(after).password == "password"
    assert world.told == ["100", "100"]


async def test_an_edit_that_changes_nothing_stores_nothing(world: World) -> None:
    made = await world.add()
    again = await world.channels.edit("mobile", {"window": 16}, "password", actor=ACTOR)
    assert again == made
    assert world.told == ["100"]


async def test_an_edit_of_nobody_or_of_somebody_removed_is_refused(world: World) -> None:
    await world.add()
    assert (await refused(world.channels.edit("x", {}, actor=ACTOR))).code == "channel.unknown"
    await world.channels.pause("mobile", actor=ACTOR)
    await world.channels.remove("mobile", actor=ACTOR)
    assert (
        await refused(world.channels.edit("mobile", {"window": 1}, actor=ACTOR))
    ).code == "channel.removed"


async def test_changes_at_once_are_all_kept(world: World) -> None:
    await world.add()
    await asyncio.gather(
        world.channels.edit("mobile", {"window": 3}, actor=ACTOR),
        world.channels.edit("mobile", {"priority": 5}, actor=ACTOR),
        world.channels.pause("mobile", actor=ACTOR),
    )
    found = await world.channels.named("mobile")
    assert (found.settings.window, found.settings.priority) == (3, 5)
    assert (found.state, found.version) == (ChannelState.PAUSED, 4)


async def test_links_log_in_anew_for_everything_but_state_and_routing(world: World) -> None:
    before = await world.add("abroad", "smpp")
    others: dict[str, Any] = {
        "host": "b",
        "port": 1,
        "login": "b",
        "access_number": "1069",
        "connections": 2,
        "window": 2,
        "rate": 2,
        "link_rate": 2,
        "answer_timeout_seconds": 2,
        "heartbeat_seconds": 2,
        "mode": "pair",
        "system_type": "b",
        "source_ton": 1,
        "source_npi": 1,
        "tls": True,
        "tls_verify": False,
        "receipt_ids": "hex_to_decimal",
        "default_alphabet": "latin-1",
        "ia5_alphabet": "gsm",
        "countries": ["CN"],
        "carriers": ["mobile"],
        "categories": ["code"],
        "accounts": [(await world.identity.root_account()).id],
        "priority": 2,
        "weight": 2,
        "cost": 2,
    }
    rows = fields_of("smpp")
    assert set(others) | {"tls_ca"} == set(rows)
    for name, value in others.items():
        after = await world.channels.edit("abroad", {name: value}, actor=ACTOR)
        assert (after.links_version == before.links_version) is rows[name].routing, name
        before = after
    paused = await world.channels.pause("abroad", actor=ACTOR)
    assert paused.links_version == before.links_version
    assert (await world.channels.named("abroad")).links_version == before.links_version
    other = await world.channels.edit("abroad", {}, "another", actor=ACTOR)
    assert other.links_version != before.links_version
    assert 0 <= other.links_version < 1 << 63


# -- states -----------------------------------------------------------------------------------------------

_WAY = {
    ChannelState.ACTIVE: (),
    ChannelState.PAUSED: (ChannelEvent.PAUSE,),
    ChannelState.DRAINING: (ChannelEvent.DRAIN,),
    ChannelState.REMOVED: (ChannelEvent.DRAIN, ChannelEvent.REMOVE),
}
_STEPS: dict[ChannelEvent, Callable[..., Awaitable[StoredRecord]]] = {
    ChannelEvent.PAUSE: Channels.pause,
    ChannelEvent.RESUME: Channels.resume,
    ChannelEvent.DRAIN: Channels.drain,
    ChannelEvent.REMOVE: Channels.remove,
}


async def test_every_step_does_what_the_table_says(world: World) -> None:
    for number, (state, event) in enumerate((s, e) for s in ChannelState for e in ChannelEvent):
        name = f"channel-{number}"
        record = await world.add(name)
        for step in _WAY[state]:
            record = await _STEPS[step](world.channels, name, actor=ACTOR)
        assert record.state is state
        told = len(world.told)
        if CHANNEL.allows(state, event):
            after = await _STEPS[event](world.channels, name, actor=ACTOR)
            assert (after.state, after.version) == (CHANNEL.after(state, event), record.version + 1)
            assert await world.channels.named(name) == after
            assert len(world.told) == told + 1
        else:
            found = await refused(_STEPS[event](world.channels, name, actor=ACTOR))
            removed = state is ChannelState.REMOVED
            assert found.code == ("channel.removed" if removed else "channel.illegal_step")
            assert await world.channels.named(name) == record
            assert len(world.told) == told


async def test_a_refused_step_says_what_is_possible(world: World) -> None:
    await world.add()
    found = await refused(world.channels.remove("mobile", actor=ACTOR))
    assert found.en == "channel mobile is active: remove is not possible now, pause, drain is"
    assert found.zh == "通道 mobile 当前状态为 active，不能执行 remove，可执行：pause、drain"
    assert (await refused(world.channels.pause("nobody", actor=ACTOR))).code == "channel.unknown"


async def test_a_channel_that_messages_wait_for_is_not_removed(world: World) -> None:
    made = await world.add()
    await world.books.one(world.make.accept(world.make.message(channel_id=made.id)))
    await world.channels.drain("mobile", actor=ACTOR)
    await world.books.one(
        world.make.accept(
            *(world.make.message(channel_id=made.id, lane=LANE_CODES, accepted_ms=0) for _ in range(2))
        )
    )
    found = await refused(world.channels.remove("mobile", actor=ACTOR))
    assert found.code == "channel.waiting"
    since = beijing(world.make.now_ms).isoformat(timespec="seconds")
    assert found.facts["waiting"] == {"codes": 2, "notices": 1, "marketing": 0, "since": since}
    assert "(codes 2, notices 1, the oldest since 2026" in found.en
    assert "验证码 2 条、通知 1 条，最早自 2026" in found.zh
    assert "--force" in found.en
    other = await world.add("other")
    await world.channels.pause(other.name, actor=ACTOR)
    await world.channels.remove(other.name, actor=ACTOR)


async def test_by_force_it_is_removed_with_what_waits_for_it_and_the_audit_trail_says_so(
    world: World,
) -> None:
    made = await world.add()
    await world.books.one(world.make.accept(world.make.message(channel_id=made.id)))
    assert (
        await refused(world.channels.remove("mobile", force=True, actor=ACTOR))
    ).code == "channel.illegal_step"
    await world.channels.pause("mobile", actor=ACTOR)

    removed = await world.channels.remove("mobile", force=True, actor=ACTOR)

    assert removed.state is ChannelState.REMOVED
    assert (await world.channels.waiting(removed)).messages == (0, 1, 0), "nothing vanishes"
    root = await world.identity.root_account()
    (event, *_) = await world.identity.audit_events(root.id)
    assert event.facts["left_behind"] == (await world.channels.waiting(removed)).facts


# -- what others see --------------------------------------------------------------------------------------


async def test_routing_sees_what_is_set(world: World) -> None:
    root = await world.identity.root_account()
    made = await world.add(
        categories=["code", "international"], countries=["CN", "HK"], accounts=[root.id],
        priority=3, weight=7, cost=350,
    )  # fmt: skip
    assert routing_view(made) == Channel(
        100,
        "mobile",
        "1069000001",
        countries=frozenset({"CN", "HK"}),
        carriers=frozenset({"mobile"}),
        categories=frozenset({0, 3}),
        accounts=frozenset({root.id}),
        priority=3,
        cost=350,
        weight=7,
        open=True,
        repertoire=Repertoire.UCS2_ONLY,
    )
    for step in (Channels.pause, Channels.drain):
        assert not routing_view(await step(world.channels, "mobile", actor=ACTOR)).open
    assert routing_view(await world.channels.resume("mobile", actor=ACTOR)).open


async def test_a_login_that_only_receives_takes_no_messages(world: World) -> None:
    settings = CMPP | {"login": "10001234", "login_mode": 1, "carriers": ["telecom"]}
    made = await world.channels.add("telecom", "smgp", settings, "x", actor=ACTOR)
    assert not routing_view(made).submits
    assert routing_view(await world.channels.edit("telecom", {"login_mode": 0}, actor=ACTOR)).submits


async def test_the_audit_trail_has_every_change_and_no_password(world: World) -> None:
    await world.add()
    await world.channels.edit("mobile", {"window": 32}, "hunter2", actor=ACTOR)
    await world.channels.pause("mobile", actor=ACTOR)
    await world.channels.drain("mobile", actor="person:root")
    await world.channels.resume("mobile", actor=ACTOR)
    await world.channels.pause("mobile", actor=ACTOR)
    await world.channels.remove("mobile", actor=ACTOR)

    root = await world.identity.root_account()
    events = [
        each for each in await world.identity.audit_events(root.id) if each.action.startswith("carriers.")
    ]
    assert [each.action.removeprefix("carriers.") for each in reversed(events)] == [
        *("add_channel", "edit_channel", "pause_channel", "drain_channel"),
        *("resume_channel", "pause_channel", "remove_channel"),
    ]
    assert {each.object for each in events} == {"mobile"}
    assert {each.actor for each in events} == {ACTOR, "person:root"}
    by_action = {each.action: each.facts for each in events}
    assert by_action["carriers.edit_channel"] == {"changes": {"window": [16, 32]}, "new_password": True}
    assert by_action["carriers.remove_channel"] == {"before": "paused", "after": "removed"}
    assert by_action["carriers.add_channel"]["settings"]["login"] == "901234"
    assert "hunter2" not in str(by_action)


async def test_settings_that_somebody_changed_past_us_are_told(world: World) -> None:
    await world.add()
    for broken in ("", "{}", '{"host": 1}', "[]"):
        await world.books.rows("UPDATE channel SET settings = $1", broken)
        for attempt in (
            world.channels.named("mobile"),
            world.channels.edit("mobile", {"port": 1}, actor=ACTOR),
        ):
            found = await refused(attempt)
            assert found.code == "channel.stored"
            assert "mobile" in found.en
            assert found.facts["detail"]


async def test_one_that_cannot_be_read_is_listed_beside_the_others_and_can_be_removed(world: World) -> None:
    await world.add("broken", "sgip")
    other = await world.add("other")
    await world.books.rows("UPDATE channel SET settings = '{}' WHERE name = 'broken'")

    broken, whole = await world.channels.all()

    assert isinstance(broken, UnreadableRecord)
    assert (broken.id, broken.name, broken.protocol, broken.state) == (
        100,
        "broken",
        "sgip",
        ChannelState.ACTIVE,
    )
    assert (whole, broken.why.code) == (other, "channel.stored")
    await world.add("unicom", "sgip")
    paused = await world.channels.pause("broken", actor=ACTOR)
    assert (paused.state, paused.version) == (ChannelState.PAUSED, 2)
    await world.channels.remove("broken", actor=ACTOR)
    assert [each.name for each in await world.channels.all()] == ["other", "unicom"]

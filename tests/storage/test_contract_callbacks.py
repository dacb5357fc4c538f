"""Callbacks on every engine: the outbox in the transaction of its cause, attempts, leases, giving up, sending again."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from storage_books import Books
from storage_samples import Samples

from hongyan.identity import AccountKind, Actor, Identity, RootSettings, Vault, commit_change
from hongyan.kernel.errors import Refused
from hongyan.kernel.states import IllegalTransition
from hongyan.messaging.callbacks import Callbacks, CallbackType, Deliverer, Delivery, DeliveryState
from hongyan.messaging.callbacks.addresses import Target
from hongyan.messaging.callbacks.deliverer import AGAIN_AFTER_MS, MOST_OF_ACCOUNT
from hongyan.messaging.callbacks.posting import NotPosted, Posted, PostFault
from hongyan.messaging.callbacks.service import KEPT_MS

KEY = Actor("key:test", "rest", "203.0.113.9")
TAKEN = Posted(200, b'{"code":0,"msg":"ok"}')
SIGN = CallbackType.SIGNATURE
URL = "https://tenant.example/hook"


class Program:
    """A tenant's program that answers as it is told."""

    def __init__(self) -> None:
        self.answers: list[Posted | NotPosted] = []
        self.got: list[tuple[Target, dict[str, str], bytes]] = []
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, target: Target, headers: Iterable[tuple[str, str]], body: bytes) -> Posted:
        self.got.append((target, dict(headers), body))
        await self.open.wait()
        answer = self.answers.pop(0) if self.answers else TAKEN
        if isinstance(answer, NotPosted):
            raise answer
        return answer


class World:
    def __init__(self, books: Books, make: Samples) -> None:
        vault = Vault(bytes(range(32)))
        self.books, self.clock = books, make.clock
        self.identity = Identity(books.store, make.clock, make.ids, vault)
        self.callbacks = Callbacks(books.store, make.clock, make.ids, vault, self.identity)
        self.program = Program()
        self.deliverer = self.node()

    def node(self) -> Deliverer:
        def render(type_: CallbackType, facts: Mapping[str, Any]) -> bytes:
            return json.dumps([type_.value, facts]).encode()

        return Deliverer(self.books.store, self.clock, self.callbacks, render, self.program)

    async def account(self, name: str) -> int:
        return (await self.identity.create_account(AccountKind.ENTERPRISE, name, actor="test")).id

    async def happens(self, account_id: int, n: int = 1) -> None:
        await commit_change(self.books.store, (self.callbacks.event(account_id, SIGN, {"n": n}),))

    async def deliver(self) -> int:
        begun = await self.deliverer.begin()
        await self.deliverer.ended()
        return begun

    async def only(self, account_id: int) -> Delivery:
        (found,) = await self.callbacks.deliveries(account_id)
        return found


@pytest.fixture
async def world(books: Books, make: Samples) -> World:
    made = World(books, make)
    await made.identity.first_start(RootSettings("rootkey", "rootsecret", "rootpassword"))
    return made


@pytest.fixture
async def account(world: World) -> int:
    made = await world.account("tenant")
    await world.callbacks.subscribe(made, SIGN, URL, actor=KEY)
    return made


async def test_a_callback_arrives_signed_and_once(world: World, account: int) -> None:
    await world.happens(account)
    assert await world.deliver() == 1
    ((target, headers, body),) = world.program.got
    assert (target.host, target.path, json.loads(body)) == (
        "tenant.example",
        "/hook",
        ["SignSmsReport", {"n": 1}],
    )
    secret = (await world.callbacks.subscription(account, SIGN)).secret
    signed = b".".join((headers["X-Hongyan-Timestamp"].encode(), headers["X-Hongyan-Id"].encode(), body))
    assert (
        headers["X-Hongyan-Signature"]
        == "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    )
    assert (headers["X-Hongyan-Type"], headers["X-Hongyan-Attempt"]) == ("SignSmsReport", "1")
    assert headers["Content-Type"] == "application/json;charset=utf-8"
    found = await world.only(account)
    assert (found.state, found.attempts, found.status, found.error) == (DeliveryState.DELIVERED, 1, 200, "")
    assert await world.deliver() == 0
    assert world.deliverer.delivered == 1


async def test_nobody_is_told_who_did_not_ask(world: World, account: int) -> None:
    other = await world.account("other")
    await world.happens(other)
    await commit_change(world.books.store, (world.callbacks.event(account, CallbackType.TEMPLATE, {}),))
    assert await world.deliver() == 0
    assert await world.callbacks.deliveries(other) == []


@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [
        (Posted(500, b""), 500, "status"),
        (Posted(302, b'{"code":0}'), 302, "status"),
        (Posted(200, b"ok"), 200, "answer"),
        (Posted(200, b'{"code":"0"}'), 200, "answer"),
        (Posted(200, b"{}"), 200, "answer"),
        (NotPosted(PostFault.TIMEOUT), 0, "timeout"),
        (NotPosted(PostFault.FORBIDDEN), 0, "forbidden"),
    ],
)
async def test_what_is_not_taken_is_tried_again_after_1_5_and_10_minutes_and_then_given_up(
    world: World, account: int, answer: Posted | NotPosted, status: int, error: str
) -> None:
    await world.happens(account)
    world.program.answers = [answer] * 4
    for attempt, wait_ms in enumerate((*AGAIN_AFTER_MS, 0), 1):
        assert await world.deliver() == 1
        found = await world.only(account)
        assert (found.attempts, found.status, found.error) == (attempt, status, error)
        assert await world.deliver() == 0
        if wait_ms:
            assert found.state is DeliveryState.PENDING
            world.clock.advance(wait_ms / 1000 - 1)
            assert await world.deliver() == 0
            world.clock.advance(1)
    assert (await world.only(account)).state is DeliveryState.DEAD
    world.clock.advance(86_400)
    assert await world.deliver() == 0
    assert (world.deliverer.failed, world.deliverer.given_up) == (4, 1)


async def test_any_number_is_taken_for_an_answer(world: World, account: int) -> None:
    """The vendor looks only whether `code` is a number."""
    world.program.answers = [Posted(200, b'{"code": 7, "more": [1]}')]
    await world.happens(account)
    await world.deliver()
    assert (await world.only(account)).state is DeliveryState.DELIVERED


async def test_what_was_given_up_can_be_sent_again(world: World, account: int) -> None:
    await world.happens(account)
    world.program.answers = [Posted(500, b"")] * 4
    for wait_ms in (*AGAIN_AFTER_MS, 0):
        await world.deliver()
        world.clock.advance(wait_ms / 1000)
    found = await world.only(account)
    await world.callbacks.resend(account, found.id, actor=KEY)
    with pytest.raises(IllegalTransition):
        await world.callbacks.resend(account, found.id, actor=KEY)
    assert await world.deliver() == 1
    again = await world.only(account)
    assert (again.state, again.attempts) == (DeliveryState.DELIVERED, 1)
    assert {headers["X-Hongyan-Id"] for _, headers, _ in world.program.got} == {str(found.id)}
    with pytest.raises(Refused) as refused:
        await world.callbacks.resend(await world.account("other"), found.id, actor=KEY)
    assert refused.value.code == "delivery.unknown"


async def test_of_two_nodes_one_sends(world: World, account: int) -> None:
    for n in range(MOST_OF_ACCOUNT):
        await world.happens(account, n)
    nodes = [world.node() for _ in range(3)]
    await asyncio.gather(*(node.begin() for node in nodes))
    await asyncio.gather(*(node.ended() for node in nodes))
    assert len(world.program.got) == MOST_OF_ACCOUNT
    assert {each.state for each in await world.callbacks.deliveries(account)} == {DeliveryState.DELIVERED}


async def test_a_node_that_dies_leaves_its_attempt_to_others(world: World, account: int) -> None:
    await world.happens(account)
    world.program.open.clear()
    dying = asyncio.create_task(world.deliverer.run())
    while not world.program.got:
        await asyncio.sleep(0.001)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    world.program.open.set()
    other = world.node()
    assert await other.begin() == 0
    world.clock.advance(31)
    assert await other.begin() == 1
    await other.ended()
    found = await world.only(account)
    assert (found.state, found.attempts) == (DeliveryState.DELIVERED, 2)


async def test_a_slow_program_keeps_nobody_else_waiting(world: World, account: int) -> None:
    for n in range(3 * MOST_OF_ACCOUNT):
        await world.happens(account, n)
    world.program.open.clear()
    assert await world.deliverer.begin() == MOST_OF_ACCOUNT
    assert await world.deliverer.begin() == 0, "so many of one account are under way at most"
    other = await world.account("other")
    await world.callbacks.subscribe(other, SIGN, URL, actor=KEY)
    await world.happens(other)
    assert await world.deliverer.begin() == 1
    world.program.open.set()
    await world.deliverer.ended()
    assert (await world.only(other)).state is DeliveryState.DELIVERED


async def test_without_a_subscription_what_waits_is_given_up(world: World, account: int) -> None:
    await world.happens(account)
    await world.callbacks.unsubscribe(account, SIGN, actor=KEY)
    await world.deliver()
    found = await world.only(account)
    assert (found.state, found.error, world.program.got) == (DeliveryState.DEAD, "unsubscribed", [])
    with pytest.raises(Refused) as refused:
        await world.callbacks.unsubscribe(account, SIGN, actor=KEY)
    assert refused.value.code == "callback.unknown"


async def test_a_secret_stays_until_it_is_renewed_and_nobody_reads_it_in_the_tables(
    world: World, account: int
) -> None:
    first = await world.callbacks.subscription(account, SIGN)
    moved = await world.callbacks.subscribe(account, SIGN, "http://other.example/", actor=KEY)
    renewed = await world.callbacks.subscribe(account, SIGN, URL, renew_secret=True, actor=KEY)
    assert first.secret == moved.secret != renewed.secret
    assert [each.url for each in await world.callbacks.subscriptions(account)] == [URL]
    ((sealed,),) = await world.books.rows("SELECT secret_sealed FROM callback_subscription")
    assert renewed.secret.encode() not in bytes(sealed)
    actions = [event.action for event in await world.identity.audit_events(account)]
    assert actions[:3] == ["messaging.set_callback"] * 3


async def test_an_address_that_is_none_is_refused(world: World, account: int) -> None:
    with pytest.raises(Refused) as refused:
        await world.callbacks.subscribe(account, SIGN, "gopher://x", actor=KEY)
    assert refused.value.code == "callback.url"


async def test_deliveries_come_in_pages_by_state_and_old_ones_go(world: World, account: int) -> None:
    for n in range(5):
        await world.happens(account, n)
    await world.deliver()
    whole = await world.callbacks.deliveries(account)
    first = await world.callbacks.deliveries(account, limit=2)
    assert first + await world.callbacks.deliveries(account, before=first[-1].id) == whole
    done = await world.callbacks.deliveries(account, state=DeliveryState.DELIVERED)
    assert len(done) == MOST_OF_ACCOUNT
    world.clock.advance(KEPT_MS / 1000)
    await world.callbacks.drop_old()
    assert [each.state for each in await world.callbacks.deliveries(account)] == [DeliveryState.PENDING]

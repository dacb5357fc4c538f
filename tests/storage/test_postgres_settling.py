"""Several nodes on one PostgreSQL: a message goes to one other channel, and ends once without a receipt."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from storage_books import Books, PostgresDatabase
from storage_nodes import Node
from storage_samples import ACCOUNT, CHANNEL, PRICE, Samples, carrier_id

from hongyan.messaging.overdue import LOOKS, Overdue, wait_at
from hongyan.storage import port
from hongyan.storage.port import (
    PART_ELSEWHERE,
    Accepted,
    Answered,
    Ended,
    Message,
    Move,
    PartResult,
    Reissue,
    Reissued,
)
from hongyan.storage.postgres import leases

pytestmark = pytest.mark.slow

SECOND = CHANNEL + 1
LONG_LEASE = 60.0
WAITED_MS = 72 * 3_600_000

NewNode = Callable[..., Any]


@pytest.fixture
async def new_node(postgres_server: str) -> AsyncIterator[NewNode]:
    database = PostgresDatabase(postgres_server)
    await database.prepare()
    nodes: list[Node] = []

    async def make() -> Node:
        node = await Node(database, LONG_LEASE).open()
        nodes.append(node)
        return node

    yield make
    for node in nodes:
        await node.close()


async def accepted(node: Books, make: Samples, *messages: Message) -> int:
    outcome = await node.one(make.accept(*messages))
    assert isinstance(outcome, Accepted)
    return outcome.outbox_ids[0]


async def taken(node: Books, make: Samples, count: int) -> list[Message]:
    """Messages that the carrier has taken."""
    messages = [make.message() for _ in range(count)]
    row = await accepted(node, make, *messages)
    await node.group(*(make.result(message, row) for message in messages))
    return messages


def refused(make: Samples, message: Message, row: int) -> PartResult:
    return make.result(
        message, row, outcome=PART_ELSEWHERE, error="CMPP:9", move_to=Move(SECOND, "1069", 1, 1)
    )


async def take_for_dead(node: Node, by: Node) -> None:
    """The lease of a node that still lives runs out, and another one sees it."""
    await node.rows("UPDATE node_lease SET expires_ms = 0 WHERE lease = $1", node.lease)
    async with by.node._pool.acquire() as connection:
        await leases.retire(connection, by.lease)


async def test_a_node_that_was_taken_for_dead_moves_what_nobody_has_taken_over(
    new_node: NewNode, make: Samples
) -> None:
    slow, other = await new_node(), await new_node()
    message = make.message()
    row = await accepted(slow, make, message)
    await take_for_dead(slow, by=other)

    outcome = await slow.one(refused(make, message, row))

    assert isinstance(outcome, Answered)
    assert outcome.retry is not None
    assert await slow.rows("SELECT id, channel_id, lease FROM outbox") == [(outcome.retry.id, SECOND, 0)]


async def test_it_moves_nothing_that_another_node_has_taken_over(new_node: NewNode, make: Samples) -> None:
    slow, other = await new_node(), await new_node()
    message = make.message()
    row = await accepted(slow, make, message)
    await take_for_dead(slow, by=other)
    ((_, _, new_row, _),) = await other.node._committing.take_over()

    assert await slow.one(refused(make, message, row)) == Answered()

    assert await slow.rows("SELECT id, channel_id, lease FROM outbox") == [(new_row, CHANNEL, other.lease)]
    assert await slow.rows("SELECT channel_id, state FROM message") == [(CHANNEL, "accepted")]
    again = await other.one(Reissue(new_row, make.now_ms))
    assert isinstance(again, Reissued)
    assert again.row is not None
    assert [(item.message_id, item.attempt) for item in again.row.items] == [(message.id, 2)]


async def test_a_message_ends_without_a_receipt_on_one_node(new_node: NewNode, make: Samples) -> None:
    nodes = [await new_node() for _ in range(3)]
    messages = await taken(nodes[0], make, 30)
    make.clock.advance(WAITED_MS / 1000 + 1)
    command = port.Overdue(tuple(one.id for one in messages), make.now_ms - WAITED_MS, make.now_ms)

    outcomes = await asyncio.gather(*(node.one(command) for node in nodes))

    ended = [message_id for one in outcomes if isinstance(one, Ended) for message_id in one.message_ids]
    assert sorted(ended) == sorted(one.id for one in messages)
    usage = await nodes[0].usage(ACCOUNT)
    assert (usage["held"], usage["charged"]) == (0, 30 * PRICE)


async def test_receipts_on_one_node_and_the_end_on_another_leave_the_books_balanced(
    new_node: NewNode, make: Samples
) -> None:
    here, there = await new_node(), await new_node()
    messages = await taken(here, make, 40)
    make.clock.advance(WAITED_MS / 1000 + 1)
    ids = tuple(one.id for one in messages)

    await asyncio.gather(
        here.one(port.Overdue(ids, make.now_ms - WAITED_MS, make.now_ms)),
        there.group(
            *(make.receipt(carrier_id(one), delivered=bool(n % 2)) for n, one in enumerate(messages))
        ),
    )

    states = dict(await here.rows("SELECT state, count(*) FROM message GROUP BY state"))
    assert states == {"delivered": 20, "failed": 20}
    usage = await here.usage(ACCOUNT)
    assert (usage["delivered"], usage["failed"], usage["held"], usage["charged"]) == (20, 20, 0, 20 * PRICE)


async def test_nodes_that_look_together_end_each_message_once(new_node: NewNode, make: Samples) -> None:
    nodes = [await new_node() for _ in range(3)]
    for node in nodes:
        await taken(node, make, 20)
    make.clock.advance(wait_at(make.now_ms) * 3_600 + LOOKS[0][1] / 1000 + 1)
    looks = [Overdue(node.store, make.clock) for node in nodes]

    await asyncio.gather(*(one.look() for one in looks))
    await looks[0].look()

    assert sum(one.ended for one in looks) == 60
    assert await nodes[0].rows("SELECT DISTINCT state FROM message") == [("no_receipt",)]
    assert (await nodes[0].usage(ACCOUNT))["charged"] == 60 * PRICE

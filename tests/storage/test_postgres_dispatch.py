"""What a dead node left reaches the carrier link of a living one."""

from __future__ import annotations

import asyncio

import pytest
from storage_books import OUTCOMES_WITHIN, PostgresDatabase
from storage_nodes import QUICK_LEASE, Node
from storage_samples import CHANNEL, Samples

from hongyan.messaging.dispatch import AnswerKind, Dispatcher
from hongyan.messaging.outgoing import Part, Said
from hongyan.storage.port import Accepted

pytestmark = pytest.mark.slow


class _Uncounted:
    def part_answered(self, kind: AnswerKind) -> None:
        """Nobody looks."""


async def test_messages_of_a_dead_node_are_submitted_by_a_living_one_once(
    postgres_server: str, make: Samples
) -> None:
    database = PostgresDatabase(postgres_server)
    await database.prepare()
    living, dying = await Node(database, QUICK_LEASE).open(), await Node(database, QUICK_LEASE).open()
    dispatcher = Dispatcher(living.store, make.clock, capacity=100, hooks=_Uncounted())
    queue = dispatcher.queue(CHANNEL)
    await dispatcher.refill(CHANNEL)
    messages = [make.message() for _ in range(5)]
    outcomes = await dying.group(*(make.accept(message) for message in messages))
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    awake = asyncio.Event()
    queue.wake = awake.set

    await dying.die()
    async with asyncio.timeout(OUTCOMES_WITHIN):
        await awake.wait()

    parts: list[Part] = []
    while part := dispatcher.next(queue, make.now_ms):
        parts.append(part)
    assert [(job.message_id, job.attempt) for job, _ in parts] == [(message.id, 2) for message in messages]
    assert dispatcher.backlog == 5
    for job, number in parts:
        dispatcher.answered(
            CHANNEL, job, number, AnswerKind.ACCEPTED, Said(carrier_id=f"{job.message_id:x}"), lambda: None
        )
    await living.one(make.accept())  # a group after theirs
    assert dispatcher.backlog == 0
    assert len(await living.outbox()) == 1
    await living.close()

"""Commands on PostgreSQL, beside any number of nodes."""

from __future__ import annotations

import asyncio

import pytest
from storage_books import OUTCOMES_WITHIN, Books
from storage_samples import Samples

from hongyan.storage.port import Change, Done, Outcome, Refusal
from hongyan.storage.postgres.command_line import PostgresCommandLineStore

pytestmark = pytest.mark.slow

ADD = Change((("test.add_fact", ("x1", "1"), 1),), topics=(("thing", "7"),))


async def outcome_of(store: PostgresCommandLineStore, change: Change) -> Outcome:
    async with asyncio.timeout(OUTCOMES_WITHIN):
        return await store.commit(change)


async def test_a_change_of_a_command_is_stored_and_told_to_the_nodes(
    node: Books, command: PostgresCommandLineStore
) -> None:
    told: asyncio.Queue[str] = asyncio.Queue()
    node.store.subscribe("thing", told.put_nowait)

    outcome = await outcome_of(command, ADD)

    assert outcome == Done([[]])
    assert await command.read("test.fact", "x1") == [("1",)]
    async with asyncio.timeout(OUTCOMES_WITHIN):
        assert await told.get() == "7"


async def test_a_command_owns_no_outbox_and_takes_no_node_number(
    node: Books, command: PostgresCommandLineStore
) -> None:
    assert not command.may_submit()
    assert await node.value("SELECT count(*) FROM node_lease WHERE lease <> 0") == 1


async def test_refusals_reach_the_command_whatever_is_wrong(
    node: Books, command: PostgresCommandLineStore, make: Samples
) -> None:
    nonce = Change((), nonce=(make.minute, 1))
    await outcome_of(command, ADD)

    outcomes = [
        await outcome_of(command, ADD),
        await outcome_of(command, Change((("test.broken", (1,), None),))),
        await outcome_of(command, Change((("no.such_statement", (), None),))),
        await outcome_of(command, Change((("test.add_fact", (1, 2), None),))),
        await outcome_of(command, nonce),
        await outcome_of(command, nonce),
    ]

    codes = [outcome.code if isinstance(outcome, Refusal) else "" for outcome in outcomes]
    assert codes == ["storage.conflict", "store.failed", "store.failed", "store.failed", "", "nonce.used"]
    assert await node.one(nonce) == Refusal("nonce.used")

"""Ported numbers on PostgreSQL: entered by a command, in the memory of a node within moments."""

from __future__ import annotations

import asyncio

import pytest
from storage_books import OUTCOMES_WITHIN, Books

from hongyan.identity import AccountKind, Identity, Vault
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.ids import IdMaker
from hongyan.messaging.ported import PortedCache, PortedNumbers
from hongyan.storage.postgres.command_line import PostgresCommandLineStore

pytestmark = pytest.mark.slow

VAULT = Vault(bytes(range(32)))
LINES = 2_500


@pytest.fixture
async def numbers(command: PostgresCommandLineStore) -> PortedNumbers:
    """As a command has them."""
    clock = ManualClock()
    ids = IdMaker(clock)
    identity = Identity(command, clock, ids, VAULT)
    await identity.create_account(AccountKind.ROOT, "root", actor="test")
    return PortedNumbers(command, clock, ids, identity, VAULT.blind_index)


async def test_what_a_command_enters_is_soon_in_the_memory_of_every_node(
    node: Books, numbers: PortedNumbers
) -> None:
    cache = PortedCache(node.store)
    await cache.start()
    following = asyncio.create_task(cache.follow())

    async def holds(count: int) -> None:
        async with asyncio.timeout(OUTCOMES_WITHIN):
            while cache.count != count:
                await asyncio.sleep(0.02)

    lines = [f"138{n:08},unicom\n".encode() for n in range(LINES)]
    done = await numbers.take(lines, "list.csv", actor="cli:test", unfit=lambda *_: None)
    assert (done.stored, await numbers.counts()) == (
        LINES,
        {"mobile": 0, "unicom": LINES, "telecom": 0, "broadnet": 0},
    )
    await holds(LINES)
    assert cache.carrier_of(VAULT.blind_index("8613800000007", "number")) == "unicom"

    await numbers.unport("13800000007", actor="cli:test")
    await holds(LINES - 1)
    assert cache.carrier_of(VAULT.blind_index("8613800000007", "number")) is None
    following.cancel()

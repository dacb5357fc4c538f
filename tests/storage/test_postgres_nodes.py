"""Several nodes on one PostgreSQL: they share what must be shared, and take over from each other what may be taken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from storage_books import OUTCOMES_WITHIN, Books, PostgresDatabase
from storage_nodes import QUICK_LEASE, Node
from storage_samples import ACCOUNT, CHANNEL, PRICE, Samples, carrier_id

from hongyan.kernel.clock import DAY_MS
from hongyan.kernel.errors import Misconfigured
from hongyan.kernel.ids import MAX_NODE
from hongyan.storage.grouping import UNAVAILABLE
from hongyan.storage.port import (
    LANE_NOTICES,
    OUTBOX_TOPIC,
    PART_RETRY,
    RECEIPT_MATCHED,
    Accepted,
    Answered,
    Change,
    Done,
    Limit,
    Maintained,
    Matched,
    Message,
    Nonce,
    Outcome,
    Refusal,
    Reissue,
    Reissued,
)
from hongyan.storage.postgres import committing, leases
from hongyan.storage.postgres.store import PostgresStore

pytestmark = pytest.mark.slow

CLEAN_STOP = Change((("storage.note_clean_stop", (), None),))


NewNode = Callable[..., Any]


@pytest.fixture
async def shared(postgres_server: str) -> PostgresDatabase:
    database = PostgresDatabase(postgres_server)
    await database.prepare()
    return database


@pytest.fixture
async def new_node(shared: PostgresDatabase) -> AsyncIterator[NewNode]:
    """Opens nodes on one database; closes those that still live."""
    nodes: list[Node] = []

    async def make(lease_seconds: float = QUICK_LEASE) -> Node:
        node = await Node(shared, lease_seconds).open()
        nodes.append(node)
        return node

    yield make
    for node in nodes:
        if node.node._tasks:
            await node.close()


async def accepted(node: Books, make: Samples, *messages: Message) -> int:
    outcome = await node.one(make.accept(*messages))
    assert isinstance(outcome, Accepted)
    return outcome.outbox_ids[0]


async def heard(node: Books, topic: str, what: Callable[[], Any]) -> list[str]:
    """The first news of a topic after something was done."""
    told: list[str] = []
    came = asyncio.Event()

    def hear(key: str) -> None:
        told.append(key)
        came.set()

    node.store.subscribe(topic, hear)
    await what()
    async with asyncio.timeout(OUTCOMES_WITHIN):
        await came.wait()
    return told


def kinds(outcomes: list[Outcome]) -> list[str]:
    return sorted(type(outcome).__name__ for outcome in outcomes)


# -- leases ------------------------------------------------------------------------------------------------


async def test_nodes_that_open_a_new_database_together_migrate_it_once(shared: PostgresDatabase) -> None:
    nodes = [Node(shared, QUICK_LEASE) for _ in range(3)]

    await asyncio.gather(*(node.open() for node in nodes))

    assert sorted(node.node.node for node in nodes) == [0, 1, 2]
    assert len({node.lease for node in nodes}) == 3
    for node in nodes:
        await node.close()


async def test_a_node_number_is_free_again_after_a_stop_and_a_lease_is_not(new_node: NewNode) -> None:
    first = await new_node()
    lease = first.lease
    await first.close()

    second = await new_node()

    assert (second.node.node, second.lease > lease) == (0, True)


async def test_when_all_node_numbers_are_in_use_the_next_node_is_refused(
    shared: PostgresDatabase, new_node: NewNode
) -> None:
    node = await new_node()
    await node.rows(
        "INSERT INTO node_lease (lease, node, expires_ms)"
        f" SELECT 1000 + n, n, 9e15::bigint FROM generate_series(1, {MAX_NODE - 1}) AS n"
    )

    with pytest.raises(Misconfigured) as refused:
        await Node(shared, QUICK_LEASE).open()

    assert refused.value.code == "storage.too_many_nodes"


async def test_each_node_sees_its_own_rows(new_node: NewNode, make: Samples) -> None:
    here, there = await new_node(), await new_node()

    first = await accepted(here, make)
    second = await accepted(there, make)

    assert await here.mine() == [(first, False)]
    assert await there.mine() == [(second, False)]


async def test_a_living_node_takes_over_what_a_dead_one_left_and_counts_it_uncertain(
    new_node: NewNode, make: Samples
) -> None:
    living, dying = await new_node(), await new_node()
    message, answered = make.message(), make.message()
    row = await accepted(dying, make, message, answered)
    await dying.one(make.result(answered, row))
    own = await accepted(living, make)

    (place,) = await heard(living, OUTBOX_TOPIC, dying.die)

    (mine, taken) = await living.mine()
    assert mine == (own, False)
    assert taken[1]
    assert taken[0] > own
    assert place == f"{CHANNEL}:{LANE_NOTICES}:{taken[0]}:2"
    outcome = await living.one(Reissue(taken[0], make.now_ms))
    assert isinstance(outcome, Reissued)
    assert outcome.row is not None
    assert [(item.message_id, item.attempt, item.uncertain) for item in outcome.row.items] == [
        (message.id, 2, True)
    ]
    assert await living.rows("SELECT lease FROM node_lease WHERE lease <> 0") == [(living.lease,)]


async def test_a_restarted_node_finds_its_rows_when_its_old_lease_has_run_out(
    new_node: NewNode, make: Samples
) -> None:
    dying = await new_node()
    await accepted(dying, make)
    await dying.die()

    restarted = await new_node()

    assert [suspect for _, suspect in await restarted.mine()] == [True]
    assert restarted.store.open_items == 1


async def test_a_lease_that_still_runs_keeps_its_rows(new_node: NewNode, make: Samples) -> None:
    first = await new_node(60.0)
    await accepted(first, make)

    second = await new_node()

    assert (second.store.open_items, await second.mine()) == (0, [])


async def test_what_a_clean_stop_leaves_is_not_uncertain(new_node: NewNode, make: Samples) -> None:
    stopping, living = await new_node(), await new_node()
    message = make.message()
    await accepted(stopping, make, message)
    await stopping.one(CLEAN_STOP)

    await heard(living, OUTBOX_TOPIC, stopping.close)

    ((row_id, suspect),) = await living.mine()
    assert suspect
    outcome = await living.one(Reissue(row_id, make.now_ms))
    assert isinstance(outcome, Reissued)
    assert outcome.row is not None
    assert (outcome.row.items[0].attempt, outcome.row.items[0].uncertain) == (1, False)


async def test_a_node_that_was_taken_for_dead_stops_and_its_answers_are_still_stored(
    new_node: NewNode, make: Samples
) -> None:
    slow, other = await new_node(60.0), await new_node(60.0)
    answered, retried = make.message(), make.message()
    row = await accepted(slow, make, answered, retried)
    assert slow.node.may_submit()
    await slow.rows("UPDATE node_lease SET expires_ms = 0 WHERE lease = $1", slow.lease)
    async with other.node._pool.acquire() as connection:
        await leases.retire(connection, other.lease)

    late = await slow.one(make.accept())
    outcomes = await slow.group(
        make.result(answered, row),
        make.result(retried, row, outcome=PART_RETRY, retry_at_ms=make.now_ms + 1_000),
    )

    assert late == UNAVAILABLE
    assert [type(outcome) for outcome in outcomes] == [Answered, Answered]
    assert (slow.lost, slow.store.closed, slow.node.may_submit()) == (1, True, False)
    assert await slow.value("SELECT count(*) FROM submission") == 2
    assert await slow.one(make.accept()) == UNAVAILABLE
    assert await slow.rows("SELECT count(*) FROM outbox WHERE lease = 0") == [(1,)]  # the retry is anybody's
    assert [type(one) for one in await other.group(make.receipt(carrier_id(answered)))] == [Matched]


async def test_a_node_may_submit_as_long_as_its_lease_runs_by_its_own_clock(
    shared: PostgresDatabase, make: Samples
) -> None:
    store = PostgresStore(shared.url, most_waiting=10, lease_seconds=15.0, clock=make.clock)
    await store.open(lambda: None)

    make.clock.advance(11)
    before = store.may_submit()
    make.clock.advance(2)
    after = store.may_submit()

    assert (before, after) == (True, False)
    await store.close()


# -- what nodes share --------------------------------------------------------------------------------------


async def test_a_nonce_is_used_once_among_all_nodes(new_node: NewNode, make: Samples) -> None:
    nodes = [await new_node() for _ in range(3)]
    nonce = (make.minute, 77)

    outcomes = await asyncio.gather(*(node.one(make.accept(nonce=nonce)) for node in nodes))

    assert kinds(outcomes) == ["Accepted", "Refusal", "Refusal"]
    assert await nodes[0].value("SELECT count(*) FROM message") == 1
    assert await nodes[2].one(Nonce(*nonce)) == Refusal("nonce.used")


async def test_an_idempotency_key_is_used_once_among_all_nodes(new_node: NewNode, make: Samples) -> None:
    nodes = [await new_node() for _ in range(3)]

    outcomes = await asyncio.gather(*(node.one(make.accept(idempotency=(5, 1))) for node in nodes))

    assert kinds(outcomes) == ["Accepted", "Refusal", "Refusal"]
    assert {outcome.code for outcome in outcomes if isinstance(outcome, Refusal)} == {"idempotency.repeated"}


async def test_an_idempotency_key_of_yesterday_is_known_on_a_node_that_did_not_run_then(
    new_node: NewNode, make: Samples
) -> None:
    yesterday, today = await new_node(), await new_node()
    await yesterday.one(make.accept(idempotency=(5, 1)))
    make.clock.advance(DAY_MS / 1000)

    outcome = await today.one(make.accept(idempotency=(5, 1)))

    assert isinstance(outcome, Refusal)


async def test_a_limit_holds_among_all_nodes(new_node: NewNode, make: Samples) -> None:
    nodes = [await new_node() for _ in range(3)]
    limit = Limit(9, 4, make.now_ms - 60_000, "limit.minute")

    outcomes = await asyncio.gather(
        *(node.one(make.accept(limits=[limit])) for node in nodes for _ in range(4))
    )

    assert kinds(outcomes).count("Accepted") == 4


async def test_a_balance_is_spent_once_among_all_nodes(new_node: NewNode, make: Samples) -> None:
    nodes = [await new_node() for _ in range(3)]
    await nodes[0].rows(
        "INSERT INTO account_balance (account_id, balance) VALUES ($1, $2)", ACCOUNT, 5 * PRICE
    )
    for node in nodes:
        await node.one(Change((), topics=(("balance", str(ACCOUNT)),)))

    outcomes = await asyncio.gather(*(node.one(make.accept()) for node in nodes for _ in range(4)))

    assert kinds(outcomes).count("Accepted") == 5
    assert await nodes[0].balance(ACCOUNT) == (5 * PRICE, 5 * PRICE)


async def test_an_account_that_got_a_balance_on_one_node_is_limited_on_the_others(
    new_node: NewNode, make: Samples
) -> None:
    here, there = await new_node(), await new_node()
    await here.rows("INSERT INTO account_balance (account_id, balance) VALUES ($1, 0)", ACCOUNT)

    await heard(there, "balance", lambda: here.one(Change((), topics=(("balance", str(ACCOUNT)),))))

    for node in (here, there):
        assert isinstance(await node.one(make.accept()), Refusal)


async def test_receipts_of_one_message_that_come_to_several_nodes_end_it_once(
    new_node: NewNode, make: Samples
) -> None:
    nodes = [await new_node() for _ in range(3)]
    for _ in range(10):
        message = make.message(segments=3)
        row = await accepted(nodes[0], make, message)
        await nodes[0].group(
            *(make.result(message, row, part=part, item_done=part == 3) for part in (1, 2, 3))
        )

        outcomes = await asyncio.gather(
            *(
                node.one(make.receipt(carrier_id(message, part)))
                for part, node in enumerate(nodes, 1)
                for _ in range(2)
            )
        )

        finals = [outcome for outcome in outcomes if isinstance(outcome, Matched) and outcome.final]
        assert len(finals) == 1
        assert await nodes[0].state(message.id) == "delivered"
    assert (await nodes[0].usage(ACCOUNT))["delivered"] == 10


async def test_the_same_receipt_on_two_nodes_counts_once(new_node: NewNode, make: Samples) -> None:
    here, there = await new_node(), await new_node()
    messages = [make.message() for _ in range(40)]
    row = await accepted(here, make, *messages)
    await here.group(*(make.result(message, row) for message in messages))
    receipts = [make.receipt(carrier_id(message)) for message in messages]

    first, second = await asyncio.gather(here.group(*receipts), there.group(*reversed(receipts)))

    matched = [
        one for one in [*first, *second] if isinstance(one, Matched) and one.verdict == RECEIPT_MATCHED
    ]
    assert len(matched) == 40
    usage = await here.usage(ACCOUNT)
    assert (usage["delivered"], usage["held"], usage["charged"]) == (40, 0, 40 * PRICE)


async def test_an_early_receipt_that_missed_its_answer_on_another_node_is_matched_by_housekeeping(
    new_node: NewNode, make: Samples
) -> None:
    node = await new_node()
    message = make.message()
    row = await accepted(node, make, message)
    await node.one(make.result(message, row))
    receipt = make.receipt(carrier_id(message))
    await node.rows(  # what the other node wrote while neither saw the other
        "INSERT INTO early_receipt (channel_id, carrier_id, day, delivered, code, at_ms, received_ms)"
        " VALUES ($1, $2, $3, 1, 'DELIVRD', $4, $5)",
        *(receipt.channel_id, receipt.carrier_id, receipt.day, receipt.at_ms, receipt.received_ms),
    )

    assert await node.one(make.maintain()) == Maintained()

    assert await node.state(message.id) == "delivered"
    assert await node.rows("SELECT * FROM early_receipt") == []


async def test_a_change_is_told_on_every_node(new_node: NewNode) -> None:
    here, there = await new_node(), await new_node()
    told_here: list[str] = []
    here.store.subscribe("signature", told_here.append)

    async def change() -> None:
        await here.one(Change((("test.add_fact", ("x1", "1"), 1),), topics=(("signature", "7"),)))

    assert await heard(there, "signature", change) == ["7"]
    assert told_here == ["7"]


async def test_housekeeping_on_several_nodes_at_once_counts_nothing_twice(
    new_node: NewNode, make: Samples
) -> None:
    nodes = [await new_node() for _ in range(3)]
    await asyncio.gather(*(node.one(make.accept()) for node in nodes for _ in range(5)))

    await asyncio.gather(*(node.one(make.maintain()) for node in nodes))
    await nodes[0].one(make.maintain())

    assert (await nodes[0].usage(ACCOUNT))["accepted"] == 15
    assert await nodes[0].value("SELECT sum(accepted) FROM usage_day") == 15


# -- tables by day -----------------------------------------------------------------------------------------


async def tables(node: Books, pattern: str) -> list[str]:
    rows = await node.rows(
        "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relname ~ $1"
        " AND relnamespace = current_schema()::regnamespace ORDER BY 1",
        pattern,
    )
    return [row[0] for row in rows]


async def test_tables_of_the_next_days_are_made_ahead_and_old_ones_dropped_whole(
    new_node: NewNode, make: Samples
) -> None:
    node = await new_node()
    await node.one(make.accept(nonce=(make.minute, 1), idempotency=(1, 1)))
    await node.one(make.maintain(keep_days=1))
    first = await tables(node, "^(message|submission)_2")
    make.clock.advance(3 * DAY_MS / 1000)

    await node.one(make.maintain(keep_days=1))

    second = await tables(node, "^(message|submission)_2")
    assert len(first) == 6
    assert not set(first) & {name for name in second if name <= first[0]}
    assert len(await tables(node, "^nonce_")) == 2
    assert await tables(node, "^idempotency_") == []
    assert isinstance(await node.one(make.accept(nonce=(make.minute, 1), idempotency=(1, 1))), Accepted)


async def test_a_table_that_another_node_dropped_is_made_again(new_node: NewNode, make: Samples) -> None:
    node = await new_node()
    await node.one(Nonce(make.minute, 1))
    for name in await tables(node, "^nonce_"):
        await node.rows(f"DROP TABLE {name}")

    outcome = await node.one(make.accept(nonce=(make.minute, 2)))

    assert isinstance(outcome, Accepted)


# -- a database that goes away -----------------------------------------------------------------------------


class Cutting:
    """A connection that dies at its next COMMIT: before the server hears of it, or after."""

    def __init__(self, connection: Any, *, server_hears: bool) -> None:
        self._connection = connection
        self._server_hears = server_hears

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    async def execute(self, query: str, *arguments: Any) -> str:
        if query != "COMMIT":
            return str(await self._connection.execute(query, *arguments))
        if self._server_hears:
            await self._connection.execute(query)
        self._connection.terminate()
        raise ConnectionResetError("cut")


@pytest.mark.parametrize("server_hears", [True, False])
async def test_a_commit_whose_answer_got_lost_is_found_out_about(
    new_node: NewNode, make: Samples, server_hears: bool
) -> None:
    node = await new_node()
    message, before = make.message(), make.message()
    row = await accepted(node, make, before)
    transactions = node.node._committing._transactions
    transactions.connection = Cutting(transactions.connection, server_hears=server_hears)

    outcomes = await node.group(
        make.accept(message, nonce=(make.minute, 1)),
        make.result(before, row),
        Change((("test.add_fact", ("x1", "1"), 1),)),
    )

    assert [type(outcome) for outcome in outcomes] == [Accepted, Answered, Done]
    assert await node.value("SELECT count(*) FROM message") == 2
    assert (await node.usage(ACCOUNT))["accepted"] == 2
    assert [row_id for row_id, _ in await node.mine()] == list(outcomes[0].outbox_ids)  # type: ignore[union-attr]
    await node.one(make.result(message, outcomes[0].outbox_ids[0]))  # type: ignore[union-attr]
    assert await node.mine() == []


async def test_a_connection_that_was_cut_between_groups_is_made_again(
    new_node: NewNode, make: Samples
) -> None:
    node = await new_node()
    await accepted(node, make)
    await node.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    assert isinstance(await node.one(make.accept()), Accepted)
    assert len(await node.mine()) == 2
    assert node.lost == 0


@pytest.mark.parametrize("server_hears", [True, False])
async def test_when_the_database_stays_away_callers_hear_it_and_answers_wait(
    new_node: NewNode, make: Samples, monkeypatch: pytest.MonkeyPatch, server_hears: bool
) -> None:
    monkeypatch.setattr(committing, "PATIENCE_SECONDS", 0.1)
    node = await new_node(60.0)
    places: list[str] = []
    node.store.subscribe(OUTBOX_TOPIC, places.append)
    before = make.message()
    row = await accepted(node, make, before)
    transactions = node.node._committing._transactions
    transactions.connection = Cutting(transactions.connection, server_hears=server_hears)
    reachable = node.node._committing._url
    node.node._committing._url = "postgresql://nobody@127.0.0.1:1/nowhere"

    accept = node.store.commit(make.accept())
    answer = node.store.commit(make.result(before, row))
    async with asyncio.timeout(OUTCOMES_WITHIN):
        told = await accept
    refused_at_once = await node.one(make.accept())

    assert (told, refused_at_once, answer.done(), node.store.closed) == (
        UNAVAILABLE,
        UNAVAILABLE,
        False,
        True,
    )
    node.node._committing._url = reachable
    async with asyncio.timeout(OUTCOMES_WITHIN):
        assert isinstance(await answer, Answered)
    assert not node.store.closed
    left = await node.mine()
    assert len(left) == (1 if server_hears else 0)  # dispatch is told where it is
    assert places == [f"{CHANNEL}:{LANE_NOTICES}:{row_id}:1" for row_id, _ in left]
    assert isinstance(await node.one(make.accept()), Accepted)


async def test_a_server_that_is_not_there_is_said_in_words_without_its_password() -> None:
    store = PostgresStore("postgresql://someone:secret@127.0.0.1:1/books", most_waiting=10)

    with pytest.raises(Misconfigured) as refused:
        await store.open(lambda: None)

    assert refused.value.code == "storage.unreachable"
    assert "secret" not in refused.value.en + refused.value.zh
    assert "127.0.0.1/books" in refused.value.en

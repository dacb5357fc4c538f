"""Random stories of accepts, answers, receipts and crashes: after every group the books must balance.

The test plays dispatch: it knows which parts are in memory and answers them in any order. Whatever happens, a message
is either open in exactly the outbox rows that dispatch holds, or answered in all its parts, or ended; it stands in the
rows of one channel; the counters equal the sums over the message rows; what is held equals the prices of the open
messages.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storage_books import Books, NewDatabase
from storage_samples import PRICE, Samples, carrier_id

from hongyan.storage.port import (
    LANE_CODES,
    LANE_NOTICES,
    PART_ELSEWHERE,
    PART_EXPIRED,
    PART_REFUSED,
    PART_RETRY,
    PART_SUBMITTED,
    Accept,
    Accepted,
    Answered,
    Change,
    Command,
    Ended,
    Message,
    Move,
    OutboxRow,
    Overdue,
    PartResult,
    Reissue,
    Reissued,
)

FINITE, UNLIMITED = 21, 22
FUNDS = 40 * PRICE
CHANNELS = (1, 2, 3)
EXAMPLES = {"sqlite": 15, "postgres": 6}


@dataclass
class Item:
    """A message of one outbox row in dispatch's memory."""

    message: Message
    row_id: int
    attempt: int
    open_parts: list[int]
    channel_id: int
    parts: int
    """Of the whole message, as it is cut for this channel."""
    refused: list[int] = field(default_factory=list)
    """Parts that only this channel's carrier refused, while the others' answers are awaited."""
    taken: bool = False
    """A part was answered otherwise, or lost."""

    @property
    def may_move(self) -> bool:
        return not self.taken and len(self.open_parts) + len(self.refused) == self.parts


@dataclass(frozen=True)
class Accepts:
    sizes: list[tuple[int, bool, bool]]
    """For each message: segments, of the finite account, a verification code."""


@dataclass(frozen=True)
class Answer:
    pick: int
    outcome: int
    lost: bool
    """The link died before the first answer came: this is the one to the next attempt."""


@dataclass(frozen=True)
class Report:
    pick: int
    verdicts: list[bool]
    """What the carrier says of this part, one after the other: it repeats itself and changes its mind."""


@dataclass(frozen=True)
class Restart:
    clean: bool


@dataclass(frozen=True)
class Housekeeping:
    days: int
    overdue: bool
    """Nothing more is awaited of what a carrier has taken."""


picks = st.integers(0, 1_000)
messages = st.tuples(st.integers(1, 3), st.booleans(), st.booleans())
small = st.one_of(
    st.builds(Accepts, st.lists(messages, min_size=1, max_size=4)),
    st.builds(
        Answer,
        picks,
        st.sampled_from(
            [PART_SUBMITTED] * 5 + [PART_ELSEWHERE] * 3 + [PART_REFUSED, PART_RETRY, PART_EXPIRED]
        ),
        st.sampled_from([False] * 4 + [True]),
    ),
    st.builds(Report, picks, st.lists(st.booleans(), min_size=1, max_size=3)),
)
groups = st.lists(small, min_size=3, max_size=10)
pauses = st.one_of(
    st.builds(Restart, st.booleans()), st.builds(Housekeeping, st.integers(0, 1), st.booleans())
)
chapters = st.tuples(st.builds(Accepts, st.lists(messages, min_size=2, max_size=4)), groups, groups, pauses)
steps = st.lists(chapters, min_size=4, max_size=8).map(
    lambda told: [step for sends, *rest in told for step in ([sends], *rest)]
)


@dataclass
class Story:
    books: Books
    make: Samples = field(default_factory=Samples)
    memory: list[Item] = field(default_factory=list)
    """What dispatch holds: every open item."""
    answered: list[tuple[Message, int, int, int]] = field(default_factory=list)
    """(message, part, attempt, channel) that the carrier took."""
    sent: dict[int, Message] = field(default_factory=dict)
    cut: dict[int, int] = field(default_factory=dict)
    """How many parts each message has on its channel."""

    async def play(self, story: list[object]) -> None:
        await self.books.rows(
            "INSERT INTO account_balance (account_id, balance) VALUES ($1, $2)", FINITE, FUNDS
        )
        await self.books.one(Change((), topics=(("balance", str(FINITE)),)))
        for step in story:
            self.make.clock.advance(1)
            if isinstance(step, Restart):
                await self._restart(clean=step.clean)
            elif isinstance(step, Housekeeping):
                self.make.clock.advance(step.days * 86_400)
                await self.books.one(self.make.maintain())
                if step.overdue:
                    now_ms = self.make.now_ms
                    outcome = await self.books.one(Overdue(tuple(self.sent), now_ms, now_ms))
                    assert isinstance(outcome, Ended)
            elif isinstance(step, list):
                await self._group(step)
            await self.balance_the_books()

    async def _group(self, group: list[object]) -> None:
        commands: list[Command] = []
        items: list[Item | None] = []
        for one in group:
            for command, item in self._commands(one):
                commands.append(command)
                items.append(item)
        for command, item, outcome in zip(commands, items, await self.books.group(*commands), strict=True):
            if isinstance(command, Accept) and isinstance(outcome, Accepted):
                rows = outcome.outbox_ids * (len(command.messages) // len(outcome.outbox_ids))
                for message, row_id in zip(command.messages, rows, strict=True):
                    self.sent[message.id] = message
                    self.cut[message.id] = message.segments
                    self._keep(message, row_id, 1, message.channel_id)
            elif isinstance(outcome, Answered) and outcome.retry is not None:
                assert item is not None
                assert isinstance(command, PartResult)
                if command.move_to is not None:
                    self.cut[item.message.id] = command.move_to.parts
                self._remember(outcome.retry)

    def _commands(self, one: object) -> list[tuple[Command, Item | None]]:
        make = self.make
        if isinstance(one, Accepts):
            return [
                (
                    make.accept(
                        make.message(
                            segments=segments,
                            account_id=FINITE if finite else UNLIMITED,
                            lane=LANE_CODES if code else LANE_NOTICES,
                            channel_id=CHANNELS[segments % 2],
                        )
                    ),
                    None,
                )
                for segments, finite, code in one.sizes
            ]
        if isinstance(one, Answer) and self.memory:
            item = self.memory[one.pick % len(self.memory)]
            return [(command, item) for command in self._answer(item, one)]
        if isinstance(one, Report) and (self.answered or self.memory):
            known = self.answered + [
                (item.message, item.open_parts[0], item.attempt, item.channel_id) for item in self.memory
            ]  # the carrier may report before it answers
            message, part, attempt, channel_id = known[one.pick % len(known)]
            return [
                (
                    make.receipt(
                        carrier_id(message, part, attempt), delivered=delivered, channel_id=channel_id
                    ),
                    None,
                )
                for delivered in one.verdicts
            ]
        return []

    def _answer(self, item: Item, answer: Answer) -> list[Command]:
        """As dispatch tells it. What a carrier refused for reasons of its own waits for the answers to the other parts:
        the last one moves the message, or one that is none of this kind fails it."""
        elsewhere = answer.outcome == PART_ELSEWHERE and item.may_move and not answer.lost
        part = item.open_parts.pop(answer.pick % len(item.open_parts))
        if not item.open_parts:
            self.memory.remove(item)
        attempt = item.attempt + answer.lost
        outcome = answer.outcome if answer.outcome != PART_ELSEWHERE or elsewhere else PART_REFUSED
        move_to = None
        commands: list[Command] = []
        if elsewhere:
            item.refused.append(part)
            if not item.open_parts:
                move_to = self._next(item, answer.pick)
                outcome = PART_ELSEWHERE if move_to is not None else PART_REFUSED
        else:
            item.taken = True
            if item.refused and outcome in (PART_SUBMITTED, PART_RETRY):
                commands.append(self._result(item, item.refused[0], outcome=PART_REFUSED, item_done=False))
                item.refused.clear()
        if outcome == PART_SUBMITTED:
            self.answered.append((item.message, part, attempt, item.channel_id))
        return [
            *commands,
            self._result(
                item,
                part,
                attempt=attempt,
                uncertain=int(answer.lost),
                outcome=outcome,
                retry_at_ms=self.make.now_ms + 5_000,
                item_done=not item.open_parts,
                move_to=move_to,
            ),
        ]

    def _result(self, item: Item, part: int, **others: Any) -> PartResult:
        fields = {"attempt": item.attempt, "channel_id": item.channel_id, "parts": item.parts}
        return self.make.result(item.message, item.row_id, part=part, **(fields | others))

    def _next(self, item: Item, pick: int) -> Move | None:
        """Another channel, where the text is cut into one to three parts."""
        if item.channel_id == CHANNELS[-1]:
            return None
        return Move(item.channel_id + 1, "1069", item.attempt, 1 + pick % 3)

    def _remember(self, row: OutboxRow) -> None:
        for item in row.items:
            message = self.sent[item.message_id]
            self._keep(message, row.id, item.attempt, row.channel_id, item.mask)

    def _keep(self, message: Message, row_id: int, attempt: int, channel_id: int, mask: int = 0) -> None:
        parts = self.cut[message.id]
        open_parts = [part for part in range(1, parts + 1) if not mask or mask >> part - 1 & 1]
        self.memory.append(Item(message, row_id, attempt, open_parts, channel_id, parts))

    async def _restart(self, *, clean: bool) -> None:
        before = Counter((item.message.id, part) for item in self.memory for part in _unsettled(item))
        attempts = {(item.message.id, part): item.attempt for item in self.memory for part in item.open_parts}
        if clean:
            await self.books.one(Change((("storage.note_clean_stop", (), None),)))
        await self.books.restart()
        self.memory.clear()
        for channel in CHANNELS:
            for lane in (LANE_CODES, LANE_NOTICES):
                for row in await self.books.store.read("storage.outbox_after", channel, lane, 0, 1_000):
                    assert row[4], "after a stop every row is looked at again"
                    outcome = await self.books.one(Reissue(row[0], self.make.now_ms))
                    assert isinstance(outcome, Reissued)
                    if outcome.row is not None:
                        self._remember(outcome.row)
        after = Counter((item.message.id, part) for item in self.memory for part in item.open_parts)
        ended = await self._ended()
        assert after == Counter({key: count for key, count in before.items() if key[0] not in ended})
        for item in self.memory:
            for part in item.open_parts:
                assert item.attempt >= attempts.get((item.message.id, part), 0)

    async def _ended(self) -> set[int]:
        return {row[0] for row in await self.books.rows("SELECT id FROM message WHERE state <> 'accepted'")}

    async def balance_the_books(self) -> None:
        books = self.books
        held_rows = {item.row_id for item in self.memory}
        assert set(await books.outbox()) == held_rows
        open_parts = Counter((item.message.id, part) for item in self.memory for part in _unsettled(item))
        assert set(open_parts.values()) <= {1}, "a part stands in two rows"
        stands = dict(await books.rows("SELECT id, channel_id FROM message"))
        assert all(stands[item.message.id] == item.channel_id for item in self.memory), "on two channels"
        answers = {
            (message_id, part)
            for message_id, part in await books.rows(
                "SELECT message_id, part FROM submission WHERE outcome = 0"
            )
        }
        ended = await self._ended()
        for message in self.sent.values():
            for part in range(1, self.cut[message.id] + 1):
                known = (message.id, part)
                assert message.id in ended or (known in open_parts) != (known in answers), (
                    "lost or in two places"
                )
        for account in (FINITE, UNLIMITED):
            expected = await books.rows(
                "SELECT count(*), sum(segments), sum(CASE state WHEN 'delivered' THEN 1 ELSE 0 END),"
                " sum(CASE WHEN state IN ('failed', 'expired') THEN 1 ELSE 0 END),"
                " sum(CASE state WHEN 'accepted' THEN price ELSE 0 END),"
                " sum(CASE WHEN state IN ('delivered', 'no_receipt') THEN price ELSE 0 END), sum(uncertain)"
                " FROM message WHERE account_id = $1",
                account,
            )
            usage = await books.usage(account)
            assert list(usage.values()) == [int(value or 0) for value in expected[0]]
        spent = await books.usage(FINITE)
        assert await books.balance(FINITE) == (FUNDS - spent["charged"], spent["held"])
        assert spent["held"] >= 0


def _unsettled(item: Item) -> list[int]:
    return item.open_parts + item.refused


def test_the_books_balance_after_every_group(new_database: NewDatabase, engine: str) -> None:
    async def run(folder: Path, story: list[object]) -> None:
        books = await Books(await new_database(folder)).open()
        try:
            await Story(books).play(story)
        finally:
            await books.close()

    @given(story=steps)
    @settings(
        max_examples=EXAMPLES[engine],
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    def tell(story: list[object]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(run(Path(folder), story))

    tell()


def test_a_story_that_loses_a_message_is_noticed(new_database: NewDatabase, tmp_path: Path) -> None:
    """The guard guards: books that do not balance are found."""

    async def run() -> None:
        books = await Books(await new_database(tmp_path)).open()
        try:
            story = Story(books)
            await story.play([[Accepts([(2, True, False)])]])
            await books.rows("DELETE FROM outbox")
            with pytest.raises(AssertionError):
                await story.balance_the_books()
        finally:
            await books.close()

    asyncio.run(run())

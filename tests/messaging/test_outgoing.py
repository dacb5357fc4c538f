"""What waits for a carrier: lanes, the floor for the lowest one, the way over the disk."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hongyan.kernel.text import Alphabet
from hongyan.messaging.outgoing import FLOOR_EVERY, ChannelQueue, Job

CODES, NOTICES, MARKETING = 0, 1, 2


def job(message_id: int, lane: int = NOTICES, row: int = 1, parts: int = 1) -> Job:
    return Job(message_id, row, lane, 1, 0, "86138", "1069", Alphabet.GSM7, [b"x"] * parts, 10**15, parts)


def drained(queue: ChannelQueue, now: int = 0) -> list[int]:
    found = []
    while (part := queue.next(now)) is not None:
        found.append(part[0].message_id)
    return found


def ready_queue(capacity: int = 100) -> ChannelQueue:
    """A queue that has looked into an empty outbox."""
    queue = ChannelQueue(1, capacity=capacity)
    while (place := queue.lane_to_refill()) is not None:
        queue.refilled(place[0], [])
    return queue


def give(queue: ChannelQueue, row: int, jobs: list[Job]) -> list[bool]:
    taken = []
    for one in jobs:
        one.outbox_id = row
        taken.append(queue.takes(one.lane, row))
        if taken[-1]:
            queue.put(one, tuple(range(1, len(one.payloads) + 1)))
    return taken


def test_until_the_outbox_was_looked_into_nothing_new_goes_into_memory() -> None:
    queue = ChannelQueue(1, capacity=10)
    assert give(queue, 5, [job(1)]) == [False]
    assert queue.lane_to_refill() is not None


def test_codes_go_before_notices_and_notices_before_marketing() -> None:
    queue = ready_queue()
    give(queue, 1, [job(3, MARKETING), job(2, NOTICES), job(1, CODES)])
    assert drained(queue) == [1, 2, 3]


def test_the_lowest_lane_gets_every_twentieth_slot() -> None:
    queue = ready_queue(1000)
    give(queue, 1, [job(i, CODES) for i in range(200)] + [job(1000 + i, MARKETING) for i in range(200)])
    first = [queue.next(0) for _ in range(100)]
    marketing = sum(1 for part in first if part is not None and part[0].lane == MARKETING)
    assert marketing == 100 // FLOOR_EVERY


def test_a_part_put_back_is_the_next_of_its_lane() -> None:
    queue = ready_queue()
    give(queue, 1, [job(1), job(2)])
    part = queue.next(0)
    assert part is not None
    queue.put_back(*part)
    assert drained(queue) == [1, 2]


def test_a_retry_that_a_read_already_found_is_not_taken_again() -> None:
    queue = ChannelQueue(1, capacity=4)
    assert queue.lane_to_refill() == (CODES, 0)
    queue.refilled(NOTICES, [7])
    assert not queue.takes_out_of_order(NOTICES, 7)


def test_kept_parts_go_when_their_time_has_come() -> None:
    queue = ready_queue()
    queue.put_later(job(1), (1,), 500)
    assert queue.next(499) is None
    assert drained(queue, 500) == [1]


def test_while_many_parts_are_kept_for_later_nothing_is_fetched_from_the_disk() -> None:
    queue = ChannelQueue(1, capacity=3)
    for number in range(3):
        assert queue.lane_to_refill() is not None
        assert not queue.keeps_many
        queue.put_later(job(number), (1,), 500)
    assert queue.keeps_many
    assert queue.lane_to_refill() is None
    assert drained(queue, 500) == [0, 1, 2]
    assert queue.lane_to_refill() is not None


def test_a_row_is_taken_whole_or_not_at_all() -> None:
    queue = ready_queue(capacity=2)
    assert give(queue, 1, [job(i) for i in range(5)]) == [True] * 5
    assert give(queue, 2, [job(i) for i in range(5, 8)]) == [False] * 3


def test_after_an_overflow_rows_come_from_the_disk_in_order_and_once() -> None:
    queue = ready_queue(capacity=4)
    give(queue, 1, [job(1), job(2), job(3), job(4), job(5)])
    assert give(queue, 2, [job(6)]) == [False]
    assert queue.lane_to_refill() is None  # still full
    assert drained(queue) == [1, 2, 3, 4, 5]
    assert queue.lane_to_refill() == (NOTICES, 1)
    assert queue.refilled(NOTICES, [2]) == [2]
    assert give(queue, 3, [job(7)]) == [False]  # the disk goes first
    assert queue.lane_to_refill() == (NOTICES, 2)
    assert queue.refilled(NOTICES, [3]) == [3]
    assert queue.lane_to_refill() == (NOTICES, 3)
    assert queue.refilled(NOTICES, []) == []
    assert give(queue, 4, [job(8)]) == [True]


def test_a_row_handed_over_out_of_order_is_not_read_again() -> None:
    queue = ChannelQueue(1, capacity=4)
    assert queue.takes_out_of_order(NOTICES, 7)
    assert queue.refilled(NOTICES, [5, 7, 8]) == [5, 8]


STEPS = st.lists(
    st.tuples(st.sampled_from(["commit", "retry", "tell", "drain", "read", "take"]), st.integers(1, 6)),
    max_size=80,
)


@given(STEPS)
def test_whatever_happens_every_message_goes_out_once(steps: list[tuple[str, int]]) -> None:
    """The queue against a model of the outbox. News of a commit may come late, and a read may be older than news."""
    queue = ChannelQueue(1, capacity=5)
    disk: dict[int, list[Job]] = {}
    news: list[tuple[str, int]] = []
    reading: tuple[int, list[int]] | None = None
    sent: list[int] = []
    messages = 0

    def commit(kind: str, count: int) -> None:
        nonlocal messages
        row = len(disk) + 1
        disk[row] = [job(messages + i, row=row) for i in range(count)]
        messages += count
        news.append((kind, row))

    def tell() -> None:
        kind, row = news.pop(0)
        if kind == "commit":
            give(queue, row, disk[row])
        elif queue.takes_out_of_order(NOTICES, row):
            queue.put_later(disk[row][0], (1,), 0)

    def read() -> tuple[int, list[int]] | None:
        place = queue.lane_to_refill()
        if place is None:
            return None
        lane, after = place
        rows = [row for row in sorted(disk) if row > after]
        return lane, rows[:2] if lane == NOTICES else []

    def take(found: tuple[int, list[int]]) -> None:
        for row in queue.refilled(*found):
            for one in disk[row]:
                queue.put(one, (1,))

    for step, count in steps:
        if step in ("commit", "retry"):
            commit(step, count if step == "commit" else 1)
        elif step == "tell" and news:
            tell()
        elif step == "read" and reading is None:
            reading = read()
        elif step == "take" and reading is not None:
            take(reading)
            reading = None
        elif step == "drain":
            for _ in range(count):
                part = queue.next(0)
                if part is not None:
                    sent.append(part[0].message_id)
    if reading is not None:
        take(reading)
    while news:
        tell()
    while (found := read()) is not None or len(queue):
        if found is not None:
            take(found)
        sent += drained(queue)
    assert sorted(sent) == list(range(messages))

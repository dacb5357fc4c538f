"""How fast a link may go: tokens by the clock, and pauses that a carrier asks for."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.carriers.throttle import CALM, FIRST_PAUSE, LONGEST_PAUSE, Throttle, TokenBucket

RATES = st.floats(0.1, 10_000)
WAITS = st.floats(0, 5)


def spent(bucket: TokenBucket, now: float, most: int = 10_000) -> int:
    """How many tokens can be had at this moment."""
    count = 0
    while count < most and bucket.ready(now):
        bucket.spend()
        count += 1
    return count


@given(RATES, st.lists(st.tuples(WAITS, st.integers(0, 50)), max_size=40))
def test_no_span_of_time_has_more_than_its_share(rate: float, steps: list[tuple[float, int]]) -> None:
    """From any moment to any later one: at most a burst and what the rate gives."""
    burst = max(rate / 10, 1.0)
    bucket, now = TokenBucket(rate, rate / 10, 0.0), 0.0
    history: list[tuple[float, int]] = []
    for wait, wanted in steps:
        now += wait
        history.append((now, spent(bucket, now, wanted)))
    for first in range(len(history)):
        total = 0
        for at, count in history[first:]:
            total += count
            assert total <= burst + rate * (at - history[first][0]) + 1e-6


@given(RATES, WAITS)
def test_after_the_told_wait_there_is_a_token(rate: float, wait: float) -> None:
    bucket = TokenBucket(rate, rate / 10, 100.0)
    now = 100.0 + wait
    spent(bucket, now)
    assert not bucket.ready(now)
    told = bucket.wait()
    assert 0 < told <= 1 / rate * (1 + 1e-9)
    assert not bucket.ready(now + told * 0.99)
    assert bucket.ready(now + told * 1.000001 + 1e-9)


@given(RATES, st.floats(0, 1e6))
def test_idle_time_saves_up_one_burst_and_no_more(rate: float, idle: float) -> None:
    bucket = TokenBucket(rate, rate / 10, 0.0)
    spent(bucket, 0.0)
    assert spent(bucket, idle) <= max(rate / 10, 1.0)


def test_a_slow_link_still_gets_whole_tokens() -> None:
    bucket = TokenBucket(0.5, 0.05, 0.0)
    assert [spent(bucket, float(second)) for second in range(7)] == [1, 0, 1, 0, 1, 0, 1]


def test_no_rate_is_no_limit() -> None:
    bucket = TokenBucket(0, 0, 0.0)
    assert spent(bucket, 0.0) == 10_000
    assert bucket.wait() == 0


def a_throttle(rate: float = 0.0) -> tuple[Throttle, TokenBucket]:
    bucket = TokenBucket(rate, rate / 10, 0.0)
    return Throttle(bucket), bucket


def test_pauses_double_up_to_the_longest_and_start_again_after_a_taken_part() -> None:
    throttle, now, waits = a_throttle()[0], 50.0, []
    for _ in range(8):
        throttle.throttled(now)
        waits.append(throttle.until - now)
        now = throttle.until
    assert waits == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, LONGEST_PAUSE, LONGEST_PAUSE])
    throttle.accepted(now)
    throttle.throttled(now)
    assert throttle.until - now == pytest.approx(FIRST_PAUSE)


def test_answers_to_parts_that_left_before_the_pause_do_not_count_again() -> None:
    throttle, _ = a_throttle()
    for at in (10.0, 10.01, 10.05, 10.099):
        throttle.throttled(at)
    assert throttle.until == pytest.approx(10.0 + FIRST_PAUSE)
    throttle.accepted(10.05)  # left earlier, too: the carrier is no faster for it
    throttle.throttled(10.2)
    assert throttle.until == pytest.approx(10.2 + 2 * FIRST_PAUSE)
    assert throttle.room(0, 64) == 1


@given(st.lists(st.tuples(st.floats(0, 10), st.booleans()), max_size=60))
def test_a_pause_never_ends_later_than_the_longest_one(story: list[tuple[float, bool]]) -> None:
    (throttle, _), now = a_throttle(), 1_000.0
    for wait, throttled in story:
        now += wait
        (throttle.throttled if throttled else throttle.accepted)(now)
        assert throttle.until - now <= LONGEST_PAUSE + 1e-9
        assert throttle.room(0, 1 << 20) >= 1


def test_what_was_never_throttled_has_the_whole_window() -> None:
    throttle, _ = a_throttle()
    for n in range(100):
        throttle.accepted(n / 10)
    assert (throttle.room(0, 64), throttle.room(60, 4)) == (64, 4)


def test_after_a_pause_as_many_may_be_under_way_as_were_taken_twice_over() -> None:
    throttle, _ = a_throttle()
    throttle.throttled(10.0)
    rooms = []
    for n in range(8):
        rooms.append(throttle.room(0, 64))
        throttle.accepted(10.2 + n / 100)
    assert rooms == [1, 2, 4, 8, 16, 32, 64, 64]
    assert throttle.room(3, 4) == 4


def test_a_carrier_that_is_calm_again_gets_what_is_usual() -> None:
    throttle, bucket = a_throttle(1_000)
    now = 0.0
    for _ in range(2):
        throttle.throttled(now)
        for _ in range(10):
            now += 0.05
            throttle.accepted(now)
    spent(bucket, now)
    assert spent(bucket, now + 1.0) <= 4, "asked for a little more than the twenty a second that it took"
    throttle.accepted(now + CALM / 2)
    spent(bucket, now + CALM / 2)
    assert spent(bucket, now + CALM / 2 + 1.0) <= 4
    throttle.accepted(now + CALM + 1)
    spent(bucket, now + CALM + 1)
    assert spent(bucket, now + CALM + 2) == 100


class Bucketful:
    """A carrier that takes so many a second, whenever they come, with a few at once."""

    def __init__(self, rate: float, burst: float) -> None:
        self._bucket = TokenBucket(rate, burst, 0.0)

    def takes(self, now: float) -> bool:
        if ready := self._bucket.ready(now):
            self._bucket.spend()
        return ready


class EachSecond:
    """A carrier that counts from each full second on."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._taken: Counter[int] = Counter()

    def takes(self, now: float) -> bool:
        self._taken[int(now)] += 1
        return self._taken[int(now)] <= self._rate


@pytest.mark.parametrize("window", [16, 64])
@pytest.mark.parametrize("away", [0.001, 0.05])
@pytest.mark.parametrize(
    "carrier", [lambda: Bucketful(20, 2), lambda: EachSecond(20)], ids=["even", "each second"]
)
@pytest.mark.parametrize("usual", [0.0, 200.0])
def test_a_carrier_that_takes_less_than_one_has_is_asked_for_little_more_than_it_takes(
    carrier: Callable[[], Bucketful | EachSecond], window: int, away: float, usual: float
) -> None:
    """750 messages, twenty a second: refused are a few windows at first, and one part in ten afterwards."""
    throttle, bucket = a_throttle(usual)
    there = carrier()
    now, waiting, taken, refused = 0.0, 750, 0, 0
    under_way: deque[float] = deque()
    while taken < 750:
        while under_way and under_way[0] <= now:
            under_way.popleft()
            if there.takes(now):
                taken += 1
                throttle.accepted(now)
            else:
                refused += 1
                waiting += 1
                throttle.throttled(now)
        if now >= throttle.until:
            free = throttle.room(len(under_way), window - len(under_way))
            while free > 0 and waiting and bucket.ready(now):
                bucket.spend()
                free -= 1
                waiting -= 1
                under_way.append(now + away)
        now += 0.001
    assert refused <= 2 * window + 75
    assert now <= 750 / 20 * 1.15

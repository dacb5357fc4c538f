"""How fast a link may go: tokens by the clock, and pauses that a carrier asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.carriers.throttle import FIRST_PAUSE, LONGEST_PAUSE, Pause, TokenBucket

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


def test_pauses_double_up_to_the_longest_and_start_again_after_a_taken_part() -> None:
    pause, now, waits = Pause(), 50.0, []
    for _ in range(8):
        pause.throttled(now)
        waits.append(pause.until - now)
        now = pause.until
    assert waits == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, LONGEST_PAUSE, LONGEST_PAUSE])
    pause.accepted(now)
    pause.throttled(now)
    assert pause.until - now == pytest.approx(FIRST_PAUSE)


def test_answers_to_parts_that_left_before_the_pause_do_not_count_again() -> None:
    pause = Pause()
    for at in (10.0, 10.01, 10.05, 10.099):
        pause.throttled(at)
    assert pause.until == pytest.approx(10.0 + FIRST_PAUSE)
    pause.accepted(10.05)  # left earlier, too: the carrier is no faster for it
    pause.throttled(10.2)
    assert pause.until == pytest.approx(10.2 + 2 * FIRST_PAUSE)


@given(st.lists(st.tuples(st.floats(0, 10), st.booleans()), max_size=60))
def test_a_pause_never_ends_later_than_the_longest_one(story: list[tuple[float, bool]]) -> None:
    pause, now = Pause(), 1_000.0
    for wait, throttled in story:
        now += wait
        (pause.throttled if throttled else pause.accepted)(now)
        assert pause.until - now <= LONGEST_PAUSE + 1e-9

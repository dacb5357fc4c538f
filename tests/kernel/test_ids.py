"""Ids carry the time they were given at, so that a time bounds them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hongyan.kernel.clock import DAY_MS, ManualClock, day_of, day_start
from hongyan.kernel.ids import MAX_NODE, IdMaker, day_of_id, first_id_at, first_id_of_day, time_of_id

TIMES = st.integers(day_start(1), day_start(32_000))


@given(TIMES, st.integers(0, MAX_NODE), st.integers(1, 50))
def test_ids_stand_between_the_first_of_their_millisecond_and_the_first_of_the_next(
    now_ms: int, node: int, count: int
) -> None:
    ids = IdMaker(ManualClock(now_ms), node)
    for _ in range(count):
        new = ids.next()
        assert first_id_at(now_ms) <= new < first_id_at(now_ms + 1)
        assert time_of_id(new) == now_ms


@given(TIMES)
def test_the_first_id_of_a_day_is_that_of_its_first_millisecond(now_ms: int) -> None:
    day = day_of(now_ms)
    assert first_id_of_day(day) == first_id_at(day_start(day))
    assert day_of_id(first_id_at(now_ms)) == day
    assert first_id_at(day_start(day) + DAY_MS - 1) < first_id_of_day(day + 1)

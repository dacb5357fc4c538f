"""How long `hongyan link watch` waits for its next look, on machines that are slower than its interval too."""

from __future__ import annotations

from itertools import accumulate, islice

from hypothesis import given
from hypothesis import strategies as st

from hongyan.cli.link.pace import pauses

INTERVAL = 0.5


def test_looks_come_at_their_interval_whatever_a_look_takes() -> None:
    readings = iter((10.0, 10.0, 10.625, 11.25))
    assert list(islice(pauses(INTERVAL, lambda: next(readings)), 3)) == [0.5, 0.375, 0.25]


def test_a_look_that_took_longer_is_followed_at_once_and_not_made_up_for() -> None:
    readings = iter((10.0, 10.0, 12.0, 12.0))
    assert list(islice(pauses(INTERVAL, lambda: next(readings)), 3)) == [0.5, 0.0, 0.5]


@given(st.lists(st.floats(0, 5), min_size=2, max_size=30))
def test_no_pause_is_ever_negative(steps: list[float]) -> None:
    readings = accumulate(steps)  # of a clock that goes on between any two of them
    assert all(wait >= 0 for wait in islice(pauses(INTERVAL, lambda: next(readings)), len(steps) - 1))

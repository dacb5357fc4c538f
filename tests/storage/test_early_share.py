"""Whose early receipts go when there are too many."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.storage.early import giving_way


@pytest.mark.parametrize(
    ("kept", "going"),
    [
        ({}, {}),
        ({1: 100}, {}),
        ({1: 101}, {1: 1}),
        ({1: 1_000, 2: 30}, {1: 930}),
        ({1: 1_000, 2: 60, 3: 10}, {1: 955, 2: 15}),
        ({1: 80, 2: 80}, {1: 30, 2: 30}),
    ],
)
def test_those_that_keep_most_give_way_down_to_an_even_share(
    kept: dict[int, int], going: dict[int, int]
) -> None:
    assert giving_way(kept, 100) == going


@given(st.dictionaries(st.integers(1, 9), st.integers(0, 500)), st.integers(0, 600))
def test_what_is_left_fits_and_a_channel_below_its_share_loses_nothing(
    kept: dict[int, int], most: int
) -> None:
    going = giving_way(kept, most)
    left = {channel_id: count - going.get(channel_id, 0) for channel_id, count in kept.items()}
    assert sum(left.values()) <= most
    assert all(left[channel_id] >= 0 for channel_id in kept)
    if sum(kept.values()) <= most:
        assert going == {}
    else:
        assert sum(left.values()) > most - len(kept), "no more go than must"
    share = most // len(kept) if kept else 0
    assert all(kept[channel_id] > share for channel_id in going)

"""The table of ported numbers: it says what a dict would say, in a fraction of the memory."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.messaging.ported.table import SMALLEST, PortedTable

CARRIERS = ["mobile", "unicom", "telecom", "broadnet"]
HASHES = st.integers(-(1 << 63), (1 << 63) - 1)
NEIGHBOURS = st.builds(lambda place, above: place | above << 56, st.integers(0, 7), st.integers(-128, 127))
"""Hashes that stand close together, some with the same five bits beside them."""
STEPS = st.lists(st.tuples(HASHES | NEIGHBOURS, st.sampled_from([*CARRIERS, None])), max_size=60)


def grown(table: PortedTable) -> PortedTable:
    """A copy in a table of twice the size, made in pieces."""
    larger = PortedTable(2 * table.size)
    for start in range(0, table.size, 100):
        larger.take(table, start, start + 100)
    return larger


@given(STEPS, st.lists(HASHES | NEIGHBOURS, max_size=20))
def test_it_says_what_a_dict_says_also_after_it_has_grown(
    steps: list[tuple[int, str | None]], others: list[int]
) -> None:
    table, expected = PortedTable(256), dict[int, str]()
    for number_hash, carrier in steps:
        assert table.put(number_hash, carrier)  # type: ignore[arg-type]
        if carrier is None:
            expected.pop(number_hash, None)
        else:
            expected[number_hash] = carrier
    for each in (table, grown(table)):
        assert each.count == len(expected)
        for number_hash in {*others, *(step[0] for step in steps)}:
            assert each.carrier_of(number_hash) == expected.get(number_hash)


def test_what_is_not_ported_any_more_takes_no_room_after_growing() -> None:
    table = PortedTable(64)
    for number_hash in range(20):
        table.put(number_hash, "unicom")
        table.put(number_hash, None)
    assert (table.count, table.room) == (0, 32 - 20)
    assert grown(table).room == 64


def test_a_table_is_never_more_than_half_full_and_still_changes_what_it_has() -> None:
    table = PortedTable(64)
    hashes = random.Random(1).sample(range(1 << 60), 33)
    assert [table.put(number_hash, "mobile") for number_hash in hashes] == [True] * 32 + [False]
    assert table.put(hashes[0], "unicom")
    assert table.put(hashes[1], None)
    assert table.put(hashes[32], None), "it was not there anyway"
    assert [table.carrier_of(hashes[at]) for at in (0, 1, 2, 32)] == ["unicom", None, "mobile", None]


def test_whoever_asks_a_table_sees_at_once_what_it_becomes() -> None:
    table, other = PortedTable(), PortedTable(2 * SMALLEST)
    ask = table.carrier_of
    other.put(-5, "telecom")
    table.become(other)
    assert (ask(-5), table.count, table.size) == ("telecom", 1, 2 * SMALLEST)


@pytest.mark.parametrize("number_hash", [0, -1, (1 << 63) - 1, -(1 << 63)])
def test_the_ends_of_the_range_are_hashes_like_others(number_hash: int) -> None:
    table = PortedTable()
    assert table.carrier_of(number_hash) is None
    table.put(number_hash, "broadnet")
    assert table.carrier_of(number_hash) == "broadnet"

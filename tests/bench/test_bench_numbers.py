from __future__ import annotations

import pytest
from bench.numbers import RANGES
from hypothesis import given
from hypothesis import strategies as st

from hongyan.kernel.numbers import parse_number


@pytest.mark.parametrize("name", sorted(RANGES))
@given(data=st.data())
def test_numbers_are_distinct_and_valid(name: str, data: st.DataObject) -> None:
    indexes = data.draw(st.lists(st.integers(0, RANGES[name].size - 1), unique=True, max_size=20))
    number = RANGES[name].numbers()

    parsed = [parse_number(number(index)) for index in indexes]

    assert len({one.e164 for one in parsed}) == len(indexes)
    assert {one.country for one in parsed} <= {{"mainland": "CN", "hongkong": "HK"}[name]}


@pytest.mark.parametrize("name", sorted(RANGES))
def test_a_range_ends_with_an_error_and_not_with_a_repetition(name: str) -> None:
    number = RANGES[name].numbers()

    assert number(RANGES[name].size - 1).endswith("9" * RANGES[name].digits)
    for beyond in (-1, RANGES[name].size):
        with pytest.raises(ValueError, match="no number"):
            number(beyond)

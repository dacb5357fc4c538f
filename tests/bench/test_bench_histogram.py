from __future__ import annotations

import math

from bench.histogram import HIGHEST, Histogram, bucket_of, top_of
from hypothesis import given
from hypothesis import strategies as st

values = st.integers(0, HIGHEST) | st.integers(0, 2000)


@given(values)
def test_a_bucket_holds_its_value_within_one_sixtyfourth(value: int) -> None:
    top = top_of(bucket_of(value))

    assert value <= top <= value + value // 64


@given(values.filter(bool))
def test_buckets_are_in_the_order_of_their_values_without_gaps(value: int) -> None:
    assert bucket_of(value) - bucket_of(value - 1) in (0, 1)
    assert bucket_of(top_of(bucket_of(value))) == bucket_of(value)


@given(st.lists(values, min_size=1, max_size=200), st.floats(0, 100))
def test_percentiles_agree_with_the_sorted_list(recorded: list[int], percent: float) -> None:
    histogram = Histogram()
    for value in recorded:
        histogram.record(value)

    exact = sorted(recorded)[max(1, math.ceil(len(recorded) * percent / 100)) - 1]

    assert exact <= histogram.percentile(percent) <= exact + exact // 64
    assert histogram.percentile(100) == histogram.highest == max(recorded)
    assert histogram.total == len(recorded)


def test_values_beyond_the_range_count_as_the_highest() -> None:
    histogram = Histogram()
    histogram.record(HIGHEST * 3)
    histogram.record(HIGHEST * 2)

    assert histogram.percentile(50) == HIGHEST


def test_an_empty_histogram_answers_zero() -> None:
    assert Histogram().percentile(99) == 0

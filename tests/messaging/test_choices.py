"""What people are told of a number's channels: each one is chosen or has its reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.kernel.errors import Refused
from hongyan.messaging.choices import choices
from hongyan.messaging.model import Category
from hongyan.messaging.route import Channel, Router

NEAR = Channel(1, "near", "1069", cost=1)
ALIKE = Channel(2, "alike", "1069", cost=1)
DEAR = Channel(3, "dear", "1069", cost=2)
LATE = Channel(4, "late", "1069", priority=1)
ADS = Channel(5, "ads", "1069", categories=frozenset({int(Category.MARKETING)}))

CHANNELS = st.lists(
    st.builds(
        Channel,
        st.integers(1, 9),
        st.just("c"),
        st.sampled_from(["1069", "1" * 19, "HONGYAN"]),
        st.sets(st.sampled_from(["CN", "HK"])).map(frozenset),
        st.sets(st.sampled_from(["mobile", "unicom"])).map(frozenset),
        st.sets(st.integers(0, 3)).map(frozenset),
        st.sets(st.integers(7, 8)).map(frozenset),
        st.integers(0, 1),
        st.integers(0, 1),
    ),
    max_size=5,
    unique_by=lambda channel: channel.id,
)


@given(
    CHANNELS,
    st.sampled_from(["CN", "HK"]),
    st.sampled_from([None, "mobile", "unicom"]),
    st.sampled_from(["", "12"]),
)
def test_every_channel_is_chosen_or_has_its_reason(
    channels: list[Channel], country: str, carrier: str | None, extension_code: str
) -> None:
    found = choices(Router(channels), channels, country, carrier, account_id=7, extension_code=extension_code)
    assert len(found) == (3 if country == "CN" else 1)
    for choice in found:
        told = [channel for channel, _ in choice.others]
        chosen = [] if choice.route is None else [choice.route.channel]
        assert sorted(each.id for each in [*chosen, *told]) == sorted(each.id for each in channels)
        assert (choice.route is None) is (choice.refused is not None)


def test_those_that_would_do_as_well_are_told_from_those_that_come_later() -> None:
    channels = (DEAR, ALIKE, LATE, ADS, NEAR)
    first = choices(Router(channels), channels, "CN", None)[0]
    assert first.route is not None
    assert first.route.channel in (NEAR, ALIKE)
    codes = {channel.name: reason.code for channel, reason in first.others}
    other = "alike" if first.route.channel is NEAR else "near"
    assert codes == {other: "turns", "dear": "later", "late": "later", "ads": "category"}


def test_an_extension_code_that_is_no_digits_is_refused() -> None:
    with pytest.raises(Refused, match=r"extension\.malformed"):
        choices(Router((NEAR,)), (NEAR,), "CN", None, extension_code="x")

"""The life of a message: every (state, event) pair is either in the table or refused."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.kernel.states import IllegalTransition
from hongyan.messaging.states import MESSAGE, MessageEvent, MessageState, PartState, roll_up

LEGAL = {
    ("accepted", "parts_submitted"): "submitted",
    ("accepted", "part_refused"): "failed",
    ("accepted", "validity_over"): "expired",
    ("accepted", "parts_delivered"): "delivered",
    ("accepted", "part_failed"): "failed",
    ("accepted", "moved"): "accepted",
    ("accepted", "channel_gone"): "failed",
    ("accepted", "stopped"): "failed",
    ("accepted", "receipt_overdue"): "no_receipt",
    ("submitted", "channel_gone"): "failed",
    ("submitted", "stopped"): "failed",
    ("submitted", "part_refused"): "failed",
    ("submitted", "validity_over"): "expired",
    ("submitted", "parts_delivered"): "delivered",
    ("submitted", "part_failed"): "failed",
    ("submitted", "receipt_overdue"): "no_receipt",
    ("failed", "parts_delivered"): "delivered",
    ("expired", "parts_delivered"): "delivered",
    ("no_receipt", "parts_delivered"): "delivered",
    ("no_receipt", "part_failed"): "failed",
}


@pytest.mark.parametrize(("state", "event"), list(itertools.product(MessageState, MessageEvent)))
def test_every_pair_is_a_row_or_refused(state: MessageState, event: MessageEvent) -> None:
    expected = LEGAL.get((state.value, event.value))
    if expected is None:
        with pytest.raises(IllegalTransition):
            MESSAGE.after(state, event)
    else:
        assert MESSAGE.after(state, event).value == expected


def test_nothing_follows_delivery() -> None:
    assert MESSAGE.events(MessageState.DELIVERED) == []


@given(st.lists(st.sampled_from(PartState), max_size=6), st.integers(1, 6))
def test_any_failed_part_fails_and_only_all_delivered_parts_deliver(
    states: list[PartState], total: int
) -> None:
    event = roll_up(states, total)
    if PartState.FAILED in states:
        assert event is MessageEvent.PART_FAILED
    elif states.count(PartState.DELIVERED) >= total:
        assert event is MessageEvent.PARTS_DELIVERED
    else:
        assert event is None

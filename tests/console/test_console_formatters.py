"""Tables are complete, and values read well."""

from __future__ import annotations

from itertools import pairwise

import pytest
from console_world import World, part

from hongyan.console.formatters import CATEGORIES, MESSAGE_STATES, PART_OUTCOMES, Formatters
from hongyan.console.journey import FINAL, StepKind, journey
from hongyan.console.overview import overview
from hongyan.console.receipt_codes import RECEIPT_CODES, receipt_meaning
from hongyan.console.tones import Tone
from hongyan.console.words import load_words
from hongyan.messaging.model import Category
from hongyan.messaging.states import MESSAGE, MessageEvent, MessageState
from hongyan.storage import port

ENGLISH = Formatters(load_words("en"))
AT = 1_780_000_000_000


def test_every_state_outcome_and_category_has_a_badge() -> None:
    assert MESSAGE_STATES.keys() == {state.value for state in MessageState}
    outcomes = {port.PART_SUBMITTED, port.PART_REFUSED, port.PART_RETRY, port.PART_EXPIRED}
    assert PART_OUTCOMES.keys() == outcomes
    assert CATEGORIES.keys() == set(Category)


def test_final_states_are_those_that_only_a_late_success_leaves() -> None:
    for state in MessageState:
        leaves_by = set(MESSAGE.events(state)) - {MessageEvent.PARTS_DELIVERED}
        assert (state.value in FINAL) == (not leaves_by)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("DELIVRD", "receipt.delivered"),
        ("MK:0001", "receipt.empty_number"),
        ("MI:9999", "receipt.family.expired"),
        ("MK:9999", "receipt.family.undeliverable"),
        ("IB:9999", "receipt.family.gateway"),
        ("ID:9999", "receipt.family.gateway"),
        ("SA:0001", "receipt.unknown"),
        ("DELETED", "receipt.deleted"),
        ("IDIOTIC", "receipt.unknown"),
        ("", "receipt.unknown"),
    ],
)
def test_a_code_is_explained_as_far_as_it_is_known(code: str, words: str) -> None:
    assert receipt_meaning(code).words == words


def test_only_a_delivery_is_good() -> None:
    good = {code for code, meaning in RECEIPT_CODES.items() if meaning.tone is Tone.GOOD}
    assert good == {"DELIVRD", "DELIVERED"}


def test_times_are_beijing_for_people_and_utc_for_machines() -> None:
    assert ENGLISH.time(AT) == "2026-05-29 04:26:40"
    assert ENGLISH.clock(AT) == "04:26"
    assert ENGLISH.instant(AT) == "2026-05-28T20:26:40.000Z"


@pytest.mark.parametrize(
    ("ms", "words"),
    [(0, "0.0 s"), (1_240, "1.2 s"), (90_000, "1.5 min"), (5_400_000, "1.5 h"), (-5, "0.0 s")],
)
def test_durations_read_in_the_unit_that_fits(ms: int, words: str) -> None:
    assert ENGLISH.took(0, ms) == words


@pytest.mark.parametrize(("amount", "words"), [(450, "¥0.045"), (0, "¥0.00"), (-450, "-¥0.045")])
def test_money_keeps_its_fractions(amount: int, words: str) -> None:
    assert ENGLISH.money(amount) == words


@pytest.mark.parametrize(
    ("number", "whole", "masked"),
    [
        ("8613800138000", "138 0013 8000", "138****8000"),
        ("13800138000", "138 0013 8000", "138****8000"),
        ("85261234567", "85261234567", "852****4567"),
        ("12345", "12345", "****"),
    ],
)
def test_numbers_read_well_and_hide_well(number: str, whole: str, masked: str) -> None:
    assert ENGLISH.number(number) == whole
    assert ENGLISH.masked(number) == masked


def test_a_journey_is_told_in_the_order_of_time_even_when_the_receipt_came_early() -> None:
    world = World()
    message = world.message()
    at = message.accepted_ms
    steps = journey(message, [part(at + 50, receipt_code="DELIVRD", receipt_ms=at + 40)]).steps
    assert [step.kind for step in steps] == [StepKind.ACCEPTED, StepKind.RECEIPT, StepKind.SUBMITTED]


def test_the_mark_of_a_journey_changes_with_everything_that_can_be_seen() -> None:
    world = World()
    message = world.message()
    at = message.accepted_ms
    done = world.delivered()
    marks = [
        journey(message, []).mark,
        journey(message, [part(at)]).mark,
        journey(message, [part(at, receipt_code="DELIVRD", receipt_ms=at)]).mark,
        journey(done, [part(at, receipt_code="DELIVRD", receipt_ms=at)]).mark,
    ]
    assert len(set(marks)) == len(marks)


def test_shares_fill_the_whole_bar() -> None:
    world = World()
    for state in ("accepted", "submitted", "delivered", "failed", "expired", "failed", "accepted"):
        world.message(state=state)
    shares = overview(world.messaging.messages).shares
    assert sum(share.width for share in shares) == 1000
    assert shares[0].start == 0
    assert all(a.start + a.width == b.start for a, b in pairwise(shares))

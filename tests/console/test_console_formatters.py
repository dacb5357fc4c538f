"""Tables are complete, and values read well."""

from __future__ import annotations

from itertools import pairwise

import pytest
from console_world import CHANNELS, World, part

from hongyan.console.carrier_codes import code_meaning, receipt_tone
from hongyan.console.formatters import CATEGORIES, MESSAGE_STATES, PART_OUTCOMES, Formatters
from hongyan.console.journey import journey
from hongyan.console.overview import overview
from hongyan.console.tones import Tone
from hongyan.console.words import load_words
from hongyan.messaging.model import Category
from hongyan.messaging.states import MESSAGE, MessageEvent, MessageState
from hongyan.messaging.timeline import FINAL, StepKind
from hongyan.storage import port

ENGLISH = Formatters(load_words("en"))
AT = 1_780_000_000_000


def test_every_state_outcome_and_category_has_a_badge() -> None:
    assert MESSAGE_STATES.keys() == {state.value for state in MessageState}
    outcomes = {value for name, value in vars(port).items() if name.startswith("PART_")}
    unsent = {port.PART_UNSENT, port.PART_STOPPED}  # what was never sent leaves no submission to show
    assert PART_OUTCOMES.keys() == outcomes - unsent
    assert CATEGORIES.keys() == set(Category)


def test_final_states_are_those_that_only_a_late_receipt_leaves() -> None:
    receipts = {MessageEvent.PARTS_DELIVERED, MessageEvent.PART_FAILED}
    for state in MessageState:
        leaves_by = set(MESSAGE.events(state)) - receipts
        assert (state.value in FINAL) == (not leaves_by)


def test_only_a_delivery_is_good_and_what_is_not_final_is_under_way() -> None:
    tones = {
        code: receipt_tone(code, None)
        for code in ("DELIVRD", "ACCEPTD", "MK:0001", "UNDELIV:601", "QQ:1234", "")
    }
    assert tones == {
        "DELIVRD": Tone.GOOD,
        "ACCEPTD": Tone.BUSY,
        **dict.fromkeys(("MK:0001", "UNDELIV:601", "QQ:1234", ""), Tone.BAD),
    }


@pytest.mark.parametrize(
    ("code", "protocol", "kind", "cause", "who"),
    [
        ("DELIVRD", None, StepKind.RECEIPT, "delivered to the handset", ""),
        ("MK:0001", None, StepKind.RECEIPT, "unknown subscriber: number not assigned", "tenant"),
        (
            "MK:9999",
            None,
            StepKind.RECEIPT,
            "final state UNDELIV at the SMSC: mostly not in use, suspended or off",
            "recipient",
        ),
        ("QQ:1234", None, StepKind.RECEIPT, "a code in no list", "operator"),
        ("EXPIRED", None, StepKind.RECEIPT, "validity over, mostly off or out of coverage", "recipient"),
        (
            "NO_RECEIPT",
            None,
            StepKind.DONE,
            "the carrier took it, and no report came within 72 hours; it may have been delivered",
            "carrier",
        ),
        ("EXPIRED", None, StepKind.DONE, "validity over before a carrier took it; not submitted", "operator"),
        ("ESME_RINVDSTADR", None, StepKind.DONE, "destination address invalid", "tenant"),
        ("CMPP:8", None, StepKind.DONE, "flow control: submitted too fast", "operator"),
        ("QQ", None, StepKind.DONE, "a code in no list", "operator"),
        ("5", "cmpp", StepKind.SUBMITTED, "fee code wrong", "operator"),
        ("5", "sgip", StepKind.SUBMITTED, "parameter format wrong", "operator"),
        ("5", "sgip", StepKind.RECEIPT, "suspended or not in use any more", "recipient"),
        (
            "NO_ANSWER",
            "smgp",
            StepKind.SUBMITTED,
            "the carrier never answered, several times; it may have been delivered",
            "operator",
        ),
    ],
)
def test_a_code_is_explained_by_where_it_was_met(
    code: str, protocol: str | None, kind: StepKind, cause: str, who: str
) -> None:
    meaning = code_meaning(code, kind, protocol, "en")
    assert (meaning.cause, meaning.who) == (cause, who)
    assert bool(meaning.advice) == bool(who)


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
    steps = journey(message, [part(at + 50, receipt_code="DELIVRD", receipt_ms=at + 40)], CHANNELS).steps
    assert [shown.step.kind for shown in steps] == [StepKind.ACCEPTED, StepKind.RECEIPT, StepKind.SUBMITTED]


def test_the_mark_of_a_journey_changes_with_everything_that_can_be_seen() -> None:
    world = World()
    message = world.message()
    at = message.accepted_ms
    done = world.delivered()
    marks = [
        journey(message, [], CHANNELS).mark,
        journey(message, [part(at)], CHANNELS).mark,
        journey(message, [part(at, receipt_code="DELIVRD", receipt_ms=at)], CHANNELS).mark,
        journey(done, [part(at, receipt_code="DELIVRD", receipt_ms=at)], CHANNELS).mark,
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

"""What is told of one message: the channels that came into question, and what happened in order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.messaging.considered import considered
from hongyan.messaging.model import Category, MessageView, PartView
from hongyan.messaging.route import REASONS, PassedOver, passed_over_in
from hongyan.messaging.timeline import StepKind, timeline
from hongyan.storage.port import PART_ELSEWHERE, PART_REFUSED

AT = 1_780_000_000_000
MESSAGE = MessageView(
    id=1,
    biz_id=1,
    account_id=7,
    number="8613800138000",
    sign_name="云雁",
    template_code="SMS_1",
    category=int(Category.CODE),
    content="【云雁】验证码482913",
    segments=1,
    price=450,
    state="accepted",
    receipt_code="",
    out_id=None,
    accepted_ms=AT,
    done_ms=None,
    uncertain=0,
    request_id="R",
    access_number="1069",
    channel_id=1,
    passed_over=(),
)
PART = PartView(1, 1, 1, 1, "c-1", 0, 0, AT + 10, "", None, "")


def told(message: MessageView, *parts: PartView) -> list[tuple[StepKind, str]]:
    return [(step.kind, step.code) for step in timeline(message, parts)]


# -- the text ---------------------------------------------------------------------------------------------


def test_only_verification_codes_are_masked() -> None:
    assert MESSAGE.shown_content == "【云雁】验证码******"
    for category in set(Category) - {Category.CODE}:
        assert replace(MESSAGE, category=int(category)).shown_content == MESSAGE.content


# -- the channels -----------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from(list(REASONS)))))
def test_what_routing_wrote_is_read_in_its_order(rows: list[tuple[int, str]]) -> None:
    found = passed_over_in(" ".join(f"{channel_id}:{code}" for channel_id, code in rows))
    assert found == tuple(PassedOver(channel_id, REASONS[code]) for channel_id, code in rows)


def test_a_code_that_no_reason_has_says_itself() -> None:
    ((channel_id, reason),) = passed_over_in("3:moon")
    assert (channel_id, reason.words("en"), reason.words("zh-CN")) == (3, "moon", "moon")


def test_the_chosen_channel_comes_first_then_who_refused_then_the_others() -> None:
    message = replace(
        MESSAGE, channel_id=4, passed_over=passed_over_in("1:carrier 4:carrier 2:closed 3:refused")
    )
    found = considered(message)
    assert [(each.channel_id, each.chosen, each.refused) for each in found] == [
        (4, True, False),
        (3, False, True),
        (1, False, False),
        (2, False, False),
    ]
    assert found[0].reasons == (REASONS["carrier"],), "at first it was passed over"


def test_a_channel_stands_there_once_with_all_its_reasons() -> None:
    found = considered(replace(MESSAGE, passed_over=passed_over_in("2:carrier 2:refused")))
    assert [each.channel_id for each in found] == [1, 2]
    assert [reason.code for reason in found[1].reasons] == ["carrier", "refused"]
    assert considered(MESSAGE)[0].reasons == ()


# -- what happened ----------------------------------------------------------------------------------------


def test_steps_are_told_in_time_with_the_code_of_each() -> None:
    refused = replace(PART, outcome=PART_ELSEWHERE, carrier_id="", status=58, error="SMGP:58")
    taken = replace(PART, attempt=2, submitted_ms=AT + 30, receipt_code="DELIVRD", receipt_ms=AT + 20)
    done = replace(MESSAGE, state="delivered", receipt_code="DELIVRD", done_ms=AT + 40)
    assert told(done, refused, taken) == [
        (StepKind.ACCEPTED, ""),
        (StepKind.SUBMITTED, "SMGP:58"),
        (StepKind.RECEIPT, "DELIVRD"),
        (StepKind.SUBMITTED, ""),
        (StepKind.DONE, ""),
    ]


def test_an_answer_without_a_word_is_told_by_its_number() -> None:
    assert told(MESSAGE, replace(PART, outcome=PART_REFUSED, status=11))[-1] == (StepKind.SUBMITTED, "11")


@pytest.mark.parametrize(
    ("state", "code", "parts", "said"),
    [
        ("expired", "EXPIRED", (), "EXPIRED"),
        ("no_receipt", "NO_RECEIPT", (PART,), "NO_RECEIPT"),
        ("failed", "CMPP:5", (replace(PART, outcome=PART_REFUSED, status=5, error="CMPP:5"),), ""),
        ("failed", "MK:0001", (replace(PART, receipt_code="MK:0001", receipt_ms=AT + 20),), ""),
    ],
)
def test_the_end_says_why_unless_a_step_before_has(
    state: str, code: str, parts: tuple[PartView, ...], said: str
) -> None:
    ended = replace(MESSAGE, state=state, receipt_code=code, done_ms=AT + 90)
    assert told(ended, *parts)[-1] == (StepKind.DONE, said)

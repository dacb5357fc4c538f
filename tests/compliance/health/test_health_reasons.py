"""Each reason of the seed holds when it should, and only then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from health_facts import (
    FREEZE,
    LETTER,
    NAME,
    TODAY,
    TRADEMARK,
    facts,
    network,
    qualified,
    seen_as,
    silent,
)
from hypothesis import given
from hypothesis import strategies as st

from hongyan.compliance import SignSource, State
from hongyan.compliance.freezes import FrozenBy, FrozenKind
from hongyan.compliance.health.checks import NOT_DONE
from hongyan.compliance.health.days import days_until
from hongyan.compliance.health.facts import Arrivals, HealthFacts
from hongyan.compliance.health.judging import Usability, ailments, usability
from hongyan.compliance.health.reasons import REASON, REASONS, Status, Timing
from hongyan.compliance.registration.reasons import ReasonCode
from hongyan.compliance.registration.states import RegistrationState
from hongyan.compliance.rules import Finding, SignatureCase, Source, check_signature

S, R = RegistrationState, ReasonCode
LOW = Arrivals("unicom", 100, 31, 0.97, low=True)


def judged(name: str, source: Source) -> tuple[Finding, ...]:
    """What today's rules say."""
    case = SignatureCase(name=name, company="杭州云雁科技有限公司", source=source)
    return check_signature(case, TODAY).findings


CASES: dict[str, Callable[[], HealthFacts]] = {
    "source_not_supported": lambda: seen_as(facts(findings=judged(NAME, Source.APP)), source=SignSource.APP),
    "no_qualification": lambda: facts(qualification=None),
    "name_mismatch": lambda: facts(findings=judged("杭雁", Source.ENTERPRISE)),
    "carrier_check_failed": lambda: facts(networks=(network("unicom", S.FAILED, R.SIGNATURE_ERROR),)),
    "qualification_incomplete": lambda: facts(qualification=qualified(admin_number="")),
    "qualification_state": lambda: facts(qualification=qualified(state=State.CHANGING)),
    "one_person_many_enterprises": lambda: facts(enterprises=2),
    "qualification_inaccurate": lambda: facts(networks=(network("mobile", S.FAILED, R.QUALIFICATION_ERROR),)),
    "legal_id_expired": lambda: facts(qualification=qualified(legal_until="2026-11-20")),
    "admin_id_expired": lambda: facts(qualification=qualified(admin_until="2026-11-20")),
    "letter_expired": lambda: seen_as(
        facts(letter=replace(LETTER, validity="2025-01-01~2026-11-20")), third_party=True
    ),
    "registration_incomplete": lambda: facts(networks=(network("telecom", S.REGISTERING, R.REGISTERING),)),
    "arrivals_low": lambda: facts(arrivals=(LOW,)),
    "arrivals_low_unregistered": lambda: facts(
        arrivals=(LOW,), networks=(network("unicom", S.REGISTERING, R.REGISTERING),)
    ),
    "unused_long": lambda: facts(idle_days=170, unchanged_days=170),
    "unused_recently": lambda: facts(idle_days=30, unchanged_days=169),
    "never_approved": lambda: seen_as(facts(), state=State.REJECTED, approved=0, reason="名称不合规"),
    "disabled": lambda: facts(freezes=(replace(FREEZE, by=FrozenBy.PENALTY),)),
    "frozen_by_platform": lambda: facts(freezes=(FREEZE,)),
    "frozen_by_customer": lambda: facts(freezes=(replace(FREEZE, by=FrozenBy.CUSTOMER),)),
}


def held(found: HealthFacts) -> list[str]:
    return [each.reason.id for each in ailments(found)]


def test_the_seed_has_sixteen_abnormal_and_four_unavailable_reasons() -> None:
    assert sum(row.status is Status.ABNORMAL for row in REASONS) == 16
    assert sum(row.status is Status.UNAVAILABLE for row in REASONS) == 4
    assert sum(row.timing is Timing.NIGHTLY for row in REASONS) == 7
    assert CASES.keys() == REASON.keys()


def test_nothing_is_wrong_with_a_healthy_one() -> None:
    assert held(facts()) == []
    assert usability(facts(), []) is Usability.AVAILABLE


@pytest.mark.parametrize("reason", CASES)
def test_a_reason_holds_and_explains_itself(reason: str) -> None:
    found = CASES[reason]()
    (ailment,) = [each for each in ailments(found) if each.reason.id == reason]
    for language in ("en", "zh"):
        assert ailment.explanation.words(language)
        assert "{" not in ailment.explanation.words(language)
    expected = Usability.UNAVAILABLE if REASON[reason].status is Status.UNAVAILABLE else Usability.ABNORMAL
    assert usability(found, ailments(found)) is expected


@pytest.mark.parametrize("reason", CASES)
def test_it_is_noticed_at_once_or_in_the_night(reason: str) -> None:
    timing = REASON[reason].timing
    found = CASES[reason]()
    assert reason in [each.reason.id for each in ailments(found, {timing})]
    assert reason not in [each.reason.id for each in ailments(found, set(Timing) - {timing})]


@pytest.mark.parametrize("state", list(S))
def test_a_network_is_a_reason_unless_it_has_taken_the_name_or_is_being_verified(state: S) -> None:
    found = held(facts(networks=(network("mobile", S.SUCCESS), network("unicom", state))))
    assert ("registration_incomplete" in found) is (state in NOT_DONE)
    assert (state in NOT_DONE) is (state not in {S.SUCCESS, S.AWAITING})


@pytest.mark.parametrize("state", list(State))
def test_of_a_qualification_only_an_approved_one_is_normal(state: State) -> None:
    if state is not State.DELETED:
        found = held(facts(qualification=qualified(state=state)))
        assert ("qualification_state" in found) is (state is not State.APPROVED)


def test_a_source_is_abnormal_from_the_day_that_its_rule_names() -> None:
    case = SignatureCase(name=NAME, company="杭州云雁科技有限公司", source=Source.APP)
    for day, abnormal in ((date(2025, 12, 31), False), (date(2026, 1, 1), True)):
        found = seen_as(facts(findings=check_signature(case, day).findings), source=SignSource.APP)
        assert ("source_not_supported" in held(found)) is abnormal


def test_the_last_day_of_a_paper_is_a_good_one() -> None:
    assert held(facts(qualification=qualified(legal_until="2026-11-21", admin_until="2026-11-21"))) == []


def test_a_letter_that_nobody_needs_is_not_looked_at() -> None:
    assert held(facts(letter=replace(LETTER, validity="2025-01-01~2026-11-20"))) == []


def test_what_was_touched_lately_is_not_unused() -> None:
    assert held(facts(idle_days=400, unchanged_days=29)) == []


def test_an_account_that_is_frozen_takes_its_signatures_with_it_and_a_template_does_not() -> None:
    assert held(facts(freezes=(replace(FREEZE, kind=FrozenKind.ACCOUNT, label=""),))) == [
        "frozen_by_platform"
    ]
    assert held(facts(freezes=(replace(FREEZE, kind=FrozenKind.TEMPLATE, label="SMS_1"),))) == []


def test_one_that_waits_for_its_first_review_is_neither() -> None:
    new = seen_as(facts(networks=(network("mobile", S.NOT_REGISTERED),)), state=State.PENDING, approved=0)
    assert (held(new), usability(new, [])) == ([], Usability.IN_REVIEW)


def test_days_are_counted_to_the_last_good_one_the_soonest_first() -> None:
    found = seen_as(
        facts(
            qualification=qualified(legal_until="2026-12-01", admin_until="2099-12-31"),
            letter=LETTER,
            trademark=TRADEMARK,
            idle_days=100,
            unchanged_days=160,
            silence=silent(100),
        ),
        third_party=True,
    )
    ends = {each.row.id: (each.day, each.days) for each in days_until(found)}
    assert ends["legal_id"] == (date(2026, 12, 1), 10)
    assert "admin_id" not in ends, "long-term"
    assert ends["unused"] == (date(2027, 1, 30), 70)
    assert ends["lapse"] == (date(2027, 2, 13), 84), "six calendar months after 2026-08-13"
    assert ends["letter"][0] == date(2027, 1, 1)
    assert ends["trademark"][0] == date(2030, 12, 13)
    days = [each.days for each in days_until(found)]
    assert days == sorted(days)


def test_nothing_lapses_that_is_not_registered() -> None:
    found = facts(networks=(network("mobile", S.REGISTERING),), silence=None)
    assert "lapse" not in {each.row.id for each in days_until(found)}


@pytest.mark.parametrize("state", [State.PENDING, State.REJECTED])
def test_what_was_never_approved_does_not_count_as_unused(state: State) -> None:
    applied = seen_as(facts(silence=None), state=state, approved=0)
    assert "unused" not in {each.row.id for each in days_until(applied)}
    assert "unused" in {each.row.id for each in days_until(facts())}


def test_of_silence_people_are_reminded_on_the_days_of_the_warnings() -> None:
    ends = {each.row.id: each for each in days_until(facts(silence=silent(130)))}
    assert [(TODAY - day).days for day in ends["lapse"].reminders] == [10, -20, -40]
    assert [(ends["unused"].day - day).days for day in ends["unused"].reminders] == [30, 7, 1]


@given(
    idle=st.integers(0, 1000),
    unchanged=st.integers(0, 1000),
    states=st.lists(st.sampled_from(list(S)), min_size=3, max_size=3),
    enterprises=st.integers(0, 3),
    low=st.booleans(),
)
def test_whatever_is_known_each_reason_is_told_once_in_the_order_of_the_table(
    idle: int, unchanged: int, states: list[S], enterprises: int, low: bool
) -> None:
    names: tuple[Any, ...] = ("mobile", "unicom", "telecom")
    found = held(
        facts(
            idle_days=idle,
            unchanged_days=unchanged,
            enterprises=enterprises,
            networks=tuple(network(name, state) for name, state in zip(names, states, strict=True)),
            arrivals=(LOW,) if low else (),
        )
    )
    assert found == [row.id for row in REASONS if row.id in found]
    assert not {"unused_long", "unused_recently"} <= set(found)
    assert ("arrivals_low" in found) + ("arrivals_low_unregistered" in found) == low

"""When a verdict is promised: only the desk's hours count, and for qualifications only working days."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.compliance.calendar import is_working_day
from hongyan.compliance.model import Kind
from hongyan.compliance.promises import CLOSES_MS, OPENS_MS, PROMISES, promise_for, promised_ms
from hongyan.kernel.clock import BEIJING, beijing, day_of, day_start


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=BEIJING).timestamp() * 1000)


@pytest.mark.parametrize(
    ("submitted", "promised"),
    [
        ("2026-11-20 09:00", "2026-11-20 11:00"),
        ("2026-11-20 10:30", "2026-11-20 12:30"),
        ("2026-11-20 03:00", "2026-11-20 11:00"),
        ("2026-11-20 19:00", "2026-11-20 21:00"),
        ("2026-11-20 19:30", "2026-11-21 09:30"),
        ("2026-11-20 20:59", "2026-11-21 10:59"),
        ("2026-11-20 21:00", "2026-11-21 11:00"),
        ("2026-11-20 23:59", "2026-11-21 11:00"),
        ("2026-11-21 20:00", "2026-11-22 10:00"),  # Saturday and Sunday count
        ("2026-10-01 12:00", "2026-10-01 14:00"),  # so do holidays
        ("2026-12-31 20:30", "2027-01-01 10:30"),
    ],
)
def test_names_and_texts_take_two_hours_of_any_day(submitted: str, promised: str) -> None:
    for kind in (Kind.SIGNATURE, Kind.TEMPLATE):
        assert promised_ms(kind, at(submitted)) == at(promised)


@pytest.mark.parametrize(
    ("submitted", "promised"),
    [
        ("2026-11-16 10:00", "2026-11-18 10:00"),  # Monday
        ("2026-11-19 20:00", "2026-11-23 20:00"),  # Thursday to Monday
        ("2026-11-20 22:00", "2026-11-24 21:00"),  # Friday after closing: all of Monday and Tuesday
        ("2026-11-21 12:00", "2026-11-24 21:00"),  # Saturday
        ("2026-09-30 10:00", "2026-10-09 10:00"),  # National Day, 1 to 7 October
        (
            "2026-02-13 15:00",
            "2026-02-24 15:00",
        ),  # Saturday the 14th is worked; Spring Festival, 15 to 23 February
    ],
)
def test_qualifications_take_two_working_days(submitted: str, promised: str) -> None:
    assert promised_ms(Kind.QUALIFICATION, at(submitted)) == at(promised)


@pytest.mark.parametrize("code", ["11330000002482090B", "12330100470116340A", "13100000500000000A"])
@pytest.mark.parametrize(
    ("submitted", "promised"),
    [
        ("2026-11-16 10:00", "2026-11-18 10:00"),  # Monday
        ("2026-11-20 22:00", "2026-11-24 21:00"),  # Friday after closing
        ("2026-10-01 12:00", "2026-10-09 21:00"),  # a holiday
    ],
)
def test_names_and_texts_of_public_bodies_take_two_working_days(
    submitted: str, promised: str, code: str
) -> None:
    for kind in Kind:
        assert promised_ms(kind, at(submitted), code) == at(promised)


def test_companies_and_societies_are_no_public_bodies() -> None:
    for code in ("91110000802100433B", "51100000500000000A", "92330100MA27000000", None):
        assert promised_ms(Kind.SIGNATURE, at("2026-11-20 09:00"), code) == at("2026-11-20 11:00")


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-11-20", True),
        ("2026-11-21", False),
        ("2026-10-10", True),
        ("2026-10-01", False),
        ("2040-10-01", False),
    ],
)
def test_working_days_are_those_of_china(day: str, works: bool) -> None:
    assert is_working_day(date.fromisoformat(day)) is works


@given(st.sampled_from(Kind), st.integers(at("2020-01-01 00:00"), at("2040-01-01 00:00")))
def test_a_promise_ends_later_and_inside_the_desks_hours(kind: Kind, submitted: int) -> None:
    promised = promised_ms(kind, submitted)
    assert promised > submitted
    assert OPENS_MS < promised - day_start(day_of(promised - 1)) <= CLOSES_MS
    row = promise_for(kind, None, beijing(submitted).date())
    assert row.counts(beijing(promised - 1).date())


@given(
    st.sampled_from(Kind), st.integers(at("2026-01-01 00:00"), at("2027-01-01 00:00")), st.integers(0, 10**8)
)
def test_whoever_comes_later_is_promised_no_earlier(kind: Kind, submitted: int, later: int) -> None:
    assert promised_ms(kind, submitted) <= promised_ms(kind, submitted + later)


def test_every_kind_has_one_promise_with_its_source() -> None:
    usual = [row for row in PROMISES if not row.of_the_state]
    assert sorted(row.kind.value for row in usual) == sorted(kind.value for kind in Kind)
    assert all(row.source for row in PROMISES)

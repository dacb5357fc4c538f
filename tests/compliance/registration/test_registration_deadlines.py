"""Working days, what is usual, what is overdue."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from in_process_store import InProcessStore
from registration_room import CARRIER, RegistrationRoom, make_registration_room

from hongyan.compliance.calendar import WorkingDays, read_overrides
from hongyan.compliance.registration import RegistrationEvent
from hongyan.compliance.registration.deadlines import ENOUGH, SAID, Deadlines, from_history
from hongyan.compliance.registration.waiting import to_file, to_wait, waited
from hongyan.kernel.clock import DAY_MS, ManualClock, beijing
from hongyan.kernel.ids import IdMaker

E = RegistrationEvent
DAYS = WorkingDays()


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2026-05-28", "2026-05-28", 0),
        ("2026-05-28", "2026-05-29", 1),
        ("2026-05-29", "2026-06-01", 1),  # over a weekend
        ("2026-02-13", "2026-02-14", 1),  # a Saturday that is worked
        ("2026-02-14", "2026-02-24", 1),  # Spring Festival
        ("2026-09-30", "2026-10-08", 1),  # National Day
        ("2026-10-08", "2026-10-10", 2),  # and its Saturday
    ],
)
def test_working_days_are_those_of_china(first: str, last: str, days: int) -> None:
    assert DAYS.between(date.fromisoformat(first), date.fromisoformat(last)) == days


@given(st.dates(date(2024, 1, 1), date(2026, 12, 1)), st.integers(0, 40))
def test_a_day_so_many_working_days_ahead_is_so_many_ahead(first: date, count: int) -> None:
    assert DAYS.between(first, DAYS.after(first, count)) == count


def test_the_calendar_of_a_year_that_is_not_announced_is_not_final() -> None:
    assert DAYS.final(date(2026, 1, 1), date(2026, 12, 31))
    assert not DAYS.final(date(2026, 12, 1), date(2027, 1, 4))
    told = WorkingDays(read_overrides("2027-02-06=work, 2027-02-05=free"))
    assert told.final(date(2026, 12, 1), date(2027, 1, 4))
    assert date(2027, 2, 6) in told
    assert date(2027, 2, 5) not in told
    assert date(2027, 2, 6) not in DAYS


@pytest.mark.parametrize("text", ["2027-02-06", "2027-02-06=perhaps", "6.2.2027=work", "2027-13-01=work"])
def test_what_is_no_override_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"work|perhaps|2027|month"):
        read_overrides(text)


def test_a_filing_is_overdue_after_what_is_usual_and_fails_after_the_time_out(
    store: InProcessStore, clock: ManualClock
) -> None:
    deadlines = Deadlines(store, clock, DAYS, time_out=30)
    filed_ms = clock.now_ms()  # Friday
    assert beijing(filed_ms).date() == date(2026, 5, 29)
    wait = deadlines.wait(filed_ms, SAID[0])
    assert (wait.elapsed, wait.overdue, wait.timed_out, wait.calendar_final) == (0, False, False, True)
    assert (wait.overdue_after, wait.times_out) == (date(2026, 6, 12), date(2026, 7, 14))
    clock.advance(14 * 86_400)
    assert not deadlines.wait(filed_ms, SAID[0]).overdue
    clock.advance(3 * 86_400)
    assert deadlines.wait(filed_ms, SAID[0]).overdue
    clock.advance((date(2026, 7, 13) - date(2026, 6, 15)).days * 86_400)
    assert not deadlines.wait(filed_ms, SAID[0]).timed_out
    clock.advance(86_400)
    assert deadlines.wait(filed_ms, SAID[0]).timed_out
    assert Deadlines(store, clock, DAYS, time_out=0).wait(filed_ms, SAID[0]).times_out is None


async def test_what_is_usual_is_what_our_own_filings_took_when_there_are_enough(
    store: InProcessStore, clock: ManualClock, ids: IdMaker
) -> None:
    room = await make_registration_room(store, clock, ids)
    deadlines = Deadlines(store, clock, DAYS, time_out=30)
    assert await deadlines.expected("mobile") == SAID[0]
    await room.approved()
    await _answered_many(room, ENOUGH)
    usual = await deadlines.expected("mobile")
    assert (usual.samples, usual.least, usual.usual, usual.most) == (ENOUGH, 3, 3, 3)
    assert await deadlines.expected("unicom") == SAID[0]


async def test_what_is_said_names_the_range_and_by_what_it_is_known(
    store: InProcessStore, clock: ManualClock, ids: IdMaker
) -> None:
    room = await make_registration_room(store, clock, ids)
    deadlines = Deadlines(store, clock, DAYS, time_out=30)
    await room.approved()
    await _answered_many(room, ENOUGH - 1)
    few = await deadlines.expected("mobile")
    assert (few.samples, few.heard, few.most) == (0, ENOUGH - 1, 10)
    words = waited(deadlines.wait(clock.now_ms(), few))
    assert f"because {ENOUGH - 1} answers to our own filings are too few ({ENOUGH})" in words.en
    assert f"本平台仅有 {ENOUGH - 1} 次答复，不足 {ENOUGH} 次" in words.zh
    words = waited(deadlines.wait(clock.now_ms(), from_history([3] * ENOUGH)))
    assert "filed 0 working days ago, usual are 3-3" in words.en
    assert f"by {ENOUGH} answers to our own filings" in words.en
    assert "overdue after" in words.en
    assert "calendar" not in words.en


def test_what_is_said_beyond_what_is_usual_and_into_a_year_that_nobody_knows(
    store: InProcessStore, clock: ManualClock
) -> None:
    clock.advance((date(2026, 12, 21) - date(2026, 5, 29)).days * 86_400)
    deadlines = Deadlines(store, clock, DAYS, time_out=30)
    filed_ms = clock.now_ms() - 20 * DAY_MS
    words = waited(deadlines.wait(filed_ms, SAID[0]))
    assert "for half of them), overdue; " in words.en
    assert "the calendar is not final" in words.en
    assert "日历尚未确定" in words.zh
    assert to_wait(deadlines.wait(filed_ms, SAID[0])).en.startswith(
        "wait; no carrier promises a time. Filed 14"
    )


async def test_of_what_was_not_filed_is_told_who_files_it_and_how(
    store: InProcessStore, clock: ManualClock, ids: IdMaker
) -> None:
    room = await make_registration_room(store, clock, ids)
    await room.approved()
    row = (await room.of())["unicom"]
    assert "hongyan registration pack --carrier unicom" in to_file(row).en
    assert "请生成中国联通报备包" in to_file(row).zh
    assert "registrar (http)" in to_file(replace(row, registrar="http")).en


async def _answered_many(room: RegistrationRoom, count: int) -> None:
    """The same signature on many numbers, each answered after three working days."""
    room.channels[:] = [
        room.channels[0]._replace(id=200 + n, access_number=f"1069{n:06}") for n in range(count)
    ]
    rows = await room.registrations.start(
        room.tenant.account_id, "杭州测算", networks=("mobile",), actor=CARRIER
    )
    filed_ms = room.clock.now_ms()  # a Friday
    for row in rows:
        await room.apply(row, E.FILED, at_ms=filed_ms)
        await room.apply(row, E.ACCEPTED, at_ms=filed_ms + 5 * DAY_MS)  # Wednesday
    room.clock.advance(6 * 86_400)


@given(st.lists(st.integers(0, 60), min_size=ENOUGH, max_size=200))
def test_what_is_usual_lies_between_the_shortest_and_the_longest(days: list[int]) -> None:
    usual = from_history(days)
    assert min(days) <= usual.least <= usual.usual
    assert usual.usual <= max(usual.most, 1)
    assert usual.most <= max(*days, 1)

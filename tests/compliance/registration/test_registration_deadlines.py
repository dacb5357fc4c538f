"""Working days, what is usual, what is overdue."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from in_process_store import InProcessStore
from registration_room import CARRIER, RegistrationRoom, make_registration_room

from hongyan.compliance.calendar import WorkingDays, read_overrides
from hongyan.compliance.registration import RegistrationEvent
from hongyan.compliance.registration.deadlines import ENOUGH, SAID, Deadlines, from_history
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

"""A story of health with a moved clock: a letter of authorization that runs out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from compliance_material import KEY
from in_process_store import InProcessStore
from registration_room import make_registration_room

from hongyan.compliance.health import Usability
from hongyan.compliance.health.desk import Health
from hongyan.compliance.health.feed import calendar
from hongyan.compliance.registration import RegistrationEvent, RegistrationState
from hongyan.kernel.clock import BEIJING, ManualClock
from hongyan.kernel.ids import IdMaker

LENT = "杭州云雁"
LAST = date(2026, 9, 30)


def at(clock: ManualClock, day: date, hour: int) -> None:
    """Move the clock there, in Beijing."""
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=BEIJING)
    clock.advance(moment.timestamp() - clock.now_ms() / 1000)


async def test_a_letter_that_ends_is_told_of_before_noticed_in_the_night_and_cured_by_a_new_one(
    store: InProcessStore, clock: ManualClock, ids: IdMaker
) -> None:
    room = await make_registration_room(store, clock, ids)
    tenant, desk = room.tenant, room.tenant.compliance.signatures
    await tenant.lent_signature(LENT, validity=f"2026-01-01~{LAST}")
    await tenant.approve_open()
    for row in (await room.of(LENT)).values():
        for event in (RegistrationEvent.FILED, RegistrationEvent.ACCEPTED, RegistrationEvent.VERIFIED):
            await room.apply(row, event)
    gathering = tenant.compliance.health.looking.gathering
    health = Health(store, clock, desk, gathering, tenant.compliance.health.switching)

    async def held() -> dict[str, int]:
        found = await health.checkup(tenant.account_id, LENT)
        return {each.ailment.reason.id: each.since_ms for each in found.held}

    # Beforehand: the day, how many are left, and a calendar with its reminders.
    at(clock, date(2026, 9, 1), 12)
    found = await health.checkup(tenant.account_id, LENT)
    (letter,) = (each for each in found.ends if each.row.id == "letter")
    assert (letter.day, letter.days) == (LAST, 29)
    assert [(LAST - day).days for day in letter.reminders] == [30, 7, 1]
    feed = calendar([found], "zh", clock.now_ms()).decode().replace("\r\n ", "")
    assert f"SUMMARY:{LENT}: 授权委托书到期\r\nDTSTART;VALUE=DATE:20260930" in feed

    # Its last day is a good one; the night after, it is over.
    at(clock, LAST, 23)
    await health.whole_round()
    assert "letter_expired" not in await held()
    at(clock, date(2026, 10, 1), 3)
    await health.look()
    night_ms = clock.now_ms()
    at(clock, date(2026, 10, 5), 12)
    assert (await held())["letter_expired"] == night_ms
    found = await health.checkup(tenant.account_id, LENT)
    assert found.usability is Usability.ABNORMAL
    (ailment,) = (each.ailment for each in found.held if each.ailment.reason.id == "letter_expired")
    assert str(LAST) in ailment.explanation.zh

    # A new letter cures it, and the edit registers the name again.
    fresh = await tenant.letter("新委托书", validity="2026-10-01~2028-09-30")
    material = (await desk.get(tenant.account_id, LENT)).material
    await desk.resubmit(tenant.account_id, LENT, replace(material, letter_id=fresh), actor=KEY)
    assert "letter_expired" in await held(), "until it is approved"
    await tenant.approve_open()
    await health.look()
    assert "letter_expired" not in await held()
    assert {row.state for row in (await room.of(LENT)).values()} == {RegistrationState.REGISTERING}

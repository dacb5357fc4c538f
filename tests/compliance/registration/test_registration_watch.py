"""What time does: silence that is read, silence that ends, silence of the tenant's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

import pytest
from compliance_material import KEY
from hypothesis import given
from hypothesis import strategies as st
from in_process_store import InProcessStore
from registration_room import NAME, RegistrationRoom, make_registration_room
from structlog.testing import capture_logs

from hongyan.compliance.calendar import WorkingDays
from hongyan.compliance.registration import (
    Inference,
    Network,
    ReasonCode,
    Registration,
    RegistrationEvent,
    RegistrationState,
)
from hongyan.compliance.registration.deadlines import Deadlines
from hongyan.compliance.registration.idleness import WARNED_AFTER, lapse_day, silence_of
from hongyan.compliance.registration.views import RegistrationViews
from hongyan.compliance.registration.watch import Arrivals, RegistrationWatch
from hongyan.kernel.clock import DAY_MS, ManualClock, Millis, beijing
from hongyan.kernel.ids import IdMaker

S, E, R = RegistrationState, RegistrationEvent, ReasonCode


@dataclass
class Messages:
    """What a test says of messages."""

    meanings: dict[Network, Inference] = field(default_factory=dict)
    uses: dict[tuple[str, str], Millis] = field(default_factory=dict)

    async def arrivals(self, row: Registration) -> Arrivals:
        return Arrivals(self.meanings.get(row.network, Inference.NOTHING), {"sent": 9})

    async def last_uses(
        self, signature_ids: Collection[int]
    ) -> Mapping[int, Mapping[tuple[str, str], Millis]]:
        return dict.fromkeys(signature_ids, self.uses)


@pytest.fixture
def messages() -> Messages:
    return Messages()


@pytest.fixture
async def room(store: InProcessStore, clock: ManualClock, ids: IdMaker) -> RegistrationRoom:
    return await make_registration_room(store, clock, ids)


@pytest.fixture
def watch(room: RegistrationRoom, messages: Messages) -> RegistrationWatch:
    return RegistrationWatch(room.clock, room.registrations, views_of(room, messages), messages)


def views_of(room: RegistrationRoom, messages: Messages) -> RegistrationViews:
    deadlines = Deadlines(room.store, room.clock, WorkingDays(), time_out=30)
    return RegistrationViews(room.store, room.clock, room.registrations, deadlines, messages.last_uses)


async def filed(room: RegistrationRoom) -> None:
    await room.approved()
    for row in (await room.of()).values():
        await room.apply(row, E.FILED)


async def test_what_nobody_has_handed_in_is_counted(room: RegistrationRoom, watch: RegistrationWatch) -> None:
    await room.approved()
    await watch.round()
    assert watch.unfiled == 6, "the complimentary signature too"
    await room.apply((await room.of())["mobile"], E.FILED)
    await watch.round()
    assert (watch.unfiled, watch.overdue) == (5, 0)


async def test_silence_within_what_is_usual_says_nothing(
    room: RegistrationRoom, watch: RegistrationWatch, messages: Messages
) -> None:
    await filed(room)
    messages.meanings["unicom"] = Inference.REFUSED
    room.clock.advance(5 * 86_400)
    await watch.round()
    assert {row.inferred for row in (await room.of()).values()} == {Inference.NOTHING}
    assert watch.overdue == 0


async def test_silence_beyond_what_is_usual_is_a_likely_refusal_when_messages_do_not_arrive(
    room: RegistrationRoom, watch: RegistrationWatch, messages: Messages
) -> None:
    await filed(room)
    messages.meanings |= {"unicom": Inference.REFUSED, "mobile": Inference.ACCEPTED}
    room.clock.advance(17 * 86_400)
    await watch.round()
    found = await room.of()
    assert {network: (row.state, row.inferred) for network, row in found.items()} == {
        "mobile": (S.REGISTERING, Inference.ACCEPTED),
        "unicom": (S.REGISTERING, Inference.REFUSED),
        "telecom": (S.REGISTERING, Inference.NOTHING),
    }
    assert found["unicom"].because == {"elapsed": 11, "usual_at_most": 10, "sent": 9}
    assert watch.overdue == 3
    again = watch.inferred
    await watch.round()
    assert watch.inferred == again == 2, "nothing new, nothing told"
    messages.meanings.clear()
    await watch.round()
    assert (await room.of())["unicom"].inferred is Inference.REFUSED, "looked at once an hour"
    room.clock.advance(3_600)
    await watch.round()
    assert {row.inferred for row in (await room.of()).values()} == {Inference.NOTHING}


async def test_a_silence_that_lasts_too_long_is_a_failure_unless_messages_arrive(
    room: RegistrationRoom, watch: RegistrationWatch, messages: Messages
) -> None:
    await filed(room)
    messages.meanings["mobile"] = Inference.ACCEPTED
    room.clock.advance(60 * 86_400)
    await watch.round()
    found = await room.of()
    assert {network: row.state for network, row in found.items()} == {
        "mobile": S.REGISTERING,
        "unicom": S.FAILED,
        "telecom": S.FAILED,
    }
    assert found["unicom"].reason is R.REGISTER_TIMEOUT
    assert (await room.registrations.history(found["unicom"].id))[-1].actor == "platform"


async def test_what_was_not_filed_does_not_time_out(room: RegistrationRoom, watch: RegistrationWatch) -> None:
    await room.approved()
    room.clock.advance(400 * 86_400)
    await watch.round()
    assert {row.state for row in (await room.of()).values()} == {S.REGISTERING}


async def test_six_months_without_a_send_end_it_and_a_start_begins_again(
    room: RegistrationRoom, watch: RegistrationWatch, messages: Messages
) -> None:
    await filed(room)
    for row in (await room.of()).values():
        await room.apply(row, E.ACCEPTED)
    start_ms = room.clock.now_ms()  # 2026-05-29
    messages.uses["mobile", "10690001"] = start_ms + 10 * DAY_MS  # 2026-06-08
    for days, warning in ((10, 0), (129, 0), (130, 120), (160, 150), (180, 170), (193, 170)):
        room.clock.advance((start_ms + days * DAY_MS - room.clock.now_ms()) / 1000)
        await watch.round()
        rows = list((await room.of()).values())
        assert {row.state for row in rows} == {S.AWAITING}, days
        assert {each.warning for each in (await views_of(room, messages).silences(rows)).values()} == {
            warning
        }, days
    silences = {row.network: (await views_of(room, messages).silences([row]))[row.id] for row in rows}
    assert (silences["mobile"].here_days, silences["unicom"].here_days) == (183, 193)
    assert silences["unicom"].lapses_on == date(2026, 12, 9)
    room.clock.advance(86_400)
    await watch.round()
    found = await room.of()
    assert {(row.state, row.reason) for row in found.values()} == {(S.LAPSED, R.NO_SEND_RECORD)}
    assert (await room.registrations.history(found["mobile"].id))[-1].came_back == {"silent_days": 184}
    started = await room.registrations.start(room.tenant.account_id, NAME, actor=KEY)
    assert {row.state for row in started} == {S.REGISTERING}


async def test_each_warning_is_told_once_and_counted(
    room: RegistrationRoom, watch: RegistrationWatch, messages: Messages
) -> None:
    await filed(room)
    for row in (await room.of()).values():
        await room.apply(row, E.ACCEPTED)
    messages.uses["mobile", "10690001"] = room.clock.now_ms()
    told: list[tuple[int, str]] = []
    with capture_logs() as logs:
        for _ in range(185):
            room.clock.advance(86_400)
            await watch.round()
            told += [(each["days"], each["lapses_on"]) for each in logs if "is not sent" in each["event"]]
            logs.clear()
            assert sum(watch.silent.values()) in (0, 3)
    assert told == [(120, "2026-11-30"), (150, "2026-11-30"), (170, "2026-11-30")]
    assert watch.silent == {120: 0, 150: 0, 170: 0}, "it has lapsed"


async def test_a_send_on_one_network_keeps_the_signature_everywhere(
    room: RegistrationRoom, watch: RegistrationWatch, messages: Messages
) -> None:
    await filed(room)
    for row in (await room.of()).values():
        await room.apply(row, E.ACCEPTED)
    room.clock.advance(300 * 86_400)
    messages.uses["mobile", "10690001"] = room.clock.now_ms() - DAY_MS
    await watch.round()
    assert {row.state for row in (await room.of()).values()} == {S.AWAITING}


@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)))
def test_six_months_are_never_less_than_181_days_nor_more_than_185(day: date) -> None:
    at_ms = (day.toordinal() - date(1970, 1, 1).toordinal()) * DAY_MS
    assert beijing(at_ms).date() == day
    assert 181 <= (lapse_day(at_ms) - day).days <= 185


async def test_what_is_not_accepted_is_silent_for_nobody(room: RegistrationRoom) -> None:
    await room.approved()
    row = (await room.of())["mobile"]
    assert silence_of(row, {}, room.clock.now_ms()) is None
    assert WARNED_AFTER == (120, 150, 170)

"""Rules to come: whom they hit is told before their day, and before the operator accepts what a version or a setting changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from compliance_material import APP_RECORD, KEY
from in_process_store import InProcessStore
from registration_room import NAME, RegistrationRoom, make_registration_room
from structlog.testing import capture_logs

from hongyan.compliance import SignSource
from hongyan.compliance.health import Checkup, Health, Usability
from hongyan.compliance.health.editions import Edition, change_days, changed_rows, edition_of, touched
from hongyan.compliance.health.reasons import REASON
from hongyan.compliance.registration import RegistrationEvent
from hongyan.identity import Actor
from hongyan.kernel.clock import BEIJING, ManualClock
from hongyan.kernel.errors import Refused
from hongyan.kernel.ids import IdMaker

OPERATOR = Actor("cli:test")
APP = "杭州测算科技"
"""With an app as its source, which carriers do not take any more from 2026-01-01."""
WITHDRAWN = date(2026, 1, 1)
ALL = ("mobile", "unicom", "telecom", "broadnet")


def at(clock: ManualClock, day: date, hour: int = 12) -> None:
    then = datetime(day.year, day.month, day.day, hour, tzinfo=BEIJING)
    clock.advance((then - datetime.fromtimestamp(clock.now_ms() / 1000, UTC)).total_seconds())


def node(room: RegistrationRoom, networks: tuple[str, ...] = ()) -> Health:
    """As a server that starts has it; with other networks that count, if they are named."""
    compliance = room.tenant.compliance
    made = Health(
        *(room.store, room.clock, compliance.signatures, compliance.health.looking.gathering),
        compliance.health.switching,
    )
    if networks:
        room.registrations.networks = networks  # type: ignore[assignment]
    return made


async def register(room: RegistrationRoom, name: str) -> None:
    for row in (await room.of(name)).values():
        for event in (RegistrationEvent.FILED, RegistrationEvent.ACCEPTED, RegistrationEvent.VERIFIED):
            await room.apply(row, event)


@pytest.fixture
async def room(store: InProcessStore, clock: ManualClock, ids: IdMaker) -> RegistrationRoom:
    """In the year before the app source is withdrawn."""
    at(clock, date(2025, 11, 1))
    made = await make_registration_room(store, clock, ids)
    await made.approved()
    number = (
        await made.tenant.compliance.signatures.get(made.tenant.account_id, NAME)
    ).material.qualification_id
    record = await made.tenant.compliance.app_records.create(made.tenant.account_id, APP_RECORD, actor=KEY)
    await made.tenant.signature(
        APP, number or 0, source=SignSource.APP, app_record_id=record, apply_scene="https://app.example/1"
    )
    await made.tenant.approve_open()
    for name in (NAME, APP):
        await register(made, name)
    return made


async def usability(health: Health, room: RegistrationRoom, name: str) -> Usability:
    return (await health.checkup(room.tenant.account_id, name)).usability


def held(found: Checkup) -> dict[str, int]:
    """Reason -> since when."""
    return {each.ailment.reason.id: each.since_ms for each in found.held}


async def told(health: Health) -> dict[str, list[tuple[str, date | None]]]:
    """By signature: (reason, day)."""
    return {
        called.name: [(each.reason.id, each.day) for each in coming]
        async for called, coming in health.ahead()
    }


async def test_a_source_that_is_withdrawn_is_told_before_its_day_and_hits_on_it(
    room: RegistrationRoom,
) -> None:
    health = node(room)
    await health.look()
    assert await told(health) == {}, "two months before"

    at(room.clock, WITHDRAWN - timedelta(20), hour=3)
    with capture_logs() as logs:
        await health.look()
    assert await told(health) == {APP: [("source_not_supported", WITHDRAWN)]}
    assert health.counts_ahead == {("2026-01-01", "source_not_supported"): 1}
    (warning,) = [each for each in logs if "rules to come" in each["event"]]
    assert (warning["day"], warning["signatures"], warning["log_level"]) == ("2026-01-01", 1, "warning")
    found = await health.checkup(room.tenant.account_id, APP)
    assert [(each.reason.id, each.day) for each in found.coming] == [("source_not_supported", WITHDRAWN)]
    assert "source_not_supported" not in held(found)

    at(room.clock, WITHDRAWN - timedelta(1), hour=23)
    await health.look()
    assert "source_not_supported" not in held(await health.checkup(room.tenant.account_id, APP))
    at(room.clock, WITHDRAWN, hour=0)
    midnight_ms = room.clock.now_ms()
    await health.look()
    room.clock.advance(60)
    found = await health.checkup(room.tenant.account_id, APP)
    assert found.usability is Usability.ABNORMAL
    assert held(found)["source_not_supported"] == midnight_ms
    assert "source_not_supported" not in held(await health.checkup(room.tenant.account_id, NAME))
    assert (await told(health), health.counts_ahead) == ({}, {})
    assert health.counts["source_not_supported"] == 1


async def test_what_a_setting_changes_waits_until_it_was_looked_at_and_accepted(
    room: RegistrationRoom,
) -> None:
    before = node(room)
    await before.look()
    account = room.tenant.account_id
    after = node(room, ALL)
    with capture_logs() as logs:
        await after.look()
    (warning,) = [each for each in logs if "the rules have changed" in each["event"]]
    assert (warning["changed"], warning["signatures"]) == (["networks"], 2)
    assert await usability(after, room, NAME) is Usability.AVAILABLE
    found = await after.checkup(account, NAME)
    assert [(each.reason.id, each.day) for each in found.coming] == [("registration_incomplete", None)]
    assert set(await told(after)) == {NAME, APP}
    await after.count()
    assert after.counts["registration_incomplete"] == 1, "the complimentary one is registered nowhere"

    again = node(room)
    await again.look()
    at(room.clock, date(2025, 11, 3))
    await again.look()
    assert await usability(again, room, NAME) is Usability.AVAILABLE, "not after a restart, nor a night later"

    waiting = await again.switching.waiting()
    assert waiting is not None
    assert (waiting.changed, waiting.signatures) == (("networks",), 2)
    with pytest.raises(Refused) as refused:
        await again.switching.accept("another", OPERATOR)
    assert refused.value.code == "health.other_edition"
    accepted = await again.switching.accept(waiting.number, OPERATOR)
    assert accepted.signatures == 2
    at_ms = room.clock.now_ms()
    await again.look()
    room.clock.advance(60)
    (held,) = (await again.checkup(account, NAME)).held
    assert (held.ailment.reason.id, held.since_ms) == ("registration_incomplete", at_ms)
    assert (await told(again), again.counts["registration_incomplete"]) == ({}, 3)
    with pytest.raises(Refused) as refused:
        await again.switching.accept(waiting.number, OPERATOR)
    assert refused.value.code == "health.nothing_waits"
    events = await room.identity.audit_events((await room.identity.root_account()).id)
    assert [each.actor for each in events if each.action == "compliance.accept_health_rules"] == ["cli:test"]


async def test_what_happens_meanwhile_is_noticed_and_what_is_cured_waits_no_longer(
    room: RegistrationRoom,
) -> None:
    await node(room).look()
    health = node(room, ALL)
    await health.look()
    row = (await room.of())["unicom"]
    await room.apply(row, RegistrationEvent.CAMPAIGN)
    await health.look()
    found = await health.checkup(room.tenant.account_id, NAME)
    assert [each.ailment.reason.id for each in found.held] == ["carrier_check_failed"], "the other one waits"

    started = await room.registrations.start(
        room.tenant.account_id, APP, networks=("broadnet",), actor=OPERATOR
    )
    for event in (RegistrationEvent.FILED, RegistrationEvent.ACCEPTED):
        await room.apply(started[0], event)
    await health.look()
    assert APP not in await told(health)


async def test_a_setting_that_is_taken_back_waits_no_longer_unless_another_node_has_it(
    room: RegistrationRoom,
) -> None:
    await node(room).look()
    with_it = node(room, ALL)
    await with_it.look()
    without = node(room, ALL[:3])
    await without.look()
    assert await without.switching.waiting() is None
    assert await told(without) == {}

    room.registrations.networks = ALL
    await with_it.look()
    waiting = await with_it.switching.waiting()
    assert waiting is not None
    assert waiting.number == with_it.edition.number
    assert set(await told(with_it)) == {NAME, APP}
    await without.look()
    assert await without.switching.waiting() == waiting


async def test_a_change_that_hits_nobody_is_in_force_at_once(
    room: RegistrationRoom, store: InProcessStore
) -> None:
    first = node(room)
    await first.look()
    edition = first.edition
    older = Edition({**edition.rows, "program": "0.0.1", "rule signature.gone": "x"})
    await first.switching.begin(older)
    second = node(room)
    await second.look()
    assert await second.switching.waiting() is None
    in_force = await second.switching.in_force()
    assert in_force is not None
    assert in_force.number == edition.number
    assert second._round_of is not None, "everything was looked at again"


async def test_another_node_waits_until_it_is_known_what_the_rules_do(room: RegistrationRoom) -> None:
    await node(room).look()
    one, other = node(room, ALL), node(room)
    assert await one._turn.take()
    await other.look()
    assert not other._settled
    assert await other.switching.waiting() is None
    await one.look()
    room.clock.advance(31)
    await other.look()
    assert other._settled


def test_an_edition_tells_what_changed_and_whom_it_can_touch() -> None:
    one = edition_of(("mobile", "unicom", "telecom"))
    assert edition_of(("mobile", "unicom", "telecom")).number == one.number
    other = Edition({**edition_of(ALL).rows, "reason new": "abnormal nightly"})
    assert changed_rows(one, other) == ("networks", "reason new")
    assert touched(["words neutral", "rule signature.source_app"]) == {
        "name_mismatch",
        "source_not_supported",
    }
    assert touched(["rule that.is_gone"]) == set()
    assert touched(one.rows) <= REASON.keys()


def test_days_of_change_are_those_on_which_a_rule_begins_or_ends() -> None:
    assert change_days(WITHDRAWN - timedelta(1), WITHDRAWN) == (WITHDRAWN,)
    assert change_days(WITHDRAWN, WITHDRAWN + timedelta(1)) == ()
    assert change_days(date(2024, 1, 1), date(2027, 1, 1)) == (date(2025, 3, 1), WITHDRAWN)

"""Many registrations begin wave by wave, those with most traffic first, and stop when somebody says so."""

from __future__ import annotations

import msgspec
import pytest
from filing_room import LIAISON
from hypothesis import given
from hypothesis import strategies as st
from in_process_store import InProcessStore
from registration_room import ONE, RegistrationRoom, make_registration_room

from hongyan.compliance import SignatureMaterial, SignSource, SignType
from hongyan.compliance.extension_codes import CodeFilter, CodeSource
from hongyan.compliance.model import Tag
from hongyan.compliance.registration import (
    ReasonCode,
    RegistrationEvent,
    RegistrationFilter,
    RegistrationState,
    Told,
)
from hongyan.compliance.registration.waves import Candidate, ItemState, PlanEvent, PlanState, Waves
from hongyan.compliance.registration.waves.desk import TRAFFIC_DAYS
from hongyan.compliance.registration.waves.facts import unplanned_facts
from hongyan.compliance.registration.waves.model import in_waves
from hongyan.compliance.registration.waves.states import PLAN
from hongyan.identity import commit_change
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Refused, Throttled
from hongyan.kernel.ids import IdMaker
from hongyan.kernel.states import IllegalTransition

NAMES = ("杭州测算", "杭州测算科技", "测算科技")
NETWORKS = ("mobile", "unicom")


@pytest.fixture
async def room(store: InProcessStore, clock: ManualClock, ids: IdMaker) -> RegistrationRoom:
    """Signatures that were approved before there was a channel: nothing of them began."""
    made = await make_registration_room(store, clock, ids, channels=(), networks=NETWORKS, digits=4)
    qualification = (await made.tenant.qualification()).object_id
    await made.tenant.approve_open()
    for name in NAMES:
        await made.tenant.signature(name, qualification)
    await made.tenant.approve_open()
    made.channels.append(ONE)
    return made


def new_waves(room: RegistrationRoom, store: InProcessStore) -> Waves:
    return Waves(store, room.clock, room.registrations, room.identity)


@pytest.fixture
def waves(room: RegistrationRoom, store: InProcessStore) -> Waves:
    return new_waves(room, store)


async def sent(room: RegistrationRoom, store: InProcessStore, name: str, count: int) -> None:
    hour = room.clock.now_ms() // 3_600_000 - 24
    view = await room.tenant.compliance.signatures.get(room.tenant.account_id, name)
    row = [hour, view.standing.id, "mobile", "10690001", 0, "sent", "", count]
    await commit_change(store, [("compliance.add_evidence", (msgspec.json.encode([row]).decode(),), None)])


async def begun(room: RegistrationRoom) -> list[str]:
    wanted = RegistrationFilter(state=RegistrationState.REGISTERING)
    return [f"{row.sign_name} {row.network}" async for row in room.registrations.all(wanted)]


async def planned(waves: Waves, size: int = 2, days: int = 7) -> int:
    items = (await waves.draft(NETWORKS, size)).items
    return (await waves.plan(items, size, days, LIAISON)).id


async def rounds(waves: Waves, count: int = 10) -> None:
    for _ in range(count):
        await waves.carry_on()


async def test_signatures_with_most_traffic_come_first_and_are_not_torn_apart(
    room: RegistrationRoom, waves: Waves, store: InProcessStore
) -> None:
    await sent(room, store, "测算科技", 500)
    await sent(room, store, "杭州测算", 90)
    drafted = (await waves.draft(NETWORKS, 3)).items
    names = [(each.wave, each.candidate.sign_name, each.candidate.network) for each in drafted]
    assert names[:4] == [
        (1, "测算科技", "mobile"),
        (1, "测算科技", "unicom"),
        (2, "杭州测算", "mobile"),
        (2, "杭州测算", "unicom"),
    ]
    assert drafted[0].candidate.traffic == 500
    assert TRAFFIC_DAYS == 30


async def test_drafting_changes_nothing(room: RegistrationRoom, waves: Waves) -> None:
    await waves.draft(NETWORKS, 2)
    assert await waves.plans() == []
    assert await begun(room) == []


async def test_a_wave_begins_when_the_one_before_is_answered(room: RegistrationRoom, waves: Waves) -> None:
    plan_id = await planned(waves)
    await rounds(waves)
    assert await begun(room) == []
    await waves.move(plan_id, PlanEvent.START, LIAISON)
    await rounds(waves)
    first = await begun(room)
    assert len(first) == 2
    async for row in room.registrations.all(RegistrationFilter(state=RegistrationState.REGISTERING)):
        await room.apply(row, RegistrationEvent.FILED)
        await room.apply(row, RegistrationEvent.ACCEPTED)
    await rounds(waves)
    second = await begun(room)
    assert len(second) == 2
    assert not set(first) & set(second)


async def test_a_wave_does_not_wait_for_ever(room: RegistrationRoom, waves: Waves) -> None:
    plan_id = await planned(waves, days=7)
    await waves.move(plan_id, PlanEvent.START, LIAISON)
    await rounds(waves)
    assert len(await begun(room)) == 2
    for _ in range(6):
        room.clock.advance(7 * 86_400)
        await rounds(waves)
    assert (await waves.get(plan_id)).state is PlanState.DONE
    items = await waves.items(plan_id)
    assert {each.state for each in items} == {ItemState.STARTED}
    assert len(await begun(room)) == len(items) == 8  # the complimentary signature too


async def test_a_paused_plan_stands_still_and_goes_on(
    room: RegistrationRoom, waves: Waves, store: InProcessStore
) -> None:
    plan_id = await planned(waves)
    await waves.move(plan_id, PlanEvent.START, LIAISON)
    await rounds(waves)
    await waves.move(plan_id, PlanEvent.PAUSE, LIAISON)
    room.clock.advance(30 * 86_400)
    await rounds(waves)
    assert len(await begun(room)) == 2
    again = new_waves(room, store)  # after a restart
    await again.move(plan_id, PlanEvent.RESUME, LIAISON)
    await rounds(again)
    assert len(await begun(room)) == 4


async def test_a_number_that_a_signature_has_no_more_is_not_planned(
    room: RegistrationRoom, waves: Waves
) -> None:
    """Its code was taken back, and another one is registered: what lapsed under the old number can never begin."""
    account_id, name = room.tenant.account_id, NAMES[0]
    await room.registrations.start(account_id, name, actor=LIAISON)
    codes = room.tenant.compliance.extension_codes
    _, (old, *_) = await codes.page(CodeFilter(account_id=account_id, sign_name=name), limit=10)
    await codes.release(account_id, name, old.code, by=CodeSource.PLATFORM, actor=LIAISON)
    await room.registrations.start(account_id, name, actor=LIAISON)
    states = {row.state for row in await room.registrations.matrix(account_id, name)}
    assert states == {RegistrationState.LAPSED, RegistrationState.REGISTERING}
    assert name not in {each.candidate.sign_name for each in (await waves.draft(NETWORKS, 100)).items}


async def test_what_no_carrier_would_take_is_left_out_and_named(room: RegistrationRoom, waves: Waves) -> None:
    """Nothing could begin of it: it has no qualification. Neither where nothing began, nor what lapsed."""
    account_id = room.tenant.account_id
    bare = SignatureMaterial(
        SignType.GENERAL, SignSource.ENTERPRISE, third_party=False, qualification_id=None
    )
    signatures = room.tenant.compliance.signatures
    _, given = signatures.given_steps(account_id, "平台", bare, LIAISON, Tag.TENANT)
    await commit_change(room.store, given)
    drafted = await waves.draft(NETWORKS, 100)
    assert "平台" not in {each.candidate.sign_name for each in drafted.items}
    assert len(drafted.items) == 8
    assert [(each.account_id, each.sign_name, each.reason) for each in drafted.left_out] == [
        (account_id, "平台", ReasonCode.UNBINDING_QUA)
    ]
    (facts,) = map(unplanned_facts, drafted.left_out)
    assert facts["words"]["zh"] == "签名未关联资质"
    assert facts["advice"]["zh"].startswith("请编辑签名并绑定")
    (place,) = await room.registrations.places(account_id, "平台")
    row = await room.registrations.import_filing(
        *(account_id, "平台", "mobile", place.sender),
        actor=LIAISON,
        told=Told(at_ms=5, registrar="migration"),
    )
    assert (await room.apply(row, RegistrationEvent.CAMPAIGN)).state is RegistrationState.LAPSED
    assert await waves.draft(NETWORKS, 100) == drafted


async def test_what_somebody_has_begun_meanwhile_is_skipped(room: RegistrationRoom, waves: Waves) -> None:
    plan_id = await planned(waves, size=100)
    await room.registrations.start(room.tenant.account_id, NAMES[0], actor=LIAISON)
    room.clock.advance(60)
    await waves.move(plan_id, PlanEvent.START, LIAISON)
    await rounds(waves)
    skipped = [each for each in await waves.items(plan_id) if each.state is ItemState.SKIPPED]
    assert {(each.candidate.sign_name, each.why) for each in skipped} == {(NAMES[0], "registration.running")}


async def test_what_began_before_a_crash_counts_as_begun(room: RegistrationRoom, waves: Waves) -> None:
    plan_id = await planned(waves, size=100)
    await waves.move(plan_id, PlanEvent.START, LIAISON)
    await waves.carry_on()  # the wave has begun, nothing of it yet
    await room.registrations.start(room.tenant.account_id, NAMES[0], actor=LIAISON)
    await rounds(waves)
    assert {each.state for each in await waves.items(plan_id)} == {ItemState.STARTED}


async def test_a_store_that_is_full_skips_nothing(
    room: RegistrationRoom, waves: Waves, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_id = await planned(waves)
    await waves.move(plan_id, PlanEvent.START, LIAISON)
    await waves.carry_on()

    async def full(*_words: object, **_more: object) -> None:
        raise Throttled("throttled", en="full", zh="满")

    with monkeypatch.context() as while_full:
        while_full.setattr(room.registrations, "start", full)
        with pytest.raises(Throttled):
            await waves.carry_on()
    assert {each.state for each in await waves.items(plan_id)} == {ItemState.WAITING}
    await rounds(waves)
    assert len(await begun(room)) == 2


async def test_without_anything_to_register_there_is_no_plan(room: RegistrationRoom, waves: Waves) -> None:
    room.channels.clear()
    with pytest.raises(Refused) as caught:
        await planned(waves)
    assert caught.value.code == "registration.nothing_to_plan"


async def test_who_planned_started_and_paused_is_in_the_audit_trail(
    room: RegistrationRoom, waves: Waves
) -> None:
    plan_id = await planned(waves)
    for event in (PlanEvent.START, PlanEvent.PAUSE, PlanEvent.RESUME):
        await waves.move(plan_id, event, LIAISON)
    root = await room.identity.root_account()
    done = [each for each in await room.identity.audit_events(root.id) if each.object == str(plan_id)]
    assert [each.action for each in reversed(done)] == [
        "compliance.plan_waves",
        "compliance.start_waves",
        "compliance.pause_waves",
        "compliance.resume_waves",
    ]
    assert {each.actor for each in done} == {LIAISON.name}
    assert done[-1].facts == {"items": 8, "waves": 4}


@pytest.mark.parametrize(("size", "days"), [(0, 1), (1, 0), (5_001, 1), (1, 367), (10**30, 1)])
async def test_a_pace_that_is_none_is_refused(waves: Waves, size: int, days: int) -> None:
    with pytest.raises(Refused) as caught:
        await waves.plan((await waves.draft(NETWORKS, 2)).items, size, days, LIAISON)
    assert caught.value.code == "registration.wave_size"


@pytest.mark.parametrize("state", list(PlanState))
@pytest.mark.parametrize("event", list(PlanEvent))
async def test_plans_move_by_their_table(state: PlanState, event: PlanEvent) -> None:
    if PLAN.allows(state, event):
        assert PLAN.after(state, event) in PlanState
    else:
        with pytest.raises(IllegalTransition):
            PLAN.after(state, event)


@given(
    st.lists(st.tuples(st.integers(1, 20), st.sampled_from(NETWORKS), st.integers(0, 999)), max_size=60),
    st.integers(1, 30),
)
def test_waves_hold_everything_once_and_are_as_large_as_they_may_be(
    rows: list[tuple[int, str, int]], size: int
) -> None:
    candidates = [
        Candidate(1, number, f"n{number}", "mobile", place) for place, (number, _, _) in enumerate(rows)
    ]
    items = in_waves(candidates, size)
    assert [each.position for each in items] == list(range(len(candidates)))
    assert {each.candidate for each in items} == set(candidates)
    for wave in {each.wave for each in items}:
        inside = [each.candidate.signature_id for each in items if each.wave == wave]
        assert len(inside) <= size or len(set(inside)) == 1
    for number in {each.candidate.signature_id for each in items}:
        assert len({each.wave for each in items if each.candidate.signature_id == number}) == 1

"""Six months of silence, and the few messages that keep a registration from lapsing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

import pytest
from compliance_material import KEY, LI
from in_process_store import InProcessStore
from keep_alive_room import NETWORKS, PRICE, Server, arrangement, make_server
from registration_room import NAME

from hongyan.compliance.registration import ReasonCode, RegistrationEvent, RegistrationState
from hongyan.compliance.registration.evidence.trials import Trial
from hongyan.compliance.registration.keeping import KeepEvent, KeepState, Outcome, Why
from hongyan.kernel.clock import ManualClock, beijing
from hongyan.kernel.errors import Refused, Throttled
from hongyan.kernel.ids import IdMaker
from hongyan.kernel.states import IllegalTransition

S, E, R = RegistrationState, RegistrationEvent, ReasonCode
MOBILE, UNICOM, TELECOM = "13800138000", "13012345678", "13312345678"


@pytest.fixture
async def server(store: InProcessStore, clock: ManualClock, ids: IdMaker) -> Server:
    return await make_server(store, clock, ids)


async def test_six_months_of_silence_are_warned_of_and_kept_off_by_three_messages(server: Server) -> None:
    await server.keep.arrange(await arrangement(server, MOBILE, UNICOM, TELECOM), LI)
    warnings = []
    for _ in range(15):
        await server.later(10)
        warnings.append(await server.warning())
    assert warnings == [*([0] * 11), 120, 120, 120, 150]
    drafts = await server.keep.draft()
    assert [(each.registration.network, each.number, each.price, each.why) for each in drafts] == [
        ("mobile", f"86{MOBILE}", PRICE, None),
        ("unicom", f"86{UNICOM}", PRICE, None),
        ("telecom", f"86{TELECOM}", PRICE, None),
    ]
    assert not server.sent, "a draft sends nothing"
    (plan,) = await server.keep.start(drafts, LI)
    assert (plan.items, plan.waiting) == (3, 3)
    assert {each.why for each in await server.keep.draft()} == {Why.PLANNED}
    await server.later(1)
    assert {trial.number for trial in server.sent} == {f"86{MOBILE}", f"86{UNICOM}", f"86{TELECOM}"}
    assert {view.outcome for view in await server.keep.book.items(plan.id)} == {Outcome.KEPT}
    assert (await server.keep.book.plan(plan.id)).state is KeepState.DONE
    assert await server.warning() == 0
    for _ in range(17):
        await server.later(10)
    assert await server.states() == {S.SUCCESS}, "eleven months after it was sent by its tenant"


async def test_without_a_message_it_lapses_and_is_registered_again_by_hand(server: Server) -> None:
    account_id = server.room.tenant.account_id
    for _ in range(17):
        await server.later(10)
    assert await server.warning() == 170
    (ending,) = [
        each
        for each in (await server.room.tenant.compliance.health.checkup(account_id, NAME)).ends
        if each.row.id == "lapse"
    ]
    assert (ending.day, ending.days) == (date(2026, 11, 30), 14)
    assert server.watch.silent[170] == 3
    await server.later(14)
    assert await server.states() == {S.SUCCESS}
    await server.later(1)
    assert await server.states() == {S.LAPSED}
    assert {row.reason for row in (await server.room.of()).values()} == {R.NO_SEND_RECORD}
    assert await server.keep.draft() == [], "what has lapsed cannot be kept"
    await server.room.registrations.start(account_id, NAME, actor=KEY)
    assert await server.states() == {S.REGISTERING}


async def test_whom_nothing_can_be_sent_to_is_told_line_by_line(server: Server) -> None:
    await server.later(160)
    assert {each.why for each in await server.keep.draft()} == {Why.UNARRANGED}
    only_mobile = await server.keep.checked(await arrangement(server, MOBILE))
    drafts = await server.keep.draft(instead=only_mobile)
    assert {each.registration.network: each.why for each in drafts} == {
        "mobile": None,
        "unicom": Why.NO_PHONE,
        "telecom": Why.NO_PHONE,
    }
    unfit = await server.keep.draft(instead=replace(only_mobile, template_code="SMS_0"))
    assert {(each.why, each.refused) for each in unfit} == {(Why.UNFIT, "registration.trial_template")}
    server.room.channels.clear()
    assert {each.why for each in await server.keep.draft(instead=only_mobile)} == {Why.NO_CHANNEL}
    with pytest.raises(Refused) as nothing:
        await server.keep.start(await server.keep.draft(instead=only_mobile), LI)
    assert nothing.value.code == "registration.nothing_to_keep"


async def test_the_operators_phones_come_in_only_when_asked_for_and_where_the_tenant_has_none(
    server: Server,
) -> None:
    server = Server(server.room, canaries=("13900000009", UNICOM))
    await server.later(160)
    own = await server.keep.checked(await arrangement(server, MOBILE))
    for canary, numbers in ((False, {f"86{MOBILE}"}), (True, {f"86{MOBILE}", f"86{UNICOM}"})):
        drafts = await server.keep.draft(instead=own, canary=canary)
        assert {each.number for each in drafts if each.why is None} == numbers


async def test_messages_to_a_phone_are_spread_over_working_hours_and_days(server: Server) -> None:
    for name in ("杭州甲", "杭州乙", "杭州丙"):
        await server.room.approved(name)
        for row in await server.room.registrations.matrix(server.room.tenant.account_id, name):
            await server.room.apply(row, E.FILED)
            await server.room.apply(row, E.ACCEPTED)
    await server.later(160)
    own = await server.keep.checked(await arrangement(server, MOBILE))
    drafts = await server.keep.draft(instead=own, a_day=2)
    times = [beijing(each.due_ms) for each in drafts if each.due_ms is not None]
    assert len(times) == 4
    assert [(time - times[0]).total_seconds() / 3600 for time in sorted(times)][-1] >= 24
    assert {time.hour for time in times} == {9, 13}
    await server.keep.start(drafts, LI)
    later = await server.keep.draft(instead=own, a_day=2)
    assert {each.why for each in later if each.registration.network == "mobile"} == {Why.PLANNED}


async def test_what_was_used_meanwhile_or_is_over_costs_nothing(server: Server) -> None:
    await server.later(160)
    own = await server.keep.checked(await arrangement(server, MOBILE, UNICOM, TELECOM))
    (plan,) = await server.keep.start(await server.keep.draft(instead=own), LI)
    rows = await server.room.of()
    await server.room.apply(rows["telecom"], E.CAMPAIGN)
    server.arrive(rows["mobile"].signature_id, "mobile")
    await server.later(hours=0.01)
    await server.later(1)
    assert [trial.network for trial in server.sent] == ["unicom"]
    found = {
        each.item.network: (each.outcome, each.item.why) for each in await server.keep.book.items(plan.id)
    }
    assert found == {
        "mobile": (Outcome.SKIPPED, Why.USED.value),
        "unicom": (Outcome.KEPT, ""),
        "telecom": (Outcome.SKIPPED, Why.OVER.value),
    }


async def test_a_plan_is_paused_resumed_and_cancelled(server: Server) -> None:
    await server.later(160)
    own = await server.keep.checked(await arrangement(server, MOBILE, UNICOM))
    (plan,) = await server.keep.start(await server.keep.draft(instead=own), LI)
    await server.keep.move(plan.id, KeepEvent.PAUSE, LI)
    await server.later(2)
    assert not server.sent
    await server.keep.move(plan.id, KeepEvent.RESUME, LI)
    await server.round()
    assert len(server.sent) == 2
    with pytest.raises(IllegalTransition):
        await server.keep.move(plan.id, KeepEvent.PAUSE, LI)
    await server.later(160)
    (plan,) = await server.keep.start(await server.keep.draft(instead=own), LI)
    await server.keep.move(plan.id, KeepEvent.CANCEL, LI)
    await server.later(2)
    assert len(server.sent) == 2
    assert {view.outcome for view in await server.keep.book.items(plan.id)} == {Outcome.CANCELLED}
    with pytest.raises(Refused) as unknown:
        await server.keep.move(99, KeepEvent.CANCEL, LI)
    assert unknown.value.code == "registration.keep_plan_unknown"


async def test_a_refused_message_says_why_and_the_next_plan_tries_again(server: Server) -> None:
    await server.later(160)
    own = await server.keep.checked(await arrangement(server, MOBILE))
    (plan,) = await server.keep.start(await server.keep.draft(instead=own), LI)
    server.refuse = "account.frozen"
    await server.later(1)
    (view,) = await server.keep.book.items(plan.id)
    assert (view.outcome, view.refusal) == (Outcome.REFUSED, "account.frozen")
    drafts = await server.keep.draft(instead=own)
    assert [each.why for each in drafts if each.registration.network == "mobile"] == [None]


async def test_what_cannot_be_stored_now_is_sent_in_the_next_round_and_by_one_node(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    await server.later(160)
    own = await server.keep.checked(await arrangement(server, MOBILE))
    (plan,) = await server.keep.start(await server.keep.draft(instead=own), LI)
    server.room.clock.advance(86_400)

    async def full(*_arguments: object, **_options: object) -> list[Trial]:
        raise Throttled("storage.full", en="full", zh="满")

    with monkeypatch.context() as patched:
        patched.setattr(server.trials, "ask", full)
        with pytest.raises(Throttled):
            await server.keep.carry_on()
    (view,) = await server.keep.book.items(plan.id)
    assert view.outcome is Outcome.WAITING
    second = Server(server.room)
    await asyncio.gather(server.keep.carry_on(), second.keep.carry_on())
    assert await server.trials.send_due() + await second.trials.send_due() == 1


async def test_automatic_it_is_planned_each_morning_and_never_lapses(server: Server) -> None:
    """Off by default; a signature's own arrangement goes before its tenant's."""
    tenants = await arrangement(server, MOBILE, UNICOM, TELECOM)
    await server.keep.arrange(tenants, LI)
    await server.later(151)
    assert not server.sent
    await server.keep.arrange(await arrangement(server, MOBILE, UNICOM, TELECOM, automatic=True), LI)
    await server.later(hours=3)  # to ten o'clock
    await server.later(1)
    assert sorted(trial.network for trial in server.sent) == sorted(NETWORKS)
    assert {trial.asked_by for trial in server.sent} == {"keep-alive:1"}
    for _ in range(400):
        await server.later(1)
    assert await server.states() == {S.SUCCESS}
    assert len(server.sent) == 3 * 3
    own = await arrangement(server, MOBILE, sign_name=NAME)
    await server.keep.arrange(own, LI)
    for _ in range(60):
        await server.later(1)
    assert len(server.sent) == 9, "its own arrangement is not automatic"
    assert [each.sign_name for each in await server.keep.book.arrangements()] == ["", NAME]
    await server.keep.forget(tenants.account_id, NAME, LI)
    await server.later(1.5)
    await server.later(1)
    assert len(server.sent) == 12


@pytest.mark.parametrize(
    ("phones", "others", "code"),
    [
        ((), {}, "registration.keep_phones"),
        (("0085291234567",), {}, "registration.trial_phone"),
        (("12",), {}, "number.malformed"),
        ((MOBILE,), {"after_days": 0}, "registration.keep_after"),
        ((MOBILE,), {"after_days": 181}, "registration.keep_after"),
    ],
)
async def test_what_cannot_be_arranged_is_refused(
    server: Server, phones: tuple[str, ...], others: dict[str, object], code: str
) -> None:
    with pytest.raises(Refused) as caught:
        await server.keep.arrange(await arrangement(server, *phones, **others), LI)
    assert caught.value.code == code


@pytest.mark.parametrize("days", [-5, 0, 181])
async def test_a_draft_is_of_so_many_days_as_can_be_arranged(server: Server, days: int) -> None:
    with pytest.raises(Refused) as caught:
        await server.keep.draft(after_days=days)
    assert caught.value.code == "registration.keep_after"

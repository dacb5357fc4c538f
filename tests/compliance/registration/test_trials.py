"""Test sends: who may get how many, when they go, and that each goes once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from compliance_material import LI
from in_process_store import InProcessStore

from hongyan.compliance.model import Signature, Template, TemplateType
from hongyan.compliance.registration.evidence.states import TRIAL, TrialEvent, TrialState
from hongyan.compliance.registration.evidence.trials import (
    LONGEST_MS,
    MOST_AT_ONCE,
    MOST_OF_A_SIGNATURE,
    MOST_TO_A_NUMBER,
    Trial,
    Trials,
    TrialWish,
)
from hongyan.kernel.clock import DAY_MS, ManualClock
from hongyan.kernel.errors import Refused
from hongyan.kernel.ids import IdMaker
from hongyan.kernel.numbers import parse_number
from hongyan.kernel.states import IllegalTransition

NAME, ACCOUNT = "杭州测算", 7
MOBILE, UNICOM = "13800138000", "13012345678"
HOUR_MS = 3_600_000


@dataclass
class World:
    store: InProcessStore
    clock: ManualClock
    ids: IdMaker
    sent: list[Trial] = field(default_factory=list)
    refuse: str = ""
    usable: bool = True
    category: TemplateType = TemplateType.CODE
    variables: tuple[str, ...] = ("code",)
    canaries: tuple[str, ...] = ()

    def trials(self) -> Trials:
        return Trials(
            self.store,
            self.clock,
            self.ids,
            signature=self.signature,
            template=self.template,
            network_of=self.network_of,
            send=self.send,
            canaries=self.canaries,
        )

    async def signature(self, account_id: int, name: str) -> Signature | None:
        return Signature(11, account_id, name, self.usable, 1) if name == NAME else None

    async def template(self, account_id: int, code: str) -> Template | None:
        if code != "SMS_1":
            return None
        return Template(1, account_id, code, self.category, True, ("a", "code", "b"), self.variables, {})

    async def network_of(self, written: str) -> tuple[str, str | None]:
        number = parse_number(written)
        return number.e164, number.carrier

    async def send(self, trial: Trial) -> int:
        if self.refuse:
            raise Refused(self.refuse, en="no", zh="否")
        self.sent.append(trial)
        return 1_000 + len(self.sent)

    async def ask(self, *phones: str, canary: bool = False, **others: Any) -> list[Trial]:
        params: Mapping[str, str] = others.pop("params", {})
        wish = TrialWish(
            account_id=ACCOUNT,
            sign_name=others.pop("sign_name", NAME),
            template_code=others.pop("template_code", "SMS_1"),
            phones=phones,
            params=params,
            **others,
        )
        return await self.trials().ask(wish, canary=canary, actor=LI)


@pytest.fixture
def world(store: InProcessStore, clock: ManualClock, ids: IdMaker) -> World:
    return World(store, clock, ids)


async def code_of(asked: Any) -> str:
    with pytest.raises(Refused) as caught:
        await asked
    return caught.value.code


async def test_they_go_when_they_are_due_each_once(world: World) -> None:
    asked = await world.ask(MOBILE, UNICOM, times=2, every_ms=HOUR_MS)
    assert [(trial.network, trial.due_ms - world.clock.now_ms()) for trial in asked] == [
        ("mobile", 0),
        ("unicom", 0),
        ("mobile", HOUR_MS),
        ("unicom", HOUR_MS),
    ]
    assert await world.trials().send_due() == 2
    assert await world.trials().send_due() == 0
    world.clock.advance(3_600)
    assert await world.trials().send_due() == 2
    assert [trial.number for trial in world.sent] == ["8613800138000", "8613012345678"] * 2
    assert {trial.params["code"] for trial in world.sent} == {"123456"}
    found = await world.trials().page(ACCOUNT)
    assert {(trial.state, trial.message_id is None) for trial in found} == {(TrialState.SENT, False)}


async def test_a_refused_one_keeps_the_reason_and_is_not_tried_again(world: World) -> None:
    await world.ask(MOBILE)
    world.refuse = "signature.capped"
    assert await world.trials().send_due() == 0
    world.refuse = ""
    assert await world.trials().send_due() == 0
    (trial,) = await world.trials().page(ACCOUNT)
    assert (trial.state, trial.refusal, trial.message_id) == (TrialState.REFUSED, "signature.capped", None)


async def test_a_crash_while_one_is_sent_sends_it_no_second_time(world: World) -> None:
    await world.ask(MOBILE)

    async def crash(_trial: Trial) -> int:
        raise KeyboardInterrupt

    trials = world.trials()
    trials._send = crash
    with pytest.raises(KeyboardInterrupt):
        await trials.send_due()
    assert await world.trials().send_due() == 0
    (trial,) = await world.trials().page(ACCOUNT)
    assert (trial.state, trial.message_id) == (TrialState.SENT, None)


async def test_a_number_gets_few(world: World) -> None:
    await world.ask(MOBILE, times=MOST_TO_A_NUMBER)
    assert await code_of(world.ask(MOBILE)) == "registration.trial_number_full"
    await world.ask(UNICOM)
    world.clock.advance(DAY_MS / 1000 + 1)
    assert await world.ask(MOBILE)


async def test_canary_phones_come_along_when_asked_for(world: World) -> None:
    world.canaries = (UNICOM,)
    assert [trial.network for trial in await world.ask(MOBILE)] == ["mobile"]
    assert [trial.network for trial in await world.ask(MOBILE, canary=True)] == ["mobile", "unicom"]


@pytest.mark.parametrize(
    ("phones", "others", "code"),
    [
        ((), {}, "registration.trial_no_phone"),
        (("85291234567",), {}, "registration.trial_phone"),
        (("12",), {}, "number.malformed"),
        ((MOBILE,), {"times": MOST_AT_ONCE + 1}, "registration.trial_too_many"),
        ((MOBILE,), {"times": 0}, "registration.trial_too_many"),
        ((MOBILE,), {"every_ms": -1}, "registration.trial_pace"),
        ((MOBILE,), {"times": 2, "every_ms": LONGEST_MS + 1}, "registration.trial_pace"),
        ((MOBILE,), {"times": 3, "every_ms": LONGEST_MS}, "registration.trial_pace"),
        ((MOBILE,), {"every_ms": 2**63}, "registration.trial_pace"),
        ((MOBILE,), {"sign_name": "没有"}, "registration.trial_signature"),
        ((MOBILE,), {"template_code": "SMS_9"}, "registration.trial_template"),
    ],
)
async def test_what_cannot_be_tested_is_refused(
    world: World, phones: tuple[str, ...], others: dict[str, Any], code: str
) -> None:
    phones = tuple("00" + phone if phone.startswith("852") else phone for phone in phones)
    assert await code_of(world.ask(*phones, **others)) == code


async def test_only_codes_and_notices_and_only_with_values(world: World) -> None:
    world.category = TemplateType.MARKETING
    assert await code_of(world.ask(MOBILE)) == "registration.trial_category"
    world.category = TemplateType.NOTICE
    assert await code_of(world.ask(MOBILE)) == "registration.trial_params"
    assert await world.ask(MOBILE, params={"code": "A1"})


async def test_a_signature_that_is_not_approved_is_not_tested(world: World) -> None:
    world.usable = False
    assert await code_of(world.ask(MOBILE)) == "registration.trial_signature"


async def events(world: World) -> list[tuple[str, str]]:
    rows = await world.store.read("identity.audit_events_of", ACCOUNT, 2**63 - 1, 100)
    return [(row[3], row[4]) for row in rows]


async def test_what_waits_can_be_cancelled_and_is_not_sent(world: World) -> None:
    now, later = await world.ask(MOBILE, times=2, every_ms=HOUR_MS)
    trials = world.trials()
    for _ in range(2):  # again changes nothing
        cancelled = await trials.cancel(later.id, actor=LI)
        assert (cancelled.id, cancelled.state) == (later.id, TrialState.CANCELLED)
    assert await trials.send_due() == 1
    world.clock.advance(3_600)
    assert await trials.send_due() == 0
    assert [trial.id for trial in world.sent] == [now.id]
    assert await events(world) == [
        (LI.name, "compliance.cancel_test_send"),
        (LI.name, "compliance.ask_test_sends"),
    ]


async def test_what_was_sent_cannot_be_cancelled(world: World) -> None:
    (trial,) = await world.ask(MOBILE)
    await world.trials().send_due()
    with pytest.raises(IllegalTransition):
        await world.trials().cancel(trial.id, actor=LI)
    (found,) = await world.trials().page(ACCOUNT)
    assert found.state is TrialState.SENT


async def test_another_accounts_are_not_there(world: World) -> None:
    (trial,) = await world.ask(MOBILE)
    for asked in (
        world.trials().get(trial.id, ACCOUNT + 1),
        world.trials().cancel(trial.id, account_id=ACCOUNT + 1, actor=LI),
        world.trials().get(7),
    ):
        assert await code_of(asked) == "registration.trial_unknown"
    assert await world.trials().page(ACCOUNT + 1) == []
    assert (await world.trials().get(trial.id, ACCOUNT)).state is TrialState.WAITING


async def test_everything_of_a_signature_that_waits_is_cancelled_at_once(world: World) -> None:
    await world.ask(MOBILE)
    await world.trials().send_due()
    asked = await world.ask(MOBILE, UNICOM, times=2, every_ms=HOUR_MS)
    cancelled = await world.trials().cancel_waiting(ACCOUNT, NAME, actor=LI)
    assert {trial.id for trial in cancelled} == {trial.id for trial in asked}
    assert await world.trials().cancel_waiting(ACCOUNT, NAME, actor=LI) == []


async def test_one_that_is_cancelled_while_a_round_runs_stops_no_other(world: World) -> None:
    first, second = await world.ask(MOBILE, UNICOM)
    trials = world.trials()
    send = trials._send

    async def cancel_the_other(trial: Trial) -> int:
        await world.trials().cancel(second.id, actor=LI)
        return await send(trial)

    trials._send = cancel_the_other
    assert await trials.send_due() == 1
    assert [trial.id for trial in world.sent] == [first.id]


async def test_cancelled_ones_leave_their_room_to_others(world: World) -> None:
    await world.ask(MOBILE, times=MOST_TO_A_NUMBER, every_ms=HOUR_MS)
    await world.trials().cancel_waiting(ACCOUNT, NAME, actor=LI)
    assert len(await world.ask(MOBILE, times=MOST_TO_A_NUMBER)) == MOST_TO_A_NUMBER


async def test_a_signature_gets_few_in_a_day(world: World) -> None:
    phones = [f"138001380{number:02}" for number in range(12)]
    for start in range(0, MOST_OF_A_SIGNATURE, MOST_AT_ONCE):
        part = [phone[:-3] + f"{start // 20}" + phone[-2:] for phone in phones]
        await world.ask(*part, times=MOST_TO_A_NUMBER)
    assert await code_of(world.ask(UNICOM)) == "registration.trial_signature_full"


@pytest.mark.parametrize("state", list(TrialState))
@pytest.mark.parametrize("event", list(TrialEvent))
def test_every_event_is_decided_in_every_state(state: TrialState, event: TrialEvent) -> None:
    allowed = {
        (TrialState.WAITING, TrialEvent.SEND),
        (TrialState.WAITING, TrialEvent.CANCEL),
        (TrialState.SENT, TrialEvent.REFUSE),
        (TrialState.CANCELLED, TrialEvent.CANCEL),
    }
    assert TRIAL.allows(state, event) is ((state, event) in allowed)

"""Each reason of the seed comes about through the desks and goes away through them: explained, since when, who must act."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from compliance_material import APP_RECORD, KEY, LI, QUALIFICATION, TRADEMARK, uscc_of
from compliance_tenant import make_tenant
from in_process_store import InProcessStore
from registration_room import RegistrationRoom, make_registration_room

from hongyan.compliance import SignSource, Verdict
from hongyan.compliance.freezes import FrozenBy, FrozenKind
from hongyan.compliance.health import REASON, Checkup, Status, Usability
from hongyan.compliance.platform_sender import SIGN_NAME, platform_sender
from hongyan.compliance.registration import (
    ReasonCode,
    Registration,
    RegistrationEvent,
    RegistrationState,
    Whose,
)
from hongyan.compliance.registration.evidence.counting import EvidenceCounts
from hongyan.compliance.registration.evidence.ledger import Ledger
from hongyan.compliance.reviews import Submitted
from hongyan.identity import Actor
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import ENDED_DELIVERED, ENDED_FAILED, Ending

DAY = 86_400.0
OPERATOR = Actor("cli:test")
OWN, LENT = "杭州测算", "杭州云雁"
E = RegistrationEvent


@dataclass
class Case:
    """A tenant with one signature, and what befalls it."""

    room: RegistrationRoom
    name: str = OWN
    account_id: int = 0
    kept: Any = None
    """What a cure has to know of what it cures."""

    def __post_init__(self) -> None:
        self.tenant = self.room.tenant
        self.compliance = self.tenant.compliance
        self.account_id = self.tenant.account_id
        self.counts = EvidenceCounts()
        self.ledger = Ledger(self.room.store, self.room.clock, self.counts)

    async def look(self) -> Checkup:
        """As the server notices it, in the night at the latest."""
        await self.compliance.health.whole_round()
        return await self.compliance.health.checkup(self.account_id, self.name)

    async def qualification_id(self) -> int:
        number = (await self.compliance.signatures.get(self.account_id, self.name)).material.qualification_id
        assert number is not None
        return number

    async def edit_qualification(self, **changes: Any) -> Submitted:
        desk, number = self.compliance.qualifications, await self.qualification_id()
        material = replace((await desk.get(self.account_id, number)).material, **changes)
        code = await self.tenant.phone_code(material.admin_phone)
        return await desk.resubmit(self.account_id, number, material, code, actor=KEY)

    async def edit_signature(self, **changes: Any) -> Submitted:
        desk = self.compliance.signatures
        material = (await desk.get(self.account_id, self.name)).material
        return await desk.resubmit(self.account_id, self.name, replace(material, **changes), actor=KEY)

    async def each(self, *events: RegistrationEvent, network: str = "", **told: Any) -> None:
        for row in (await self.rows()).values():
            for event in events if network in ("", row.network) else ():
                await self.room.apply(row, event, **told)

    async def rows(self) -> dict[Any, Registration]:
        return await self.room.of(self.name)

    async def registered(self) -> None:
        await self.each(E.FILED, E.ACCEPTED, E.VERIFIED)

    async def send(self, delivered: int, failed: int = 0) -> None:
        """So many messages over mobile have ended, and many of others, nearly all delivered."""
        row = (await self.rows())["mobile"]
        for number, good, bad in ((row.signature_id, delivered, failed), (999, 970, 30)):
            for outcome in (ENDED_DELIVERED,) * good + (ENDED_FAILED,) * bad:
                self.counts.sent(number, "mobile", row.sender, 1, self.room.clock.now_ms())
                message_id = self.room.ids.next()
                code = "X" if outcome is ENDED_FAILED else ""
                self.counts.ended(Ending(message_id, outcome, code, number, "mobile", 1, row.sender, ""))
        await self.ledger.flush()
        self.room.clock.advance(3_700)


Step = Callable[[Case], Awaitable[None]]


async def source_app(case: Case) -> None:
    """Approved before 2026, when an app was a source."""
    record = await case.compliance.app_records.create(case.account_id, APP_RECORD, actor=KEY)
    await case.edit_signature(
        source=SignSource.APP, app_record_id=record, apply_scene="https://app.example/1"
    )
    await case.tenant.approve_open()
    await case.registered()


async def source_enterprise(case: Case) -> None:
    await case.edit_signature(source=SignSource.ENTERPRISE, app_record_id=None, apply_scene="")
    await case.tenant.approve_open()


async def an_old_one_without_a_qualification(case: Case) -> None:
    """As was stored before signatures had any."""
    case.kept = await case.qualification_id()
    store: Any = case.room.store
    store.execute("UPDATE signature_revision SET qualification_id = NULL")


async def bound(case: Case) -> None:
    await case.edit_signature(qualification_id=case.kept)
    await case.tenant.approve_open()


async def place_left_out(case: Case) -> None:
    await case.tenant.signature("测算科技", await case.qualification_id())
    await case.tenant.approve_open()
    case.name = "测算科技"
    await case.registered()


async def as_a_trademark(case: Case) -> None:
    owner = QUALIFICATION.company_name
    mark = replace(TRADEMARK, name="测算科技", applicant=owner)
    number = await case.compliance.trademarks.create(case.account_id, mark, actor=KEY)
    await case.edit_signature(source=SignSource.TRADEMARK, trademark_id=number)
    await case.tenant.approve_open()


def refused_for(reason: ReasonCode) -> Step:
    async def step(case: Case) -> None:
        await case.edit_signature(remark="再报")
        await case.tenant.approve_open()
        await case.each(E.FILED)
        await case.each(E.REFUSED, reason=reason, network="unicom")
        await case.each(E.ACCEPTED, network="mobile")
        await case.each(E.ACCEPTED, network="telecom")

    return step


async def signature_edited(case: Case) -> None:
    await case.edit_signature(remark="已更正")
    await case.tenant.approve_open()


async def qualification_edited(case: Case) -> None:
    await case.edit_qualification(remark="已更正")
    await case.tenant.approve_open()


async def an_old_one_without_a_name(case: Case) -> None:
    """As was stored before all six elements were asked for."""
    store: Any = case.room.store
    store.execute("UPDATE qualification_revision SET company_name = ''")


async def completed(case: Case) -> None:
    await case.edit_qualification(company_name=QUALIFICATION.company_name)
    await case.tenant.approve_open()


async def change_rejected(case: Case) -> None:
    submitted = await case.edit_qualification(remark="看不清")
    await case.compliance.decide(submitted.order_id, Verdict.REJECT, "证照不清晰", LI)


async def strangers_administrator(case: Case) -> None:
    own, uscc = "杭州别家科技有限公司", uscc_of("MA2HD005")
    other = await make_tenant(
        *(case.room.identity, case.compliance, case.tenant.phone, case.room.clock),
        name="other",
        company=own,
        uscc=uscc,
    )
    await other.qualification(company_name=own, organization_code=uscc)
    await other.approve_open()


async def an_administrator_of_its_own(case: Case) -> None:
    admin = replace(QUALIFICATION.admin, name="别人", id_number="33010619900202100X")
    await case.edit_qualification(admin=admin)
    await case.tenant.approve_open()


def runs_out(person: str) -> Step:
    async def step(case: Case) -> None:
        short = replace(getattr(QUALIFICATION, person), validity="2016-01-01~2026-12-31")
        await case.edit_qualification(**{person: short})
        await case.tenant.approve_open()
        await case.registered()
        case.room.clock.advance(300 * DAY)

    return step


def renewed(person: str) -> Step:
    async def step(case: Case) -> None:
        await case.edit_qualification(**{person: getattr(QUALIFICATION, person)})
        await case.tenant.approve_open()

    return step


async def letter_ran_out(case: Case) -> None:
    await case.tenant.lent_signature(LENT, validity="2026-01-01~2026-12-31")
    await case.tenant.approve_open()
    case.name = LENT
    await case.registered()
    case.room.clock.advance(300 * DAY)


async def new_letter(case: Case) -> None:
    letter = await case.tenant.letter("新委托书", validity="2026-12-01~2029-12-31")
    await case.edit_signature(letter_id=letter)
    await case.tenant.approve_open()


async def code_idle(case: Case) -> None:
    await case.each(E.IDLE, network="telecom")


async def started_again(case: Case) -> None:
    await case.room.registrations.start(case.account_id, case.name, actor=KEY)
    await case.each(E.FILED, E.ACCEPTED, network="telecom")


async def little_arrives(case: Case) -> None:
    await case.send(4, 40)


async def little_arrives_unregistered(case: Case) -> None:
    await case.each(E.IDLE, network="mobile")
    await case.send(4, 40)


async def a_week_later_all_arrives(case: Case) -> None:
    case.room.clock.advance(8 * DAY)
    await case.send(44)


def unused_for(days: int) -> Step:
    async def step(case: Case) -> None:
        case.room.clock.advance(days * DAY)

    return step


async def sent(case: Case) -> None:
    await case.send(1)


async def new_one_rejected(case: Case) -> None:
    submitted = await case.tenant.signature("杭州测算云", await case.qualification_id())
    await case.compliance.decide(submitted.order_id, Verdict.REJECT, "名称不合规", LI)
    case.name = "杭州测算云"


async def submitted_again(case: Case) -> None:
    await case.edit_signature(remark="已按意见修改")


def frozen_by(by: FrozenBy) -> Step:
    async def step(case: Case) -> None:
        await case.compliance.freezes.freeze(
            FrozenKind.SIGNATURE, case.account_id, case.name, by=by, because="投诉过多", actor=OPERATOR
        )

    return step


def lifted_by(by: FrozenBy) -> Step:
    async def step(case: Case) -> None:
        await case.compliance.freezes.lift(
            FrozenKind.SIGNATURE, case.account_id, case.name, by=by, actor=OPERATOR
        )

    return step


STORIES: dict[str, tuple[Step, Step, str]] = {
    "source_not_supported": (source_app, source_enterprise, "tenant"),
    "no_qualification": (an_old_one_without_a_qualification, bound, "tenant"),
    "name_mismatch": (place_left_out, as_a_trademark, "tenant"),
    "carrier_check_failed": (refused_for(ReasonCode.SIGNATURE_ERROR), signature_edited, "tenant"),
    "qualification_incomplete": (an_old_one_without_a_name, completed, "tenant"),
    "qualification_state": (change_rejected, qualification_edited, "tenant"),
    "one_person_many_enterprises": (strangers_administrator, an_administrator_of_its_own, "tenant"),
    "qualification_inaccurate": (
        refused_for(ReasonCode.QUALIFICATION_ERROR),
        qualification_edited,
        "tenant",
    ),
    "legal_id_expired": (runs_out("legal_person"), renewed("legal_person"), "tenant"),
    "admin_id_expired": (runs_out("admin"), renewed("admin"), "tenant"),
    "letter_expired": (letter_ran_out, new_letter, "tenant"),
    "registration_incomplete": (code_idle, started_again, "tenant"),
    "arrivals_low": (little_arrives, a_week_later_all_arrives, "tenant"),
    "arrivals_low_unregistered": (little_arrives_unregistered, a_week_later_all_arrives, "tenant"),
    "unused_long": (unused_for(170), sent, "tenant"),
    "unused_recently": (unused_for(30), sent, "tenant"),
    "never_approved": (new_one_rejected, submitted_again, "tenant"),
    "disabled": (frozen_by(FrozenBy.PENALTY), lifted_by(FrozenBy.PENALTY), "operator"),
    "frozen_by_platform": (frozen_by(FrozenBy.PLATFORM), lifted_by(FrozenBy.PLATFORM), "operator"),
    "frozen_by_customer": (frozen_by(FrozenBy.CUSTOMER), lifted_by(FrozenBy.CUSTOMER), "tenant"),
}
"""Reason -> (what brings it about, what cures it, who must act)."""


@pytest.fixture
async def case(store: InProcessStore, clock: ManualClock, ids: IdMaker) -> Case:
    """Registered everywhere, and well."""
    made = Case(await make_registration_room(store, clock, ids))
    await made.room.approved(OWN)
    await made.registered()
    return made


def test_every_reason_has_its_story() -> None:
    assert STORIES.keys() == REASON.keys()


@pytest.mark.parametrize("reason", STORIES)
async def test_a_reason_comes_about_explains_itself_and_is_cured(case: Case, reason: str) -> None:
    begin, cure, whose = STORIES[reason]
    assert reason not in {each.ailment.reason.id for each in (await case.look()).held}

    await begin(case)
    noticed_ms = case.room.clock.now_ms()
    await case.look()
    case.room.clock.advance(DAY)
    found = await case.look()
    (held,) = [each for each in found.held if each.ailment.reason.id == reason]
    assert held.since_ms == noticed_ms
    assert held.ailment.whose.value == whose
    for language in ("zh", "en"):
        for words in (held.ailment.explanation, held.ailment.reason.what_to_do, held.ailment.reason.words):
            assert words.words(language)
            assert "{" not in words.words(language)
    unavailable = held.ailment.reason.status is Status.UNAVAILABLE
    assert found.usability is (Usability.UNAVAILABLE if unavailable else Usability.ABNORMAL)

    await cure(case)
    assert reason not in {each.ailment.reason.id for each in (await case.look()).held}
    stored = [each.signature async for each in case.compliance.health.checkups(case.account_id, reason)]
    assert case.name not in [each.name for each in stored]


async def test_who_must_act_is_who_has_it(case: Case) -> None:
    async def whose(reason: str) -> str:
        held = (await case.look()).held
        return next(each.ailment.whose.value for each in held if each.ailment.reason.id == reason)

    submitted = await case.edit_qualification(remark="审核中")
    assert await whose("qualification_state") == "operator"
    await case.compliance.decide(submitted.order_id, Verdict.REJECT, "不清晰", LI)
    assert await whose("qualification_state") == "tenant"

    await qualification_edited(case)
    assert await whose("registration_incomplete") == "carrier"
    await case.each(E.FILED)
    await case.each(E.REFUSED, reason=ReasonCode.SIGNATURE_ERROR, network="unicom")
    assert await whose("registration_incomplete") == "tenant"
    assert {row.state for row in (await case.rows()).values()} > {RegistrationState.FAILED}


async def test_the_platforms_own_signature_is_the_operators_matter(case: Case) -> None:
    await platform_sender(case.room.identity, case.compliance)
    root = await case.room.identity.root_account()
    (held,) = [
        each
        for each in (await case.compliance.health.checkup(root.id, SIGN_NAME)).held
        if each.ailment.reason.id == "no_qualification"
    ]
    assert held.ailment.whose is Whose.OPERATOR

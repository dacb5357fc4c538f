"""HONGYAN_REVIEW=rules with a carrier: rules decide what they can, and people what they cannot."""

from __future__ import annotations

from typing import Any

import pytest
from compliance_material import COMPANY, LI, WANG
from compliance_tenant import Tenant, make_tenant

from hongyan.compliance import Compliance, Kind, State, Verdict
from hongyan.compliance.reviews import Submitted
from hongyan.identity import Identity
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Refused

_MONTH = 31 * 86_400
_ENDS_IN_JUNE = "2026-01-01~2026-06-15"


@pytest.fixture
async def careful(
    identity: Identity, reviewed_by_rules: Compliance, phone: list[tuple[str, str]], clock: ManualClock
) -> Tenant:
    return await make_tenant(identity, reviewed_by_rules, phone, clock)


async def state(tenant: Tenant, kind: Kind, submitted: Submitted) -> State:
    return (await tenant.standing(kind, submitted)).state


async def qualified(tenant: Tenant, **changes: Any) -> int:
    """Approved by a person; without the complimentary signature."""
    number = (await tenant.qualification(**changes)).object_id
    await tenant.approve_open()
    await tenant.compliance.signatures.delete(tenant.account_id, COMPANY, actor=LI)
    return number


async def test_what_rules_reject_is_rejected_at_once_with_their_words(careful: Tenant) -> None:
    order = await careful.signature("云端计算", await qualified(careful))
    standing = await careful.standing(Kind.SIGNATURE, order)
    assert standing.state is State.REJECTED
    assert standing.reason


async def test_what_no_rule_speaks_against_is_approved_at_once(careful: Tenant) -> None:
    order = await careful.signature(COMPANY, await qualified(careful))
    assert await state(careful, Kind.SIGNATURE, order) is State.APPROVED


async def test_what_a_rule_asks_about_waits_for_a_person(careful: Tenant) -> None:
    order = await careful.signature("杭州测", await qualified(careful))
    checklist = await careful.compliance.desk.checklist(order.order_id)
    assert checklist.subject.report.verdict.value == "ask"
    await careful.compliance.start()
    assert await state(careful, Kind.SIGNATURE, order) is State.PENDING
    await careful.compliance.decide(order.order_id, Verdict.APPROVE, "", LI)
    assert await state(careful, Kind.SIGNATURE, order) is State.APPROVED


async def test_what_two_people_must_look_at_is_approved_by_two_people(careful: Tenant) -> None:
    await careful.signature(COMPANY, await qualified(careful))
    order = await careful.template(related_sign_name=COMPANY, content="您的理财验证码为${code}。")
    assert await state(careful, Kind.TEMPLATE, order) is State.PENDING
    await careful.compliance.decide(order.order_id, Verdict.APPROVE, "", LI)
    await careful.compliance.start()
    assert (await careful.compliance.desk.order(order.order_id)).verdict is None, "it is nobody's second"
    with pytest.raises(Refused) as refused:
        await careful.compliance.decide(order.order_id, Verdict.APPROVE, "", LI)
    assert refused.value.code == "review.second_reviewer"
    await careful.compliance.decide(order.order_id, Verdict.APPROVE, "", WANG)
    assert await state(careful, Kind.TEMPLATE, order) is State.APPROVED


async def test_papers_that_nobody_has_read_wait_for_a_person(careful: Tenant) -> None:
    order = await careful.qualification()
    await careful.compliance.start()
    assert await state(careful, Kind.QUALIFICATION, order) is State.PENDING


async def test_an_order_that_was_left_to_people_is_looked_at_once_a_day(
    careful: Tenant, clock: ManualClock
) -> None:
    await careful.qualification()
    assert await careful.compliance.start() == 0
    clock.advance(86_400)
    assert await careful.compliance.start() == 1
    assert await careful.compliance.start() == 0


# -- letters that end ------------------------------------------------------------------------------------


async def test_a_person_is_shown_that_the_letter_has_ended(patient_tenant: Tenant) -> None:
    order = await patient_tenant.lent_signature(validity=_ENDS_IN_JUNE)
    before = await patient_tenant.compliance.desk.checklist(order.order_id)
    assert "signature.letter_not_valid" not in {each.rule for each in before.subject.report.findings}
    patient_tenant.clock.advance(_MONTH)
    after = await patient_tenant.compliance.desk.checklist(order.order_id)
    (finding,) = [each for each in after.subject.report.findings if each.rule == "signature.letter_not_valid"]
    assert "2026-06-15" in finding.message.zh

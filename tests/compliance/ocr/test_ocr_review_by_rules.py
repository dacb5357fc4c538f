"""HONGYAN_REVIEW=rules with a carrier, where papers are read: what says the same as its form needs no person."""

from __future__ import annotations

import pytest
from compliance_material import COMPANY, LI, QUALIFICATION
from compliance_tenant import Tenant
from ocr_reader_stand_in import StandIn
from ocr_texts import below, letter_text, paper

from hongyan.compliance import Kind, LetterState, ReviewMode, State, Verdict
from hongyan.compliance.reviews import Submitted

_MONTH = 31 * 86_400
_ENDS_IN_JUNE = "2026-01-01~2026-06-15"
LICENCE = paper(
    below(
        "营业执照",
        f"名称：{COMPANY}",
        f"统一社会信用代码：{QUALIFICATION.organization_code}",
        f"法定代表人：{QUALIFICATION.legal_person.name}",
        "营业期限：2020年01月01日至2099年12月31日",
    )
)

pytestmark = pytest.mark.parametrize("applicant", [ReviewMode.RULES], indirect=True)


async def state(tenant: Tenant, submitted: Submitted) -> State:
    return (await tenant.standing(Kind.QUALIFICATION, submitted)).state


async def test_a_licence_that_says_what_the_form_says_needs_no_person(
    applicant: Tenant, reader: StandIn
) -> None:
    reader.says = LICENCE
    order = await applicant.qualification()
    assert await state(applicant, order) is State.PENDING, "it is being read"
    await applicant.compliance.readings.read_due()
    await applicant.compliance.start()
    assert await state(applicant, order) is State.APPROVED


async def test_a_picture_of_something_else_is_looked_at_by_a_person(
    applicant: Tenant, reader: StandIn
) -> None:
    reader.says = paper(below("一只猫"))
    order = await applicant.qualification()
    await applicant.compliance.readings.read_due()
    await applicant.compliance.start()
    assert await state(applicant, order) is State.PENDING


async def test_a_letter_that_ends_before_the_verdict_ends_its_order_with_a_reason(
    applicant: Tenant, reader: StandIn
) -> None:
    reader.says = letter_text()
    order = await applicant.lent_signature(validity=_ENDS_IN_JUNE)
    applicant.clock.advance(_MONTH)
    await applicant.compliance.readings.read_due()
    await applicant.compliance.start()
    standing = await applicant.standing(Kind.SIGNATURE, order)
    assert standing.state is State.REJECTED
    assert _ENDS_IN_JUNE in standing.reason
    assert "授权委托书" in standing.reason
    (letter,) = await applicant.compliance.letters.all(applicant.account_id)
    assert letter.state is LetterState.INITIAL


async def test_a_reviewers_reason_tells_the_applicant_what_to_do(applicant: Tenant, reader: StandIn) -> None:
    reader.says = letter_text()
    order = await applicant.lent_signature(scope=("杭州云雁", "杭州云雁科技"))
    await applicant.compliance.readings.read_due()
    desk = applicant.compliance.desk
    await desk.decide(order.order_id, Verdict.REJECT, LI, reasons=["paper.scope_widened"])
    reason = (await applicant.standing(Kind.SIGNATURE, order)).reason
    assert "杭州云雁科技" in reason
    assert "请上传列明这些签名的授权委托书" in reason
    assert "upload a letter that lists these names" in reason

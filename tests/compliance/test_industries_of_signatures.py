"""The industry of a signature: stored where somebody says it, unknown where nobody does; rules and risks follow."""

from __future__ import annotations

from dataclasses import replace

import pytest
from compliance_material import KEY, LI, SIGNATURE, WANG
from compliance_tenant import Tenant

from hongyan.compliance import Compliance, Kind, ReviewOrder, State, Verdict
from hongyan.compliance.review import Subject, checklist_facts
from hongyan.compliance.rules import Industry
from hongyan.kernel.errors import Refused


async def told(tenant: Tenant, order_id: int) -> set[str]:
    """Rules of a checklist."""
    checklist = await tenant.compliance.desk.checklist(order_id)
    return {each.rule for each in checklist.subject.report.findings}


async def industry_of(tenant: Tenant, name: str = "杭州测算") -> Industry | None:
    return (await tenant.compliance.signatures.get(tenant.account_id, name)).material.industry


async def test_of_an_industry_that_nobody_says_nothing_is_said(patient_tenant: Tenant) -> None:
    order = await patient_tenant.signature()
    assert await industry_of(patient_tenant) is None
    checklist = await patient_tenant.compliance.desk.checklist(order.order_id)
    assert checklist_facts(checklist)["material"]["industry"] is None
    assert not checklist.subject.risks
    assert not [each for each in await told(patient_tenant, order.order_id) if "papers_" in each]


async def test_an_industry_that_the_applicant_says_is_kept_and_judged(patient_tenant: Tenant) -> None:
    order = await patient_tenant.signature(industry=Industry.FINANCE)
    assert await industry_of(patient_tenant) is Industry.FINANCE
    assert "signature.papers_finance" in await told(patient_tenant, order.order_id)
    desk = patient_tenant.compliance.desk
    assert [risk.id for risk in (await desk.checklist(order.order_id)).subject.risks] == ["finance"]
    await desk.decide(order.order_id, Verdict.APPROVE, LI)
    assert (await patient_tenant.standing(Kind.SIGNATURE, order)).state is State.IN_REVIEW, "by two people"
    await desk.decide(order.order_id, Verdict.APPROVE, WANG)
    assert (await patient_tenant.standing(Kind.SIGNATURE, order)).state is State.APPROVED


async def test_texts_of_a_risky_industry_are_risky_too(patient_tenant: Tenant) -> None:
    order = await patient_tenant.signature(industry=Industry.INSURANCE)
    for reviewer in (LI, WANG):
        await patient_tenant.compliance.desk.decide(order.order_id, Verdict.APPROVE, reviewer)
    text = await patient_tenant.template()
    checklist = await patient_tenant.compliance.desk.checklist(text.order_id)
    assert [risk.id for risk in checklist.subject.risks] == ["insurance"]


async def test_a_door_without_industries_takes_none_away(tenant: Tenant) -> None:
    await tenant.signature(industry=Industry.LOGISTICS)
    kept = (await tenant.compliance.signatures.get(tenant.account_id, "杭州测算")).material
    signatures = tenant.compliance.signatures
    plain = replace(SIGNATURE, qualification_id=kept.qualification_id, remark="改")
    await signatures.resubmit(tenant.account_id, "杭州测算", plain, actor=KEY)
    assert await industry_of(tenant) is Industry.LOGISTICS
    other = replace(plain, industry=Industry.RETAIL)
    await signatures.resubmit(tenant.account_id, "杭州测算", other, actor=KEY)
    assert await industry_of(tenant) is Industry.RETAIL


async def test_a_reviewer_says_it_and_it_is_written_down(patient_tenant: Tenant) -> None:
    desk, order = patient_tenant.compliance.desk, await patient_tenant.signature()
    await desk.classify(order.order_id, Industry.GAMING, LI)
    assert "signature.papers_gaming" in await told(patient_tenant, order.order_id)
    await desk.classify(order.order_id, None, WANG)
    assert await industry_of(patient_tenant) is None
    *_, first, second = await patient_tenant.compliance.history(Kind.SIGNATURE, order.object_id)
    changes = [(each.event, each.actor, *each.changed) for each in (first, second)]
    assert [(event, actor, found.name, found.before, found.after) for event, actor, found in changes] == [
        ("classify", "person:li", "industry", "", "gaming"),
        ("classify", "person:wang", "industry", "gaming", ""),
    ]


async def test_an_industry_that_is_said_while_somebody_approves_counts(patient_tenant: Tenant) -> None:
    """He has judged the order before it was said; the store finds out."""
    desk, order = patient_tenant.compliance.desk, await patient_tenant.signature()
    judged = desk._judge.subject

    async def said_meanwhile(about: ReviewOrder) -> Subject:
        desk._judge.subject = judged  # type: ignore[method-assign]
        subject = await judged(about)
        await desk.classify(order.order_id, Industry.FINANCE, WANG)
        return subject

    desk._judge.subject = said_meanwhile  # type: ignore[method-assign]
    await desk.decide(order.order_id, Verdict.APPROVE, LI)
    assert (await patient_tenant.standing(Kind.SIGNATURE, order)).state is State.IN_REVIEW
    assert (await desk.order(order.order_id)).first_approver == "person:li"


async def test_only_who_has_an_open_order_of_a_signature_says_it(patient_tenant: Tenant) -> None:
    desk, order = patient_tenant.compliance.desk, await patient_tenant.signature()
    await desk.claim(order.order_id, LI)
    for order_id, reviewer, code in (
        (order.order_id, WANG, "review.claimed"),
        ((await patient_tenant.qualification("又一份")).order_id, LI, "review.no_industry"),
        (1, LI, "review.unknown"),
    ):
        with pytest.raises(Refused) as refused:
            await desk.classify(order_id, Industry.GAMING, reviewer)
        assert refused.value.code == code
    await desk.decide(order.order_id, Verdict.APPROVE, LI)
    with pytest.raises(Refused) as refused:
        await desk.classify(order.order_id, Industry.GAMING, LI)
    assert refused.value.code == "review.decided"


async def test_the_sandbox_decides_by_it_too(compliance: Compliance, tenant: Tenant) -> None:
    number = (await tenant.third_party()).object_id
    letter = await tenant.letter()
    order = await tenant.signature(
        "杭州云雁", number, third_party=True, letter_id=letter, industry=Industry.FINANCE
    )
    standing = await tenant.standing(Kind.SIGNATURE, order)
    assert standing.state is State.REJECTED
    assert "金融行业" in standing.reason

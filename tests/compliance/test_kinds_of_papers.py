"""What further papers of a signature are: stored where somebody says it, unknown where nobody does; the rules of industries follow."""

from __future__ import annotations

from dataclasses import replace

import pytest
from compliance_material import KEY, LI, SIGNATURE, WANG
from compliance_tenant import Tenant

from hongyan.compliance import Kind
from hongyan.compliance.review import checklist_facts
from hongyan.compliance.rules import Industry
from hongyan.kernel.errors import Refused

LICENCE, OTHER = "1/a.png", "1/b.png"


async def told(tenant: Tenant, order_id: int) -> dict[str, str]:
    """Rule -> words, of those about papers."""
    found = (await tenant.compliance.desk.checklist(order_id)).subject.report.findings
    return {each.rule: each.message.en for each in found if "papers" in each.rule}


async def test_a_kind_that_nobody_says_is_unknown_and_only_advised(patient_tenant: Tenant) -> None:
    order = await patient_tenant.signature(industry=Industry.FINANCE, papers=(LICENCE,))
    view = await patient_tenant.compliance.signatures.get(patient_tenant.account_id, "杭州测算")
    assert view.material.kind_of_papers == {LICENCE: None}
    assert list(await told(patient_tenant, order.order_id)) == ["signature.papers_finance"]


async def test_kinds_that_the_applicant_says_are_kept_and_what_is_missing_is_asked_for(
    patient_tenant: Tenant,
) -> None:
    order = await patient_tenant.signature(
        industry=Industry.FINANCE, papers=(LICENCE,), paper_kinds=("financial_licence",)
    )
    view = await patient_tenant.compliance.signatures.get(patient_tenant.account_id, "杭州测算")
    assert view.material.kind_of_papers == {LICENCE: "financial_licence"}
    said = await told(patient_tenant, order.order_id)
    assert list(said) == ["signature.papers_missing_finance"]
    assert "signature authorization letter" in said["signature.papers_missing_finance"]
    assert "financial licence" not in said["signature.papers_missing_finance"]


async def test_what_is_known_of_some_papers_is_not_asked_for_again(patient_tenant: Tenant) -> None:
    order = await patient_tenant.signature(
        industry=Industry.FINANCE, papers=(LICENCE, OTHER), paper_kinds=("financial_licence", None)
    )
    said = await told(patient_tenant, order.order_id)
    assert list(said) == ["signature.papers_finance"], "the other one may be what is missing"
    assert "financial licence" not in said["signature.papers_finance"]


async def test_nothing_is_asked_for_where_everything_is_there(patient_tenant: Tenant) -> None:
    order = await patient_tenant.signature(
        industry=Industry.INSURANCE, papers=(LICENCE,), paper_kinds=("insurance_licence",)
    )
    assert await told(patient_tenant, order.order_id) == {}


async def test_a_reviewer_says_what_a_paper_is_and_it_is_written_down(patient_tenant: Tenant) -> None:
    desk = patient_tenant.compliance.desk
    order = await patient_tenant.signature(industry=Industry.INSURANCE, papers=(LICENCE, OTHER))
    await desk.name_papers(order.order_id, {LICENCE: "insurance_licence"}, LI)
    assert await told(patient_tenant, order.order_id) == {}
    await desk.name_papers(order.order_id, {LICENCE: None, OTHER: "game_filing"}, WANG)
    assert list(await told(patient_tenant, order.order_id)) == ["signature.papers_insurance"]
    await desk.name_papers(order.order_id, {LICENCE: "trademark_certificate"}, WANG)
    assert list(await told(patient_tenant, order.order_id)) == ["signature.papers_missing_insurance"]
    steps = await patient_tenant.compliance.history(Kind.SIGNATURE, order.object_id)
    assert [(each.event, each.actor, each.changed[0].after) for each in steps[-3:]] == [
        ("name_papers", "person:li", "insurance_licence, "),
        ("name_papers", "person:wang", ", game_filing"),
        ("name_papers", "person:wang", "trademark_certificate, game_filing"),
    ]


async def test_the_checklist_shows_kinds_and_that_one_is_unknown(patient_tenant: Tenant) -> None:
    order = await patient_tenant.signature(papers=(LICENCE, OTHER), paper_kinds=("financial_licence", None))
    material = checklist_facts(await patient_tenant.compliance.desk.checklist(order.order_id))["material"]
    assert material["paper_kinds"] == ("financial_licence", None)


async def test_a_door_without_kinds_takes_none_away(tenant: Tenant) -> None:
    await tenant.signature(papers=(LICENCE, OTHER), paper_kinds=("financial_licence", "game_filing"))
    signatures = tenant.compliance.signatures
    kept = (await signatures.get(tenant.account_id, "杭州测算")).material
    plain = replace(SIGNATURE, qualification_id=kept.qualification_id, papers=("1/c.png", LICENCE))
    await signatures.resubmit(tenant.account_id, "杭州测算", plain, actor=KEY)
    material = (await signatures.get(tenant.account_id, "杭州测算")).material
    assert material.kind_of_papers == {"1/c.png": None, LICENCE: "financial_licence"}


async def test_what_is_no_kind_or_no_paper_is_refused(patient_tenant: Tenant) -> None:
    desk = patient_tenant.compliance.desk
    order = await patient_tenant.signature(papers=(LICENCE,))
    qualification = await patient_tenant.qualification("又一份")
    for order_id, kinds, code in (
        (order.order_id, {LICENCE: "licence"}, "paper.kind_unknown"),
        (order.order_id, {OTHER: "game_filing"}, "paper.unknown"),
        (qualification.order_id, {LICENCE: None}, "review.no_paper_kinds"),
    ):
        with pytest.raises(Refused) as refused:
            await desk.name_papers(order_id, kinds, LI)
        assert refused.value.code == code
    with pytest.raises(Refused) as refused:
        await patient_tenant.signature("杭州测算二", papers=(LICENCE,), paper_kinds=("licence",))
    assert refused.value.code == "paper.kind_unknown"

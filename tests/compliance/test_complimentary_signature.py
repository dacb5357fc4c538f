"""The platform's present: one signature for an account whose own company was approved."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest
from compliance_material import COMPANY, KEY, LI, USCC, uscc_of
from compliance_tenant import Tenant, make_tenant

from hongyan.compliance import Compliance, Kind, State, Tag, Verdict
from hongyan.compliance.signatures.complimentary import complimentary_name
from hongyan.identity import Identity
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Refused

TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("company", "name"),
    [
        ("杭州测算科技有限公司", "杭州测算科技有限公司"),
        ("菜鸟网络科技有限公司", "菜鸟网络科技有限公司"),
        ("云雁(杭州)信息科技股份有限公司", "云雁杭州"),
        ("测试科技有限公司", None),
    ],
)
def test_it_is_the_full_name_or_the_best_abbreviation_that_the_rules_pass(
    company: str, name: str | None
) -> None:
    assert complimentary_name(company, TODAY) == name


async def test_the_first_approval_of_own_use_brings_it_ready_to_send(patient_tenant: Tenant) -> None:
    tenant, compliance = patient_tenant, patient_tenant.compliance
    submitted = await tenant.qualification()
    assert await compliance.signature(tenant.account_id, COMPANY) is None
    await compliance.decide(submitted.order_id, Verdict.APPROVE, "", LI)
    sending = await compliance.signature(tenant.account_id, COMPANY)
    assert sending is not None
    assert sending.usable
    view = await compliance.signatures.get(tenant.account_id, COMPANY)
    assert (view.tag, view.standing.state) == (Tag.SYSTEM, State.APPROVED)
    assert (view.material.qualification_id, view.material.third_party) == (submitted.object_id, False)
    history = await compliance.history(Kind.SIGNATURE, view.standing.id)
    assert [(step.actor, step.event) for step in history] == [
        ("platform", "submit"),
        ("platform", "take"),
        ("platform", "approve"),
    ]
    assert await compliance.desk.queue() == []
    *_, told = await compliance.history(Kind.QUALIFICATION, submitted.object_id)
    assert COMPANY in told.reason


async def test_third_party_use_and_later_approvals_bring_none(tenant: Tenant) -> None:
    await tenant.third_party()
    assert (await tenant.compliance.signatures.page(tenant.account_id, limit=9, offset=0))[0] == 0
    own = await tenant.qualification()
    await tenant.compliance.signatures.delete(tenant.account_id, COMPANY, actor=KEY)
    found = await tenant.compliance.qualifications.get(tenant.account_id, own.object_id)
    await tenant.compliance.qualifications.resubmit(
        tenant.account_id, own.object_id, found.material, await tenant.phone_code(), actor=KEY
    )
    assert (await tenant.compliance.signatures.page(tenant.account_id, limit=9, offset=0))[0] == 0


async def test_a_second_own_use_qualification_brings_no_second_one_and_says_why(tenant: Tenant) -> None:
    await tenant.qualification("一份")
    second = await tenant.qualification("又一份")
    assert (await tenant.compliance.signatures.page(tenant.account_id, limit=9, offset=0))[0] == 1
    *_, told = await tenant.compliance.history(Kind.QUALIFICATION, second.object_id)
    assert told.event == "complimentary_signature"
    assert "已有签名" in told.reason


async def test_two_approvals_at_the_same_moment_bring_one(patient_tenant: Tenant) -> None:
    tenant = patient_tenant
    orders = [(await tenant.qualification(name)).order_id for name in ("一份", "又一份")]
    await asyncio.gather(*(tenant.compliance.decide(order, Verdict.APPROVE, "", LI) for order in orders))
    assert (await tenant.compliance.signatures.page(tenant.account_id, limit=9, offset=0))[0] == 1
    reasons = [
        (await tenant.compliance.history(Kind.QUALIFICATION, order.object_id))[-1].reason
        for order in [await tenant.compliance.desk.order(number) for number in orders]
    ]
    assert sorted("赠送签名：" in reason and "未" not in reason for reason in reasons) == [False, True]


async def test_a_name_that_no_rule_passes_brings_none_and_says_why(
    identity: Identity, compliance: Compliance, phone: list[tuple[str, str]], clock: ManualClock
) -> None:
    company = "测试科技有限公司"
    stranger = await make_tenant(
        identity, compliance, phone, clock, name="stranger", company=company, uscc=USCC
    )
    submitted = await stranger.qualification(company_name=company)
    *_, told = await compliance.history(Kind.QUALIFICATION, submitted.object_id)
    assert "未赠送签名" in told.reason
    assert "no complimentary signature" in told.reason


async def test_it_goes_with_its_qualification(tenant: Tenant) -> None:
    own = await tenant.qualification()
    await tenant.compliance.qualifications.delete(tenant.account_id, own.object_id, actor=KEY)
    assert await tenant.compliance.signature(tenant.account_id, COMPANY) is None
    await tenant.qualification()
    assert await tenant.compliance.signature(tenant.account_id, COMPANY) is not None


async def test_an_application_for_its_name_changes_it(tenant: Tenant, reviewed_by_people: Compliance) -> None:
    own = await tenant.qualification()
    await tenant.signature(COMPANY, own.object_id, remark="登录与通知")
    view = await tenant.compliance.signatures.get(tenant.account_id, COMPANY)
    assert (view.tag, view.standing.revision, view.material.remark) == (Tag.SYSTEM, 2, "登录与通知")
    desk = reviewed_by_people.signatures
    await desk.resubmit(tenant.account_id, COMPANY, view.material, actor=KEY)
    with pytest.raises(Refused) as refused:
        await tenant.compliance.qualifications.delete(tenant.account_id, own.object_id, actor=KEY)
    assert refused.value.code == "qualification.bound"


async def test_the_companies_of_two_accounts_may_have_one_name(
    tenant: Tenant,
    identity: Identity,
    compliance: Compliance,
    phone: list[tuple[str, str]],
    clock: ManualClock,
) -> None:
    other: dict[str, Any] = {"company": COMPANY, "uscc": uscc_of("MA2HD005")}
    stranger = await make_tenant(identity, compliance, phone, clock, name="stranger", **other)
    await tenant.qualification()
    await stranger.qualification(organization_code=other["uscc"])
    for account in (tenant, stranger):
        assert await compliance.signature(account.account_id, COMPANY) is not None

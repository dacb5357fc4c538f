"""What the rules are told of a signature that was applied for, and what they say about all that are stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from compliance_material import COMPANY, KEY, OTHER_COMPANY, OTHER_USCC, TRADEMARK, USCC
from compliance_tenant import Tenant, make_tenant

from hongyan.compliance import Compliance, Kind, SignatureView, SignSource, State, TemplateType
from hongyan.compliance.rules import Outcome, Report, SignatureCase, Source, Trademark, check_signature
from hongyan.compliance.rules.replay import replay
from hongyan.compliance.rules.templates import check_template
from hongyan.identity import Identity
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Refused


async def _view(tenant: Tenant, name: str) -> SignatureView:
    return await tenant.compliance.signatures.get(tenant.account_id, name)


async def test_the_rules_are_told_the_company_of_the_qualification(tenant: Tenant) -> None:
    await tenant.signature()
    judge = tenant.compliance.signature_judge
    case = await judge.case(await _view(tenant, "杭州测算"))
    assert case == SignatureCase(name="杭州测算", company=COMPANY, uscc=USCC)
    assert (await judge.report(await _view(tenant, "杭州测算"))).verdict is Outcome.PASS


async def test_the_rules_are_told_letter_and_trademark_as_they_were_when_they_were_named(
    tenant: Tenant,
) -> None:
    others = (await tenant.third_party()).object_id
    letter = await tenant.letter(scope=("云雁", "杭州云雁"))
    trademarks = tenant.compliance.trademarks
    mark = await trademarks.create(tenant.account_id, TRADEMARK, actor=KEY)
    await tenant.signature(
        "云雁",
        others,
        third_party=True,
        source=SignSource.TRADEMARK,
        letter_id=letter,
        trademark_id=mark,
    )
    await trademarks.edit(tenant.account_id, mark, replace(TRADEMARK, name="别的"), actor=KEY)
    view = await _view(tenant, "云雁")
    assert view.standing.state is State.APPROVED
    assert await tenant.compliance.signature_judge.case(view) == SignatureCase(
        name="云雁",
        company=OTHER_COMPANY,
        uscc=OTHER_USCC,
        source=Source.TRADEMARK,
        trademark=Trademark("云雁", OTHER_COMPANY),
        third_party=True,
        letter_scope=("云雁", "杭州云雁"),
    )


async def test_a_trademark_of_another_name_is_rejected(tenant: Tenant) -> None:
    qualification = (await tenant.qualification()).object_id
    mark = await tenant.compliance.trademarks.create(
        tenant.account_id, replace(TRADEMARK, applicant=COMPANY), actor=KEY
    )
    submitted = await tenant.signature(
        "云雁科技", qualification, source=SignSource.TRADEMARK, trademark_id=mark
    )
    standing = await tenant.standing(Kind.SIGNATURE, submitted)
    assert standing.state is State.REJECTED
    assert "须与商标完全一致" in standing.reason


async def test_what_a_reviewer_must_look_at_is_not_rejected_by_the_automatic_one(
    identity: Identity, compliance: Compliance, phone: list[tuple[str, str]], clock: ManualClock
) -> None:
    company = "测算网络科技有限公司"
    tenant = await make_tenant(identity, compliance, phone, clock, company=company)
    qualification = (await tenant.qualification(company_name=company)).object_id
    submitted = await tenant.signature("测算网络", qualification)
    assert (await tenant.standing(Kind.SIGNATURE, submitted)).state is State.APPROVED
    report = await compliance.signature_judge.report(await _view(tenant, "测算网络"))
    assert report.verdict is Outcome.ASK


async def test_the_sandbox_approves_a_name_that_is_not_the_companys_and_tells_what_a_reviewer_would_say(
    identity: Identity, sandbox: Compliance, phone: list[tuple[str, str]], clock: ManualClock
) -> None:
    tenant = await make_tenant(identity, sandbox, phone, clock)
    qualification = (await tenant.qualification()).object_id
    submitted = await tenant.signature("云雁", qualification)
    assert (await tenant.standing(Kind.SIGNATURE, submitted)).usable
    history = await sandbox.history(Kind.SIGNATURE, submitted.object_id)
    assert "“云雁”不在营业执照名称" in history[-1].reason
    vague = await tenant.standing(Kind.SIGNATURE, await tenant.signature("会议助手", qualification))
    assert (vague.state, vague.usable) == (State.REJECTED, False)


async def test_the_sandbox_rejects_characters_that_no_carrier_takes(
    identity: Identity, sandbox: Compliance, phone: list[tuple[str, str]], clock: ManualClock
) -> None:
    tenant = await make_tenant(identity, sandbox, phone, clock)
    qualification = (await tenant.qualification()).object_id
    name = await tenant.standing(Kind.SIGNATURE, await tenant.signature("杭州測算", qualification))
    assert (name.state, name.usable) == (State.REJECTED, False)
    assert "繁体字" in name.reason
    await tenant.signature("杭州测算", qualification)
    for content, word in (
        ("您的訂單已發貨", "繁体字"),
        ("您的订\u200b单已发货", "不可见字符"),
        ("您的订单已发货🚚", "表情"),
    ):
        text = await tenant.template(category=TemplateType.NOTICE, content=content, rules={})
        standing = await tenant.standing(Kind.TEMPLATE, text)
        assert (standing.state, standing.usable) == (State.REJECTED, False)
        assert word in standing.reason


async def test_a_name_that_the_door_refuses_is_refused_with_the_characters(patient_tenant: Tenant) -> None:
    qualification = (await patient_tenant.qualification()).object_id
    await patient_tenant.approve_open()
    with pytest.raises(Refused) as refused:
        await patient_tenant.signature("测 算", qualification)
    assert refused.value.code == "signature.name_malformed"
    (finding,) = refused.value.facts["findings"]  # type: ignore[misc]
    assert (finding["rule"], finding["at"]) == ("signature.space", ((1, 2),))


async def test_a_change_of_rules_is_tried_on_what_is_stored(patient_tenant: Tenant) -> None:
    tenant, judge = patient_tenant, patient_tenant.compliance.signature_judge
    qualification = (await tenant.qualification()).object_id
    await tenant.approve_open()
    await tenant.signature("杭州测算", qualification)
    await tenant.signature(
        "测算小铺", qualification, source=SignSource.SHOP, apply_scene="https://shop.example/1"
    )
    stored = [(view.name, case) async for view, case in judge.cases() if not case.letter_scope]
    assert {"杭州测算", "测算小铺"} <= {name for name, _ in stored}
    before, after = date(2025, 2, 28), date(2025, 3, 1)
    (broken,) = replay(
        stored, lambda case: check_signature(case, before), lambda case: check_signature(case, after)
    )
    assert (broken.key, broken.after.verdict) == ("测算小铺", Outcome.REJECT)
    assert [each.rule for each in broken.new] == ["signature.source_closed"]


async def test_a_change_of_rules_is_tried_on_stored_templates_with_what_they_lean_on(
    patient_tenant: Tenant,
) -> None:
    tenant, judge = patient_tenant, patient_tenant.compliance.template_judge
    await tenant.signature("杭州测算")
    await tenant.approve_open()
    code = (await tenant.template()).label
    sells = (
        await tenant.template(
            name="促销",
            category=TemplateType.NOTICE,
            content="您的订单${order}已发货，全场五折，速来抢购。",
            rules={"order": "other_number2"},
        )
    ).label
    stored = [(view.code, case) async for view, case in judge.cases()]
    assert [(key, case.third_party) for key, case in stored] == [(code, False), (sells, False)]
    (turned,) = replay(stored, lambda case: Report(()), lambda case: check_template(case, judge.today))
    assert turned.key == sells
    assert turned.after.verdict is Outcome.REJECT

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from compliance_material import KEY, LI, TEMPLATE
from compliance_tenant import Tenant, make_tenant

from hongyan.compliance import Compliance, Kind, State, TemplateType, Verdict
from hongyan.identity import AccountKind, Identity
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Refused
from hongyan.kernel.states import IllegalTransition

NOTICE: dict[str, Any] = {
    "category": TemplateType.NOTICE,
    "content": "订单${order}已于${time}发货。",
    "rules": {"order": "other_number2", "time": "time"},
}


@pytest.fixture
async def signed(tenant: Tenant) -> Tenant:
    """A tenant with an approved signature."""
    await tenant.signature()
    return tenant


async def _refused(tenant: Tenant, **changes: Any) -> str:
    with pytest.raises(Refused) as refused:
        await tenant.template(**changes)
    return refused.value.code


async def test_an_approved_template_is_ready_to_be_rendered(signed: Tenant) -> None:
    submitted = await signed.template(**NOTICE)
    template = await signed.compliance.template(signed.account_id, submitted.label)
    assert template is not None
    assert template.usable
    assert template.category is TemplateType.NOTICE
    assert template.pieces == ("订单", "order", "已于", "time", "发货。")
    assert template.variables == ("order", "time")
    assert template.rules == NOTICE["rules"]
    assert signed.compliance.peek_template(signed.account_id, submitted.label) == template


async def test_a_code_looks_as_the_vendors_do(signed: Tenant) -> None:
    code = (await signed.template()).label
    assert code.startswith("SMS_")
    assert code[4:].isdecimal()
    assert len(code[4:]) >= 9


async def test_a_template_is_usable_only_once_approved(patient_tenant: Tenant) -> None:
    tenant, compliance = patient_tenant, patient_tenant.compliance
    await tenant.signature()
    await tenant.approve_open()
    submitted = await tenant.template()
    template = await compliance.template(tenant.account_id, submitted.label)
    assert template is not None
    assert not template.usable
    await compliance.decide(submitted.order_id, Verdict.APPROVE, "", LI)
    template = await compliance.template(tenant.account_id, submitted.label)
    assert template is not None
    assert template.usable
    with pytest.raises(Refused) as refused:
        await compliance.templates.resubmit(tenant.account_id, submitted.label, TEMPLATE, actor=KEY)
    assert refused.value.code == "template.not_editable"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": " "}, "template.name_missing"),
        ({"name": "名" * 31}, "template.name_too_long"),
        ({"content": ""}, "template.content_malformed"),
        ({"content": "【云雁】验证码${code}"}, "template.content_malformed"),
        ({"content": "验证码${code}" + "字" * 491}, "template.content_malformed"),
        ({"content": "字" * 3_000, "rules": {}}, "template.content_malformed"),
        ({"content": "验证码${1code}"}, "template.variable_malformed"),
        ({"content": "验证码", "rules": {}}, "template.code_needs_one_variable"),
        (
            {"content": "验证码${a}和${b}", "rules": {"a": "numberCaptcha", "b": "verifyTime"}},
            "template.code_needs_one_variable",
        ),
        ({"rules": {}}, "template.rules_mismatch"),
        ({"rules": {"code": "nonsense"}}, "template.rules_mismatch"),
        ({"rules": {"code": "numberCaptcha", "more": "others"}}, "template.rules_mismatch"),
        ({"related_sign_name": ""}, "template.signature_missing"),
        ({"related_sign_name": "别人的"}, "template.signature_unknown"),
        ({"category": TemplateType.MARKETING}, "template.consent_missing"),
        ({"category": TemplateType.INTERNATIONAL}, "template.international_type"),
        ({"category": TemplateType.INTERNATIONAL, "international_type": 3}, "template.international_type"),
        ({"remark": "字" * 501}, "template.remark_too_long"),
    ],
)
async def test_what_the_vendor_refuses_at_once_is_refused(
    signed: Tenant, changes: dict[str, Any], code: str
) -> None:
    assert await _refused(signed, **changes) == code


@pytest.mark.parametrize(
    "changes",
    [
        {"content": "验证码${code}，" + "字" * 489},
        {"content": "验证码${code}，再说一次：${code}"},
        {**NOTICE, "content": "您好", "rules": {}},
        {
            "category": TemplateType.MARKETING,
            "content": "新店开业，凭此短信享九折，拒收请回复R",
            "rules": {},
            "papers": ("1/consent.png",),
        },
        {"category": TemplateType.INTERNATIONAL, "international_type": 2, "related_sign_name": ""},
    ],
)
async def test_what_the_vendor_takes_is_taken(signed: Tenant, changes: dict[str, Any]) -> None:
    submitted = await signed.template(**changes)
    assert (await signed.standing(Kind.TEMPLATE, submitted)).state is State.APPROVED


async def test_the_related_signature_must_be_approved(patient_tenant: Tenant) -> None:
    await patient_tenant.signature()
    assert await _refused(patient_tenant) == "template.signature_not_approved"


async def test_marketing_and_international_templates_are_for_enterprises(
    identity: Identity, compliance: Compliance, phone: list[tuple[str, str]], clock: ManualClock
) -> None:
    person = await make_tenant(identity, compliance, phone, clock, kind=AccountKind.INDIVIDUAL)
    assert await _refused(person, category=TemplateType.MARKETING) == "account.not_enterprise"
    assert await _refused(person, category=TemplateType.INTERNATIONAL) == "account.not_enterprise"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"content": "您的号码是${code}"}, "验证码"),
        ({**NOTICE, "content": "大促开始，拒收请回复R", "rules": {}}, "拒收请回复R"),
    ],
)
async def test_automatic_review_rejects_what_the_specification_rules_out_and_says_why(
    signed: Tenant, changes: dict[str, Any], words: str
) -> None:
    submitted = await signed.template(**changes)
    standing = await signed.standing(Kind.TEMPLATE, submitted)
    assert (standing.state, standing.usable) == (State.REJECTED, False)
    assert words in standing.reason
    again = await signed.compliance.templates.resubmit(
        signed.account_id, submitted.label, TEMPLATE, actor=KEY
    )
    assert (await signed.standing(Kind.TEMPLATE, again)).state is State.APPROVED


async def test_a_deleted_template_is_gone_at_once_and_for_ever(signed: Tenant) -> None:
    submitted = await signed.template()
    assert await signed.compliance.template(signed.account_id, submitted.label)
    await signed.compliance.templates.delete(signed.account_id, submitted.label, actor=KEY)
    assert signed.compliance.peek_template(signed.account_id, submitted.label) is None
    assert await signed.compliance.template(signed.account_id, submitted.label) is None
    with pytest.raises(Refused) as refused:
        await signed.compliance.templates.delete(signed.account_id, submitted.label, actor=KEY)
    assert refused.value.code == "template.unknown"
    history = await signed.compliance.history(Kind.TEMPLATE, submitted.object_id)
    assert [step.after for step in history] == ["pending", "in_review", "approved", "deleted"]


async def test_a_code_that_is_taken_is_drawn_again(signed: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = iter(["SMS_100000001", "SMS_100000001", "SMS_100000002"])
    monkeypatch.setattr("hongyan.compliance.templates.desk.template_code", lambda: next(codes))
    assert [(await signed.template()).label for _ in range(2)] == ["SMS_100000001", "SMS_100000002"]


async def test_other_tenants_templates_are_never_visible(
    signed: Tenant,
    identity: Identity,
    compliance: Compliance,
    phone: list[tuple[str, str]],
    clock: ManualClock,
) -> None:
    code = (await signed.template()).label
    stranger = await make_tenant(identity, compliance, phone, clock, name="stranger")
    assert await compliance.template(stranger.account_id, code) is None
    assert await compliance.templates.page(stranger.account_id, limit=9, offset=0) == (0, [])
    for attempt in (
        compliance.templates.get(stranger.account_id, code),
        compliance.templates.delete(stranger.account_id, code, actor=KEY),
        compliance.templates.resubmit(
            stranger.account_id,
            code,
            replace(
                TEMPLATE, related_sign_name="", category=TemplateType.INTERNATIONAL, international_type=2
            ),
            actor=KEY,
        ),
    ):
        with pytest.raises((Refused, IllegalTransition)) as refused:
            await attempt
        assert refused.value.code == "template.unknown"
    assert await _refused(stranger) == "template.signature_unknown"


async def test_templates_are_listed_in_pages_the_newest_first(signed: Tenant) -> None:
    codes = []
    for _ in range(3):
        signed.clock.advance(1)
        codes.append((await signed.template()).label)
    total, first = await signed.compliance.templates.page(signed.account_id, limit=2, offset=0)
    _, rest = await signed.compliance.templates.page(signed.account_id, limit=2, offset=2)
    assert (total, [view.code for view in first + rest]) == (3, codes[::-1])
    assert first[0].material == TEMPLATE

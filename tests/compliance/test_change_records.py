"""Who did what, when, from where: field by field, without what is secret."""

from __future__ import annotations

from dataclasses import replace

import pytest
from compliance_material import KEY, LI, QUALIFICATION, SIGNATURE, TEMPLATE
from compliance_tenant import Tenant

from hongyan.compliance import FieldChange, Kind, Paper, SignSource, State, Verdict
from hongyan.compliance.change_log import field_changes, masked
from hongyan.kernel.errors import Refused


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("李", "李**"),
        ("李管理", "李**"),
        ("13900000001", "****0001"),
        ("330106199002021237", "****1237"),
    ],
)
def test_of_a_secret_enough_is_shown_to_tell_it_from_others(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_what_differs_is_told_and_secrets_are_masked() -> None:
    admin = replace(QUALIFICATION.admin, name="赵管理", id_number="330106199002025676", validity="x")
    after = replace(
        QUALIFICATION,
        remark="改",
        admin=admin,
        admin_phone="13900000002",
        licenses=(Paper("1/licence-new.jpg", "businessLicense"), Paper("1/b.png", "otherLicense")),
    )
    assert field_changes(QUALIFICATION, after) == (
        FieldChange("licenses", "****.jpg businessLicense", "****.jpg businessLicense, 1** otherLicense"),
        FieldChange("admin.name", "李**", "赵**"),
        FieldChange("admin.id_number", "****1237", "****5676"),
        FieldChange("admin.validity", QUALIFICATION.admin.validity, "x"),
        FieldChange("admin_phone", "****0001", "****0002"),
        FieldChange("remark", "备注", "改"),
    )


def test_numbers_words_and_tables_read_like_text() -> None:
    after = replace(SIGNATURE, source=SignSource.TRADEMARK, third_party=True, trademark_id=7)
    assert field_changes(SIGNATURE, after) == (
        FieldChange("source", "enterprise", "trademark"),
        FieldChange("third_party", "False", "True"),
        FieldChange("trademark_id", "", "7"),
    )
    assert field_changes(TEMPLATE, replace(TEMPLATE, rules={"code": "others"})) == (
        FieldChange("rules", "code: numberCaptcha", "code: others"),
    )
    assert field_changes(TEMPLATE, TEMPLATE) == ()


async def test_a_record_says_who_from_where_and_what_changed(patient_tenant: Tenant) -> None:
    tenant, desk = patient_tenant, patient_tenant.compliance.qualifications
    first = await tenant.qualification()
    await tenant.compliance.decide(first.order_id, Verdict.REJECT, "备注不清", LI)
    changed = replace(QUALIFICATION, remark="电商通知", shared=False)
    code = await tenant.phone_code()
    await desk.resubmit(tenant.account_id, first.object_id, changed, code, actor=KEY)
    submit, take, reject, again = await tenant.compliance.history(Kind.QUALIFICATION, first.object_id)
    assert (submit.actor, submit.door, submit.address) == ("key:test", "aliyun", "203.0.113.9")
    assert (reject.actor, reject.door, reject.address, reject.reason) == ("person:li", "", "", "备注不清")
    assert (take.changed, submit.changed) == ((), ())
    assert (again.revision, again.before, again.after) == (2, "rejected", "pending")
    assert again.changed == (FieldChange("remark", "备注", "电商通知"),)


async def test_every_version_is_kept_with_its_order(patient_tenant: Tenant) -> None:
    tenant, compliance = patient_tenant, patient_tenant.compliance
    own = (await tenant.qualification()).object_id
    await tenant.approve_open()
    await tenant.signature("杭州测算", own)
    await tenant.approve_open()
    desk = compliance.signatures
    before = (await desk.get(tenant.account_id, "杭州测算")).material
    for remark in ("一", "二"):
        order = await desk.resubmit(tenant.account_id, "杭州测算", replace(before, remark=remark), actor=KEY)
        await compliance.decide(order.order_id, Verdict.REJECT, "不符", LI)
    view = await desk.get(tenant.account_id, "杭州测算")
    assert (view.material, view.standing.state) == (before, State.REJECTED)
    versions = await compliance.versions(Kind.SIGNATURE, view.standing.id)
    assert [version.material.remark for version in versions] == ["", "一", "二"]
    assert [version.order.verdict for version in versions if version.order] == ["approve", "reject", "reject"]
    *_, change, _, _ = await compliance.history(Kind.SIGNATURE, view.standing.id)
    assert change.changed == (FieldChange("remark", "一", "二"),), (
        "against the version before, not the shown one"
    )
    templates = await compliance.versions(Kind.TEMPLATE, 1)
    assert list(templates) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"use_by_self": False},
        {"organization_code": "91330106MA2HY0001N"},
        {"company_type": "NON_PROFIT_ORGANIZATION"},
    ],
)
async def test_what_a_qualification_is_about_stays(tenant: Tenant, changes: dict[str, object]) -> None:
    qualification = await tenant.third_party()
    found = await tenant.compliance.qualifications.get(tenant.account_id, qualification.object_id)
    other = replace(found.material, **{"use_by_self": False, **changes})  # type: ignore[arg-type]
    if "use_by_self" in changes:
        qualification = await tenant.qualification()
        other = replace(QUALIFICATION, use_by_self=False)
    with pytest.raises(Refused) as refused:
        await tenant.compliance.qualifications.resubmit(
            tenant.account_id, qualification.object_id, other, await tenant.phone_code(), actor=KEY
        )
    assert refused.value.code == "qualification.fixed_field"
    assert refused.value.facts["fields"] == list(changes)


async def test_only_own_use_is_shared_with_other_products(tenant: Tenant) -> None:
    """SubmitSmsQualification, WhetherShare: otherwise this setting has no effect."""
    own, other = await tenant.qualification(shared=True), await tenant.third_party(shared=True)
    desk = tenant.compliance.qualifications
    assert (await desk.get(tenant.account_id, own.object_id)).material.shared
    assert not (await desk.get(tenant.account_id, other.object_id)).material.shared

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from compliance_material import (
    COMPANY,
    KEY,
    LI,
    SIGNATURE,
    uscc_of,
)
from compliance_tenant import Tenant

from hongyan.compliance import (
    Kind,
    Paper,
    QualificationFilter,
    SignSource,
    SignType,
    State,
    Verdict,
)
from hongyan.identity import Conflict, commit_change
from hongyan.kernel.errors import Refused

_ALL = QualificationFilter()


async def _refused(tenant: Tenant, name: str, qualification_id: int, **changes: Any) -> str:
    with pytest.raises(Refused) as refused:
        await tenant.signature(name, qualification_id, **changes)
    return refused.value.code


@pytest.fixture
async def qualification_id(tenant: Tenant) -> int:
    return (await tenant.qualification()).object_id


async def test_an_approved_signature_can_be_sent_with_at_once(tenant: Tenant) -> None:
    compliance = tenant.compliance
    assert await compliance.signature(tenant.account_id, "杭州测算") is None
    await tenant.signature()
    signature = await compliance.signature(tenant.account_id, "杭州测算")
    assert signature is not None
    assert (signature.usable, signature.sign_type) == (True, SignType.GENERAL)
    assert compliance.peek_signature(tenant.account_id, "杭州测算") == signature


async def test_a_pending_signature_is_known_but_not_usable_until_it_is_approved(
    patient_tenant: Tenant,
) -> None:
    tenant, compliance = patient_tenant, patient_tenant.compliance
    submitted = await tenant.signature()
    signature = await compliance.signature(tenant.account_id, "杭州测算")
    assert signature is not None
    assert not signature.usable
    await compliance.decide(submitted.order_id, Verdict.APPROVE, "", LI)
    assert compliance.peek_signature(tenant.account_id, "杭州测算") is None
    signature = await compliance.signature(tenant.account_id, "杭州测算")
    assert signature is not None
    assert signature.usable


async def test_a_deleted_signature_is_gone_at_once_and_its_name_free(tenant: Tenant) -> None:
    await tenant.signature()
    assert await tenant.compliance.signature(tenant.account_id, "杭州测算")
    await tenant.compliance.signatures.delete(tenant.account_id, "杭州测算", actor=KEY)
    assert tenant.compliance.peek_signature(tenant.account_id, "杭州测算") is None
    assert await tenant.compliance.signature(tenant.account_id, "杭州测算") is None
    (qualification,) = (
        await tenant.compliance.qualifications.page(tenant.account_id, _ALL, limit=9, offset=0)
    )[1]
    await tenant.signature(qualification_id=qualification.id)


@pytest.mark.parametrize(
    "name",
    [
        "云",
        "云雁科技有限公司杭州分公司啊",
        "12345",
        "云 雁",
        "云雁!",
        "【云雁】",
        "雲,雁",
        "a\nb",
        "云雁\u200b",
    ],
)
async def test_a_name_outside_the_specification_is_refused(
    tenant: Tenant, qualification_id: int, name: str
) -> None:
    assert await _refused(tenant, name, qualification_id) == "signature.name_malformed"


@pytest.mark.parametrize("name", ["云雁", "AbC12", "云雁科技有限公司杭州分公", "1云"])
async def test_a_name_inside_the_specification_is_taken(
    tenant: Tenant, qualification_id: int, name: str
) -> None:
    await tenant.signature(name, qualification_id)


async def test_a_link_of_any_length_is_looked_at_once(tenant: Tenant, qualification_id: int) -> None:
    """Backtracking over every pair of places, this took hours, and nothing else was answered meanwhile."""
    scene = "https://" + "a" * 500_000 + " "
    code = await _refused(tenant, "杭州测算", qualification_id, source=SignSource.WEBSITE, apply_scene=scene)
    assert code == "signature.scene_malformed"


async def test_names_are_unique_within_an_account_and_told_apart_by_case(
    tenant: Tenant, qualification_id: int
) -> None:
    await tenant.signature("Yun", qualification_id)
    assert await _refused(tenant, "Yun", qualification_id) == "signature.name_taken"
    await tenant.signature("yun", qualification_id)


async def test_of_two_applications_for_one_name_at_the_same_moment_one_passes(
    tenant: Tenant, qualification_id: int
) -> None:
    outcomes = await asyncio.gather(
        tenant.signature("云雁", qualification_id),
        tenant.signature("云雁", qualification_id),
        return_exceptions=True,
    )
    assert sorted(isinstance(outcome, Refused) for outcome in outcomes) == [False, True]


async def test_an_unknown_or_foreign_qualification_is_refused_alike(
    tenant: Tenant, qualification_id: int, stranger: Tenant
) -> None:
    assert await _refused(stranger, "云雁", qualification_id) == "signature.qualification_unknown"
    assert await _refused(tenant, "云雁", 1) == "signature.qualification_unknown"


async def test_the_qualification_must_be_approved(patient_tenant: Tenant) -> None:
    pending = await patient_tenant.qualification()
    code = await _refused(patient_tenant, "云雁", pending.object_id)
    assert code == "signature.qualification_not_approved"


async def test_the_purpose_must_be_the_qualifications(tenant: Tenant, qualification_id: int) -> None:
    assert await _refused(tenant, "云雁", qualification_id, third_party=True) == "signature.purpose_mismatch"


async def test_third_party_use_without_a_letter_is_refused(tenant: Tenant) -> None:
    other = await tenant.qualification(
        "他用",
        use_by_self=False,
        company_name="别家有限公司",
        organization_code=uscc_of("MA2HA002"),
        licenses=(Paper("1/a.png", "businessLicense"),),
    )
    assert await _refused(tenant, "别家", other.object_id) == "signature.purpose_mismatch"
    assert await _refused(tenant, "别家", other.object_id, third_party=True) == "signature.letter_missing"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"source": SignSource.TRADEMARK, "trademark_id": 1}, "signature.trademark_unknown"),
        ({"source": SignSource.TRADEMARK}, "signature.trademark_unknown"),
        ({"source": SignSource.APP}, "signature.scene_missing"),
        ({"source": SignSource.APP, "apply_scene": "store"}, "signature.scene_malformed"),
        ({"source": SignSource.APP, "apply_scene": "https://a.b/c"}, "signature.app_record_unknown"),
        (
            {"source": SignSource.APP, "apply_scene": "https://a.b/c", "app_record_id": 1},
            "signature.app_record_unknown",
        ),
        ({"letter_id": 1}, "signature.letter_unknown"),
    ],
)
async def test_a_source_needs_what_proves_it(
    tenant: Tenant, qualification_id: int, changes: dict[str, Any], code: str
) -> None:
    assert await _refused(tenant, "云雁", qualification_id, **changes) == code


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("云雁测试", {}, "测试"),
        ("TestCo", {}, "测试"),
        ("服务提醒", {}, "中性词"),
        ("云雁", {"source": SignSource.SHOP}, "来源"),
        ("云雁", {}, "“云雁”不在营业执照名称"),
        ("测算科技", {}, "省略了地域“杭州”"),
        ("杭州测算商城", {}, "不支持“企业名+产品名”"),
        ("測算科技", {}, "繁体字"),
    ],
)
async def test_automatic_review_rejects_what_the_specification_rules_out_and_says_why(
    tenant: Tenant, qualification_id: int, name: str, changes: dict[str, Any], words: str
) -> None:
    submitted = await tenant.signature(name, qualification_id, **changes)
    standing = await tenant.standing(Kind.SIGNATURE, submitted)
    assert (standing.state, standing.usable) == (State.REJECTED, False)
    assert words in standing.reason


async def test_a_rejected_signature_can_be_resubmitted(tenant: Tenant, qualification_id: int) -> None:
    await tenant.signature("杭州测算", qualification_id, source=SignSource.SHOP)
    material = replace(SIGNATURE, qualification_id=qualification_id)
    again = await tenant.compliance.signatures.resubmit(tenant.account_id, "杭州测算", material, actor=KEY)
    standing = await tenant.standing(Kind.SIGNATURE, again)
    assert (standing.state, standing.revision, standing.approved_revision) == (State.APPROVED, 2, 2)


async def test_an_approved_signature_stays_as_it_was_while_its_change_is_reviewed(
    patient_tenant: Tenant,
) -> None:
    tenant, desk = patient_tenant, patient_tenant.compliance.signatures
    await tenant.signature()
    await tenant.approve_open()
    before = await desk.get(tenant.account_id, "杭州测算")
    changed = replace(before.material, sign_type=SignType.CODE, remark="改")
    order = await desk.resubmit(tenant.account_id, "杭州测算", changed, actor=KEY)
    during = await desk.get(tenant.account_id, "杭州测算")
    assert (during.standing.state, during.material) == (State.CHANGING, before.material)
    assert (await desk.of_order(order.order_id)).material == changed
    sending = await tenant.compliance.signature(tenant.account_id, "杭州测算")
    assert sending is not None
    assert (sending.usable, sending.sign_type) == (True, SignType.GENERAL)
    with pytest.raises(Refused) as refused:
        await desk.resubmit(tenant.account_id, "杭州测算", changed, actor=KEY)
    assert refused.value.code == "signature.not_editable"
    await tenant.compliance.decide(order.order_id, Verdict.REJECT, "不符", LI)
    sending = await tenant.compliance.signature(tenant.account_id, "杭州测算")
    assert sending is not None
    assert sending.usable


async def test_a_signature_under_review_is_not_deleted(patient_tenant: Tenant) -> None:
    await patient_tenant.signature()
    with pytest.raises(Refused) as refused:
        await patient_tenant.compliance.signatures.delete(patient_tenant.account_id, "杭州测算", actor=KEY)
    assert refused.value.code == "signature.in_review"


async def test_other_tenants_signatures_are_never_visible(tenant: Tenant, stranger: Tenant) -> None:
    await tenant.signature()
    compliance = stranger.compliance
    assert await compliance.signature(stranger.account_id, "杭州测算") is None
    assert await compliance.signatures.page(stranger.account_id, limit=9, offset=0) == (0, [])
    for attempt in (
        compliance.signatures.get(stranger.account_id, "杭州测算"),
        compliance.signatures.delete(stranger.account_id, "杭州测算", actor=KEY),
    ):
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.code == "signature.unknown"


async def test_a_qualification_that_changes_meanwhile_stops_the_application(
    tenant: Tenant, qualification_id: int
) -> None:
    desk = tenant.compliance.signatures
    await desk.delete(tenant.account_id, COMPANY, actor=KEY)
    material = replace(SIGNATURE, qualification_id=qualification_id)
    bound = await desk._binding.bind(tenant.account_id, "云雁", material)
    await tenant.compliance.qualifications.delete(tenant.account_id, qualification_id, actor=KEY)
    with pytest.raises(Conflict):
        await commit_change(desk._store, (bound.hold,))

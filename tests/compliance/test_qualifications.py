from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from compliance_material import (
    COMPANY,
    KEY,
    LI,
    PHONE,
    QUALIFICATION,
    USCC,
    uscc_of,
)
from compliance_tenant import Tenant, make_tenant
from in_process_store import InProcessStore

from hongyan.compliance import Compliance, Kind, Paper, QualificationFilter, State, Verdict
from hongyan.identity import AccountKind, Identity
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Refused
from hongyan.kernel.states import IllegalTransition

ALL = QualificationFilter()


async def test_automatic_review_approves_and_every_step_is_recorded(tenant: Tenant) -> None:
    submitted = await tenant.qualification()
    found = await tenant.compliance.qualifications.get(tenant.account_id, submitted.object_id)
    assert (found.standing.state, found.standing.approved_revision) == (State.APPROVED, 1)
    assert found.material == QUALIFICATION
    history = await tenant.compliance.history(Kind.QUALIFICATION, found.id)
    assert [(step.actor, step.event, step.before, step.after) for step in history] == [
        ("key:test", "submit", "", "pending"),
        ("auto", "take", "pending", "in_review"),
        ("auto", "approve", "in_review", "approved"),
        ("platform", "complimentary_signature", "approved", "approved"),
    ]
    assert {step.order_id for step in history} == {submitted.order_id}


async def test_manual_review_waits_for_a_person(patient_tenant: Tenant) -> None:
    submitted = await patient_tenant.qualification()
    (order,) = await patient_tenant.compliance.desk.queue()
    assert (order.id, order.kind, order.label) == (submitted.order_id, Kind.QUALIFICATION, "自用资质")
    await patient_tenant.compliance.desk.claim(order.id, LI)
    assert (await patient_tenant.standing(Kind.QUALIFICATION, submitted)).state is State.IN_REVIEW
    await patient_tenant.compliance.decide(order.id, Verdict.REJECT, "营业执照不清晰", LI)
    standing = await patient_tenant.standing(Kind.QUALIFICATION, submitted)
    assert (standing.state, standing.reason, standing.usable) == (State.REJECTED, "营业执照不清晰", False)
    assert await patient_tenant.compliance.desk.queue() == []


async def test_the_numbers_that_tenants_see_fit_a_javascript_number(tenant: Tenant) -> None:
    submitted = await tenant.qualification()
    assert 0 < submitted.object_id < 2**53
    assert 0 < submitted.order_id < 2**53


async def test_personal_data_and_papers_lie_sealed_in_the_database(
    tenant: Tenant, store: InProcessStore
) -> None:
    await tenant.qualification()
    assert store._reader is not None
    rows = store._reader.execute("SELECT * FROM qualification_revision").fetchall()
    readable = b"|".join(v if isinstance(v, bytes) else str(v).encode() for row in rows for v in row)
    legal, admin = QUALIFICATION.legal_person, QUALIFICATION.admin
    for secret in (
        legal.name,
        legal.id_number,
        admin.name,
        admin.id_number,
        PHONE,
        "licence.jpg",
        "extra.pdf",
    ):
        assert secret.encode() not in readable
    for secret in (legal.id_number, admin.id_number, PHONE):
        assert secret not in repr(QUALIFICATION)


async def test_own_use_needs_the_company_that_the_account_is_verified_as(tenant: Tenant) -> None:
    for changes in ({"company_name": "别家有限公司"}, {"organization_code": uscc_of("MA2HA002")}):
        with pytest.raises(Refused) as refused:
            await tenant.qualification(**changes)
        assert refused.value.code == "qualification.not_own_company"


async def test_third_party_use_takes_another_company_with_its_licence(tenant: Tenant) -> None:
    submitted = await tenant.qualification(
        "他用资质",
        use_by_self=False,
        company_name="别家有限公司",
        organization_code=uscc_of("MA2HA002"),
        licenses=(Paper("1/a.png", "businessLicense"),),
    )
    assert (await tenant.standing(Kind.QUALIFICATION, submitted)).state is State.APPROVED


async def test_an_account_without_a_verified_company_has_no_own_use(
    identity: Identity, compliance: Compliance, phone: list[tuple[str, str]], clock: ManualClock
) -> None:
    tenant = await make_tenant(identity, compliance, phone, clock, company=None, uscc=None)
    with pytest.raises(Refused) as refused:
        await tenant.qualification()
    assert refused.value.code == "qualification.not_own_company"


async def test_individuals_cannot_apply(
    identity: Identity, compliance: Compliance, phone: list[tuple[str, str]], clock: ManualClock
) -> None:
    tenant = await make_tenant(identity, compliance, phone, clock, kind=AccountKind.INDIVIDUAL)
    with pytest.raises(Refused) as refused:
        await tenant.qualification()
    assert refused.value.code == "account.not_enterprise"


async def test_all_problems_are_told_with_the_first_one_as_the_code(tenant: Tenant) -> None:
    with pytest.raises(Refused) as refused:
        await tenant.qualification(company_type="X", organization_code="X")
    assert refused.value.code == "qualification.company_type"
    assert refused.value.facts["problems"] == [
        "qualification.company_type",
        "qualification.organization_code_wrong",
        "qualification.not_own_company",
    ]


async def test_a_name_is_taken_once_per_account_and_free_again_after_deletion(
    tenant: Tenant, stranger: Tenant
) -> None:
    first = await tenant.qualification()
    with pytest.raises(Refused) as refused:
        await tenant.qualification()
    assert refused.value.code == "qualification.name_taken"
    await stranger.qualification()
    await tenant.compliance.qualifications.delete(tenant.account_id, first.object_id, actor=KEY)
    assert (await tenant.qualification()).object_id != first.object_id


async def test_the_phone_code_is_needed_used_up_and_bound_to_account_and_number(
    tenant: Tenant, stranger: Tenant
) -> None:
    submit = tenant.compliance.qualifications.submit
    code = await tenant.phone_code()
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for account, number, guess in (
        (tenant.account_id, PHONE, wrong),
        (tenant.account_id, "13900000002", code),
        (stranger.account_id, PHONE, code),
    ):
        with pytest.raises(Refused) as refused:
            await submit(account, "资质", replace(QUALIFICATION, admin_phone=number), guess, actor=KEY)
        assert refused.value.code == "phone_code.wrong"
    await submit(tenant.account_id, "资质", QUALIFICATION, code, actor=KEY)
    tenant.clock.advance(5)
    with pytest.raises(Refused) as refused:
        await submit(tenant.account_id, "又一个", QUALIFICATION, code, actor=KEY)
    assert refused.value.code == "phone_code.wrong"


async def test_of_two_submissions_with_one_code_at_the_same_moment_one_passes(tenant: Tenant) -> None:
    code = await tenant.phone_code()
    outcomes = await asyncio.gather(
        *(
            tenant.compliance.qualifications.submit(tenant.account_id, name, QUALIFICATION, code, actor=KEY)
            for name in ("甲", "乙")
        ),
        return_exceptions=True,
    )
    assert sorted(isinstance(outcome, Refused) for outcome in outcomes) == [False, True]


async def test_a_refused_submission_stores_nothing_and_keeps_the_code(tenant: Tenant) -> None:
    code = await tenant.phone_code()
    bad = replace(QUALIFICATION, company_type="X")
    with pytest.raises(Refused):
        await tenant.compliance.qualifications.submit(tenant.account_id, "资质", bad, code, actor=KEY)
    assert await tenant.compliance.qualifications.page(tenant.account_id, ALL, limit=10, offset=0) == (0, [])
    assert await tenant.compliance.phone_codes.check(tenant.account_id, PHONE, code)


async def test_other_tenants_qualifications_are_never_visible(tenant: Tenant, stranger: Tenant) -> None:
    submitted = await tenant.qualification()
    desk = tenant.compliance.qualifications
    for attempt in (
        desk.get(stranger.account_id, submitted.object_id),
        desk.get(stranger.account_id, submitted.object_id, submitted.order_id),
        desk.delete(stranger.account_id, submitted.object_id, actor=KEY),
        desk.resubmit(stranger.account_id, submitted.object_id, QUALIFICATION, "123456", actor=KEY),
    ):
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.code == "qualification.unknown"
    with pytest.raises(Refused) as refused:
        await tenant.compliance.withdraw(stranger.account_id, submitted.order_id, actor=KEY)
    assert refused.value.code in {"review.unknown", "review.decided"}
    assert await desk.page(stranger.account_id, ALL, limit=10, offset=0) == (0, [])


async def test_an_order_of_another_object_finds_nothing(tenant: Tenant) -> None:
    one, two = await tenant.qualification("甲"), await tenant.qualification("乙")
    with pytest.raises(Refused):
        await tenant.compliance.qualifications.get(tenant.account_id, one.object_id, two.order_id)


async def test_a_change_keeps_the_approved_revision_and_every_version(patient_tenant: Tenant) -> None:
    tenant, desk = patient_tenant, patient_tenant.compliance.qualifications
    first = await tenant.qualification()
    await tenant.approve_open()
    changed = replace(QUALIFICATION, remark="改过")
    second = await desk.resubmit(
        tenant.account_id, first.object_id, changed, await tenant.phone_code(), actor=KEY
    )
    standing = await tenant.standing(Kind.QUALIFICATION, second)
    assert (standing.state, standing.revision, standing.approved_revision) == (State.CHANGING, 2, 1)
    assert second.order_id != first.order_id
    assert (await desk.get(tenant.account_id, first.object_id, first.order_id)).material == QUALIFICATION
    assert (await desk.get(tenant.account_id, first.object_id, second.order_id)).material == changed
    await tenant.compliance.decide(second.order_id, Verdict.REJECT, "不符", LI)
    standing = await tenant.standing(Kind.QUALIFICATION, second)
    assert (standing.state, standing.approved_revision) == (State.REJECTED, 1)


async def test_nothing_under_review_is_edited_or_deleted_but_it_can_be_withdrawn(
    patient_tenant: Tenant,
) -> None:
    tenant, desk = patient_tenant, patient_tenant.compliance.qualifications
    submitted = await tenant.qualification()
    with pytest.raises(Refused) as refused:
        await desk.delete(tenant.account_id, submitted.object_id, actor=KEY)
    assert refused.value.code == "qualification.in_review"
    code = await tenant.phone_code()
    with pytest.raises(IllegalTransition):
        await desk.resubmit(tenant.account_id, submitted.object_id, QUALIFICATION, code, actor=KEY)
    await tenant.compliance.withdraw(tenant.account_id, submitted.order_id, actor=KEY)
    assert (await tenant.standing(Kind.QUALIFICATION, submitted)).state is State.WITHDRAWN
    with pytest.raises(Refused) as refused:
        await tenant.compliance.decide(submitted.order_id, Verdict.APPROVE, "", LI)
    assert refused.value.code == "review.decided"
    await desk.delete(tenant.account_id, submitted.object_id, actor=KEY)


async def test_a_qualification_that_a_signature_uses_is_not_deleted(tenant: Tenant) -> None:
    qualification = await tenant.qualification()
    await tenant.signature(qualification_id=qualification.object_id)
    with pytest.raises(Refused) as refused:
        await tenant.compliance.qualifications.delete(tenant.account_id, qualification.object_id, actor=KEY)
    assert refused.value.code == "qualification.bound"
    await tenant.compliance.signatures.delete(tenant.account_id, "杭州测算", actor=KEY)
    await tenant.compliance.qualifications.delete(tenant.account_id, qualification.object_id, actor=KEY)


async def test_the_record_query_filters_and_pages(tenant: Tenant) -> None:
    for n in range(3):
        await tenant.qualification(f"资质{n}")
    last = await tenant.qualification(
        "他用", use_by_self=False, legal_person=replace(QUALIFICATION.legal_person, name="赵其他")
    )

    async def names(filters: QualificationFilter, limit: int = 10, offset: int = 0) -> tuple[int, list[str]]:
        total, found = await tenant.compliance.qualifications.page(
            tenant.account_id, filters, limit=limit, offset=offset
        )
        return total, [qualification.name for qualification in found]

    assert await names(ALL, limit=2) == (4, ["他用", "资质2"])
    assert await names(ALL, limit=2, offset=2) == (4, ["资质1", "资质0"])
    assert await names(QualificationFilter(name="资质1")) == (1, ["资质1"])
    assert await names(QualificationFilter(company_name=COMPANY, use_by_self=False)) == (1, ["他用"])
    assert await names(QualificationFilter(legal_person_name="赵其他")) == (1, ["他用"])
    assert await names(QualificationFilter(order_id=last.order_id)) == (1, ["他用"])
    assert await names(QualificationFilter(states=(State.PENDING, State.CHANGING, State.IN_REVIEW))) == (
        0,
        [],
    )
    assert (await names(QualificationFilter(states=(State.APPROVED,))))[0] == 4
    assert QUALIFICATION.organization_code == USCC

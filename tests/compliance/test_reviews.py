from __future__ import annotations

import asyncio

import pytest
from compliance_material import KEY, LI, WANG
from compliance_tenant import Tenant

from hongyan.compliance import Compliance, Kind, State, Verdict
from hongyan.compliance.states import Event
from hongyan.identity import Conflict
from hongyan.kernel.errors import Refused
from hongyan.storage.port import Change, Refusal


async def test_of_two_verdicts_at_the_same_moment_one_counts(patient_tenant: Tenant) -> None:
    compliance, order = patient_tenant.compliance, await patient_tenant.qualification()
    outcomes = await asyncio.gather(
        compliance.decide(order.order_id, Verdict.APPROVE, "", LI),
        compliance.decide(order.order_id, Verdict.REJECT, "不符", WANG),
        return_exceptions=True,
    )
    (refused,) = (outcome for outcome in outcomes if isinstance(outcome, Refused))
    assert refused.code == "review.decided"
    history = await compliance.history(Kind.QUALIFICATION, order.object_id)
    assert [change.event for change in history] in (
        ["submit", "take", "approve", "complimentary_signature"],
        ["submit", "take", "reject"],
    )


async def test_steps_from_an_old_reading_conflict(patient_tenant: Tenant) -> None:
    """Two clients read the same version; the second write finds it gone."""
    reviews, order = patient_tenant.compliance._reviews, await patient_tenant.qualification()
    standing = await patient_tenant.standing(Kind.QUALIFICATION, order)
    taken, first = reviews._step(standing, Event.TAKE, LI)
    _, second = reviews._step(standing, Event.WITHDRAW, KEY)
    await reviews.store(taken, first)
    with pytest.raises(Conflict):
        await reviews.store(standing, second)
    assert (await patient_tenant.standing(Kind.QUALIFICATION, order)).state is State.IN_REVIEW


async def test_a_rejection_says_why(patient_tenant: Tenant) -> None:
    order = await patient_tenant.qualification()
    with pytest.raises(Refused) as refused:
        await patient_tenant.compliance.decide(order.order_id, Verdict.REJECT, "  ", LI)
    assert refused.value.code == "review.reason_missing"


async def test_an_unknown_order_is_told(compliance: Compliance) -> None:
    with pytest.raises(Refused) as refused:
        await compliance.decide(1, Verdict.APPROVE, "", LI)
    assert refused.value.code == "review.unknown"


async def test_open_orders_come_in_pages_the_oldest_first(patient_tenant: Tenant) -> None:
    submitted = [(await patient_tenant.qualification(f"资质{n}")).order_id for n in range(3)]
    first = await patient_tenant.compliance.desk.queue(limit=2)
    rest = await patient_tenant.compliance.desk.queue(after=first[-1].position, limit=2)
    assert [order.id for order in first + rest] == submitted


async def test_applications_that_a_crash_left_open_are_reviewed_at_the_next_start(
    patient_tenant: Tenant, compliance: Compliance
) -> None:
    order = await patient_tenant.qualification()
    assert await compliance.start() == 1
    assert (await patient_tenant.standing(Kind.QUALIFICATION, order)).state is State.APPROVED
    assert await compliance.start() == 0


async def test_with_manual_review_a_start_decides_nothing(patient_tenant: Tenant) -> None:
    await patient_tenant.qualification()
    assert await patient_tenant.compliance.start() == 0
    assert len(await patient_tenant.compliance.desk.queue()) == 1


async def test_a_person_who_is_faster_than_the_automatic_reviewer_wins(
    patient_tenant: Tenant, compliance: Compliance
) -> None:
    order = await patient_tenant.qualification()
    stale = await compliance.desk.order(order.order_id)
    await patient_tenant.compliance.decide(order.order_id, Verdict.REJECT, "不符", LI)
    await compliance._automatic.review(stale)
    assert (await patient_tenant.standing(Kind.QUALIFICATION, order)).state is State.REJECTED


async def test_a_signed_call_is_used_up_with_what_it_changes(tenant: Tenant) -> None:
    nonce = (29_000_000, 42)
    await tenant.signature("甲公司", qualification_id=(await tenant.qualification()).object_id)
    await tenant.compliance.signatures.delete(tenant.account_id, "甲公司", actor=KEY, nonce=nonce)
    with pytest.raises(Refused) as refused:
        await tenant.compliance.phone_codes.request(tenant.account_id, "13900000009", nonce=nonce)
    assert refused.value.code == "nonce.used"
    assert "13900000009" not in {number for number, _ in tenant.phone}


async def test_a_store_that_cannot_write_is_told_as_try_again(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hongyan.kernel.errors import Throttled

    async def full(_: Change) -> Refusal:
        return Refusal("storage.unavailable")

    monkeypatch.setattr(tenant.compliance._reviews._store, "commit", full)
    with pytest.raises(Throttled):
        await tenant.compliance.phone_codes.request(tenant.account_id, "13900000009")

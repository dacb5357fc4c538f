"""What is approved without a person, and the sample that a person looks at afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from compliance_material import COMPANY, KEY, LI, TEMPLATE
from compliance_tenant import Tenant, make_reviewed_tenant
from in_process_store import InProcessStore

from hongyan.compliance import Kind, State, Verdict
from hongyan.compliance.review import POLICIES, Policy, policies_named
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Misconfigured, Refused
from hongyan.kernel.ids import IdMaker


@pytest.fixture
async def tenant(store: InProcessStore, clock: ManualClock, ids: IdMaker) -> Tenant:
    """People review, with every policy in force; everything that policies approve is looked at again."""
    policies = tuple(replace(policy, sample_every=1) for policy in POLICIES)
    return await make_reviewed_tenant(store, clock, ids, policies=policies)


async def qualified(tenant: Tenant, **changes: Any) -> int:
    """An approved qualification, without the complimentary signature that would have the licence's name."""
    number = (await tenant.qualification(**changes)).object_id
    await tenant.approve_open()
    await tenant.compliance.signatures.delete(tenant.account_id, COMPANY, actor=LI)
    return number


async def test_the_licences_full_name_is_approved_at_once(tenant: Tenant) -> None:
    order = await tenant.signature(COMPANY, await qualified(tenant))
    assert (await tenant.standing(Kind.SIGNATURE, order)).state is State.APPROVED
    history = await tenant.compliance.history(Kind.SIGNATURE, order.object_id)
    assert {change.actor for change in history[1:]} == {"policy:licence-name"}


async def test_a_plain_verification_code_is_approved_at_once(tenant: Tenant) -> None:
    await tenant.signature(COMPANY, await qualified(tenant))
    order = await tenant.template(related_sign_name=COMPANY)
    assert (await tenant.standing(Kind.TEMPLATE, order)).state is State.APPROVED


async def test_what_a_rule_asks_about_waits_for_a_person(tenant: Tenant) -> None:
    order = await tenant.signature("测算科技", await qualified(tenant))
    assert (await tenant.standing(Kind.SIGNATURE, order)).state is State.PENDING


async def test_without_the_licences_picture_it_waits_for_a_person(tenant: Tenant) -> None:
    order = await tenant.signature(COMPANY, await qualified(tenant, licenses=()))
    assert (await tenant.standing(Kind.SIGNATURE, order)).state is State.PENDING


async def test_what_was_rejected_before_waits_for_a_person(tenant: Tenant) -> None:
    await tenant.signature(COMPANY, await qualified(tenant))
    order = await tenant.template(related_sign_name=COMPANY, content="您的理财验证码为${code}。")
    assert (await tenant.standing(Kind.TEMPLATE, order)).state is State.PENDING, "a risky industry"
    desk = tenant.compliance.desk
    await desk.decide(order.order_id, Verdict.REJECT, LI, text="不符")
    again = await tenant.compliance.templates.resubmit(
        tenant.account_id, order.label, replace(TEMPLATE, related_sign_name=COMPANY), actor=KEY
    )
    assert (await tenant.standing(Kind.TEMPLATE, again)).state is State.PENDING


async def test_without_policies_everything_waits_for_people(patient_tenant: Tenant) -> None:
    number = await qualified(patient_tenant)
    order = await patient_tenant.signature(COMPANY, number)
    assert (await patient_tenant.standing(Kind.SIGNATURE, order)).state is State.PENDING


async def test_of_the_sample_a_person_says_afterwards_whether_it_was_right(tenant: Tenant) -> None:
    desk, order = tenant.compliance.desk, await tenant.signature(COMPANY, await qualified(tenant))
    (look,) = await desk.second_looks()
    assert (look.order_id, look.policy, look.label, look.right_so) == (
        order.order_id,
        "licence-name",
        COMPANY,
        None,
    )
    with pytest.raises(Refused) as refused:
        await desk.look_again(order.order_id, right_so=False, remark=" ", reviewer=LI)
    assert refused.value.code == "review.reason_missing"
    await desk.look_again(order.order_id, right_so=False, remark="执照模糊", reviewer=LI)
    assert await desk.second_looks() == []
    found = await desk.second_look(order.order_id)
    assert (found.right_so, found.looker, found.remark) == (False, "person:li", "执照模糊")
    with pytest.raises(Refused) as refused:
        await desk.look_again(order.order_id, right_so=True, remark="", reviewer=LI)
    assert refused.value.code == "second_look.done"
    history = await tenant.compliance.history(Kind.SIGNATURE, order.object_id)
    assert (history[-1].event, history[-1].reason) == ("second_look", "执照模糊")


async def test_what_nobody_is_to_look_at_again_is_told(tenant: Tenant) -> None:
    with pytest.raises(Refused) as refused:
        await tenant.compliance.desk.look_again(1, right_so=True, remark="", reviewer=LI)
    assert refused.value.code == "second_look.unknown"


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_the_sample_is_about_one_in_so_many_and_always_the_same(policy: Policy) -> None:
    chosen = [order for order in range(20_000_000, 20_010_000) if policy.samples(order)]
    assert 0.8 < len(chosen) * policy.sample_every / 10_000 < 1.2
    assert chosen == [order for order in range(20_000_000, 20_010_000) if policy.samples(order)]


def test_policies_are_named_by_the_operator() -> None:
    assert policies_named([]) == ()
    assert [policy.id for policy in policies_named(["plain-code", "licence-name"])] == [
        "plain-code",
        "licence-name",
    ]
    with pytest.raises(Misconfigured) as refused:
        policies_named(["everything"])
    assert "licence-name" in refused.value.en

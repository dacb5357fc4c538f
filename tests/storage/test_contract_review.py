"""The review desk on every engine: claims and verdicts at the same moment, the queue, precedents, second looks, keys that are
used once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from compliance_material import COMPANY, LI, WANG
from compliance_tenant import Tenant, make_reviewed_tenant
from storage_books import Books
from storage_samples import Samples

from hongyan.compliance import Kind, State, Verdict
from hongyan.compliance.review import POLICIES
from hongyan.identity import Actor, Conflict, Vault, commit_change
from hongyan.identity.once import KEPT_MS, OnceKeys
from hongyan.kernel.errors import Refused


@pytest.fixture
async def tenant(books: Books, make: Samples) -> Tenant:
    policies = tuple(replace(policy, sample_every=1) for policy in POLICIES)
    return await make_reviewed_tenant(books.store, make.clock, make.ids, policies=policies)


async def test_of_many_who_claim_one_order_one_has_it(tenant: Tenant) -> None:
    desk, order = tenant.compliance.desk, await tenant.qualification()
    people = [Actor(f"person:{n}") for n in range(4)]
    outcomes = await asyncio.gather(
        *(desk.claim(order.order_id, who) for who in people), return_exceptions=True
    )
    winner = (await desk.order(order.order_id)).claimed
    assert winner is not None
    assert [type(outcome) for outcome in outcomes].count(Refused) == 3
    assert {each.facts["by"] for each in outcomes if isinstance(each, Refused)} == {winner.by}
    await desk.release(order.order_id, Actor(winner.by))
    assert (await desk.order(order.order_id)).claimed is None


async def test_a_first_approval_a_verdict_and_a_wish_for_more(tenant: Tenant) -> None:
    desk = tenant.compliance.desk
    number = (await tenant.qualification()).object_id
    await tenant.approve_open()
    signature = await tenant.signature("杭州测算", number)
    await desk.decide(signature.order_id, Verdict.ASK, LI, text="请补充")
    assert (await tenant.standing(Kind.SIGNATURE, signature)).state is State.INCOMPLETE
    again = await tenant.compliance.signatures.resubmit(
        tenant.account_id,
        "杭州测算",
        (await tenant.compliance.signatures.get(tenant.account_id, "杭州测算")).material,
        actor=LI,
    )
    await desk.decide(again.order_id, Verdict.APPROVE, LI)
    risky = await tenant.template(related_sign_name="杭州测算", content="您的理财验证码为${code}。")
    await desk.decide(risky.order_id, Verdict.APPROVE, LI)
    assert (await desk.order(risky.order_id)).first_approver == "person:li"
    await desk.decide(risky.order_id, Verdict.APPROVE, WANG)
    assert (await tenant.standing(Kind.TEMPLATE, risky)).state is State.APPROVED


async def test_the_queue_is_in_the_order_of_promises_and_comes_in_pages(tenant: Tenant) -> None:
    desk = tenant.compliance.desk
    number = (await tenant.qualification()).object_id
    await tenant.approve_open()
    slow = [(await tenant.qualification(f"后来{n}")).order_id for n in range(2)]
    fast = [(await tenant.signature(f"杭州测算{n}", number)).order_id for n in range(3)]
    first = await desk.queue(limit=2)
    rest = await desk.queue(after=first[-1].position, limit=10)
    assert [order.id for order in first + rest] == [*sorted(fast), *slow]
    assert [order.promised_ms for order in first + rest] == sorted(
        order.promised_ms for order in first + rest
    )


async def test_precedents_are_found_by_how_they_sound(tenant: Tenant) -> None:
    desk = tenant.compliance.desk
    number = (await tenant.qualification()).object_id
    await tenant.approve_open()
    first = await tenant.signature("杭州测算", number)
    await desk.decide(first.order_id, Verdict.REJECT, LI, text="不符")
    second = await tenant.signature("杭州策算", number)
    (found,) = (await desk.checklist(second.order_id)).precedents
    assert (found.name, found.verdict, found.reason) == ("杭州测算", "reject", "不符")


async def test_what_a_policy_approved_is_looked_at_again(tenant: Tenant) -> None:
    compliance = tenant.compliance
    number = (await tenant.qualification()).object_id
    await tenant.approve_open()
    await compliance.signatures.delete(tenant.account_id, COMPANY, actor=LI)
    order = await tenant.signature(COMPANY, number)
    assert (await tenant.standing(Kind.SIGNATURE, order)).state is State.APPROVED
    (look,) = await compliance.desk.second_looks()
    outcomes = await asyncio.gather(
        *(
            compliance.desk.look_again(look.order_id, right_so=True, remark="", reviewer=who)
            for who in (LI, WANG)
        ),
        return_exceptions=True,
    )
    assert [each.code for each in outcomes if isinstance(each, Refused)] == ["second_look.done"]
    assert await compliance.desk.second_looks(after=look.position) == []


async def test_kinds_of_papers_are_kept_with_a_revision_and_said_by_reviewers(
    tenant: Tenant,
) -> None:
    compliance = tenant.compliance
    order = await tenant.signature(papers=("1/a.png", "1/b.png"), paper_kinds=("game_filing", None))
    found = await compliance.signatures.get(tenant.account_id, order.label)
    assert found.material.paper_kinds == ("game_filing", None)
    await compliance.desk.name_papers(order.order_id, {"1/b.png": "financial_licence"}, LI)
    found = await compliance.signatures.get(tenant.account_id, order.label)
    assert found.material.paper_kinds == ("game_filing", "financial_licence")


async def test_a_key_is_used_once_and_forgotten_after_a_day(books: Books, make: Samples) -> None:
    once = OnceKeys(books.store, make.clock, Vault(bytes(range(32))))
    request = once.request("POST /x")
    assert await once.find(1, "k") is None
    await commit_change(books.store, once.use(1, "k", request, "SMS_1"))
    assert await once.find(1, "k") == request
    assert (await once.made(1, "k"), await once.made(2, "k")) == ("SMS_1", "")
    assert await once.find(2, "k") is None
    with pytest.raises(Conflict):
        await commit_change(books.store, once.use(1, "k", once.request("POST /y")))
    make.clock.advance(KEPT_MS / 1000)
    assert await once.find(1, "k") is None
    await commit_change(books.store, once.use(1, "k", once.request("POST /y")))

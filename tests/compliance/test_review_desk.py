"""The reviewer's desk: who has what, two people for what is risky, reasons, what a reviewer is shown, second looks."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from compliance_material import (
    COMPANY,
    KEY,
    LI,
    OTHER_COMPANY,
    QUALIFICATION,
    SIGNATURE,
    TEMPLATE,
    TRADEMARK,
    WANG,
    uscc_of,
)
from compliance_tenant import Tenant, make_tenant

from hongyan.compliance import Compliance, Kind, State, Verdict
from hongyan.compliance.promises import promised_ms
from hongyan.compliance.review import REASONS, RISKS, checklist_facts
from hongyan.compliance.review.risks import risks_of
from hongyan.compliance.reviews import CLAIM_LIVES_MS
from hongyan.identity import Actor, Identity
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Refused

ZHAO = Actor("person:zhao")
BANK = "杭州测算银行股份有限公司"
PUBLIC_BODY = uscc_of("470116340"[:8], registry="12")


async def refused(attempt: Any) -> Refused:
    with pytest.raises(Refused) as found:
        await attempt
    return found.value


def events(tenant: Tenant, history: Any) -> list[tuple[str, str]]:
    return [(change.event, change.actor) for change in history]


# -- claims --------------------------------------------------------------------------------------------------


async def test_a_claimed_order_is_its_reviewers_alone_and_the_others_are_told_whose(
    patient_tenant: Tenant,
) -> None:
    desk, order = patient_tenant.compliance.desk, await patient_tenant.qualification()
    await desk.claim(order.order_id, LI)
    for attempt in (
        desk.claim(order.order_id, WANG),
        desk.release(order.order_id, WANG),
        desk.decide(order.order_id, Verdict.APPROVE, WANG),
    ):
        found = await refused(attempt)
        assert (found.code, found.facts["by"]) == ("review.claimed", "person:li")
        assert "person:li" in found.zh
    assert (await patient_tenant.standing(Kind.QUALIFICATION, order)).state is State.IN_REVIEW
    await desk.decide(order.order_id, Verdict.APPROVE, LI)
    assert (await patient_tenant.standing(Kind.QUALIFICATION, order)).state is State.APPROVED


async def test_of_two_who_claim_at_the_same_moment_one_has_it(patient_tenant: Tenant) -> None:
    desk, order = patient_tenant.compliance.desk, await patient_tenant.qualification()
    outcomes = await asyncio.gather(
        *(desk.claim(order.order_id, who) for who in (LI, WANG, ZHAO)), return_exceptions=True
    )
    losers = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    winner = (await desk.order(order.order_id)).claimed
    assert winner is not None
    assert [loser.code for loser in losers] == ["review.claimed"] * 2
    assert {loser.facts["by"] for loser in losers} == {winner.by}


async def test_of_a_claim_and_a_verdict_at_the_same_moment_one_counts(patient_tenant: Tenant) -> None:
    desk, order = patient_tenant.compliance.desk, await patient_tenant.qualification()
    claimed, decided = await asyncio.gather(
        desk.claim(order.order_id, LI),
        desk.decide(order.order_id, Verdict.APPROVE, WANG),
        return_exceptions=True,
    )
    (code,) = [each.code for each in (claimed, decided) if isinstance(each, Refused)]
    assert code in ("review.claimed", "review.decided")


async def test_a_claim_ends_by_itself_and_may_be_renewed(patient_tenant: Tenant, clock: ManualClock) -> None:
    desk, order = patient_tenant.compliance.desk, await patient_tenant.qualification()
    await desk.claim(order.order_id, LI)
    clock.advance(CLAIM_LIVES_MS / 1000 - 1)
    await desk.claim(order.order_id, LI)
    clock.advance(CLAIM_LIVES_MS / 1000 - 1)
    assert (await refused(desk.claim(order.order_id, WANG))).code == "review.claimed"
    clock.advance(1)
    assert (await refused(desk.release(order.order_id, WANG))).code == "review.not_claimed"
    await desk.claim(order.order_id, WANG)
    assert (await refused(desk.decide(order.order_id, Verdict.APPROVE, LI))).facts["by"] == "person:wang"


async def test_a_released_order_is_everybodys_again(patient_tenant: Tenant) -> None:
    desk, order = patient_tenant.compliance.desk, await patient_tenant.qualification()
    assert (await refused(desk.release(order.order_id, LI))).code == "review.not_claimed"
    await desk.claim(order.order_id, LI)
    await desk.release(order.order_id, LI)
    await desk.claim(order.order_id, WANG)
    history = await patient_tenant.compliance.history(Kind.QUALIFICATION, order.object_id)
    assert events(patient_tenant, history)[1:] == [
        ("take", "person:li"),
        ("release", "person:li"),
        ("take", "person:wang"),
    ]


async def test_the_tenant_may_take_a_claimed_application_back(patient_tenant: Tenant) -> None:
    compliance, order = patient_tenant.compliance, await patient_tenant.qualification()
    await compliance.desk.claim(order.order_id, LI)
    await compliance.withdraw(patient_tenant.account_id, order.order_id, actor=KEY)
    assert (
        await refused(compliance.desk.decide(order.order_id, Verdict.APPROVE, LI))
    ).code == "review.decided"


async def test_a_claimed_order_is_left_alone_by_the_automatic_reviewer(
    patient_tenant: Tenant, compliance: Compliance
) -> None:
    order = await patient_tenant.qualification()
    await patient_tenant.compliance.desk.claim(order.order_id, LI)
    await compliance.start()
    assert (await patient_tenant.standing(Kind.QUALIFICATION, order)).state is State.IN_REVIEW


# -- the queue -----------------------------------------------------------------------------------------------


async def test_what_is_promised_first_comes_first(patient_tenant: Tenant) -> None:
    """A name that is submitted later than a qualification is promised earlier."""
    qualification = await patient_tenant.qualification()
    await patient_tenant.approve_open()
    slow = await patient_tenant.qualification("后来的资质")
    fast = await patient_tenant.signature(qualification_id=qualification.object_id)
    queue = await patient_tenant.compliance.desk.queue()
    assert [order.id for order in queue] == [fast.order_id, slow.order_id]
    assert queue[0].promised_ms < queue[1].promised_ms
    (second,) = await patient_tenant.compliance.desk.queue(after=queue[0].position)
    assert second == queue[1]


# -- two people ----------------------------------------------------------------------------------------------


@pytest.fixture
async def bank(
    identity: Identity, reviewed_by_people: Compliance, phone: list[tuple[str, str]], clock: ManualClock
) -> Tenant:
    return await make_tenant(identity, reviewed_by_people, phone, clock, name="bank", company=BANK)


async def test_what_is_risky_needs_two_different_people(bank: Tenant) -> None:
    desk = bank.compliance.desk
    order = await bank.qualification(company_name=BANK)
    facts = checklist_facts(await desk.checklist(order.order_id))
    assert (facts["two_needed"], [risk["id"] for risk in facts["risks"]]) == (True, ["finance"])

    await desk.decide(order.order_id, Verdict.APPROVE, LI, text="看过了")
    found = await desk.order(order.order_id)
    assert (found.verdict, found.first_approver, found.claimed) == (None, "person:li", None)
    assert (await bank.standing(Kind.QUALIFICATION, order)).state is State.IN_REVIEW
    assert [each.id for each in await desk.queue()] == [order.order_id]
    for attempt in (desk.decide(order.order_id, Verdict.APPROVE, LI), desk.claim(order.order_id, LI)):
        assert (await refused(attempt)).code == "review.second_reviewer"

    await desk.claim(order.order_id, WANG)
    await desk.decide(order.order_id, Verdict.APPROVE, WANG)
    assert (await bank.standing(Kind.QUALIFICATION, order)).state is State.APPROVED
    history = await bank.compliance.history(Kind.QUALIFICATION, order.object_id)
    assert ("first_approval", "person:li") in events(bank, history)
    assert ("approve", "person:wang") in events(bank, history)


async def test_one_rejection_is_enough(bank: Tenant) -> None:
    desk, order = bank.compliance.desk, await bank.qualification(company_name=BANK)
    await desk.decide(order.order_id, Verdict.APPROVE, LI)
    await desk.decide(order.order_id, Verdict.REJECT, WANG, reasons=["papers.unreadable"])
    assert (await bank.standing(Kind.QUALIFICATION, order)).state is State.REJECTED


async def test_of_two_first_approvals_at_the_same_moment_one_is_the_second(bank: Tenant) -> None:
    desk, order = bank.compliance.desk, await bank.qualification(company_name=BANK)
    await asyncio.gather(
        desk.decide(order.order_id, Verdict.APPROVE, LI), desk.decide(order.order_id, Verdict.APPROVE, WANG)
    )
    found = await desk.order(order.order_id)
    assert found.verdict == "approve"
    assert {found.first_approver, found.reviewer} == {"person:li", "person:wang"}


@pytest.mark.parametrize(
    ("texts", "code", "ids"),
    [
        ((COMPANY,), "91330106MA2HY0001N", []),
        (("杭州某某小额贷款有限公司",), None, ["finance"]),
        (("某市公安局",), None, ["government"]),
        (("某中心",), "12330106MA2HY0001N", ["government"]),
        (("您的游戏账号",), None, ["gaming"]),
        (("某某人寿保险",), None, ["insurance"]),
    ],
)
def test_risks_are_found_by_names_texts_and_credit_codes(
    texts: tuple[str, ...], code: str | None, ids: list[str]
) -> None:
    assert [row.id for row in risks_of(texts, code, date(2026, 11, 21))] == ids


def test_every_row_says_where_it_is_from_in_both_languages() -> None:
    for name, source in [
        *((row.name, row.source) for row in RISKS),
        *((row.words, row.source) for row in REASONS),
        *((row.fix, row.source) for row in REASONS),
    ]:
        assert source
        assert name.en.isascii()
        assert not name.zh.isascii()


# -- reasons and asking for more -----------------------------------------------------------------------------


async def test_a_rejection_tells_what_the_rules_found_and_how_to_fix_it(patient_tenant: Tenant) -> None:
    desk, order = patient_tenant.compliance.desk, await patient_tenant.signature("测算科技")
    found = await desk.checklist(order.order_id)
    (rule, *_) = [each.rule for each in found.subject.report.findings]
    assert rule in {each.id for each in found.reasons}
    await desk.decide(
        order.order_id, Verdict.REJECT, LI, reasons=[rule, "purpose.unclear"], text="请联系我们 call us"
    )
    told = (await patient_tenant.standing(Kind.SIGNATURE, order)).reason
    finding = found.subject.report.findings[0]
    for words in (finding.message.zh, finding.fix.zh, finding.message.en, finding.fix.en):
        assert words in told
    assert "使用场景说明不清楚" in told
    assert told.endswith("请联系我们 call us")


async def test_a_reason_that_is_none_of_the_orders_is_refused(patient_tenant: Tenant) -> None:
    desk, order = patient_tenant.compliance.desk, await patient_tenant.qualification()
    for reason in ("no.such", "letter.not_as_required", "signature.says_test"):
        attempt = desk.decide(order.order_id, Verdict.REJECT, LI, reasons=[reason])
        assert (await refused(attempt)).code == "review.reason_unknown"


@pytest.mark.parametrize("verdict", [Verdict.REJECT, Verdict.ASK])
async def test_whatever_is_no_approval_says_why(patient_tenant: Tenant, verdict: Verdict) -> None:
    order = await patient_tenant.qualification()
    attempt = patient_tenant.compliance.desk.decide(order.order_id, verdict, LI, text=" \n")
    assert (await refused(attempt)).code == "review.reason_missing"


async def test_who_is_asked_for_more_submits_again_with_it(patient_tenant: Tenant) -> None:
    desk, order = patient_tenant.compliance.desk, await patient_tenant.qualification(licenses=())
    await desk.decide(order.order_id, Verdict.ASK, LI, reasons=["papers.missing"])
    standing = await patient_tenant.standing(Kind.QUALIFICATION, order)
    assert (standing.state, standing.usable) == (State.INCOMPLETE, False)
    assert "缺少证明材料" in standing.reason
    again = await patient_tenant.compliance.qualifications.resubmit(
        patient_tenant.account_id,
        order.object_id,
        QUALIFICATION,
        await patient_tenant.phone_code(),
        actor=KEY,
    )
    assert [each.id for each in await desk.queue()] == [again.order_id]
    assert again.order_id != order.order_id
    await desk.decide(again.order_id, Verdict.APPROVE, LI)
    assert (await patient_tenant.standing(Kind.QUALIFICATION, again)).state is State.APPROVED


async def test_asking_for_more_about_a_change_leaves_what_was_approved(patient_tenant: Tenant) -> None:
    compliance = patient_tenant.compliance
    first = await patient_tenant.signature()
    await patient_tenant.approve_open()
    material = (await compliance.signatures.get(patient_tenant.account_id, first.label)).material
    change = await compliance.signatures.resubmit(
        patient_tenant.account_id, first.label, replace(material, remark="新用途"), actor=KEY
    )
    await compliance.desk.decide(change.order_id, Verdict.ASK, LI, text="请说明用途")
    found = await compliance.signature(patient_tenant.account_id, first.label)
    assert found is not None
    assert found.usable


# -- the checklist -------------------------------------------------------------------------------------------


async def test_the_checklist_has_what_helps_to_decide(
    patient_tenant: Tenant,
    identity: Identity,
    reviewed_by_people: Compliance,
    phone: list[tuple[str, str]],
    clock: ManualClock,
) -> None:
    other = await make_tenant(identity, reviewed_by_people, phone, clock, name="other")
    await other.signature("杭州测算")
    order = await patient_tenant.signature("杭州测算", papers=("1/extra.pdf",))
    facts = checklist_facts(await patient_tenant.compliance.desk.checklist(order.order_id))
    assert facts["report"]["verdict"] in ("pass", "ask", "reject")
    assert [paper["format"] for paper in facts["papers"]] == ["pdf"]
    assert facts["same_name"] == [{"account_id": other.account_id, "state": "approved"}]
    assert facts["enterprises_of_admin"] == 1
    assert len(facts["same_admin"]) == 2, "both tenants name the same administrator of one company"
    assert facts["account"]["company"] == COMPANY
    assert [step["event"] for step in facts["history"]] == ["submit"]
    assert "papers.unreadable" in {reason["id"] for reason in facts["reasons"]}


async def test_personal_numbers_are_shortened_unless_somebody_asks(patient_tenant: Tenant) -> None:
    order = await patient_tenant.qualification()
    found = await patient_tenant.compliance.desk.checklist(order.order_id)
    material = checklist_facts(found)["material"]
    assert material["admin_phone"] == "****0001"
    assert material["admin"]["id_number"] == f"****{QUALIFICATION.admin.id_number[-4:]}"
    assert material["admin"]["name"] == "李管理"
    revealed = checklist_facts(found, reveal=True)["material"]
    assert revealed["admin"]["id_number"] == QUALIFICATION.admin.id_number


async def test_a_paper_is_shown_to_who_reviews_it_and_that_is_written_down(
    patient_tenant: Tenant, identity: Identity
) -> None:
    desk, order = patient_tenant.compliance.desk, await patient_tenant.qualification()
    paper = (await desk.checklist(order.order_id)).papers[0]
    assert (await desk.paper(order.order_id, paper.id, LI)).key == paper.key
    assert (await refused(desk.paper(order.order_id, 1, LI))).code == "paper.unknown"
    (event, *_) = await identity.audit_events(patient_tenant.account_id)
    assert (event.action, event.actor) == ("compliance.view_paper", "person:li")


async def test_verdicts_are_in_the_audit_trail(patient_tenant: Tenant, identity: Identity) -> None:
    order = await patient_tenant.qualification()
    await patient_tenant.compliance.desk.decide(order.order_id, Verdict.REJECT, LI, text="不符")
    (event, *_) = await identity.audit_events(patient_tenant.account_id)
    assert (event.action, event.actor, event.facts) == (
        "compliance.reject",
        "person:li",
        {"order": order.order_id},
    )


async def test_templates_are_judged_by_their_rules_and_their_signatures(patient_tenant: Tenant) -> None:
    await patient_tenant.signature()
    await patient_tenant.approve_open()
    order = await patient_tenant.template(content="您的理财验证码为${code}，请勿告知他人。")
    found = await patient_tenant.compliance.desk.checklist(order.order_id)
    assert [risk.id for risk in found.subject.risks] == ["finance"]
    assert found.subject.qualification is not None
    plain = await patient_tenant.template()
    assert (await patient_tenant.compliance.desk.checklist(plain.order_id)).subject.risks == ()


def test_material_of_these_tests_is_no_risk() -> None:
    texts = (COMPANY, OTHER_COMPANY, TEMPLATE.content)
    assert risks_of(texts, None, date(2026, 11, 21)) == ()


async def test_the_papers_that_a_signature_leans_on_are_shown_and_looking_is_written_down(
    patient_tenant: Tenant, identity: Identity
) -> None:
    tenant, desk = patient_tenant, patient_tenant.compliance.desk
    qualification = await tenant.third_party()
    await tenant.approve_open()
    mark = await tenant.compliance.trademarks.create(tenant.account_id, TRADEMARK, actor=KEY)
    order = await tenant.signature(
        "杭州云雁",
        qualification.object_id,
        third_party=True,
        letter_id=await tenant.letter(),
        trademark_id=mark,
        papers=("1/extra.pdf",),
    )
    checklist = await desk.checklist(order.order_id)
    assert [each.key for each in checklist.papers] == ["1/extra.pdf"]
    told = {(each.kind.value, each.paper.key): each.paper.id for each in checklist.evidence}
    assert list(told) == [
        ("letter", "1/letter.png"),
        ("trademark", "1/mark.png"),
        ("qualification", "1/licence.jpg"),
    ], "and nobody's ID card"
    for paper_id in told.values():
        await desk.paper(order.order_id, paper_id, LI)
    assert (await desk.paper(order.order_id, "1/letter.png", LI)).id == told["letter", "1/letter.png"]
    looked = [
        event.object.partition(":")[0]
        for event in await identity.audit_events(tenant.account_id)
        if event.action == "compliance.view_paper"
    ]
    assert looked == ["letter", "qualification", "trademark", "letter"], "the newest first"
    card = await tenant.compliance.papers.find(tenant.account_id, "1/c.png")
    assert card is not None
    assert (await refused(desk.paper(order.order_id, card.id, LI))).code == "paper.unknown"


# -- public bodies -------------------------------------------------------------------------------------------


async def _promised(tenant: Tenant, order_id: int, code: str | None = None) -> bool:
    """Whether an order is promised what its kind is, for an entity with this credit code."""
    order = await tenant.compliance.desk.order(order_id)
    return order.promised_ms == promised_ms(order.kind, order.submitted_ms, code)


async def _approve_by_two(tenant: Tenant, order_id: int) -> None:
    for reviewer in (LI, WANG):
        await tenant.compliance.decide(order_id, Verdict.APPROVE, "", reviewer)


async def test_names_and_texts_of_public_bodies_are_promised_later(patient_tenant: Tenant) -> None:
    tenant, name = patient_tenant, "杭州测算研究院"
    body = await tenant.third_party(company_name=name, organization_code=PUBLIC_BODY)
    await _approve_by_two(tenant, body.order_id)
    own = await tenant.signature("杭州测算")
    letter = await tenant.letter(authorizer=name, organization_code=PUBLIC_BODY, scope=(name,))
    lent = await tenant.signature(name, body.object_id, third_party=True, letter_id=letter)
    assert await _promised(tenant, own.order_id)
    assert await _promised(tenant, lent.order_id, PUBLIC_BODY)
    assert not await _promised(tenant, lent.order_id)
    await _approve_by_two(tenant, lent.order_id)
    text = await tenant.template(related_sign_name=name)
    assert await _promised(tenant, text.order_id, PUBLIC_BODY)
    material = replace(SIGNATURE, qualification_id=body.object_id, third_party=True, letter_id=letter)
    again = await tenant.compliance.signatures.resubmit(tenant.account_id, name, material, actor=KEY)
    assert await _promised(tenant, again.order_id, PUBLIC_BODY)

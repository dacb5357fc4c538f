"""Applications on every engine: what a third-party signature needs, who is bound to whom, and what happens at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from compliance_material import COMPANY, KEY, LETTER, LI, SIGNATURE, TEMPLATE, TRADEMARK, USCC
from compliance_tenant import Tenant, make_reviewed_tenant
from storage_books import Books
from storage_samples import Samples

from hongyan.compliance import (
    DrivingType,
    Kind,
    LetterFilter,
    LetterState,
    ProofKind,
    SignSource,
    State,
    TemplateFilter,
    TrafficDriving,
    Verdict,
)
from hongyan.compliance.limits import ALIYUN_OLD, TENCENT
from hongyan.identity import Actor
from hongyan.kernel.errors import Refused, Throttled

NAME = "杭州云雁"


@pytest.fixture
async def tenant(books: Books, make: Samples) -> Tenant:
    """A verified enterprise whose applications wait for people."""
    return await make_reviewed_tenant(books.store, make.clock, make.ids)


async def test_a_third_party_signature_from_nothing(tenant: Tenant) -> None:
    compliance = tenant.compliance
    own, others = await tenant.qualification(), await tenant.third_party()
    await tenant.approve_open()
    assert (await compliance.signatures.get(tenant.account_id, COMPANY)).standing.usable
    letter = await tenant.letter()
    mark = await compliance.trademarks.create(tenant.account_id, TRADEMARK, actor=KEY)
    await tenant.signature(NAME, others.object_id, third_party=True, letter_id=letter, trademark_id=mark)
    await tenant.approve_open()
    view = await compliance.signatures.get(tenant.account_id, NAME)
    assert (view.letter_passed, view.proofs.letter, view.proofs.trademark) == (True, 1, 1)
    kept = await compliance.letters.get(tenant.account_id, letter)
    assert (kept.state, kept.material) == (LetterState.PASSED, LETTER)
    assert [each.id for each in await compliance.letters.naming(NAME)] == [letter]
    ties = await compliance.ties(own.object_id)
    assert (ties.enterprises, len(ties.qualifications)) == (2, 2)
    total, page = await compliance.signatures.page(tenant.account_id, limit=1, offset=0)
    assert (total, [each.name for each in page]) == (2, [NAME])


async def test_versions_and_change_records_of_everything(tenant: Tenant) -> None:
    compliance = tenant.compliance
    others = (await tenant.third_party()).object_id
    await tenant.approve_open()
    letter = await tenant.letter()
    await compliance.letters.edit(tenant.account_id, letter, replace(LETTER, scope=(NAME, "云上")), actor=KEY)
    order = await tenant.signature(NAME, others, third_party=True, letter_id=letter)
    await compliance.decide(order.order_id, Verdict.REJECT, "不符", LI)
    material = (await compliance.signatures.get(tenant.account_id, NAME)).material
    again = replace(material, remark="改", source=SignSource.ENTERPRISE)
    await compliance.signatures.resubmit(tenant.account_id, NAME, again, actor=KEY)
    await tenant.approve_open()
    await tenant.template(related_sign_name=NAME)
    numbers = {
        Kind.QUALIFICATION: others,
        Kind.SIGNATURE: order.object_id,
        ProofKind.LETTER: letter,
    }
    for kind, revisions in ((Kind.QUALIFICATION, 1), (Kind.SIGNATURE, 2), (ProofKind.LETTER, 2)):
        assert len(await compliance.versions(kind, numbers[kind])) == revisions, kind
    *_, submitted, _, _ = await compliance.history(Kind.SIGNATURE, order.object_id)
    assert [change.name for change in submitted.changed] == ["remark"]
    assert (submitted.door, submitted.address) == ("aliyun", "203.0.113.9")
    bound = (await compliance.signatures.get(tenant.account_id, NAME)).proofs
    assert bound.letter == 2


async def test_templates_are_found_by_everything_and_by_their_tags(tenant: Tenant) -> None:
    compliance, account_id = tenant.compliance, tenant.account_id
    await tenant.qualification()
    await tenant.approve_open()
    said = TrafficDriving(DrivingType.PHONE_95, "95588", COMPANY, USCC)
    first = await tenant.template(related_sign_name=COMPANY, traffic_driving=(said,))
    await tenant.approve_open()
    second = await tenant.template(related_sign_name=COMPANY, name="又一个")
    tags = compliance.template_tags
    await tags.put(account_id, [first.label, second.label], {"env": "test", "team": "a"}, actor=KEY)
    await tags.put(account_id, [second.label], {"env": "live"}, actor=KEY)

    async def found(**wanted: Any) -> list[str]:
        total, page = await compliance.templates.page(account_id, TemplateFilter(**wanted), limit=9, offset=0)
        assert total == len(page)
        return sorted(view.code for view in page)

    both = sorted([first.label, second.label])
    assert await found() == await found(category=TEMPLATE.category) == await found(tag="team") == both
    for wanted in (
        {"code": second.label},
        {"name": "一个"},
        {"states": (State.PENDING, State.IN_REVIEW)},
        {"usable": False},
        {"tag": "env:live"},
        {"tag": "env", "related_sign_name": COMPANY, "usable": False},
    ):
        assert await found(**wanted) == [second.label], wanted
    view = await compliance.templates.get(account_id, first.label)
    assert view.material.traffic_driving == (said,)

    async def tagged(codes: list[str], wanted: dict[str, str | None], **more: Any) -> list[tuple[str, str]]:
        rows = await tags.find(account_id, codes, wanted, **{"limit": 9} | more)
        return [(row.template_code, row.key) for row in rows]

    every = [(code, key) for code in (first.label, second.label) for key in ("env", "team")]
    assert await tagged([], {"team": None}) == await tagged(both, {}) == every
    assert await tagged([], {"env": "live", "team": "a"}) == every[2:]
    assert await tagged([first.label], {"env": "live"}) == []
    (page_end, *_) = await tags.find(account_id, both, {}, limit=1)
    assert await tagged(both, {}, after=page_end.place) == every[1:]
    outcomes = await asyncio.gather(
        *(tags.put(account_id, [first.label], {f"{n}{m}": "" for m in range(10)}, actor=KEY) for n in "ab"),
        return_exceptions=True,
    )
    assert [each.code for each in outcomes if isinstance(each, Refused)] == ["tag.too_many"]
    await tags.remove(account_id, both, None, actor=KEY)
    assert await tagged(both, {}) == []


async def test_what_happens_at_the_same_moment_happens_once(tenant: Tenant) -> None:
    outcomes = await asyncio.gather(tenant.letter("一号"), tenant.letter("一号"), return_exceptions=True)
    assert [each.code for each in outcomes if isinstance(each, Refused)] == ["letter.name_taken"]
    own = await tenant.qualification()
    verdicts = await asyncio.gather(
        tenant.compliance.decide(own.order_id, Verdict.APPROVE, "", LI),
        tenant.compliance.decide(own.order_id, Verdict.REJECT, "不符", LI),
        return_exceptions=True,
    )
    assert [each.code for each in verdicts if isinstance(each, Refused)] == ["review.decided"]
    found = await tenant.compliance.letters.find(tenant.account_id, LetterFilter(sign_name=NAME))
    assert [letter.name for letter in found] == ["一号"]


async def test_limits_count_and_hold(tenant: Tenant) -> None:
    own = (await tenant.qualification()).object_id
    await tenant.approve_open()
    material = replace(SIGNATURE, qualification_id=own)
    submit = tenant.compliance.signatures.submit
    for number in range(49):
        await submit(tenant.account_id, f"签名{number}号", material, actor=Actor("key:test", TENCENT))
    outcomes = await asyncio.gather(
        *(
            submit(tenant.account_id, f"同时{n}号", material, actor=Actor("key:test", TENCENT))
            for n in (1, 2)
        ),
        return_exceptions=True,
    )
    assert [each.code for each in outcomes if isinstance(each, Refused)] == ["signature.too_many"]
    template = replace(TEMPLATE, related_sign_name=COMPANY)
    add = tenant.compliance.templates.submit
    await add(tenant.account_id, template, actor=Actor("key:test", ALIYUN_OLD))
    with pytest.raises(Throttled):
        await add(tenant.account_id, template, actor=Actor("key:test", ALIYUN_OLD))


async def test_a_qualification_of_the_same_company_and_person_is_found(tenant: Tenant) -> None:
    one, two = await tenant.qualification("一份"), await tenant.qualification("又一份")
    await tenant.approve_open()
    desk = tenant.compliance.qualifications
    material = (await desk.get(tenant.account_id, two.object_id)).material
    code = await tenant.phone_code()
    with pytest.raises(Refused) as refused:
        await desk.resubmit(tenant.account_id, two.object_id, material, code, actor=KEY)
    assert refused.value.code == "qualification.same_exists"
    await desk.delete(tenant.account_id, one.object_id, actor=KEY)
    await desk.resubmit(tenant.account_id, two.object_id, material, code, actor=KEY)

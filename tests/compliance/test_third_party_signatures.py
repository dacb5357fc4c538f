"""Signatures for others: what a letter must say, what an approval does to it, and how the qualification is changed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from compliance_material import (
    APP_RECORD,
    KEY,
    LETTER,
    LI,
    TRADEMARK,
    WANG,
    uscc_of,
)
from compliance_tenant import Tenant, make_tenant

from hongyan.compliance import (
    Compliance,
    Kind,
    LetterState,
    PersonPapers,
    ProofKind,
    ProofRevisions,
    SignSource,
    State,
    Verdict,
)
from hongyan.compliance.qualifications import missing_elements
from hongyan.compliance.qualifications.rows import add_revision
from hongyan.identity import AccountKind, Identity, Vault, commit_change
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Refused

_MONTH = 31 * 86_400


async def _refused(tenant: Tenant, qualification_id: int, name: str = "杭州云雁", **changes: Any) -> str:
    with pytest.raises(Refused) as refused:
        await tenant.signature(name, qualification_id, third_party=True, **changes)
    return refused.value.code


@pytest.fixture
async def others(tenant: Tenant) -> int:
    """An approved qualification of the other company."""
    return (await tenant.third_party()).object_id


async def test_a_letter_that_fits_makes_a_third_party_signature(tenant: Tenant, others: int) -> None:
    letter = await tenant.letter()
    await tenant.signature("杭州云雁", others, third_party=True, letter_id=letter)
    view = await tenant.compliance.signatures.get(tenant.account_id, "杭州云雁")
    assert (view.standing.state, view.material.letter_id) == (State.APPROVED, letter)
    assert (view.proofs, view.letter_passed) == (ProofRevisions(letter=1), True)
    kept = await tenant.compliance.letters.get(tenant.account_id, letter)
    assert (kept.state, kept.passed_revision) == (LetterState.PASSED, 1)
    *_, passed = await tenant.compliance.history(ProofKind.LETTER, letter)
    assert (passed.actor, passed.event, passed.before, passed.after) == (
        "auto",
        "pass",
        "initial",
        "passed",
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"organization_code": uscc_of("MA2HB003")}, "signature.letter_of_another"),
        ({"authorizer": "别家有限公司"}, "signature.letter_of_another"),
        ({"authorized_party": "别家有限公司"}, "signature.letter_for_another"),
        ({"scope": ("杭州云雁科技", "杭州云雁科技")}, "signature.not_in_letter"),
    ],
)
async def test_a_letter_that_does_not_fit_is_told(
    tenant: Tenant, others: int, changes: dict[str, Any], code: str
) -> None:
    letter = await tenant.letter(**changes)
    assert await _refused(tenant, others, letter_id=letter) == code


async def test_a_letter_that_has_run_out_is_told(tenant: Tenant, others: int) -> None:
    letter = await tenant.letter(validity="2026-01-01~2026-06-15")
    tenant.clock.advance(_MONTH)
    assert await _refused(tenant, others, letter_id=letter) == "signature.letter_not_valid"


async def test_brackets_and_spaces_make_no_other_company(tenant: Tenant) -> None:
    number = (await tenant.third_party(company_name="杭州（杭州云雁）科技有限公司")).object_id
    letter = await tenant.letter(authorizer="杭州(杭州云雁) 科技有限公司")
    await tenant.signature("杭州云雁", number, third_party=True, letter_id=letter)


async def test_one_letter_serves_every_qualification_of_its_authorizer(tenant: Tenant, others: int) -> None:
    """Seed 000: the credit codes must be the same; it says nothing about which qualification."""
    letter = await tenant.letter(scope=("杭州云雁", "杭州云雁科技"))
    again = (await tenant.third_party("又一份")).object_id
    await tenant.signature("杭州云雁", others, third_party=True, letter_id=letter)
    await tenant.signature("杭州云雁科技", again, third_party=True, letter_id=letter)


async def test_strangers_letters_and_unverified_accounts_have_none(
    tenant: Tenant,
    others: int,
    identity: Identity,
    compliance: Compliance,
    phone: list[tuple[str, str]],
    clock: ManualClock,
) -> None:
    stranger = await make_tenant(identity, compliance, phone, clock, name="stranger", company=None, uscc=None)
    theirs = await stranger.letter()
    assert await _refused(tenant, others, letter_id=theirs) == "signature.letter_unknown"
    assert await _refused(tenant, others) == "signature.letter_missing"
    number = (await stranger.third_party()).object_id
    assert await _refused(stranger, number, letter_id=theirs) == "signature.letter_for_another"


async def test_individuals_apply_for_others_only(
    identity: Identity, compliance: Compliance, phone: list[tuple[str, str]], clock: ManualClock
) -> None:
    """Seed 000: own-use signatures of individuals cannot pass the carriers' registration."""
    person = await make_tenant(
        identity, compliance, phone, clock, name="li", kind=AccountKind.INDIVIDUAL, company="李四", uscc=None
    )
    with pytest.raises(Refused) as refused:
        await person.signature("杭州云雁", 1)
    assert refused.value.code == "account.own_use_of_individual"
    assert await _refused(person, 1) == "signature.qualification_unknown"


async def test_a_letter_that_own_use_names_must_exist_and_is_not_used(tenant: Tenant) -> None:
    own = (await tenant.qualification()).object_id
    letter = await tenant.letter()
    await tenant.signature("杭州云雁", own, letter_id=letter)
    view = await tenant.compliance.signatures.get(tenant.account_id, "杭州云雁")
    assert (view.material.letter_id, view.letter_passed) == (None, False)
    assert (await tenant.compliance.letters.get(tenant.account_id, letter)).state is LetterState.INITIAL


async def test_trademarks_and_app_records_stay_with_the_signature(tenant: Tenant) -> None:
    own = (await tenant.qualification()).object_id
    mark = await tenant.compliance.trademarks.create(tenant.account_id, TRADEMARK, actor=KEY)
    record = await tenant.compliance.app_records.create(tenant.account_id, APP_RECORD, actor=KEY)
    await tenant.signature(
        "杭州云雁",
        own,
        source=SignSource.APP,
        apply_scene="https://store.example/a",
        trademark_id=mark,
        app_record_id=record,
    )
    renamed = replace(TRADEMARK, name="杭州云雁二")
    await tenant.compliance.trademarks.edit(tenant.account_id, mark, renamed, actor=KEY)
    view = await tenant.compliance.signatures.get(tenant.account_id, "杭州云雁")
    assert (view.material.trademark_id, view.material.app_record_id) == (mark, record)
    assert view.proofs == ProofRevisions(trademark=1, app_record=1)
    versions = await tenant.compliance.versions(ProofKind.TRADEMARK, mark)
    assert [version.material for version in versions] == [TRADEMARK, renamed]


async def test_an_edited_letter_passes_again_with_the_next_signature(patient_tenant: Tenant) -> None:
    tenant, letters = patient_tenant, patient_tenant.compliance.letters
    others = (await tenant.third_party()).object_id
    await tenant.approve_open()
    letter = await tenant.letter(scope=("杭州云雁", "杭州云雁科技"))
    first = await tenant.signature("杭州云雁", others, third_party=True, letter_id=letter)
    wider = replace(LETTER, scope=("杭州云雁", "杭州云雁科技", "云雁杭州"))
    await letters.edit(tenant.account_id, letter, wider, actor=KEY)
    await tenant.compliance.decide(first.order_id, Verdict.APPROVE, "", LI)
    kept = await letters.get(tenant.account_id, letter)
    assert (kept.state, kept.passed_revision, kept.revision) == (LetterState.INITIAL, 1, 2)
    assert (await tenant.compliance.signatures.get(tenant.account_id, "杭州云雁")).letter_passed
    second = await tenant.signature("杭州云雁科技", others, third_party=True, letter_id=letter)
    assert not (await tenant.compliance.signatures.get(tenant.account_id, "杭州云雁科技")).letter_passed
    await tenant.compliance.decide(second.order_id, Verdict.APPROVE, "", LI)
    kept = await letters.get(tenant.account_id, letter)
    assert (kept.state, kept.passed_revision) == (LetterState.PASSED, 2)


async def test_a_letter_that_ran_out_during_the_review_stops_the_approval(patient_tenant: Tenant) -> None:
    tenant = patient_tenant
    others = (await tenant.third_party()).object_id
    await tenant.approve_open()
    letter = await tenant.letter(validity="2026-01-01~2026-06-15")
    order = await tenant.signature("杭州云雁", others, third_party=True, letter_id=letter)
    tenant.clock.advance(_MONTH)
    with pytest.raises(Refused) as refused:
        await tenant.compliance.decide(order.order_id, Verdict.APPROVE, "", LI)
    assert refused.value.code == "signature.letter_not_valid"
    await tenant.compliance.decide(order.order_id, Verdict.REJECT, "授权已过期", LI)
    assert (await tenant.compliance.letters.get(tenant.account_id, letter)).state is LetterState.INITIAL


async def test_two_signatures_of_one_letter_approved_at_the_same_moment_both_stand(
    patient_tenant: Tenant,
) -> None:
    tenant = patient_tenant
    others = (await tenant.third_party()).object_id
    await tenant.approve_open()
    letter = await tenant.letter(scope=("杭州云雁", "杭州云雁科技"))
    orders = [
        (await tenant.signature(name, others, third_party=True, letter_id=letter)).order_id
        for name in ("杭州云雁", "杭州云雁科技")
    ]
    await asyncio.gather(
        tenant.compliance.decide(orders[0], Verdict.APPROVE, "", LI),
        tenant.compliance.decide(orders[1], Verdict.APPROVE, "", WANG),
    )
    history = await tenant.compliance.history(ProofKind.LETTER, letter)
    assert [step.event for step in history] == ["create", "pass"]
    for name in ("杭州云雁", "杭州云雁科技"):
        assert (await tenant.compliance.signatures.get(tenant.account_id, name)).letter_passed


# Another qualification


@pytest.fixture
async def signed(tenant: Tenant, others: int) -> int:
    """杭州云雁 stands on a qualification of the other company; its letter."""
    letter = await tenant.letter()
    await tenant.signature("杭州云雁", others, third_party=True, letter_id=letter)
    return letter


async def _rebind(tenant: Tenant, qualification_id: int, letter_id: int | None = None) -> str:
    with pytest.raises(Refused) as refused:
        await tenant.compliance.signatures.rebind(
            tenant.account_id, "杭州云雁", qualification_id, letter_id, actor=KEY
        )
    return refused.value.code


async def test_another_qualification_is_applied_for_and_the_old_one_serves_until_then(
    tenant: Tenant, signed: int, others: int, reviewed_by_people: Compliance
) -> None:
    again = (await tenant.third_party("又一份")).object_id
    desk = reviewed_by_people.signatures
    order = await desk.rebind(tenant.account_id, "杭州云雁", again, actor=KEY)
    during = await desk.get(tenant.account_id, "杭州云雁")
    assert (during.standing.state, during.material.qualification_id) == (State.CHANGING, others)
    assert during.standing.usable
    assert await _rebind(tenant, again) == "signature.not_approved"
    await reviewed_by_people.decide(order.order_id, Verdict.APPROVE, "", LI)
    after = await desk.get(tenant.account_id, "杭州云雁")
    assert (after.material.qualification_id, after.material.letter_id) == (again, signed)
    *_, change, _, _ = await tenant.compliance.history(Kind.SIGNATURE, after.standing.id)
    assert [(each.name, each.before, each.after) for each in change.changed] == [
        ("qualification_id", str(others), str(again))
    ]


async def test_own_use_takes_the_place_of_third_party_use_without_a_letter(
    tenant: Tenant, signed: int, reviewed_by_people: Compliance
) -> None:
    own = (await tenant.qualification()).object_id
    desk = reviewed_by_people.signatures
    order = await desk.rebind(tenant.account_id, "杭州云雁", own, actor=KEY)
    await reviewed_by_people.decide(order.order_id, Verdict.APPROVE, "", LI)
    view = await desk.get(tenant.account_id, "杭州云雁")
    assert (view.material.third_party, view.material.letter_id) == (False, None)


async def test_what_does_not_fit_is_told(tenant: Tenant, signed: int, others: int) -> None:
    third = "MA2HC004"
    elsewhere = await tenant.third_party(
        "第三家", company_name="第三家有限公司", organization_code=uscc_of(third)
    )
    unpassed = await tenant.letter("未审", scope=("杭州云雁",))
    outside = await tenant.letter("范围外", scope=("杭州云雁科技",))
    assert await _rebind(tenant, 1) == "signature.qualification_unknown"
    assert await _rebind(tenant, elsewhere.object_id) == "signature.letter_of_another"
    assert await _rebind(tenant, others, 1) == "signature.letter_unknown"
    assert await _rebind(tenant, others, unpassed) == "signature.letter_not_passed"
    assert await _rebind(tenant, others, outside) == "signature.not_in_letter"


async def test_a_qualification_whose_elements_are_missing_is_told(
    tenant: Tenant, signed: int, vault: Vault
) -> None:
    """Of older days: what is applied for now has all six."""
    qualifications = tenant.compliance.qualifications
    number = (await tenant.third_party("旧资质")).object_id
    found = await qualifications.get(tenant.account_id, number)
    nobody = PersonPapers("", "identityCard", "", found.material.admin.validity)
    bare = replace(found.material, legal_person=nobody)
    assert missing_elements(bare) == ("legal_person.name", "legal_person.id_number")
    assert missing_elements(found.material) == ()
    standing = replace(found.standing, revision=2)
    row = (number, standing.version, "approved", 2, 2, standing.order_id)
    await commit_change(
        tenant.compliance.qualifications._store,
        (("compliance.move_qualification", row, 1), add_revision(vault, standing, bare)),
    )
    assert await _rebind(tenant, number) == "signature.qualification_incomplete"


async def test_a_pending_qualification_is_told(
    tenant: Tenant, signed: int, reviewed_by_people: Compliance
) -> None:
    by_people = replace(tenant, compliance=reviewed_by_people)
    pending = await by_people.third_party("待审")
    assert await _rebind(tenant, pending.object_id) == "signature.qualification_not_approved"

"""Letters of authorization: what they must say, whose they are, and what becomes of them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest
from compliance_material import COMPANY, KEY, LETTER, LI, OTHER_COMPANY, OTHER_USCC
from compliance_tenant import Tenant

from hongyan.compliance import (
    LetterFilter,
    LetterMaterial,
    LetterState,
    LetterStatus,
    ProofKind,
)
from hongyan.compliance.proofs.checks import LETTER_CHECKS, letter_name_problems, problems
from hongyan.compliance.proofs.states import LETTER as MACHINE
from hongyan.compliance.proofs.states import LetterEvent
from hongyan.compliance.refusals import REFUSALS
from hongyan.kernel.errors import Refused
from hongyan.kernel.states import IllegalTransition

TODAY = date(2026, 6, 1)
ALL = LetterFilter()

CASES: list[tuple[str, dict[str, Any]]] = [
    ("authorizer_malformed", {"authorizer": " "}),
    ("authorizer_malformed", {"authorizer": "123"}),
    ("authorizer_malformed", {"authorizer": "甲公司！"}),
    ("authorizer_malformed", {"authorizer": "甲\u200b公司"}),
    ("authorizer_malformed", {"authorizer": "\u202e甲公司"}),
    ("authorizer_too_long", {"authorizer": "甲" * 151}),
    ("code_too_long", {"organization_code": "9" * 151}),
    ("code_wrong", {"organization_code": OTHER_USCC[:-1] + ("A" if OTHER_USCC[-1] != "A" else "B")}),
    ("code_wrong", {"organization_code": "９１" + OTHER_USCC[2:]}),
    ("party_malformed", {"authorized_party": "456"}),
    ("party_too_long", {"authorized_party": "乙" * 151}),
    ("dates_malformed", {"validity": "2026-01-01"}),
    ("dates_malformed", {"validity": "2026/01/01~2027/01/01"}),
    ("dates_malformed", {"validity": "2026-02-30~2027-01-01"}),
    ("not_valid", {"validity": "2027-01-01~2026-01-01"}),
    ("not_valid", {"validity": "2025-06-01~2026-05-31"}),
    ("not_valid", {"validity": "2026-06-02~2027-06-01"}),
    ("file_missing", {"picture": "letter.png"}),
    ("file_missing", {"picture": "1/letter.pdf"}),
    ("scope_too_large", {"scope": tuple(f"签名{n}" for n in range(101))}),
    ("scope_malformed", {"scope": ()}),
    ("scope_malformed", {"scope": ("云",)}),
    ("scope_malformed", {"scope": ("云雁", "云 雁")}),
    ("scope_malformed", {"scope": ("云雁科技有限公司杭州分公司啊",)}),
    ("scope_malformed", {"scope": ("云雁😀",)}),
]


def _problems(material: LetterMaterial) -> list[str]:
    return list(problems(ProofKind.LETTER, LETTER_CHECKS, material, TODAY))


@pytest.mark.parametrize(("code", "changes"), CASES)
def test_one_wrong_field_is_told_and_nothing_else(code: str, changes: dict[str, Any]) -> None:
    assert _problems(replace(LETTER, **changes)) == [f"letter.{code}"]


def test_every_check_has_words_and_a_case_here() -> None:
    codes = {code for code, _ in LETTER_CHECKS}
    assert {f"letter.{code}" for code in codes} <= REFUSALS.keys()
    assert codes == {code for code, _ in CASES}


@pytest.mark.parametrize(
    "changes",
    [
        {"authorizer": "云·雁（杭州） (A) 公司"},
        {"validity": "2026-06-01~2026-06-01"},
        {"scope": tuple(f"签名{n}" for n in range(100))},
        {"picture": "1/x/letter.GIF"},
    ],
)
def test_what_the_vendor_allows_is_taken(changes: dict[str, Any]) -> None:
    assert _problems(replace(LETTER, **changes)) == []


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("委托书1", []),
        ("名" * 100, []),
        ("名" * 101, ["letter.name_too_long"]),
        ("123", ["letter.name_malformed"]),
        ("委托书-1", ["letter.name_malformed"]),
        (" ", ["letter.name_malformed"]),
    ],
)
def test_the_name_follows_the_vendors_rule(name: str, codes: list[str]) -> None:
    assert list(letter_name_problems(name)) == codes


@pytest.mark.parametrize(("state", "event"), list(product(LetterState, LetterEvent)))
def test_every_pair_of_state_and_event_does_what_is_written_here(
    state: LetterState, event: LetterEvent
) -> None:
    after = {LetterEvent.PASS: LetterState.PASSED, LetterEvent.EDIT: LetterState.INITIAL}[event]
    try:
        assert MACHINE.after(state, event) is after
    except IllegalTransition:  # pragma: no cover
        pytest.fail("a letter takes every step from every state")


async def test_a_letter_is_found_by_what_it_says(tenant: Tenant) -> None:
    letters = tenant.compliance.letters
    one = await tenant.letter("一号", scope=("云雁", "云上"))
    two = await tenant.letter("二号", scope=("云上",), organization_code=OTHER_USCC)
    for wanted, expected in (
        (ALL, [one, two]),
        (LetterFilter(ids=frozenset({two, 7})), [two]),
        (LetterFilter(organization_code=OTHER_USCC), [one, two]),
        (LetterFilter(sign_name="云雁"), [one]),
        (LetterFilter(sign_name="云"), []),
        (LetterFilter(state=LetterState.INITIAL), [one, two]),
        (LetterFilter(state=LetterState.PASSED), []),
        (LetterFilter(status=LetterStatus.INVALID), []),
    ):
        found = await letters.find(tenant.account_id, wanted)
        assert {letter.id for letter in found} == set(expected), wanted


async def test_a_letter_runs_out_by_the_business_clock(tenant: Tenant) -> None:
    number = await tenant.letter("一号", validity="2026-01-01~2026-05-29")
    letter = await tenant.compliance.letters.get(tenant.account_id, number)
    assert letter.status(tenant.compliance.letters.today) is LetterStatus.VALID
    tenant.clock.advance(86_400)
    assert letter.status(tenant.compliance.letters.today) is LetterStatus.INVALID
    found = await tenant.compliance.letters.find(tenant.account_id, LetterFilter(status=LetterStatus.INVALID))
    assert [each.id for each in found] == [number]


async def test_names_are_unique_within_an_account_only(tenant: Tenant, stranger: Tenant) -> None:
    await tenant.letter("一号")
    with pytest.raises(Refused) as refused:
        await tenant.letter("一号")
    assert refused.value.code == "letter.name_taken"
    await stranger.letter("一号")


async def test_of_two_letters_of_one_name_at_the_same_moment_one_is_kept(tenant: Tenant) -> None:
    outcomes = await asyncio.gather(tenant.letter("一号"), tenant.letter("一号"), return_exceptions=True)
    (refused,) = (outcome for outcome in outcomes if isinstance(outcome, Refused))
    assert refused.code == "letter.name_taken"
    assert len(await tenant.compliance.letters.find(tenant.account_id, ALL)) == 1


async def test_two_tenants_may_hold_letters_for_one_name_and_only_reviewers_see_that(
    tenant: Tenant, stranger: Tenant
) -> None:
    mine, theirs = await tenant.letter("一号"), await stranger.letter("二号")
    found = await tenant.compliance.letters.naming("杭州云雁")
    assert {(letter.account_id, letter.id) for letter in found} == {
        (tenant.account_id, mine),
        (stranger.account_id, theirs),
    }
    assert [letter.id for letter in await tenant.compliance.letters.find(tenant.account_id, ALL)] == [mine]
    with pytest.raises(Refused) as refused:
        await tenant.compliance.letters.get(tenant.account_id, theirs)
    assert refused.value.code == "letter.unknown"
    with pytest.raises(Refused):
        await tenant.compliance.letters.edit(tenant.account_id, theirs, LETTER, actor=KEY)


async def test_an_edit_makes_a_version_and_says_what_changed(tenant: Tenant) -> None:
    letters = tenant.compliance.letters
    number = await tenant.letter("一号")
    wider = replace(LETTER, scope=(*LETTER.scope, "云上"), picture="1/a.png")
    await letters.edit(tenant.account_id, number, wider, actor=KEY)
    assert (await letters.get(tenant.account_id, number)).material == wider
    versions = await tenant.compliance.versions(ProofKind.LETTER, number)
    assert [version.material for version in versions] == [LETTER, wider]
    created, edited = await tenant.compliance.history(ProofKind.LETTER, number)
    assert (created.event, created.before, created.after) == ("create", "", "initial")
    assert (edited.event, edited.revision, edited.before, edited.after) == ("edit", 2, "initial", "initial")
    assert (edited.actor, edited.door, edited.address) == ("key:test", "aliyun", "203.0.113.9")
    assert {change.name: change.after for change in edited.changed} == {
        "scope": "杭州云雁, 云上",
        "picture": "1**",
    }


async def test_of_two_edits_at_the_same_moment_none_is_lost(tenant: Tenant) -> None:
    number = await tenant.letter("一号")
    await asyncio.gather(
        *(
            tenant.compliance.letters.edit(
                tenant.account_id, number, replace(LETTER, scope=("云雁", name)), actor=KEY
            )
            for name in ("甲甲", "乙乙")
        )
    )
    versions = await tenant.compliance.versions(ProofKind.LETTER, number)
    assert len(versions) == 3
    assert {version.material.scope[-1] for version in versions[1:]} == {"甲甲", "乙乙"}


async def test_unnamed_letters_get_names_after_their_authorizer(tenant: Tenant) -> None:
    """Seed 000: 菜鸟网络科技有限公司V1."""
    letters = tenant.compliance.letters
    await tenant.letter("菜鸟网络科技有限公司V2")
    said = replace(LETTER, authorizer="菜鸟网络科技有限公司")
    numbers = [await letters.name_unnamed(tenant.account_id, said, actor=LI) for _ in range(2)]
    kept = [await letters.get(tenant.account_id, number) for number in numbers]
    assert [letter.name for letter in kept] == ["菜鸟网络科技有限公司V1", "菜鸟网络科技有限公司V3"]
    assert {(letter.state, letter.passed_revision) for letter in kept} == {(LetterState.PASSED, 1)}
    bracketed = replace(LETTER, authorizer="云雁（杭州）有限公司" + "长" * 100)
    number = await letters.name_unnamed(tenant.account_id, bracketed, actor=LI)
    name = (await letters.get(tenant.account_id, number)).name
    assert name.startswith("云雁杭州有限公司长")
    assert name.endswith("V1")
    assert list(letter_name_problems(name)) == []


async def test_unnamed_letters_named_at_the_same_moment_get_different_names(tenant: Tenant) -> None:
    letters = tenant.compliance.letters
    numbers = await asyncio.gather(
        *(letters.name_unnamed(tenant.account_id, LETTER, actor=LI) for _ in range(3))
    )
    names = {(await letters.get(tenant.account_id, number)).name for number in numbers}
    assert names == {f"{OTHER_COMPANY}V{n}" for n in (1, 2, 3)}


async def test_an_old_letter_that_has_run_out_is_named_all_the_same(tenant: Tenant) -> None:
    letters = tenant.compliance.letters
    said = replace(LETTER, validity="2020-01-01~2021-12-31")
    number = await letters.name_unnamed(tenant.account_id, said, actor=LI)
    assert (await letters.get(tenant.account_id, number)).status(letters.today) is LetterStatus.INVALID
    with pytest.raises(Refused) as refused:
        await letters.name_unnamed(tenant.account_id, replace(LETTER, scope=()), actor=LI)
    assert refused.value.code == "letter.scope_malformed"


async def test_a_picture_that_was_never_uploaded_is_told(tenant: Tenant) -> None:
    with pytest.raises(Refused) as refused:
        await tenant.letter("一号", picture="1/nowhere.png")
    assert refused.value.code == "letter.file_missing"
    assert await tenant.compliance.letters.find(tenant.account_id, ALL) == []


async def test_the_key_of_the_picture_lies_sealed_in_the_database(tenant: Tenant, store: Any) -> None:
    await tenant.letter("一号")
    ((sealed,),) = store.rows("SELECT picture_sealed FROM letter_revision")
    assert b"letter.png" not in sealed
    assert LETTER.authorized_party == COMPANY

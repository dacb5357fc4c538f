"""Names that look or sound like one that was decided before."""

from __future__ import annotations

import pytest
from compliance_material import LI
from compliance_tenant import Tenant
from hypothesis import given
from hypothesis import strategies as st

from hongyan.compliance import Verdict
from hongyan.compliance.review.precedents import LEAST_LIKENESS, NEWEST, letter_pairs, likeness

NAMES = st.text(st.characters(codec="utf-8"), max_size=20)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("杭州测算", "杭州测算", True),
        ("杭州测算", "杭州策算", True),
        ("云雁", "云燕", True),
        ("阿里云", "阿里云计算", True),
        ("ABC科技", "abc科技", True),
        ("ＡＢＣ科技", "ABC科技", True),
        ("杭州测算", "杭州云雁", False),
        ("阿里云", "腾讯云", False),
    ],
)
def test_names_are_compared_by_writing_and_by_sound(one: str, other: str, alike: bool) -> None:
    assert (likeness(one, other) >= LEAST_LIKENESS) is alike
    assert likeness(one, other) == likeness(other, one)
    if alike:
        assert set(letter_pairs(one)) & set(letter_pairs(other)), "one is found by the other"


@given(NAMES, NAMES)
def test_any_two_names_are_compared(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) <= 100
    assert len(letter_pairs(one)) <= max(1, 4 * len(one)), "a character may be written out as several"


async def test_a_reviewer_sees_what_became_of_similar_names_of_any_tenant(patient_tenant: Tenant) -> None:
    compliance = patient_tenant.compliance
    first = await patient_tenant.signature("杭州测算")
    await compliance.decide(first.order_id, Verdict.REJECT, "须提供商标", LI)
    far = await patient_tenant.signature("南京云雁")
    await compliance.decide(far.order_id, Verdict.APPROVE, "", LI)
    second = await patient_tenant.signature("杭州策算")

    (found,) = (await compliance.desk.checklist(second.order_id)).precedents
    assert (found.order_id, found.name, found.verdict) == (first.order_id, "杭州测算", "reject")
    assert (found.reviewer, found.reason, found.likeness) == ("person:li", "须提供商标", 95)


async def test_an_order_is_no_precedent_of_itself(patient_tenant: Tenant) -> None:
    first = await patient_tenant.signature("杭州测算")
    await patient_tenant.compliance.decide(first.order_id, Verdict.APPROVE, "", LI)
    assert (await patient_tenant.compliance.desk.checklist(first.order_id)).precedents == ()


async def test_the_work_is_bounded_whatever_was_decided_before(patient_tenant: Tenant) -> None:
    """Each pair of letters brings its newest decisions only."""
    store = patient_tenant.compliance.desk._store
    first = await patient_tenant.signature("杭州测算")
    await patient_tenant.compliance.decide(first.order_id, Verdict.APPROVE, "", LI)
    rows = [(pair, n, first.order_id) for pair in letter_pairs("杭州测算") for n in range(10_000)]
    for row in rows:
        store.execute("INSERT INTO precedent VALUES (?, ?, ?)", *row)  # type: ignore[attr-defined]
    found = await store.read("compliance.precedents", "hz", NEWEST)
    assert len(found) == NEWEST

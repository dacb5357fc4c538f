"""How much an account may apply for: rows with doors, kinds of accounts and days."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

import pytest
from compliance_material import (
    COMPANY,
    KEY,
    OTHER_COMPANY,
    OTHER_USCC,
    QUALIFICATION,
    SIGNATURE,
    TEMPLATE,
)
from compliance_tenant import Tenant, make_tenant

from hongyan.compliance import Compliance, Kind
from hongyan.compliance.limits import (
    ALIYUN,
    ALIYUN_OLD,
    LIMITS,
    TENCENT,
    Limit,
    Measure,
    Tally,
    broken,
)
from hongyan.compliance.refusals import REFUSALS
from hongyan.identity import AccountKind, Actor, Identity
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Refused, Throttled

TODAY = date(2026, 6, 1)
TENCENT_KEY = Actor("key:test", TENCENT)
OLD_KEY = Actor("key:test", ALIYUN_OLD)


def _in_force(kind: Kind, account: AccountKind, door: str, on: date = TODAY) -> list[tuple[Measure, int]]:
    return [(row.measure, row.most) for row in LIMITS if row.holds(kind, account, door, on)]


@pytest.mark.parametrize(
    ("kind", "account", "door", "expected"),
    [
        (Kind.SIGNATURE, AccountKind.ENTERPRISE, ALIYUN, []),
        (Kind.SIGNATURE, AccountKind.INDIVIDUAL, ALIYUN, [(Measure.DAY, 1)]),
        (Kind.SIGNATURE, AccountKind.INDIVIDUAL, ALIYUN_OLD, [(Measure.DAY, 1)]),
        (Kind.SIGNATURE, AccountKind.ENTERPRISE, TENCENT, [(Measure.KEPT, 50)]),
        (Kind.SIGNATURE, AccountKind.INDIVIDUAL, TENCENT, [(Measure.KEPT, 50)]),
        (Kind.TEMPLATE, AccountKind.ENTERPRISE, ALIYUN, []),
        (Kind.TEMPLATE, AccountKind.ENTERPRISE, ALIYUN_OLD, [(Measure.DAY, 100), (Measure.SPACING, 30_000)]),
        (Kind.QUALIFICATION, AccountKind.ENTERPRISE, ALIYUN, [(Measure.SPACING, 5_000)]),
        (Kind.QUALIFICATION, AccountKind.ENTERPRISE, "", []),
    ],
)
def test_what_holds_where(
    kind: Kind, account: AccountKind, door: str, expected: list[tuple[Measure, int]]
) -> None:
    assert _in_force(kind, account, door) == expected


def test_every_row_has_a_source_and_words() -> None:
    for row in LIMITS:
        assert row.source
        (refused,) = broken([row], Tally(10**6, 10**6, 1_000), 1_000)
        assert refused.code in REFUSALS or refused.code == "application.too_soon"


def test_a_row_holds_from_its_first_day_to_the_one_before_its_last() -> None:
    row = replace(LIMITS[0], valid_from=date(2026, 6, 1), valid_until=date(2026, 7, 1))
    held = [
        row.holds(row.kind, AccountKind.ENTERPRISE, row.door, day)
        for day in (date(2026, 5, 31), date(2026, 6, 1), date(2026, 6, 30), date(2026, 7, 1))
    ]
    assert held == [False, True, True, False]


@pytest.mark.parametrize(
    ("measure", "most", "tally", "code"),
    [
        (Measure.KEPT, 2, Tally(1, 9, 0), None),
        (Measure.KEPT, 2, Tally(2, 0, 0), "signature.too_many"),
        (Measure.DAY, 2, Tally(9, 1, 0), None),
        (Measure.DAY, 2, Tally(0, 2, 0), "signature.too_many_today"),
        (Measure.SPACING, 500, Tally(0, 0, 9_500), None),
        (Measure.SPACING, 500, Tally(0, 0, 9_501), "application.too_soon"),
        (Measure.SPACING, 500, Tally(0, 0, 20_000), None),
    ],
)
def test_what_one_more_would_break(measure: Measure, most: int, tally: Tally, code: str | None) -> None:
    """The last row: the sandbox's clock was moved back."""
    row = Limit(kind=Kind.SIGNATURE, door=ALIYUN, measure=measure, most=most, source="test")
    assert [refused.code for refused in broken([row], tally, 10_000)] == ([code] if code else [])


@pytest.fixture
async def own(tenant: Tenant) -> int:
    return (await tenant.qualification()).object_id


async def _sign(tenant: Tenant, own: int, name: str, actor: Actor) -> None:
    material = replace(SIGNATURE, qualification_id=own)
    await tenant.compliance.signatures.submit(tenant.account_id, name, material, actor=actor)


async def test_fifty_signatures_are_kept_at_the_tencent_door(tenant: Tenant, own: int) -> None:
    """The complimentary one does not count, and a deleted one makes room."""
    for number in range(50):
        await _sign(tenant, own, f"签名{number}号", TENCENT_KEY)
    with pytest.raises(Refused) as refused:
        await _sign(tenant, own, "第五十一", TENCENT_KEY)
    assert (refused.value.code, refused.value.facts["most"]) == ("signature.too_many", 50)
    await _sign(tenant, own, "别的门", KEY)
    for name in ("别的门", "签名7号"):
        await tenant.compliance.signatures.delete(tenant.account_id, name, actor=KEY)
    await _sign(tenant, own, "第五十一", TENCENT_KEY)
    assert await tenant.compliance.signature(tenant.account_id, COMPANY) is not None


async def test_of_many_applications_at_the_same_moment_no_more_than_allowed_are_stored(
    tenant: Tenant, own: int
) -> None:
    for number in range(48):
        await _sign(tenant, own, f"签名{number}号", TENCENT_KEY)
    outcomes = await asyncio.gather(
        *(_sign(tenant, own, f"同时{number}号", TENCENT_KEY) for number in range(4)),
        return_exceptions=True,
    )
    codes = [outcome.code for outcome in outcomes if isinstance(outcome, Refused)]
    assert codes == ["signature.too_many"] * 2
    assert (await tenant.compliance.signatures.page(tenant.account_id, limit=1, offset=0))[0] == 51


async def test_individuals_get_one_signature_a_natural_day(
    identity: Identity, compliance: Compliance, phone: list[tuple[str, str]], clock: ManualClock
) -> None:
    """They apply for others, with a qualification that they did not apply for at the vendor's door."""
    person = await make_tenant(
        identity, compliance, phone, clock, name="li", kind=AccountKind.INDIVIDUAL, company="李四", uscc=None
    )
    with pytest.raises(Refused) as refused:
        await person.third_party()
    assert refused.value.code == "account.not_enterprise"
    console = Actor("person:li", "console")
    material = replace(
        QUALIFICATION, use_by_self=False, company_name=OTHER_COMPANY, organization_code=OTHER_USCC
    )
    code = await person.phone_code()
    number = (
        await compliance.qualifications.submit(person.account_id, "他用", material, code, actor=console)
    ).object_id
    letter = await person.letter(authorized_party="李四", scope=("杭州云雁", "杭州云雁科技"))
    third = {"third_party": True, "letter_id": letter}
    await person.signature("杭州云雁", number, **third)
    with pytest.raises(Refused) as refused:
        await person.signature("杭州云雁科技", number, **third)
    assert refused.value.code == "signature.too_many_today"
    clock.advance(86_400)
    await person.signature("杭州云雁科技", number, **third)


async def test_the_old_actions_wait_between_templates_and_stop_at_a_hundred_a_day(
    tenant: Tenant, own: int
) -> None:
    await _sign(tenant, own, "杭州测算", KEY)
    desk = tenant.compliance.templates

    async def add(actor: Actor) -> None:
        await desk.submit(tenant.account_id, TEMPLATE, actor=actor)

    await add(OLD_KEY)
    with pytest.raises(Throttled) as throttled:
        await add(OLD_KEY)
    assert (throttled.value.code, throttled.value.facts["retry_after_ms"]) == ("application.too_soon", 30_000)
    await add(KEY)
    for _ in range(98):
        tenant.clock.advance(30)
        await add(OLD_KEY)
    tenant.clock.advance(30)
    with pytest.raises(Refused) as refused:
        await add(OLD_KEY)
    assert refused.value.code == "template.too_many_today"
    tenant.clock.advance(86_400)
    await add(OLD_KEY)


async def test_qualifications_wait_five_seconds_changes_as_well(tenant: Tenant, own: int) -> None:
    code = await tenant.phone_code()
    found = await tenant.compliance.qualifications.get(tenant.account_id, own)
    resubmit = tenant.compliance.qualifications.resubmit
    changed = replace(found.material, remark="改")
    await resubmit(tenant.account_id, own, changed, code, actor=KEY)
    with pytest.raises(Throttled) as throttled:
        await resubmit(tenant.account_id, own, changed, code, actor=KEY)
    assert throttled.value.facts["retry_after_ms"] == 5_000
    tenant.clock.advance(5)
    with pytest.raises(Refused) as refused:
        await resubmit(tenant.account_id, own, changed, code, actor=KEY)
    assert refused.value.code == "phone_code.wrong"

"""One person, many enterprises: found over all tenants, told without names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from compliance_material import COMPANY, KEY, QUALIFICATION, USCC, WANG, uscc_of
from compliance_tenant import Tenant, make_tenant
from in_process_store import InProcessStore

from hongyan.compliance import Compliance, Verdict
from hongyan.identity import Identity
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Refused

_OTHER = uscc_of("MA2HD005")
_COMPANY: dict[str, Any] = {"company_name": "杭州别家科技有限公司", "organization_code": _OTHER}


@pytest.fixture
async def stranger(
    identity: Identity, compliance: Compliance, phone: list[tuple[str, str]], clock: ManualClock
) -> Tenant:
    return await make_tenant(
        identity, compliance, phone, clock, name="stranger", company=_COMPANY["company_name"], uscc=_OTHER
    )


async def test_two_qualifications_of_one_enterprise_are_one_enterprise(tenant: Tenant) -> None:
    one, two = await tenant.qualification("一份"), await tenant.qualification("又一份")
    ties = await tenant.compliance.ties(one.object_id)
    assert ties.enterprises == 1
    assert {number for _, number in ties.qualifications} == {one.object_id, two.object_id}


async def test_one_person_for_two_enterprises_is_found_over_tenants(tenant: Tenant, stranger: Tenant) -> None:
    mine = await tenant.qualification()
    theirs = await stranger.qualification(**_COMPANY)
    for qualification in (mine, theirs):
        ties = await tenant.compliance.ties(qualification.object_id)
        assert ties.enterprises == 2
        assert set(ties.qualifications) == {
            (tenant.account_id, mine.object_id),
            (stranger.account_id, theirs.object_id),
        }
    assert "管理" not in repr(ties)
    assert await tenant.compliance.enterprises_of_admin(tenant.account_id, mine.object_id) == 2


async def test_a_tenant_asks_about_his_own_only(tenant: Tenant, stranger: Tenant) -> None:
    mine = await tenant.qualification()
    with pytest.raises(Refused) as refused:
        await stranger.compliance.enterprises_of_admin(stranger.account_id, mine.object_id)
    assert refused.value.code == "qualification.unknown"


async def test_the_number_decides_in_either_spelling_and_not_the_name(
    tenant: Tenant, stranger: Tenant
) -> None:
    admin = replace(QUALIFICATION.admin, id_number="33010619900202100X")
    same = replace(admin, name="别名", id_number="33010619900202100x")
    passport = replace(admin, id_type="passport")
    mine = await tenant.qualification(admin=admin)
    await stranger.qualification("同一人", admin=same, **_COMPANY)
    await stranger.qualification("护照", admin=passport, **_COMPANY)
    ties = await tenant.compliance.ties(mine.object_id)
    assert (ties.enterprises, len(ties.qualifications)) == (2, 2)


async def test_what_was_only_tried_does_not_count(patient_tenant: Tenant, stranger: Tenant) -> None:
    by_people = replace(stranger, compliance=patient_tenant.compliance)
    mine = await patient_tenant.qualification()
    theirs = await by_people.qualification(**_COMPANY)
    assert (await patient_tenant.compliance.ties(mine.object_id)).enterprises == 2
    await patient_tenant.compliance.decide(theirs.order_id, Verdict.REJECT, "不符", WANG)
    assert (await patient_tenant.compliance.ties(mine.object_id)).enterprises == 1
    await stranger.compliance.qualifications.delete(stranger.account_id, theirs.object_id, actor=KEY)
    assert (await patient_tenant.compliance.ties(mine.object_id)).enterprises == 1


async def test_what_was_stored_before_is_indexed_at_the_next_start(
    tenant: Tenant, stranger: Tenant, store: InProcessStore
) -> None:
    mine = await tenant.qualification()
    await stranger.qualification(**_COMPANY)
    store.execute("UPDATE qualification_revision SET admin_id_index = NULL")
    assert (await tenant.compliance.ties(mine.object_id)).enterprises == 0
    await tenant.compliance.start()
    assert (await tenant.compliance.ties(mine.object_id)).enterprises == 2


async def test_the_number_itself_lies_sealed_in_the_database(tenant: Tenant, store: InProcessStore) -> None:
    await tenant.qualification()
    ((index, sealed),) = store.rows("SELECT admin_id_index, admin_id_sealed FROM qualification_revision")
    assert QUALIFICATION.admin.id_number not in str(index)
    assert QUALIFICATION.admin.id_number.encode() not in sealed
    assert (QUALIFICATION.company_name, QUALIFICATION.organization_code) == (COMPANY, USCC)

"""Health of many signatures: of other tenants, page by page, one node at a time, and of those that cannot be looked at."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from compliance_material import KEY, LI, QUALIFICATION, uscc_of
from compliance_tenant import Tenant, make_tenant
from in_process_store import InProcessStore
from registration_room import NAME, RegistrationRoom, make_registration_room

from hongyan.compliance import Verdict
from hongyan.compliance.health import UNKNOWN, Health, Usability, keeping
from hongyan.compliance.health.turns import LIVES_MS
from hongyan.compliance.registration import RegistrationEvent
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.ids import IdMaker

DAY = 86_400.0
STRANGERS: dict[str, Any] = {"company_name": "杭州别家科技有限公司", "organization_code": uscc_of("MA2HD005")}


@pytest.fixture
async def room(store: InProcessStore, clock: ManualClock, ids: IdMaker) -> RegistrationRoom:
    made = await make_registration_room(store, clock, ids)
    await made.approved()
    return made


@pytest.fixture
async def stranger(room: RegistrationRoom) -> Tenant:
    tenant = room.tenant
    company, uscc = STRANGERS.values()
    made = await make_tenant(
        *(room.identity, tenant.compliance, tenant.phone, tenant.clock),
        name="other",
        company=company,
        uscc=uscc,
    )
    qualification = await made.qualification(**STRANGERS, admin=SOMEBODY)
    await made.approve_open()
    await made.signature("杭州别家", qualification.object_id)
    await made.approve_open()
    return made


SOMEBODY = replace(QUALIFICATION.admin, name="别人", id_number="33010619900202100X")


def health_of(room: RegistrationRoom) -> Health:
    """As a node of its own has it."""
    compliance = room.tenant.compliance
    gathering = compliance.health.looking.gathering
    switching = compliance.health.switching
    return Health(room.store, room.clock, compliance.signatures, gathering, switching)


async def stored(room: RegistrationRoom, reason: str) -> set[str]:
    """Names of signatures that it was noticed of."""
    found = health_of(room).checkups(reason=reason)
    return {each.signature.name async for each in found}


async def qualification_of(tenant: Tenant, name: str) -> int:
    number = (await tenant.compliance.signatures.get(tenant.account_id, name)).material.qualification_id
    assert number is not None
    return number


async def edit(tenant: Tenant, qualification_id: int, **changes: Any) -> None:
    desk = tenant.compliance.qualifications
    material = (await desk.get(tenant.account_id, qualification_id)).material
    code = await tenant.phone_code(material.admin_phone)
    changed = replace(material, **changes)
    await desk.resubmit(tenant.account_id, qualification_id, changed, code, actor=KEY)


async def test_another_tenants_qualification_with_the_same_administrator_is_noticed_at_once_by_all(
    room: RegistrationRoom, stranger: Tenant
) -> None:
    health, tenant = health_of(room), room.tenant
    await health.whole_round()
    assert await stored(room, "one_person_many_enterprises") == set()

    taken = await stranger.qualification("又一份", **STRANGERS)  # with the administrator of the other tenant
    await health.look()
    assert NAME in await stored(room, "one_person_many_enterprises")
    found = await health.checkup(tenant.account_id, NAME)
    (held,) = [each for each in found.held if each.ailment.reason.id == "one_person_many_enterprises"]
    assert held.ailment.explanation.zh == "资质管理员关联了 2 家企业"
    assert "别家" not in repr(found)

    await tenant.compliance.decide(taken.order_id, Verdict.REJECT, "不符", LI)
    await health.look()
    assert await stored(room, "one_person_many_enterprises") == set()


async def test_an_administrator_who_goes_frees_the_other_tenants(
    room: RegistrationRoom, stranger: Tenant
) -> None:
    health = health_of(room)
    await edit(stranger, await qualification_of(stranger, "杭州别家"), admin=QUALIFICATION.admin)
    await stranger.approve_open()
    await health.whole_round()
    assert await stored(room, "one_person_many_enterprises") >= {NAME, "杭州别家"}

    await edit(stranger, await qualification_of(stranger, "杭州别家"), admin=SOMEBODY)
    await health.look()
    assert await stored(room, "one_person_many_enterprises") >= {NAME, "杭州别家"}, "nobody has approved it"
    await stranger.approve_open()
    await health.look()
    assert await stored(room, "one_person_many_enterprises") == set()


async def test_very_many_are_looked_at_in_pages(
    room: RegistrationRoom, stranger: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "AT_ONCE", 2)
    number = await qualification_of(room.tenant, NAME)
    names = {NAME, *(f"杭州测算{each}" for each in "甲乙丙丁")}
    for name in names - {NAME}:
        await room.tenant.signature(name, number)
    await room.tenant.approve_open()
    health = health_of(room)
    await health.whole_round()
    await stranger.qualification("又一份", **STRANGERS)
    await health.look()
    assert await stored(room, "one_person_many_enterprises") >= names


async def test_a_page_costs_the_same_whatever_stands_on_it(
    room: RegistrationRoom, store: InProcessStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, committing = store.read, store.commit
    done: Counter[str] = Counter()

    async def noted(name: str, *parameters: object) -> list[tuple[Any, ...]]:
        done["reads"] += 1
        return await reading(name, *parameters)

    def kept(command: Any) -> Any:
        done["commits"] += 1
        return committing(command)

    health, number = health_of(room), await qualification_of(room.tenant, NAME)
    counts = []
    for name in ("甲", "乙丙丁戊己庚辛壬癸"):
        for each in name:
            await room.tenant.signature(f"杭州测算{each}", number)
        await room.tenant.approve_open()
        await health.look()
        with monkeypatch.context() as patch:
            patch.setattr(store, "read", noted)
            patch.setattr(store, "commit", kept)
            done.clear()
            assert await health.whole_round() is not None
            counts.append(dict(done))
    assert counts[0] == counts[1], "of three signatures and of twelve"
    assert counts[0]["reads"] < 20


async def test_one_that_cannot_be_looked_at_is_unknown_and_holds_up_nobody(
    room: RegistrationRoom, store: InProcessStore
) -> None:
    number = await qualification_of(room.tenant, NAME)
    await room.tenant.signature("杭州测算甲", number)
    await room.tenant.approve_open()
    health, account = health_of(room), room.tenant.account_id
    ((sealed,),) = store.rows(
        "SELECT papers_sealed FROM signature_revision WHERE signature_id = (SELECT id FROM signature WHERE name = ?)",
        NAME,
    )
    damage = "UPDATE signature_revision SET papers_sealed = ? WHERE signature_id = (SELECT id FROM signature WHERE name = ?)"
    store.execute(damage, sealed[:-1] + bytes([sealed[-1] ^ 1]), NAME)

    assert await health.whole_round() == 3
    assert health.counts[UNKNOWN] == 1
    found = {each.signature.name: each async for each in health.checkups(account)}
    assert (found[NAME].usability, found[NAME].problem) == (Usability.UNKNOWN, "vault.damaged")
    assert found["杭州测算甲"].usability is Usability.ABNORMAL
    assert await stored(room, "registration_incomplete") >= {"杭州测算甲"}

    store.execute(damage, sealed, NAME)
    await health.whole_round()
    assert health.counts[UNKNOWN] == 0
    assert (await health.checkup(account, NAME)).usability is Usability.ABNORMAL


async def test_a_check_that_fails_on_one_is_of_this_one_alone(
    room: RegistrationRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    health = health_of(room)
    facts = health.looking.gathering._facts

    def failing(view: Any, *rest: Any) -> Any:
        if view.name == NAME:
            raise ZeroDivisionError
        return facts(view, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(health.looking.gathering, "_facts", failing)
        assert await health.whole_round() == 2
        assert (await health.checkup(room.tenant.account_id, NAME)).problem == "ZeroDivisionError"
    assert await stored(room, UNKNOWN) == {NAME}


async def test_of_several_nodes_one_makes_the_round_and_another_goes_on_when_it_dies(
    room: RegistrationRoom,
) -> None:
    one, other = health_of(room), health_of(room)
    assert await one._turn.take(), "and it dies"
    assert await other.whole_round() is None
    await other.look()
    assert await other.whole_round() is None
    room.clock.advance(LIVES_MS / 1000 + 1)
    await other.look()
    assert await one.whole_round() is not None, "the turn was given back"
    assert other._round_of is not None


async def test_an_approved_qualification_counts_while_its_change_is_reviewed(room: RegistrationRoom) -> None:
    tenant, account = room.tenant, room.tenant.account_id
    day = "2026-12-31"
    admin = replace(QUALIFICATION.admin, validity=f"2016-01-01~{day}")
    number = await qualification_of(tenant, NAME)
    await edit(tenant, number, admin=admin)
    await tenant.approve_open()
    room.clock.advance(400 * DAY)
    renewed = replace(admin, validity="2016-01-01~2036-01-01")
    await edit(tenant, number, admin=renewed)

    async def reasons() -> set[str]:
        found = await health_of(room).checkup(account, NAME)
        return {each.ailment.reason.id for each in found.held}

    assert await reasons() >= {"admin_id_expired", "qualification_state"}
    ends = {each.row.id: str(each.day) for each in (await health_of(room).checkup(account, NAME)).ends}
    assert ends["admin_id"] == day

    await tenant.approve_open()
    assert not {"admin_id_expired", "qualification_state"} & await reasons()


async def test_the_name_is_compared_with_the_company_that_was_approved(room: RegistrationRoom) -> None:
    tenant, name = room.tenant, "杭州云雁"
    await tenant.lent_signature(name)
    await tenant.approve_open()
    await edit(tenant, await qualification_of(tenant, name), company_name="上海别样贸易有限公司")
    for approved in (False, True):
        if approved:
            await tenant.approve_open()
        found = await health_of(room).checkup(tenant.account_id, name)
        reasons = {each.ailment.reason.id for each in found.held}
        assert ("name_mismatch" in reasons, "qualification_state" in reasons) == (approved, not approved)


async def test_a_letter_counts_in_the_revision_that_has_passed(room: RegistrationRoom) -> None:
    tenant, name = room.tenant, "杭州云雁"
    await tenant.lent_signature(name)
    await tenant.approve_open()
    letters, account = tenant.compliance.letters, tenant.account_id
    letter_id = (await tenant.compliance.signatures.get(account, name)).material.letter_id
    assert letter_id is not None
    before = (await letters.get(account, letter_id)).material

    async def end() -> str:
        found = await health_of(room).checkup(account, name)
        return next(str(each.day) for each in found.ends if each.row.id == "letter")

    longer = replace(before, validity=before.validity.split("~")[0] + "~2035-06-30")
    await letters.edit(account, letter_id, longer, actor=KEY)
    assert await end() == before.validity.split("~")[1], "nobody has looked at the new one"
    for row in (await room.of(name)).values():
        await room.apply(row, RegistrationEvent.FILED)
        await room.apply(row, RegistrationEvent.ACCEPTED)
    await room.edit_signature(name)
    assert await end() == "2035-06-30"

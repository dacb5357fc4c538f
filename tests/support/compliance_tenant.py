"""A tenant in one hand: applies for things with good material, varied where a test says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from compliance_material import (
    COMPANY,
    KEY,
    LETTER,
    LI,
    OTHER_COMPANY,
    OTHER_USCC,
    PAPERS,
    PHONE,
    QUALIFICATION,
    SIGNATURE,
    TEMPLATE,
    USCC,
)
from papers_in_process import inspect, upload

from hongyan.compliance import Compliance, Kind, QualificationMaterial, ReviewMode, Standing, Verdict
from hongyan.compliance.papers import Papers
from hongyan.compliance.review import Policy
from hongyan.compliance.reviews import Submitted
from hongyan.identity import AccountKind, Identity, RootSettings, Vault
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import Store


@dataclass
class Tenant:
    account_id: int
    compliance: Compliance
    phone: list[tuple[str, str]]
    clock: ManualClock

    async def phone_code(self, number: str = PHONE) -> str:
        """Ask for a code a minute later than the last one, and read it."""
        self.clock.advance(61)
        await self.compliance.phone_codes.request(self.account_id, number)
        return self.phone[-1][1]

    async def qualification(self, name: str = "自用资质", **changes: Any) -> Submitted:
        material: QualificationMaterial = replace(QUALIFICATION, **changes)
        code = await self.phone_code(material.admin_phone)
        return await self.compliance.qualifications.submit(self.account_id, name, material, code, actor=KEY)

    async def signature(self, name: str = "杭州测算", qualification_id: int = 0, **changes: Any) -> Submitted:
        """On a new qualification when none is named."""
        if not qualification_id:
            qualification_id = (await self.qualification(f"为{name}")).object_id
            await self.approve_open()
        material = replace(SIGNATURE, qualification_id=qualification_id, **changes)
        return await self.compliance.signatures.submit(self.account_id, name, material, actor=KEY)

    async def third_party(self, name: str = "他用资质", **changes: Any) -> Submitted:
        """A qualification of the other company."""
        other: dict[str, Any] = {
            "use_by_self": False,
            "company_name": OTHER_COMPANY,
            "organization_code": OTHER_USCC,
        }
        return await self.qualification(name, **other | changes)

    async def letter(self, name: str = "委托书", **changes: Any) -> int:
        return await self.compliance.letters.create(
            self.account_id, name, replace(LETTER, **changes), actor=KEY
        )

    async def lent_signature(self, name: str = "杭州云雁", **letter: Any) -> Submitted:
        """A signature of the other company, by a letter."""
        qualification = await self.third_party()
        await self.approve_open()
        letter_id = await self.letter(**letter)
        return await self.signature(name, qualification.object_id, third_party=True, letter_id=letter_id)

    async def template(self, **changes: Any) -> Submitted:
        material = replace(TEMPLATE, **changes)
        return await self.compliance.templates.submit(self.account_id, material, actor=KEY)

    async def approve_open(self) -> None:
        for order in await self.compliance.desk.queue():
            await self.compliance.decide(order.id, Verdict.APPROVE, "", LI)

    async def standing(self, kind: Kind, submitted: Submitted) -> Standing:
        match kind:
            case Kind.QUALIFICATION:
                found = await self.compliance.qualifications.get(self.account_id, submitted.object_id)
                return found.standing
            case Kind.SIGNATURE:
                return (await self.compliance.signatures.get(self.account_id, submitted.label)).standing
            case Kind.TEMPLATE:
                return (await self.compliance.templates.get(self.account_id, submitted.label)).standing


async def make_tenant(
    identity: Identity,
    compliance: Compliance,
    phone: list[tuple[str, str]],
    clock: ManualClock,
    *,
    name: str = "tenant",
    kind: AccountKind = AccountKind.ENTERPRISE,
    company: str | None = COMPANY,
    uscc: str | None = USCC,
) -> Tenant:
    account = await identity.create_account(kind, name, company_name=company, uscc=uscc, actor="test")
    await upload(compliance.papers, account.id, *PAPERS)
    return Tenant(account.id, compliance, phone, clock)


def make_compliance(
    mode: ReviewMode,
    store: Store,
    clock: ManualClock,
    ids: IdMaker,
    vault: Vault,
    identity: Identity,
    phone: list[tuple[str, str]],
    **options: Any,
) -> Compliance:
    """The room, which looks into papers in this process and writes phone codes down. `options`: of Compliance."""

    async def send(number: str, code: str) -> None:
        phone.append((number, code))

    papers = Papers(store, clock, ids, vault, identity, inspect=inspect)
    return Compliance(
        *(store, clock, ids, vault, mode), identity=identity, send_phone_code=send, papers=papers, **options
    )


async def make_reviewed_tenant(
    store: Store,
    clock: ManualClock,
    ids: IdMaker,
    *,
    vault: Vault | None = None,
    policies: tuple[Policy, ...] = (),
) -> Tenant:
    """A verified enterprise on a new database, whose applications wait for people."""
    vault = vault or Vault(bytes(range(32)))
    identity = Identity(store, clock, ids, vault)
    await identity.first_start(RootSettings("rootkey", "rootsecret", "rootpassword"))
    phone = list[tuple[str, str]]()
    compliance = make_compliance(
        ReviewMode.MANUAL, store, clock, ids, vault, identity, phone, policies=policies
    )
    return await make_tenant(identity, compliance, phone, clock)

"""A tenant whose signatures are registered with carriers: people review, and a pack is filed by nobody yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from compliance_material import LI
from compliance_tenant import Tenant, make_tenant
from papers_in_process import inspect

from hongyan.compliance import Compliance, ReviewMode
from hongyan.compliance.papers import Papers
from hongyan.compliance.registration import (
    ChannelPlace,
    Network,
    Registering,
    RegistrarChoice,
    Registration,
    RegistrationEvent,
    Registrations,
    Told,
)
from hongyan.identity import Actor, Identity, RootSettings, Vault
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import Store

EVERYBODY: frozenset[str] = frozenset()
NO_ACCOUNTS: frozenset[int] = frozenset()
ONE = ChannelPlace(101, "one", "10690001", 20, EVERYBODY, EVERYBODY, NO_ACCOUNTS)
CARRIER = Actor("carrier")
NAME = "杭州测算"


@dataclass
class RegistrationRoom:
    tenant: Tenant
    registrations: Registrations
    clock: ManualClock
    channels: list[ChannelPlace]
    identity: Identity
    vault: Vault
    store: Store
    ids: IdMaker

    async def approved(self, name: str = NAME, **changes: Any) -> int:
        """A signature on a qualification, both approved; its number."""
        submitted = await self.tenant.signature(name, **changes)
        await self.tenant.approve_open()
        return submitted.object_id

    async def of(self, name: str = NAME) -> dict[Network, Registration]:
        """By network, where there is one number only."""
        found = await self.registrations.matrix(self.tenant.account_id, name)
        assert len({each.sender for each in found}) <= 1
        return {each.network: each for each in found}

    async def apply(self, row: Registration, event: RegistrationEvent, **told: Any) -> Registration:
        return await self.registrations.apply(row.id, event, actor=CARRIER, told=Told(**told))

    async def edit_signature(self, name: str = NAME, *, approve: bool = True) -> None:
        desk, account = self.tenant.compliance.signatures, self.tenant.account_id
        material = (await desk.get(account, name)).material
        await desk.resubmit(account, name, replace(material, remark=f"{material.remark}+"), actor=LI)
        if approve:
            await self.tenant.approve_open()

    async def edit_qualification(self, qualification_id: int, **changes: Any) -> None:
        desk, account = self.tenant.compliance.qualifications, self.tenant.account_id
        material = (await desk.get(account, qualification_id)).material
        code = await self.tenant.phone_code(material.admin_phone)
        changed = replace(material, remark=f"{material.remark}+", **changes)
        await desk.resubmit(account, qualification_id, changed, code, actor=LI)
        await self.tenant.approve_open()


async def make_registration_room(
    store: Store,
    clock: ManualClock,
    ids: IdMaker,
    *,
    channels: Sequence[ChannelPlace] = (ONE,),
    sandbox: bool = False,
    digits: int = 0,
    registrar: RegistrarChoice | None = None,
    networks: tuple[Network, ...] = ("mobile", "unicom", "telecom"),
) -> RegistrationRoom:
    vault = Vault(bytes(range(32)))
    identity = Identity(store, clock, ids, vault)
    await identity.first_start(RootSettings("rootkey", "rootsecret", "rootpassword"))
    phone: list[tuple[str, str]] = []
    configured = list(channels)

    async def send(number: str, code: str) -> None:
        phone.append((number, code))

    async def places() -> Sequence[ChannelPlace]:
        return configured

    compliance = Compliance(
        *(store, clock, ids, vault, ReviewMode.MANUAL),
        identity=identity,
        send_phone_code=send,
        papers=Papers(store, clock, ids, vault, identity, inspect=inspect),
        registering=Registering(places, networks, registrar or RegistrarChoice("pack"), digits),
        sandbox=sandbox,
    )
    tenant = await make_tenant(identity, compliance, phone, clock)
    return RegistrationRoom(tenant, compliance.registrations, clock, configured, identity, vault, store, ids)

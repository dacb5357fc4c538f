from __future__ import annotations

from typing import Protocol

import pytest
import room_fixtures
from compliance_tenant import Tenant, make_compliance, make_tenant
from in_process_store import InProcessStore
from vendor_client import VendorClient
from vendor_room import NewRoom, Room, rooms

from hongyan.compliance import Compliance, ReviewMode
from hongyan.identity import Identity, RootSettings, Vault
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.ids import IdMaker

clock, ids = room_fixtures.clock, room_fixtures.ids
store, vault = room_fixtures.store, room_fixtures.vault


@pytest.fixture
async def identity(store: InProcessStore, clock: ManualClock, ids: IdMaker, vault: Vault) -> Identity:
    made = Identity(store, clock, ids, vault)
    await made.first_start(RootSettings("rootkey", "rootsecret", "rootpassword"))
    return made


@pytest.fixture
def phone() -> list[tuple[str, str]]:
    """(number, code) of every code that was sent."""
    return []


class NewCompliance(Protocol):
    """Makes the room once more, on the same store."""

    def __call__(self, mode: ReviewMode, *, sandbox: bool = True) -> Compliance: ...


@pytest.fixture
def new_compliance(
    store: InProcessStore,
    clock: ManualClock,
    ids: IdMaker,
    vault: Vault,
    identity: Identity,
    phone: list[tuple[str, str]],
) -> NewCompliance:
    def new(mode: ReviewMode, *, sandbox: bool = True) -> Compliance:
        return make_compliance(mode, store, clock, ids, vault, identity, phone, sandbox=sandbox)

    return new


@pytest.fixture
def compliance(new_compliance: NewCompliance) -> Compliance:
    """A sandbox where all rules decide at once."""
    return new_compliance(ReviewMode.RULES)


@pytest.fixture
def sandbox(new_compliance: NewCompliance) -> Compliance:
    """Reviewed as the sandbox does it when nobody says otherwise."""
    return new_compliance(ReviewMode.AUTO)


@pytest.fixture
def reviewed_by_rules(new_compliance: NewCompliance) -> Compliance:
    """With HONGYAN_REVIEW=rules and a carrier: people decide what rules cannot."""
    return new_compliance(ReviewMode.RULES, sandbox=False)


@pytest.fixture
def reviewed_by_people(new_compliance: NewCompliance) -> Compliance:
    return new_compliance(ReviewMode.MANUAL)


@pytest.fixture
async def tenant(
    identity: Identity, compliance: Compliance, phone: list[tuple[str, str]], clock: ManualClock
) -> Tenant:
    """A verified enterprise under automatic review."""
    return await make_tenant(identity, compliance, phone, clock)


@pytest.fixture
async def patient_tenant(
    identity: Identity, reviewed_by_people: Compliance, phone: list[tuple[str, str]], clock: ManualClock
) -> Tenant:
    """A verified enterprise whose applications wait for people."""
    return await make_tenant(identity, reviewed_by_people, phone, clock)


@pytest.fixture
async def stranger(
    identity: Identity, compliance: Compliance, phone: list[tuple[str, str]], clock: ManualClock
) -> Tenant:
    """Another verified enterprise."""
    return await make_tenant(identity, compliance, phone, clock, name="stranger")


@pytest.fixture
def new_room(identity: Identity, vault: Vault, phone: list[tuple[str, str]], clock: ManualClock) -> NewRoom:
    return rooms(identity, vault, phone, clock)


@pytest.fixture
async def room(compliance: Compliance, new_room: NewRoom) -> Room:
    """A verified enterprise at the vendor's door, under automatic review."""
    return await new_room(compliance)


@pytest.fixture
def client(room: Room) -> VendorClient:
    return room.client

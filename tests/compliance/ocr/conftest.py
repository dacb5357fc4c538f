from __future__ import annotations

import pytest
from compliance_tenant import Tenant, make_tenant
from in_process_store import InProcessStore
from ocr_reader_stand_in import StandIn
from papers_in_process import inspect

from hongyan.compliance import Compliance, ReviewMode
from hongyan.compliance.papers import Papers
from hongyan.identity import Identity, Vault
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.ids import IdMaker


@pytest.fixture
def reader() -> StandIn:
    return StandIn()


@pytest.fixture(params=[ReviewMode.MANUAL])
async def applicant(
    request: pytest.FixtureRequest,
    store: InProcessStore,
    clock: ManualClock,
    ids: IdMaker,
    vault: Vault,
    identity: Identity,
    phone: list[tuple[str, str]],
    reader: StandIn,
) -> Tenant:
    """A verified enterprise where papers are read; reviewed by people, or as a test's parameter says."""

    async def send(number: str, code: str) -> None:
        phone.append((number, code))

    papers = Papers(store, clock, ids, vault, identity, inspect=inspect)
    compliance = Compliance(
        *(store, clock, ids, vault, request.param),
        identity=identity,
        send_phone_code=send,
        papers=papers,
        read=reader,
    )
    return await make_tenant(identity, compliance, phone, clock)

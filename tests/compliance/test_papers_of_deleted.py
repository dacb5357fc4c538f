"""What tenants delete lets its papers go: they are erased when their days are over."""

from __future__ import annotations

from compliance_material import KEY
from compliance_tenant import Tenant
from in_process_store import InProcessStore
from papers_in_process import inspect

from hongyan.compliance import Kind
from hongyan.compliance.papers import Papers
from hongyan.identity import Identity, Vault
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.ids import IdMaker


async def test_each_kind_lets_its_papers_go_when_it_is_deleted(
    tenant: Tenant, store: InProcessStore, clock: ManualClock, ids: IdMaker, vault: Vault, identity: Identity
) -> None:
    papers = Papers(store, clock, ids, vault, identity, inspect=inspect, keep_days=180)
    qualification = await tenant.qualification()
    signature = await tenant.signature("杭州测算", qualification.object_id, papers=("1/extra.pdf",))
    template = await tenant.template(papers=("1/consent.png",))
    desks = tenant.compliance
    await desks.templates.delete(tenant.account_id, template.label, actor=KEY)
    await desks.signatures.delete(tenant.account_id, "杭州测算", actor=KEY)
    await desks.qualifications.delete(tenant.account_id, qualification.object_id, actor=KEY)
    clock.advance(181 * 86_400)
    assert await papers.erase_deleted() == 4, "the complimentary signature went with its qualification"
    for kind, submitted in (
        (Kind.QUALIFICATION, qualification),
        (Kind.SIGNATURE, signature),
        (Kind.TEMPLATE, template),
    ):
        assert await papers.of_revision(kind, submitted.object_id, 1) == []
    erased = [
        event.object.partition("/paper:")[2]
        for event in await identity.audit_events(tenant.account_id)
        if event.action == "compliance.erase_paper"
    ]
    assert len(erased) == len(set(erased)) == 7, "one paper was the qualification's and the signature's"
    assert await papers.find(tenant.account_id, "1/licence.jpg") is None
    assert await papers.find(tenant.account_id, "1/letter.png") is not None, "nothing has used it"

"""What becomes of extension codes when their signature goes, or comes again."""

from __future__ import annotations

from compliance_tenant import Tenant

from hongyan.compliance import CodeFilter, CodeSource
from hongyan.identity import Actor

NAME = "杭州测算"
ACTOR = Actor("key:test", "aliyun")


async def assigned(tenant: Tenant) -> list[str]:
    _, found = await tenant.compliance.extension_codes.page(CodeFilter(), limit=10)
    return [row.code for row in found]


async def test_a_deleted_signature_leaves_its_codes_which_it_has_again_under_its_name(tenant: Tenant) -> None:
    codes = tenant.compliance.extension_codes
    await tenant.signature(NAME)
    for code in ("88", "99"):
        await codes.assign(tenant.account_id, NAME, code, by=CodeSource.TENANT, actor=ACTOR)
    await tenant.compliance.signatures.delete(tenant.account_id, NAME, actor=ACTOR)
    assert await assigned(tenant) == []

    _, released = await codes.page(CodeFilter(released=True), limit=10)
    assert [(row.code, row.primary) for row in released] == [("88", False), ("99", False)]
    await tenant.compliance.code_memory.catch_up()
    index, now_ms = tenant.compliance.code_memory.index, tenant.clock.now_ms()
    assert index.owner("8801", now_ms) is not None, "replies still come to the tenant"

    await tenant.signature(NAME, (await tenant.qualification("再次申请")).object_id)
    made = await codes.assign(tenant.account_id, NAME, "88", by=CodeSource.TENANT, actor=ACTOR)
    assert (made.code.primary, made.code.signature_id != released[0].signature_id) == (True, True)
    assert await assigned(tenant) == ["88"]


async def test_a_signature_without_codes_is_deleted_as_ever(tenant: Tenant) -> None:
    await tenant.signature(NAME)
    await tenant.compliance.signatures.delete(tenant.account_id, NAME, actor=ACTOR)
    assert (await tenant.compliance.signature(tenant.account_id, NAME)) is None

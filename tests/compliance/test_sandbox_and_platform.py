from __future__ import annotations

import pytest
from in_process_store import InProcessStore

from hongyan.compliance import Compliance, Kind, ReviewMode, SignType, State, Verdict, platform_sender
from hongyan.compliance.attributes import attribute_problem
from hongyan.compliance.papers import Papers
from hongyan.compliance.papers.formats import Use
from hongyan.compliance.sandbox import seed_sandbox
from hongyan.compliance.uscc import is_uscc
from hongyan.identity import AccountKind, Actor, Identity, Vault
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Refused
from hongyan.kernel.ids import IdMaker


@pytest.fixture(params=ReviewMode)
def either(
    request: pytest.FixtureRequest,
    sandbox: Compliance,
    compliance: Compliance,
    reviewed_by_people: Compliance,
) -> Compliance:
    """All ways of reviewing."""
    ways = {ReviewMode.AUTO: sandbox, ReviewMode.RULES: compliance, ReviewMode.MANUAL: reviewed_by_people}
    return ways[request.param]


async def test_the_sandbox_tenant_is_ready_to_send(identity: Identity, either: Compliance) -> None:
    tenant = await seed_sandbox(identity, either)
    key = await identity.key(tenant.access_key_id)
    assert key is not None
    assert (key.secret, key.enabled) == (tenant.access_key_secret, True)
    account = await identity.account(key.account_id)
    assert (account.kind, account.company_name) == (AccountKind.ENTERPRISE, tenant.company_name)
    assert account.uscc is not None
    assert is_uscc(account.uscc)
    signature = await either.signature(account.id, tenant.sign_name)
    assert signature is not None
    assert (signature.usable, signature.sign_type) == (True, SignType.GENERAL)
    notice = await either.template(account.id, tenant.template_code)
    assert notice is not None
    assert notice.usable
    assert notice.variables == tuple(tenant.template_param_example)
    for variable, value in tenant.template_param_example.items():
        assert attribute_problem(notice.rules[variable], value) is None
    code = await either.template(account.id, tenant.verification_template_code)
    assert code is not None
    assert code.usable
    assert code.variables == ("code",)
    assert await either.desk.queue() == []


async def test_seeding_twice_gives_the_same_tenant(identity: Identity, either: Compliance) -> None:
    first = await seed_sandbox(identity, either)
    assert await seed_sandbox(identity, either) == first
    assert len(await identity.accounts()) == 2


async def test_a_disabled_sandbox_key_is_replaced(identity: Identity, compliance: Compliance) -> None:
    first = await seed_sandbox(identity, compliance)
    await identity.disable_key(first.access_key_id, actor="test")
    second = await seed_sandbox(identity, compliance)
    assert second.access_key_id != first.access_key_id
    assert second.template_code == first.template_code


async def test_the_sandbox_tenant_came_through_review(
    identity: Identity, reviewed_by_people: Compliance
) -> None:
    tenant = await seed_sandbox(identity, reviewed_by_people)
    key = await identity.key(tenant.access_key_id)
    assert key is not None
    signature = await reviewed_by_people.signatures.get(key.account_id, tenant.sign_name)
    history = await reviewed_by_people.history(Kind.SIGNATURE, signature.standing.id)
    assert [(step.actor, step.after) for step in history] == [
        ("sandbox", "pending"),
        ("sandbox", "in_review"),
        ("sandbox", "approved"),
    ]


async def test_the_platform_has_a_sender_of_its_own(identity: Identity, either: Compliance) -> None:
    sender = await platform_sender(identity, either)
    assert sender.account_id == (await identity.root_account()).id
    signature = await either.signature(sender.account_id, sender.sign_name)
    template = await either.template(sender.account_id, sender.template_code)
    assert signature is not None
    assert template is not None
    assert (signature.usable, template.usable, template.variables) == (True, True, ("code",))
    assert await platform_sender(identity, either) == sender


async def test_the_platforms_sender_passed_the_same_states(identity: Identity, either: Compliance) -> None:
    sender = await platform_sender(identity, either)
    view = await either.templates.get(sender.account_id, sender.template_code)
    history = await either.history(Kind.TEMPLATE, view.standing.id)
    assert [(step.actor, step.after) for step in history] == [
        ("platform", "pending"),
        ("platform", "in_review"),
        ("platform", "approved"),
    ]


async def test_a_sender_that_a_crash_left_half_made_is_finished(
    identity: Identity, reviewed_by_people: Compliance
) -> None:
    root = await identity.root_account()
    await reviewed_by_people.signatures.submit_system(
        root.id, "鸿雁", SignType.GENERAL, actor=Actor("platform")
    )
    await platform_sender(identity, reviewed_by_people)
    assert (await reviewed_by_people.signatures.get(root.id, "鸿雁")).standing.state is State.APPROVED


async def test_several_nodes_that_start_at_once_end_with_one_sender(
    store: InProcessStore,
    clock: ManualClock,
    vault: Vault,
    identity: Identity,
    compliance: Compliance,
) -> None:
    async def send(_number: str, _code: str) -> None: ...

    other = Compliance(
        store,
        clock,
        IdMaker(clock, node=1),
        vault,
        ReviewMode.AUTO,
        identity=identity,
        send_phone_code=send,
        papers=compliance.papers,
    )
    mine = await platform_sender(identity, compliance)
    assert await platform_sender(identity, other) == mine
    root = await identity.root_account()
    assert (await other.templates.page(root.id, limit=9, offset=0))[0] == 1


async def test_a_code_template_of_the_platform_can_be_reviewed_like_any_other(
    identity: Identity, compliance: Compliance
) -> None:
    sender = await platform_sender(identity, compliance)
    view = await compliance.templates.get(sender.account_id, sender.template_code)
    order = await compliance.desk.order(view.standing.order_id)
    assert (order.verdict, order.reviewer) == (Verdict.APPROVE.value, "platform")
    assert (await compliance.desk.checklist(order.id)).subject.view == view


async def test_in_the_sandbox_a_key_outside_of_the_accounts_folder_stands_for_a_paper(
    store: InProcessStore, clock: ManualClock, ids: IdMaker, vault: Vault, identity: Identity
) -> None:
    account_id = (await identity.root_account()).id
    sandbox = Papers(store, clock, ids, vault, identity, stand_ins=True)
    assert await sandbox.require_all(account_id, ["papers/licence.png"], Use.PICTURE) == []
    for papers, key in (
        (sandbox, f"{account_id}/licence.png"),
        (Papers(store, clock, ids, vault, identity), "papers/licence.png"),
    ):
        with pytest.raises(Refused) as refused:
            await papers.require_all(account_id, [key], Use.PICTURE)
        assert refused.value.code == "paper.not_uploaded"

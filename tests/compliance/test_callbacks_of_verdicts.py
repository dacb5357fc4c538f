"""Applicants' programs are told of verdicts as the vendor tells them, and see to it over REST."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from compliance_material import KEY, LI
from compliance_tenant import Tenant, make_compliance, make_tenant
from in_process_store import InProcessStore
from rest_client import NOT_ASKED, RestClient

from hongyan.apis.aliyun.callbacks import _SOURCES, _TYPES, callback_body
from hongyan.apis.rest import RestDoor, Services
from hongyan.compliance import Kind, ReviewMode, SignSource, TemplateType, Verdict
from hongyan.identity import Actor, Identity, Vault
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Refused
from hongyan.kernel.ids import IdMaker
from hongyan.messaging.callbacks import Callbacks, CallbackType, Deliverer
from hongyan.messaging.callbacks.addresses import Target
from hongyan.messaging.callbacks.posting import Posted

URL = "https://tenant.example/hook"
REPORTS = {Kind.SIGNATURE: CallbackType.SIGNATURE, Kind.TEMPLATE: CallbackType.TEMPLATE}


class World:
    def __init__(self, tenant: Tenant, callbacks: Callbacks, deliverer: Deliverer, rest: RestClient) -> None:
        self.tenant = tenant
        self.callbacks = callbacks
        self.deliverer = deliverer
        self.rest = rest
        self.got: list[Any] = []

    async def told(self) -> list[Any]:
        """What arrived by now, the oldest first."""
        while await self.deliverer.begin():
            await self.deliverer.ended()
        return self.got


@pytest.fixture
async def world(
    store: InProcessStore,
    clock: ManualClock,
    ids: IdMaker,
    vault: Vault,
    identity: Identity,
    phone: list[tuple[str, str]],
) -> World:
    callbacks = Callbacks(store, clock, ids, vault, identity)

    async def post(target: Target, headers: Iterable[tuple[str, str]], body: bytes) -> Posted:
        made.got.append(json.loads(body))
        return Posted(200, b'{"code":0}')

    compliance = make_compliance(
        *(ReviewMode.MANUAL, store, clock, ids, vault, identity, phone),
        announce=lambda account, kind, facts: [callbacks.event(account, REPORTS[kind], facts)],
    )
    tenant = await make_tenant(identity, compliance, phone, clock)
    key = await identity.create_key(tenant.account_id, "app", actor="test")
    door = RestDoor(Services(identity, compliance, callbacks, clock, *NOT_ASKED))
    deliverer = Deliverer(store, clock, callbacks, callback_body, post)
    made = World(tenant, callbacks, deliverer, RestClient(door, key))
    return made


async def subscribe(world: World, *types: CallbackType) -> None:
    for type_ in types:
        await world.rest.ok("PUT", f"/callbacks/{type_.value}", {"url": URL})


async def test_a_verdict_on_a_signature_is_told_as_the_vendor_tells_it(world: World) -> None:
    await subscribe(world, CallbackType.SIGNATURE)
    order = await world.tenant.signature("杭州测算", remark="请尽快")
    await world.tenant.compliance.decide(order.order_id, Verdict.REJECT, "请补充商标", LI)
    ((report,),) = await world.told()
    created = report.pop("create_date")
    assert report == {
        "sign_name": "杭州测算",
        "sign_status": "rejected",
        "sign_source": "企事业单位的全称或简称",
        "sign_scene": "",
        "reason": "请补充商标",
        "remark": "请尽快",
        "orderId": str(order.order_id),
    }
    assert len(created) == len("2019-05-30 19:58:25")


async def test_a_verdict_on_a_template_is_told_as_the_vendor_tells_it(world: World) -> None:
    await world.tenant.signature()
    await world.tenant.approve_open()
    await subscribe(world, CallbackType.TEMPLATE)
    order = await world.tenant.template()
    await world.tenant.compliance.decide(order.order_id, Verdict.APPROVE, "", LI)
    ((report,),) = await world.told()
    report.pop("create_date")
    assert report == {
        "template_code": order.label,
        "template_name": "登录",
        "template_content": "您的验证码为${code}，请勿告知他人。",
        "template_type": "验证码",
        "template_status": "approved",
        "reason": "",
        "remark": "",
        "orderId": str(order.order_id),
    }


async def test_asked_for_more_is_rejected_with_the_reason(world: World) -> None:
    await subscribe(world, CallbackType.SIGNATURE)
    order = await world.tenant.signature()
    await world.tenant.compliance.decide(order.order_id, Verdict.ASK, "请说明用途", LI)
    ((report,),) = await world.told()
    assert (report["sign_status"], report["reason"]) == ("rejected", "请说明用途")


async def test_what_the_vendor_has_no_report_for_is_not_told(world: World) -> None:
    """Qualifications; signatures that the platform gives; applications that are taken back; first approvals."""
    await subscribe(world, *CallbackType)
    compliance = world.tenant.compliance
    await world.tenant.qualification()
    await world.tenant.approve_open()
    number = (await world.tenant.qualification("第二个")).object_id
    await world.tenant.approve_open()
    order = await world.tenant.signature("杭州测算", number)
    await compliance.withdraw(world.tenant.account_id, order.order_id, actor=KEY)
    assert await world.told() == []


async def test_a_verdict_that_is_not_stored_is_not_told(world: World) -> None:
    await subscribe(world, CallbackType.SIGNATURE)
    order = await world.tenant.signature()
    await world.tenant.compliance.desk.claim(order.order_id, LI)
    with pytest.raises(Refused):
        await world.tenant.compliance.decide(order.order_id, Verdict.APPROVE, "", Actor("person:wang"))
    assert await world.told() == []


@pytest.mark.parametrize("source", SignSource)
def test_every_source_has_its_words(source: SignSource) -> None:
    assert _SOURCES[source]


@pytest.mark.parametrize("category", TemplateType)
def test_every_category_has_its_words(category: TemplateType) -> None:
    assert _TYPES[category]


# -- over REST -----------------------------------------------------------------------------------------------


async def test_a_program_says_where_it_wants_to_be_told_and_sees_what_became_of_it(world: World) -> None:
    rest = world.rest
    assert (await rest.get("/callbacks/SignSmsReport")).code == "callback.unknown"
    made = await rest.ok("PUT", "/callbacks/SignSmsReport", {"url": URL})
    assert (made["type"], made["url"], len(made["secret"]) >= 40) == ("SignSmsReport", URL, True)
    assert await rest.ok("GET", "/callbacks/SignSmsReport") == made
    (listed,) = (await rest.ok("GET", "/callbacks"))["items"]
    assert "secret" not in listed
    renewed = await rest.ok("PUT", "/callbacks/SignSmsReport", {"url": URL, "renew_secret": True})
    assert renewed["secret"] != made["secret"]

    order = await world.tenant.signature()
    await world.tenant.compliance.decide(order.order_id, Verdict.APPROVE, "", LI)
    (waiting,) = (await rest.ok("GET", "/callback-deliveries?state=pending"))["items"]
    await world.told()
    (done,) = (await rest.ok("GET", "/callback-deliveries"))["items"]
    assert (done["id"], done["state"], done["status"], done["due"]) == (waiting["id"], "delivered", 200, None)
    again = await rest.ok("POST", f"/callback-deliveries/{done['id']}/resend", idempotency_key="k")
    assert again["state"] == "pending"
    repeated = await rest.post(f"/callback-deliveries/{done['id']}/resend", idempotency_key="k")
    assert repeated.headers["idempotency-replayed"] == "true"
    busy = await rest.post(f"/callback-deliveries/{done['id']}/resend")
    assert (busy.status, busy.code) == (409, "state.illegal_transition")
    assert len(await world.told()) == 2

    assert await rest.ok("DELETE", "/callbacks/SignSmsReport") == {"type": "SignSmsReport"}
    assert (await rest.call("DELETE", "/callbacks/SignSmsReport")).code == "callback.unknown"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("PUT", "/callbacks/SmsReport", {"url": URL}, 404, "path.unknown"),
        ("PUT", "/callbacks/SignSmsReport", {"url": "ftp://x"}, 422, "callback.url"),
        ("PUT", "/callbacks/SignSmsReport", {}, 400, "request.invalid"),
        ("GET", "/callback-deliveries?state=lost", None, 400, "request.invalid"),
        ("GET", "/callback-deliveries?limit=2&colour=red", None, 400, "request.invalid"),
        ("POST", "/callback-deliveries/1/resend", None, 404, "delivery.unknown"),
    ],
)
async def test_what_does_not_fit_is_told(
    world: World, method: str, path: str, body: Any, status: int, code: str
) -> None:
    reply = await world.rest.call(method, path, body)
    assert (reply.status, reply.code) == (status, code)

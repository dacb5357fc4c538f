"""Keeping registrations alive over REST: a tenant its own, the operator anybody's."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from in_process_store import InProcessStore
from keep_alive_room import Server, arrangement, make_server
from registration_room import NAME
from rest_client import RestClient

from hongyan.apis.rest import RestDoor
from hongyan.apis.rest.call import Services
from hongyan.identity import AccountKind
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.ids import IdMaker

PHONES = ["13800138000", "13012345678"]
PLANS, ARRANGEMENTS = "/keep-alive-plans", "/keep-alive-arrangements"


@dataclass
class World:
    server: Server
    template: str
    tenant: RestClient
    other: RestClient
    operator: RestClient

    @property
    def account_id(self) -> int:
        return self.server.room.tenant.account_id


@pytest.fixture
async def world(store: InProcessStore, clock: ManualClock, ids: IdMaker) -> World:
    """Nothing was sent for 160 days."""
    server = await make_server(store, clock, ids)
    await server.later(160)
    room, identity = server.room, server.room.identity
    services = (identity, room.tenant.compliance, None, clock, None, server.trials, None, server.keep)
    door = RestDoor(Services(*services))  # type: ignore[arg-type]
    other = await identity.create_account(
        AccountKind.ENTERPRISE, "other", company_name="某公司", uscc=None, actor="test"
    )

    async def client(account_id: int) -> RestClient:
        return RestClient(door, await identity.create_key(account_id, "app", actor="test"))

    return World(
        server,
        (await arrangement(server)).template_code,
        await client(room.tenant.account_id),
        await client(other.id),
        await client((await identity.root_account()).id),
    )


async def test_a_tenant_looks_at_its_plan_starts_it_and_sees_what_became_of_it(world: World) -> None:
    body = {"phones": PHONES, "template": world.template}
    places = (await world.tenant.ok("POST", f"{PLANS}/draft", body))["places"]
    assert [(each["network"], each["phone"], each["why"], each["price"]) for each in places] == [
        ("mobile", "8613800138000", None, 450),
        ("unicom", "8613012345678", None, 450),
        ("telecom", None, "keep.no_phone", 0),
    ]
    assert (places[0]["silent_days"], places[0]["days_left"]) == (160, 24)
    (plan,) = (await world.tenant.ok("POST", PLANS, body))["items"]
    assert (plan["plan"], plan["account_id"], plan["messages"]) == (1, world.account_id, 2)
    await world.server.later(1)
    shown = await world.tenant.ok("GET", f"{PLANS}/1")
    assert (shown["state"], {each["outcome"] for each in shown["items"]}) == ("done", {"kept"})
    assert len(world.server.sent) == 2


async def test_plans_are_paused_resumed_and_cancelled_by_whose_they_are(world: World) -> None:
    body = {"account_id": world.account_id, "phones": PHONES, "template": world.template}
    (plan,) = (await world.operator.ok("POST", PLANS, body))["items"]
    for client in (world.tenant, world.operator):
        assert (await client.ok("POST", f"{PLANS}/1/pause", {}))["state"] == "paused"
        assert (await client.ok("POST", f"{PLANS}/1/resume", {}))["state"] == "running"
    for method, path in (("GET", f"{PLANS}/1"), ("POST", f"{PLANS}/1/cancel")):
        reply = await world.other.call(method, path, {} if method == "POST" else None)
        assert (reply.status, reply.code) == (404, "registration.keep_plan_unknown")
    assert (await world.other.ok("GET", PLANS))["items"] == []
    cancelled = await world.tenant.ok("POST", f"{PLANS}/1/cancel", {})
    assert {each["outcome"] for each in cancelled["items"]} == {"cancelled"}
    assert (await world.operator.ok("GET", PLANS))["items"] == [plan | {"state": "cancelled", "waiting": 0}]


async def test_what_is_arranged_is_seen_used_and_forgotten(world: World) -> None:
    body = {"phones": PHONES, "template": world.template, "signature": NAME, "automatic": True}
    (stored,) = (await world.tenant.ok("POST", ARRANGEMENTS, body))["items"]
    assert (stored["signature"], stored["automatic"], stored["after_days"]) == (NAME, True, 150)
    assert (await world.other.ok("GET", ARRANGEMENTS))["items"] == []
    assert (await world.operator.ok("GET", ARRANGEMENTS))["items"] == [stored]
    places = (await world.tenant.ok("POST", f"{PLANS}/draft", {}))["places"]
    assert [each["why"] for each in places] == [None, None, "keep.no_phone"]
    assert (await world.tenant.ok("POST", f"{ARRANGEMENTS}/forget", {"signature": NAME}))["items"] == []
    again = await world.tenant.call("POST", f"{ARRANGEMENTS}/forget", {"signature": NAME})
    assert again.code == "registration.keep_unarranged"


async def test_what_cannot_be_is_told(world: World) -> None:
    template = world.template
    for body, code in (
        ({"phones": PHONES, "template": "SMS_0"}, "registration.nothing_to_keep"),
        ({"template": template}, "registration.keep_phones"),
        ({"phones": ["12"], "template": template}, "number.malformed"),
        ({"phones": PHONES, "template": template, "canary": True}, "registration.trial_canary"),
        ({}, "registration.nothing_to_keep"),
    ):
        assert (await world.tenant.call("POST", PLANS, body)).code == code

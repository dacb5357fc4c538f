"""Health and freezes over REST: a tenant's own, the operator's of anybody."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

import pytest
from in_process_store import InProcessStore
from registration_room import NAME, RegistrationRoom, make_registration_room
from rest_client import NOT_ASKED, RestClient

from hongyan.apis.rest import RestDoor, Services
from hongyan.compliance import Compliance
from hongyan.compliance.health.editions import Edition
from hongyan.identity import Identity
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.ids import IdMaker

HEALTH = "/signature-health"
FREEZES = "/freezes"
NAMED = {"kind": "signature", "label": NAME}


@dataclass
class Doors:
    tenant: RestClient
    other: RestClient
    operator: RestClient
    account_id: int
    compliance: Compliance


async def client(identity: Identity, door: RestDoor, account_id: int) -> RestClient:
    return RestClient(door, await identity.create_key(account_id, "", actor="test"))


@pytest.fixture
async def doors(store: InProcessStore, clock: ManualClock, ids: IdMaker) -> Doors:
    room: RegistrationRoom = await make_registration_room(store, clock, ids)
    await room.tenant.signature(NAME)
    await room.tenant.approve_open()
    identity, account_id = room.identity, room.tenant.account_id
    door = RestDoor(Services(identity, room.tenant.compliance, None, clock, *NOT_ASKED))  # type: ignore[arg-type]
    other = await identity.create_account((await identity.account(account_id)).kind, "other", actor="test")
    root = await identity.root_account()
    return Doors(
        await client(identity, door, account_id),
        await client(identity, door, other.id),
        await client(identity, door, root.id),
        account_id,
        room.tenant.compliance,
    )


async def test_a_tenant_sees_what_is_wrong_with_his_signatures(doors: Doors) -> None:
    page = await doors.tenant.ok("GET", f"{HEALTH}?limit=1")
    assert (page["total"], len(page["items"])) == (2, 1)
    following = await doors.tenant.ok("GET", f"{HEALTH}?limit=1&cursor={page['next']}")
    assert following["next"] is None
    names = {each["signature"] for each in (*page["items"], *following["items"])}
    assert NAME in names

    one = await doors.tenant.ok("GET", f"{HEALTH}/one?signature={quote(NAME)}")
    assert one["usability"] == "available_abnormal"
    (reason,) = one["reasons"]
    assert (reason["id"], reason["whose"], reason["cure"]) == (
        "registration_incomplete",
        "carrier",
        "register",
    )
    assert reason["explanation"]["zh"] == "尚未完成：中国移动、中国联通、中国电信"


async def test_others_see_none_of_it_and_the_operator_all(doors: Doors) -> None:
    assert (await doors.other.ok("GET", HEALTH))["total"] == 0
    stolen = await doors.other.get(f"{HEALTH}/one?signature={quote(NAME)}&account_id={doors.account_id}")
    assert (stolen.status, stolen.code) == (404, "signature.unknown")
    seen = await doors.operator.ok(
        "GET", f"{HEALTH}/one?signature={quote(NAME)}&account_id={doors.account_id}"
    )
    assert seen["account_id"] == doors.account_id


async def test_the_calendar_is_one(doors: Doors) -> None:
    reply = await doors.tenant.get(f"{HEALTH}/calendar.ics", language="zh")
    assert reply.status == 200
    assert reply.headers["content-type"] == "text/calendar; charset=utf-8"
    assert reply.content.startswith(b"BEGIN:VCALENDAR\r\n")


async def test_a_tenant_freezes_and_lifts_as_the_customer(doors: Doors) -> None:
    made = await doors.tenant.ok("PUT", FREEZES, NAMED | {"because": "换新签名"})
    assert (made["by"], made["because"], made["account_id"]) == ("customer", "换新签名", doors.account_id)
    one = await doors.tenant.ok("GET", f"{HEALTH}/one?signature={quote(NAME)}")
    assert one["usability"] == "unavailable"
    assert [each["label"] for each in (await doors.tenant.ok("GET", FREEZES))["items"]] == [NAME]
    assert (await doors.other.ok("GET", FREEZES))["items"] == []

    taken = await doors.tenant.call("PUT", FREEZES, NAMED | {"because": "x", "by": "platform"})
    assert (taken.status, taken.code) == (403, "freeze.not_yours")
    await doors.tenant.ok("PUT", f"{FREEZES}/lifted", NAMED)
    again = await doors.tenant.call("PUT", f"{FREEZES}/lifted", NAMED)
    assert (again.status, again.code) == (404, "freeze.unknown")


async def test_frozen_again_by_the_same_it_is_frozen_since_the_first_time(
    doors: Doors, clock: ManualClock
) -> None:
    first = await doors.tenant.ok("PUT", FREEZES, NAMED | {"because": "换新签名"})
    clock.advance(3_600)
    again = await doors.tenant.ok("PUT", FREEZES, NAMED | {"because": "业务下线"})
    assert (first["already"], again["already"]) == (False, True)
    (kept,) = (await doors.tenant.ok("GET", FREEZES))["items"]
    assert kept["since"] == again["since"] == first["since"]
    assert kept["because"] == again["because"] == "业务下线"

    of_tenant = NAMED | {"account_id": doors.account_id, "because": "投诉过多"}
    other = await doors.operator.ok("PUT", FREEZES, of_tenant)
    assert not other["already"], "somebody else freezes it"
    assert other["since"] != first["since"]


async def test_a_tenant_cannot_lift_what_the_platform_froze(doors: Doors) -> None:
    of_tenant = NAMED | {"account_id": doors.account_id}
    await doors.operator.ok("PUT", FREEZES, of_tenant | {"because": "投诉过多", "by": "penalty"})
    refused = await doors.tenant.call("PUT", f"{FREEZES}/lifted", NAMED)
    assert refused.code == "freeze.unknown"
    assert (await doors.tenant.ok("GET", FREEZES))["items"][0]["because"] == "投诉过多"
    await doors.operator.ok("PUT", f"{FREEZES}/lifted", of_tenant | {"by": "penalty"})


async def test_bad_input_is_told(doors: Doors) -> None:
    for body, status in (
        (NAMED, 400),
        (NAMED | {"because": "  "}, 422),
        (NAMED | {"because": "x", "kind": "person"}, 400),
        ({"kind": "signature", "label": "没有", "because": "x"}, 404),
        ({"kind": "account", "label": NAME, "because": "x"}, 422),
    ):
        reply = await doors.tenant.call("PUT", FREEZES, body)
        assert reply.status == status, reply.content.decode()
    root = await doors.operator.call("PUT", FREEZES, {"kind": "account", "because": "x"})
    assert root.code == "freeze.root"
    assert (await doors.tenant.ok("GET", FREEZES))["items"] == []


async def test_rules_to_come_are_told_and_accepted_by_the_operator_alone(
    doors: Doors, store: InProcessStore, clock: ManualClock
) -> None:
    health = doors.compliance.health
    await health.look()
    assert await doors.operator.ok("GET", f"{HEALTH}/rules") == {"waiting": None}
    nothing = await doors.operator.call("PUT", f"{HEALTH}/rules/accepted", {"edition": "x"})
    assert (nothing.status, nothing.code) == (409, "health.nothing_waits")
    number = (await health.checkup(doors.account_id, NAME)).signature.id
    for day, reason in (("", "name_mismatch"), ("2027-01-01", "source_not_supported")):
        row = (number, day, reason)
        store.execute(
            "INSERT INTO signature_ailment_ahead (signature_id, day, reason) VALUES (?, ?, ?)", *row
        )
    await health.switching.tried(Edition({"networks": "mobile"}), ("networks",), 1)

    (own,) = (await doors.tenant.ok("GET", f"{HEALTH}/ahead"))["items"]
    assert [(each["id"], each["day"]) for each in own["coming"]] == [("source_not_supported", "2027-01-01")]
    assert (await doors.other.ok("GET", f"{HEALTH}/ahead"))["items"] == []
    (seen,) = (await doors.operator.ok("GET", f"{HEALTH}/ahead"))["items"]
    assert [each["day"] for each in seen["coming"]] == [None, "2027-01-01"]
    for path, body in ((f"{HEALTH}/rules", None), (f"{HEALTH}/rules/accepted", {"edition": "x"})):
        refused = await (doors.tenant.call("PUT", path, body) if body else doors.tenant.get(path))
        assert refused.status == 403

    waiting = (await doors.operator.ok("GET", f"{HEALTH}/rules"))["waiting"]
    assert (waiting["changed"], waiting["signatures"]) == (["networks"], 1)
    other = await doors.operator.call("PUT", f"{HEALTH}/rules/accepted", {"edition": "x"})
    assert (other.status, other.code) == (409, "health.other_edition")
    accepted = await doors.operator.ok("PUT", f"{HEALTH}/rules/accepted", {"edition": waiting["edition"]})
    assert accepted == {"edition": waiting["edition"], "signatures": 1}
    assert await doors.operator.ok("GET", f"{HEALTH}/rules") == {"waiting": None}

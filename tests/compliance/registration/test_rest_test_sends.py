"""Test sends over REST: a tenant asks for those of its own signatures, sees them, cancels them; never another's."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from filing_door import CANARY, FilingDoor, make_filing_door
from in_process_store import InProcessStore
from registration_room import NAME

from hongyan.compliance.registration import RegistrationEvent
from hongyan.kernel.clock import DAY_MS, ManualClock
from hongyan.kernel.ids import IdMaker

PHONES = ["13800138000", "13012345678"]


@pytest.fixture
async def door(store: InProcessStore, clock: ManualClock, ids: IdMaker, tmp_path: Path) -> FilingDoor:
    made = await make_filing_door(store, clock, ids, tmp_path)
    await made.room.approved()
    await made.filing.usable_template()
    return made


async def wish(door: FilingDoor, **more: Any) -> dict[str, Any]:
    _, (view, *_) = await door.room.tenant.compliance.templates.page(
        door.room.tenant.account_id, limit=1, offset=0
    )
    return {"signature": NAME, "template": view.standing.label, "phones": PHONES, **more}


async def test_a_tenant_asks_sees_and_cancels(door: FilingDoor) -> None:
    asked = await door.tenant.ok("POST", "/test-sends", await wish(door, times=2, every=30))
    assert {(each["network"], each["state"]) for each in asked["items"]} == {
        ("mobile", "waiting"),
        ("unicom", "waiting"),
    }
    assert len(asked["items"]) == 4
    newest = asked["items"][0]
    assert (newest["sign_name"], newest["message_id"]) == (NAME, None)
    assert await door.trials.send_due() == 2
    place = f"/test-sends/{newest['id']}"
    for _ in range(2):
        assert (await door.tenant.ok("POST", f"{place}/cancel"))["state"] == "cancelled"
    assert (await door.tenant.ok("GET", place))["state"] == "cancelled"
    states = await door.tenant.ok("GET", f"/test-sends?signature={quote(NAME)}")
    assert sorted(each["state"] for each in states["items"]) == ["cancelled", "sent", "sent", "waiting"]
    sent = next(each for each in states["items"] if each["state"] == "sent")
    late = await door.tenant.post(f"/test-sends/{sent['id']}/cancel", language="zh-CN")
    assert (late.status, late.code) == (409, "state.illegal_transition")
    assert (await door.actions(door.room.tenant.account_id))[:2] == [
        "compliance.cancel_test_send",
        "compliance.ask_test_sends",
    ]


async def test_a_repeated_wish_is_one_wish(door: FilingDoor) -> None:
    said, key = await wish(door), {"idempotency_key": "once"}
    first = await door.tenant.post("/test-sends", said, **key)
    again = await door.tenant.post("/test-sends", said, **key)
    assert first.body == again.body
    assert again.headers["idempotency-replayed"] == "true"
    other = await door.tenant.post("/test-sends", await wish(door, times=2), **key)
    assert (other.status, other.code) == (422, "idempotency.mismatch")


async def test_another_tenant_sees_and_changes_nothing_of_it(door: FilingDoor) -> None:
    said = await wish(door)
    (test, *_) = (await door.tenant.ok("POST", "/test-sends", said))["items"]
    for method, path in (("GET", ""), ("POST", "/cancel")):
        reply = await door.stranger.call(method, f"/test-sends/{test['id']}{path}")
        assert (reply.status, reply.code) == (404, "registration.trial_unknown")
    account = door.room.tenant.account_id
    assert (await door.stranger.ok("GET", f"/test-sends?account_id={account}"))["items"] == []
    own = await door.stranger.post("/test-sends", said)
    assert (own.status, own.code) == (422, "registration.trial_signature")
    named = await door.stranger.post("/test-sends", said | {"account_id": account})
    assert (named.status, named.code) == (403, "caller.other_account")
    assert (await door.stranger.get(f"/signature-evidence?signature={quote(NAME)}")).status == 422
    assert len(await door.trials.page(None)) == 2


async def test_the_operator_asks_for_a_tenant_and_uses_canary_phones(door: FilingDoor) -> None:
    account = door.room.tenant.account_id
    said = await wish(door, canary=True, account_id=account)
    asked = await door.operator.ok("POST", "/test-sends", said)
    assert {each["number"] for each in asked["items"]} == {f"86{each}" for each in (*PHONES, CANARY)}
    assert {each["account_id"] for each in asked["items"]} == {account}
    assert len((await door.operator.ok("GET", "/test-sends"))["items"]) == 3
    assert (await door.operator.ok("GET", "/test-sends?account_id=7"))["items"] == []
    own = await door.tenant.post("/test-sends", await wish(door, canary=True))
    assert (own.status, own.code) == (403, "registration.trial_canary")
    place = f"/test-sends/{asked['items'][0]['id']}/cancel"
    assert (await door.operator.ok("POST", place))["state"] == "cancelled"


async def test_the_list_has_pages(door: FilingDoor) -> None:
    await door.tenant.ok("POST", "/test-sends", await wish(door, times=2))
    path, seen = "/test-sends?limit=3&state=waiting", []
    while True:
        page = await door.tenant.ok("GET", path)
        seen += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        path = f"/test-sends?limit=3&state=waiting&cursor={page['next']}"
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 4


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"phones": []}, 422, "registration.trial_no_phone"),
        ({"phones": ["12"]}, 422, "number.malformed"),
        ({"phones": ["0085291234567"]}, 422, "registration.trial_phone"),
        ({"times": 6}, 400, "request.invalid"),
        ({"every": 1441}, 400, "request.invalid"),
        ({"phones": PHONES * 31}, 400, "request.invalid"),
        ({"template": "SMS_0"}, 422, "registration.trial_template"),
        ({"signature": "无此签名"}, 422, "registration.trial_signature"),
        ({"extension_code": "x"}, 400, "request.invalid"),
        ({"params": {"code": 1}}, 400, "request.invalid"),
    ],
)
async def test_what_cannot_be_tested_is_refused_and_nothing_is_scheduled(
    door: FilingDoor, more: dict[str, Any], status: int, code: str
) -> None:
    reply = await door.tenant.post("/test-sends", await wish(door, **more))
    assert (reply.status, reply.code) == (status, code)
    assert await door.trials.page(None) == []


async def test_what_arrives_is_shown_carrier_by_carrier(door: FilingDoor) -> None:
    found = await door.tenant.ok("GET", f"/signature-evidence?signature={quote(NAME)}")
    assert {(each["network"], each["evidence"]["why"]) for each in found["items"]} == {
        (network, "nothing_sent") for network in ("mobile", "unicom", "telecom")
    }
    account = door.room.tenant.account_id
    same = await door.operator.ok("GET", f"/signature-evidence?signature={quote(NAME)}&account_id={account}")
    assert same == found


async def test_what_lapses_is_listed_for_those_whose_it_is(door: FilingDoor) -> None:
    for row in (await door.room.of()).values():
        await door.room.apply(row, RegistrationEvent.FILED)
        await door.room.apply(row, RegistrationEvent.ACCEPTED)
    assert (await door.tenant.ok("GET", "/lapsing-registrations"))["items"] == []
    door.room.clock.advance(125 * DAY_MS / 1000)
    page = await door.tenant.ok("GET", "/lapsing-registrations?limit=2")
    assert (page["total"], len(page["items"])) == (3, 2)
    assert {each["silence"]["warning"] for each in page["items"]} == {120}
    rest = await door.tenant.ok("GET", f"/lapsing-registrations?limit=2&cursor={page['next']}")
    assert (len(rest["items"]), rest["next"]) == (1, None)
    assert (await door.stranger.ok("GET", "/lapsing-registrations"))["total"] == 0
    assert (await door.operator.ok("GET", "/lapsing-registrations"))["total"] == 3

"""Registrations over REST: tenants see and start their own, the operator everybody's, and says what carriers answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from compliance_material import QUALIFICATION
from in_process_store import InProcessStore
from registration_room import NAME, RegistrationRoom, make_registration_room
from rest_client import NOT_ASKED, RestClient

from hongyan.apis.rest import RestDoor, Services
from hongyan.identity import AccountKind
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.ids import IdMaker


@dataclass
class Desk:
    room: RegistrationRoom
    operator: RestClient
    tenant: RestClient
    stranger: RestClient


@pytest.fixture
async def desk(store: InProcessStore, clock: ManualClock, ids: IdMaker) -> Desk:
    room = await make_registration_room(store, clock, ids)
    identity = room.identity
    door = RestDoor(Services(identity, room.tenant.compliance, None, clock, *NOT_ASKED))  # type: ignore[arg-type]
    other = await identity.create_account(
        AccountKind.ENTERPRISE, "other", company_name="某公司", uscc=None, actor="test"
    )

    async def client(account_id: int) -> RestClient:
        return RestClient(door, await identity.create_key(account_id, "app", actor="test"))

    root = (await identity.root_account()).id
    await room.approved()
    return Desk(room, await client(root), await client(room.tenant.account_id), await client(other.id))


async def test_a_tenant_sees_where_its_signature_stands_and_why(desk: Desk) -> None:
    body = await desk.tenant.ok("GET", f"/registrations?signature={quote(NAME)}")
    assert body["total"] == 3
    first = body["items"][0]
    assert (first["network"], first["sender"], first["state"], first["vendor_status"]) == (
        *("mobile", "10690001"),
        *("registering", -1),
    )
    assert (first["cure"], first["whose"], first["wait"]) == ("file", "operator", None)
    assert first["words"]["en"] == "nothing was filed with the carrier yet"
    assert "hongyan registration pack --carrier mobile" in first["advice"]["en"]
    assert "5-7 个工作日" in first["advice"]["zh"]
    history = await desk.tenant.ok("GET", f"/registrations/{first['id']}/history")
    assert [step["event"] for step in history["items"]] == ["start"]
    assert history["next"] is None
    assert (await desk.stranger.ok("GET", "/registrations"))["items"] == []
    assert (await desk.stranger.get(f"/registrations/{first['id']}")).code == "registration.unknown"
    assert (await desk.stranger.get(f"/registrations/{first['id']}/history")).code == "registration.unknown"
    assert (await desk.stranger.get(f"/signature-registrations?signature={quote(NAME)}")).status == 422


async def test_the_list_has_pages_and_filters(desk: Desk) -> None:
    path = "/registrations?limit=2"
    seen: list[dict[str, Any]] = []
    while True:
        body = await desk.operator.ok("GET", path)
        seen += body["items"]
        if body["next"] is None:
            break
        path = f"/registrations?limit=2&cursor={body['next']}"
    assert len(seen) == body["total"] == 6  # the complimentary signature too
    assert len({each["id"] for each in seen}) == 6
    for query, total in (
        ("state=registering&unfiled=true", 6),
        ("network=unicom", 2),
        ("reason=NON_REGISTER", 0),
        (f"account_id={desk.room.tenant.account_id}&sender=10690001", 6),
        ("account_id=7", 0),
    ):
        assert (await desk.operator.ok("GET", f"/registrations?{query}"))["total"] == total, query
    assert (await desk.operator.get("/registrations?state=lost")).status == 400


async def test_the_operator_says_what_the_carrier_answers(desk: Desk) -> None:
    (row,) = (await desk.operator.ok("GET", f"/registrations?network=telecom&signature={quote(NAME)}"))[
        "items"
    ]
    place = f"/registrations/{row['id']}/answer"
    assert (await desk.tenant.post(place, {"answer": "accepted"})).status == 403
    filed = await desk.operator.ok("POST", place, {"answer": "filed", "reference": "CT-1"})
    assert (filed["reference"], filed["wait"]["elapsed"], filed["wait"]["most"]) == ("CT-1", 0, 10)
    said = {"answer": "refused", "reason": "QUALIFICATION_ERROR", "words": "法人不符"}
    refused = await desk.operator.ok("POST", place, said)
    assert (refused["state"], refused["reason"], refused["cure"]) == (
        *("failed", "QUALIFICATION_ERROR"),
        "edit_qualification",
    )
    history = await desk.operator.ok("GET", f"/registrations/{row['id']}/history")
    last = history["items"][-1]
    assert last["came_back"] == {"words": "法人不符"}
    assert (last["door"], last["address"]) == ("rest", "203.0.113.9")
    unfit = await desk.operator.post(place, {"answer": "refused", "reason": "DETECTING"})
    assert unfit.code == "registration.reason_unfit"
    assert (await desk.operator.post(place, {"answer": "campaign"})).code == "state.illegal_transition"


async def test_one_signature_at_every_carrier_and_the_start_by_hand(desk: Desk) -> None:
    room = desk.room
    room.channels.append(room.channels[0]._replace(id=102, access_number="10690002"))
    body = await desk.tenant.ok("GET", f"/signature-registrations?signature={quote(NAME)}")
    assert body["register_result"] == -1
    assert [each["state"] for each in body["networks"]] == ["registering"] * 3
    new = [row for row in body["registrations"] if row["id"] == 0]
    assert {(row["sender"], row["reason"], row["cure"]) for row in new} == {
        ("10690002", "NON_REGISTER", "start")
    }
    said = {"signature": NAME, "networks": ["unicom"]}
    body = await desk.tenant.ok("POST", "/signature-registrations", said)
    rows = {(row["network"], row["sender"]): row["state"] for row in body["registrations"]}
    assert rows["unicom", "10690002"] == "registering"
    assert rows["mobile", "10690002"] == "not_registered"
    again = await desk.tenant.post("/signature-registrations", said)
    assert (again.status, again.code) == (409, "registration.running")
    elsewhere = {"signature": NAME, "networks": ["broadnet"]}
    assert (await desk.tenant.post("/signature-registrations", elsewhere)).code == "registration.not_counted"
    by_operator = {"signature": NAME, "account_id": room.tenant.account_id, "senders": ["10690002"]}
    body = await desk.operator.ok("POST", "/signature-registrations", by_operator)
    assert {row["state"] for row in body["registrations"]} == {"registering"}


async def test_a_repeated_start_starts_once(desk: Desk) -> None:
    room = desk.room
    room.channels.append(room.channels[0]._replace(id=102, access_number="10690002"))
    said = {"signature": NAME, "networks": ["unicom"]}
    key = {"idempotency_key": "abc"}
    first = await desk.tenant.post("/signature-registrations", said, **key)
    again = await desk.tenant.post("/signature-registrations", said, **key)
    assert (first.status, again.status) == (200, 200), again.content
    (row,) = [each for each in again.body["registrations"] if each["id"] and each["sender"] == "10690002"]
    history = await desk.tenant.ok("GET", f"/registrations/{row['id']}/history")
    assert len(history["items"]) == 1


async def test_what_no_pack_takes_is_told_to_who_waits(desk: Desk) -> None:
    """A licence is optional for own use, and every carrier's sheet asks for it."""
    room = desk.room
    number = (await room.of())["mobile"].qualification_id
    assert number is not None
    await room.edit_qualification(number, licenses=())
    matrix = await desk.tenant.ok("GET", f"/signature-registrations?signature={quote(NAME)}")
    found = {each["network"]: each for each in matrix["registrations"]}
    unicom = found["unicom"]
    assert (unicom["cure"], unicom["whose"]) == ("edit_qualification", "tenant")
    assert unicom["advice"]["zh"].startswith(f"资质 {number} 缺少中国联通报备必需的营业执照")
    assert unicom["advice"]["en"].startswith(f"qualification {number} lacks what China Unicom asks for")
    assert "，补全前不会放入报备包：请修改资质并补充" in found["mobile"]["advice"]["zh"]
    for reader in (desk.tenant, desk.operator):
        one = await reader.ok("GET", f"/registrations/{unicom['id']}")
        assert one["advice"] == unicom["advice"]
    await room.edit_qualification(number, licenses=QUALIFICATION.licenses)
    after = await desk.tenant.ok("GET", f"/signature-registrations?signature={quote(NAME)}")
    assert {(each["cure"], each["whose"]) for each in after["registrations"]} == {("file", "operator")}

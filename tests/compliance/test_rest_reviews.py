"""The review desk and change records over REST."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from compliance_material import COMPANY, LI
from compliance_tenant import Tenant, make_reviewed_tenant, make_tenant
from in_process_store import InProcessStore
from paper_files import picture
from rest_client import NOT_ASKED, RestClient

from hongyan.apis.rest import RestDoor, Services
from hongyan.compliance import Compliance, Kind, State
from hongyan.compliance.review import POLICIES
from hongyan.identity import Identity
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.ids import IdMaker


class Office:
    """A door with two reviewers and a tenant's programmer in front of it."""

    def __init__(self, door: RestDoor, li: RestClient, wang: RestClient, tenant: RestClient) -> None:
        self.door = door
        self.li = li
        self.wang = wang
        self.tenant = tenant


@pytest.fixture
async def office(
    identity: Identity, reviewed_by_people: Compliance, clock: ManualClock, patient_tenant: Tenant
) -> Office:
    return await _office(identity, reviewed_by_people, clock, patient_tenant.account_id)


async def _office(identity: Identity, compliance: Compliance, clock: ManualClock, account_id: int) -> Office:
    door = RestDoor(Services(identity, compliance, None, clock, *NOT_ASKED))
    root = await identity.root_account()

    async def client(account: int, name: str) -> RestClient:
        return RestClient(door, await identity.create_key(account, name, actor="test"))

    return Office(
        door, await client(root.id, "li"), await client(root.id, "wang"), await client(account_id, "app")
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/reviews"),
        ("GET", "/reviews/1"),
        ("GET", "/reviews/1/papers/1"),
        ("POST", "/reviews/1/claim"),
        ("POST", "/reviews/1/industry"),
        ("POST", "/reviews/1/approve"),
        ("POST", "/reviews/1/reject"),
        ("POST", "/reviews/1/ask"),
        ("GET", "/second-looks"),
        ("POST", "/second-looks/1"),
    ],
)
async def test_the_desk_is_the_operators(office: Office, method: str, path: str) -> None:
    assert (await office.tenant.call(method, path)).code == "caller.not_allowed"


async def test_an_order_from_the_queue_to_its_verdict(office: Office, patient_tenant: Tenant) -> None:
    order = await patient_tenant.qualification()
    queue = await office.li.ok("GET", "/reviews")
    (item,) = queue["items"]
    assert queue["next"] is None
    assert (item["order"], item["kind"], item["name"], item["verdict"]) == (
        order.order_id,
        "qualification",
        "自用资质",
        None,
    )
    assert item["promised"].endswith("+08:00")

    claimed = await office.li.ok("POST", f"/reviews/{order.order_id}/claim")
    assert claimed["claimed"]["by"].startswith("key:")
    taken = await office.wang.post(f"/reviews/{order.order_id}/claim", language="zh-CN")
    assert (taken.status, taken.code) == (409, "review.claimed")
    assert claimed["claimed"]["by"] in taken.body["message"]
    assert taken.body["facts"]["by"] == claimed["claimed"]["by"]

    checklist = await office.li.ok("GET", f"/reviews/{order.order_id}")
    assert checklist["material"]["company_name"] == COMPANY
    assert checklist["material"]["admin_phone"] == "****0001"
    assert checklist["state"] == "in_review"

    rejected = await office.li.ok(
        "POST",
        f"/reviews/{order.order_id}/reject",
        {"reasons": ["papers.unreadable"], "text": "第二页缺失"},
        idempotency_key="once",
    )
    assert (rejected["verdict"], rejected["reason"].splitlines()[-1]) == ("reject", "第二页缺失")
    again = await office.li.post(
        f"/reviews/{order.order_id}/reject",
        {"reasons": ["papers.unreadable"], "text": "第二页缺失"},
        idempotency_key="once",
    )
    assert (again.body, again.headers["idempotency-replayed"]) == (rejected, "true")
    late = await office.wang.post(f"/reviews/{order.order_id}/approve")
    assert (late.status, late.code) == (409, "review.decided")
    assert (await patient_tenant.standing(Kind.QUALIFICATION, order)).state is State.REJECTED


async def test_a_reviewer_says_of_which_industry_a_signature_is(
    office: Office, patient_tenant: Tenant
) -> None:
    order = await patient_tenant.signature()
    path = f"/reviews/{order.order_id}"
    assert (await office.li.ok("GET", path))["material"]["industry"] is None
    await office.li.ok("POST", f"{path}/industry", {"industry": "live-streaming"})
    found = await office.li.ok("GET", path)
    assert (found["material"]["industry"], found["two_needed"]) == ("live-streaming", True)
    await office.li.ok("POST", f"{path}/industry", {"industry": None})
    assert (await office.li.ok("GET", path))["two_needed"] is False
    for body in ({"industry": "farming"}, {}):
        reply = await office.li.post(f"{path}/industry", body)
        assert (reply.status, reply.code) == (400, "request.invalid")
    other = await patient_tenant.qualification("又一份")
    reply = await office.li.post(f"/reviews/{other.order_id}/industry", {"industry": "gaming"})
    assert (reply.status, reply.code) == (422, "review.no_industry")


async def test_of_two_who_decide_at_the_same_moment_one_is_told(
    office: Office, patient_tenant: Tenant
) -> None:
    order = await patient_tenant.qualification()
    one, other = await asyncio.gather(
        office.li.post(f"/reviews/{order.order_id}/approve"),
        office.wang.post(f"/reviews/{order.order_id}/reject", {"text": "不符"}),
    )
    assert sorted([one.status, other.status]) == [200, 409]


@pytest.mark.parametrize(
    ("verb", "body", "status", "code"),
    [
        ("reject", {}, 422, "review.reason_missing"),
        ("ask", {"text": "  "}, 422, "review.reason_missing"),
        ("reject", {"reasons": ["no.such"]}, 422, "review.reason_unknown"),
        ("release", None, 409, "review.not_claimed"),
        ("approve", {"reasons": ["x"]}, 400, "request.invalid"),
    ],
)
async def test_what_does_not_fit_is_told(
    office: Office, patient_tenant: Tenant, verb: str, body: Any, status: int, code: str
) -> None:
    order = await patient_tenant.qualification()
    reply = await office.li.post(f"/reviews/{order.order_id}/{verb}", body)
    assert (reply.status, reply.code) == (status, code)


async def test_what_is_not_there_is_told(office: Office) -> None:
    for path in ("/reviews/1", "/reviews/1/papers/1"):
        assert (await office.li.get(path)).code == "review.unknown"
    for verb in ("claim", "release", "approve"):
        assert (await office.li.post(f"/reviews/1/{verb}")).code == "review.unknown"
    assert (await office.li.post("/second-looks/1", {"right_so": True})).code == "second_look.unknown"


async def test_asked_for_more_the_tenant_reads_why(office: Office, patient_tenant: Tenant) -> None:
    order = await patient_tenant.qualification()
    asked = await office.li.ok("POST", f"/reviews/{order.order_id}/ask", {"reasons": ["papers.no_seal"]})
    assert asked["verdict"] == "ask"
    standing = await patient_tenant.standing(Kind.QUALIFICATION, order)
    assert (standing.state, "公章" in standing.reason) == (State.INCOMPLETE, True)


async def test_the_queue_comes_in_pages(office: Office, patient_tenant: Tenant) -> None:
    orders = [(await patient_tenant.qualification(f"资质{n}")).order_id for n in range(5)]
    seen, cursor = [], ""
    while True:
        page = await office.li.ok("GET", f"/reviews?limit=2&cursor={cursor}")
        seen += [item["order"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert seen == orders
    for query in ("limit=0", "limit=201", "cursor=x", "cursor=AAAA"):
        assert (await office.li.get(f"/reviews?{query}")).code == "request.invalid"


async def test_a_paper_is_shown_as_it_was_uploaded(
    office: Office, patient_tenant: Tenant, identity: Identity
) -> None:
    order = await patient_tenant.qualification()
    papers = (await office.li.ok("GET", f"/reviews/{order.order_id}"))["papers"]
    found = next(each for each in papers if each["format"] == "jpeg")
    reply = await office.li.get(f"/reviews/{order.order_id}/papers/{found['id']}")
    assert (reply.status, reply.headers["content-type"]) == (200, "image/jpeg")
    assert reply.content == picture("jpeg")
    assert "sandbox" in reply.headers["content-security-policy"]
    (event, *_) = await identity.audit_events(patient_tenant.account_id)
    assert event.action == "compliance.view_paper"
    assert (await office.li.get(f"/reviews/{order.order_id}/papers/1")).code == "paper.unknown"


async def test_seeing_numbers_in_full_is_written_down(
    office: Office, patient_tenant: Tenant, identity: Identity
) -> None:
    order = await patient_tenant.qualification()
    shown = await office.li.ok("GET", f"/reviews/{order.order_id}?reveal=true")
    assert shown["material"]["admin_phone"] == "13900000001"
    (event, *_) = await identity.audit_events(patient_tenant.account_id)
    assert (event.action, event.object) == ("compliance.reveal_personal_data", str(order.order_id))


async def test_second_looks_are_found_and_answered(
    store: InProcessStore, clock: ManualClock, ids: IdMaker
) -> None:
    policies = tuple(replace(policy, sample_every=1) for policy in POLICIES)
    tenant = await make_reviewed_tenant(store, clock, ids, policies=policies)
    office = await _office(tenant.compliance.desk._identity, tenant.compliance, clock, tenant.account_id)
    number = (await tenant.qualification()).object_id
    await tenant.approve_open()
    await tenant.compliance.signatures.delete(tenant.account_id, COMPANY, actor=LI)
    order = await tenant.signature(COMPANY, number)
    (look,) = (await office.li.ok("GET", "/second-looks"))["items"]
    assert (look["order"], look["policy"], look["right_so"]) == (order.order_id, "licence-name", None)
    path = f"/second-looks/{order.order_id}"
    assert (await office.li.post(path, {"right_so": False})).code == "review.reason_missing"
    done = await office.li.ok("POST", path, {"right_so": False, "remark": "执照模糊"})
    assert (done["right_so"], done["remark"]) == (False, "执照模糊")
    assert (await office.wang.post(path, {"right_so": True})).code == "second_look.done"
    assert (await office.li.ok("GET", "/second-looks"))["items"] == []


# -- change records ------------------------------------------------------------------------------------------


async def test_a_tenant_sees_what_happened_to_his_objects_and_not_who_reviewed(
    office: Office, patient_tenant: Tenant
) -> None:
    order = await patient_tenant.qualification()
    await office.li.ok("POST", f"/reviews/{order.order_id}/reject", {"text": "不符"})
    path = f"/changes/qualification/{order.object_id}"
    steps = (await office.tenant.ok("GET", path))["items"]
    assert [step["event"] for step in steps] == ["submit", "take", "reject"]
    assert {(step["actor"], step["address"]) for step in steps} == {("platform", "")}
    assert steps[-1]["reason"] == "不符"
    whole = (await office.li.ok("GET", path))["items"]
    assert whole[0]["actor"] == "key:test"
    assert (whole[-1]["door"], whole[-1]["address"]) == ("rest", "203.0.113.9")


async def test_another_tenants_object_is_not_there(
    office: Office,
    patient_tenant: Tenant,
    identity: Identity,
    reviewed_by_people: Compliance,
    phone: list[tuple[str, str]],
    clock: ManualClock,
) -> None:
    other = await make_tenant(identity, reviewed_by_people, phone, clock, name="other")
    theirs = await other.qualification()
    for path in (f"/changes/qualification/{theirs.object_id}", "/changes/letter/1", "/changes/signature/1"):
        reply = await office.tenant.get(path)
        assert (reply.status, reply.code) == (404, "object.unknown")
    assert (await office.tenant.get("/changes/secret/1")).code == "path.unknown"


async def test_change_records_come_in_pages(office: Office, patient_tenant: Tenant) -> None:
    order = await patient_tenant.qualification()
    await patient_tenant.approve_open()
    path = f"/changes/qualification/{order.object_id}"
    whole = (await office.li.ok("GET", path))["items"]
    first = await office.li.ok("GET", f"{path}?limit=2")
    rest = await office.li.ok("GET", f"{path}?limit=2&cursor={first['next']}")
    assert first["items"] + rest["items"] == whole
    assert rest["next"] is None

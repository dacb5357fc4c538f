"""Applying over REST: the same services, refusals and limits as at the vendor's door, with what the rules say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from compliance_material import COMPANY, LETTER, LI, OTHER_COMPANY, OTHER_USCC
from compliance_tenant import Tenant
from in_process_store import InProcessStore
from rest_client import NOT_ASKED, RestClient

from hongyan.apis.aliyun.action_table import ACTIONS
from hongyan.apis.rest import RestDoor, Services
from hongyan.compliance import Compliance, Verdict
from hongyan.identity import AccountKind, Identity
from hongyan.kernel.clock import ManualClock

NAME = "杭州测算"
TEXT = {"name": "登录", "content": "您的验证码为${code}，请勿告知他人。", "type": "code", "signature": NAME}
CODE = {"rule": {"code": "numberCaptcha"}}
LETTER_SAID = {
    "authorizer": LETTER.authorizer,
    "uscc": LETTER.organization_code,
    "authorized": LETTER.authorized_party,
    "validity": LETTER.validity,
    "scope": list(LETTER.scope),
}


@dataclass
class Desk:
    """A tenant's programmer, another tenant's, and a reviewer, in front of one door."""

    own: RestClient
    other: RestClient
    li: RestClient
    tenant: Tenant
    store: InProcessStore

    async def qualification(self, **changes: Any) -> int:
        order = await self.tenant.qualification(f"资质{len(self.tenant.phone)}", **changes)
        await self.tenant.approve_open()
        return order.object_id

    def count(self, table: str) -> int:
        ((found,),) = self.store.rows(f"SELECT count(*) FROM {table}")
        return int(found)


@pytest.fixture
async def desk(
    identity: Identity,
    reviewed_by_people: Compliance,
    clock: ManualClock,
    patient_tenant: Tenant,
    store: InProcessStore,
) -> Desk:
    door = RestDoor(Services(identity, reviewed_by_people, None, clock, *NOT_ASKED))
    root = await identity.root_account()
    stranger = await identity.create_account(
        AccountKind.ENTERPRISE, "stranger", company_name=COMPANY, uscc=OTHER_USCC, actor="test"
    )

    async def client(account_id: int) -> RestClient:
        return RestClient(door, await identity.create_key(account_id, "app", actor="test"))

    return Desk(
        *(await client(patient_tenant.account_id), await client(stranger.id), await client(root.id)),
        patient_tenant,
        store,
    )


# -- signatures ----------------------------------------------------------------------------------------------


async def test_a_signature_is_applied_for_and_waits_with_what_the_rules_say(desk: Desk) -> None:
    number = await desk.qualification()
    wanted = {
        "name": NAME,
        "qualification": number,
        "industry": "insurance",
        "papers": [{"key": "1/a.png", "kind": "financial_licence"}, {"key": "1/b.png"}],
    }
    made = await desk.own.ok("POST", "/signatures", wanted)
    assert (made["name"], made["state"], made["usable"]) == (NAME, "pending", False)
    assert made["papers"] == [
        {"key": "1/a.png", "kind": "financial_licence"},
        {"key": "1/b.png", "kind": None},
    ]
    assert [each["rule"] for each in made["report"]["findings"]] == ["signature.papers_insurance"]
    assert made == await desk.own.ok("GET", f"/signatures/{NAME}")
    order = await desk.tenant.compliance.desk.order(made["order"])
    assert (order.label, order.account_id) == (NAME, desk.tenant.account_id)

    shown = (await desk.li.ok("GET", f"/reviews/{made['order']}"))["papers"]
    assert {each["key"]: each["kind"] for each in shown} == {"1/a.png": "financial_licence", "1/b.png": None}
    second = next(each["id"] for each in shown if each["key"] == "1/b.png")
    kinds = {str(second): "insurance_licence"}
    await desk.li.ok("POST", f"/reviews/{made['order']}/paper-kinds", {"kinds": kinds})
    assert (await desk.own.ok("GET", f"/signatures/{NAME}"))["report"]["findings"] == []


async def test_what_the_rules_refuse_comes_back_with_the_findings(desk: Desk) -> None:
    reply = await desk.own.post("/signatures", {"name": "杭州 测算", "qualification": 1})
    assert (reply.status, reply.code) == (422, "signature.name_malformed")
    (finding,) = reply.body["facts"]["findings"]
    assert (finding["rule"], finding["at"]) == ("signature.space", [[2, 3]])
    assert finding["fix"]["zh"]
    assert not desk.count("signature")


async def test_what_is_refused_at_the_vendors_door_is_refused_here(desk: Desk) -> None:
    number = await desk.qualification()
    for changes, code in (
        ({"qualification": 1}, "signature.qualification_unknown"),
        ({"purpose": "other"}, "signature.purpose_mismatch"),
        ({"source": "website"}, "signature.scene_missing"),
        ({"trademark": 2, "source": "trademark"}, "signature.trademark_unknown"),
        ({"papers": [{"key": "1/never.png"}]}, "paper.not_uploaded"),
        ({"papers": [{"key": "1/a.png", "kind": "licence"}]}, "paper.kind_unknown"),
        ({"source": "testing"}, "request.invalid"),
        ({"colour": "red"}, "request.invalid"),
    ):
        reply = await desk.own.post("/signatures", {"name": NAME, "qualification": number} | changes)
        assert reply.code == code, (changes, reply.body)
    await desk.own.ok("POST", "/signatures", {"name": NAME, "qualification": number})
    again = await desk.own.post("/signatures", {"name": NAME, "qualification": number})
    assert (again.status, again.code) == (422, "signature.name_taken")


async def test_a_signature_is_applied_for_once_with_a_key(desk: Desk) -> None:
    wanted = {"name": NAME, "qualification": await desk.qualification()}
    first = await desk.own.post("/signatures", wanted, idempotency_key="k-1")
    second = await desk.own.post("/signatures", wanted, idempotency_key="k-1")
    assert (first.status, second.status, first.body) == (200, 200, second.body)
    assert second.headers["idempotency-replayed"] == "true"
    reply = await desk.own.post("/signatures", wanted | {"remark": "改"}, idempotency_key="k-1")
    assert reply.code == "idempotency.mismatch"


async def test_another_tenants_things_are_not_there(desk: Desk) -> None:
    number = await desk.qualification()
    await desk.own.ok("POST", "/signatures", {"name": NAME, "qualification": number})
    assert (await desk.other.get(f"/signatures/{NAME}")).code == "signature.unknown"
    reply = await desk.other.post("/signatures", {"name": NAME, "qualification": number})
    assert reply.code == "signature.qualification_unknown"


# -- templates -----------------------------------------------------------------------------------------------


async def test_a_template_is_applied_for_once_with_a_key_and_gets_a_code(desk: Desk) -> None:
    await desk.tenant.signature(NAME)
    await desk.tenant.approve_open()
    first = await desk.own.post("/templates", TEXT | CODE, idempotency_key="t-1")
    assert first.status == 200, first.body
    made = first.body
    assert made["code"].startswith("SMS_")
    assert (made["state"], made["type"], made["signature"]) == ("pending", "code", NAME)
    assert made["report"]["verdict"] == "pass"
    again = await desk.own.post("/templates", TEXT | CODE, idempotency_key="t-1")
    assert (again.body, again.headers["idempotency-replayed"]) == (made, "true")
    assert desk.count("template") == 1, "of a tenant; the platform's own is made at a start"
    other = await desk.own.ok("POST", "/templates", TEXT | CODE | {"name": "登录二"})
    assert other["code"] != made["code"]
    assert made == await desk.own.ok("GET", f"/templates/{made['code']}")
    assert (await desk.other.get(f"/templates/{made['code']}")).code == "template.unknown"


async def test_a_text_that_the_rules_refuse_comes_back_with_the_findings(desk: Desk) -> None:
    reply = await desk.own.post("/templates", TEXT | CODE | {"content": "您的验证码为${code"})
    assert (reply.status, reply.code) == (422, "template.variable_malformed")
    rules = [each["rule"] for each in reply.body["facts"]["findings"]]
    assert rules[0] == "template.variable_unclosed"
    assert (await desk.own.post("/templates", TEXT | CODE)).code == "template.signature_unknown"


async def test_the_rules_of_a_vendors_door_hold_here(desk: Desk) -> None:
    """Our own door has none: what Alibaba Cloud refuses at once is refused at once."""
    await desk.tenant.signature(NAME)
    await desk.tenant.approve_open()
    reply = await desk.own.post("/templates", TEXT)
    assert (reply.code, reply.body["facts"]["findings"][0]["rule"]) == (
        "template.rules_mismatch",
        "template.attribute_missing",
    )


# -- letters -------------------------------------------------------------------------------------------------


async def test_a_letter_without_a_name_gets_the_next_free_one(desk: Desk) -> None:
    query = f"/free-letter-name?authorizer={quote(OTHER_COMPANY)}"
    assert (await desk.own.ok("GET", query))["name"] == f"{OTHER_COMPANY}V1"
    given = LETTER_SAID | {"picture": LETTER.picture}
    first = await desk.own.post("/letters", given, idempotency_key="l-1")
    assert first.status == 200, first.body
    assert (first.body["name"], first.body["passed"]) == (f"{OTHER_COMPANY}V1", False)
    again = await desk.own.post("/letters", given, idempotency_key="l-1")
    assert again.body == first.body
    assert (await desk.own.ok("POST", "/letters", given))["name"] == f"{OTHER_COMPANY}V2"
    named = await desk.own.ok("POST", "/letters", given | {"name": f"{OTHER_COMPANY}V3"})
    assert named == await desk.own.ok("GET", f"/letters/{named['id']}")
    assert (await desk.own.ok("GET", query))["name"] == f"{OTHER_COMPANY}V4"
    assert (await desk.other.ok("GET", query))["name"] == f"{OTHER_COMPANY}V1"
    taken = await desk.own.post("/letters", given | {"name": f"{OTHER_COMPANY}V1"})
    assert taken.code == "letter.name_taken"
    for changes, code in (
        ({"name": ""}, "letter.name_malformed"),
        ({"validity": "2026"}, "letter.dates_malformed"),
        ({"uscc": "1"}, "letter.code_wrong"),
        ({"picture": "1/never.png"}, "letter.file_missing"),
    ):
        assert (await desk.own.post("/letters", given | changes)).code == code
    assert (await desk.other.get(f"/letters/{named['id']}")).code == "letter.unknown"


def test_the_vendors_action_wants_a_name_as_ever() -> None:
    assert "AuthorizationLetterName" in ACTIONS["CreateSmsAuthorizationLetter"].required


async def test_a_letter_that_came_as_a_plain_paper_is_kept_by_a_reviewer_and_usable(desk: Desk) -> None:
    number, letter = (await desk.tenant.third_party()).object_id, await desk.tenant.letter()
    await desk.tenant.approve_open()
    order = await desk.tenant.signature(
        "杭州云雁", number, third_party=True, letter_id=letter, papers=("1/a.png",)
    )
    path = f"/reviews/{order.order_id}/letter"
    found = LETTER_SAID | {"paper": "1/a.png"}
    assert (await desk.li.post(path, found)).code == "review.no_letter", "not approved yet"
    await desk.tenant.compliance.desk.decide(order.order_id, Verdict.APPROVE, LI)
    assert (await desk.own.post(path, found)).code == "caller.not_allowed"
    assert (await desk.li.post(path, found | {"paper": "1/b.png"})).code == "paper.unknown"
    kept = await desk.li.post(path, found, idempotency_key="f-1")
    assert kept.status == 200, kept.body
    assert (kept.body["name"], kept.body["passed"], kept.body["picture"]) == (
        f"{OTHER_COMPANY}V1",
        True,
        "1/a.png",
    )
    assert kept.body["account_id"] == desk.tenant.account_id
    assert (await desk.li.post(path, found, idempotency_key="f-1")).body == kept.body
    assert (await desk.own.ok("GET", f"/letters/{kept.body['id']}"))["name"] == f"{OTHER_COMPANY}V1"
    own_use = await desk.tenant.signature("杭州测算")
    reply = await desk.li.post(f"/reviews/{own_use.order_id}/letter", found)
    assert reply.code == "review.no_letter"

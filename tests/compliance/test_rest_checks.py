"""Checks over REST say what `hongyan check … --json` says."""

from __future__ import annotations

import contextlib
import json
from datetime import date
from typing import Any

import pytest
from in_process_store import InProcessStore
from rest_client import NOT_ASKED, RestClient

from hongyan.apis.rest import RestDoor, Services
from hongyan.cli.check.signature import check_signature_name
from hongyan.cli.check.template import check_template_text
from hongyan.compliance import Compliance
from hongyan.compliance.rules import Industry, Source
from hongyan.compliance.rules.templates import TemplateKind
from hongyan.identity import Identity
from hongyan.kernel.clock import ManualClock

COMPANY = "杭州测算科技有限公司"


@pytest.fixture
async def client(
    store: InProcessStore, identity: Identity, compliance: Compliance, clock: ManualClock
) -> RestClient:
    root = await identity.root_account()
    key = await identity.create_key(root.id, "desk", actor="test")
    return RestClient(RestDoor(Services(identity, compliance, None, clock, *NOT_ASKED)), key)


def printed(capsysbinary: pytest.CaptureFixture[bytes]) -> Any:
    return json.loads(capsysbinary.readouterr().out)


@pytest.mark.parametrize(
    ("body", "options"),
    [
        ({"name": "杭州测算"}, {}),
        ({"name": "测试"}, {}),
        ({"name": "杭州测算", "company": COMPANY}, {"company": COMPANY}),
        (
            {"name": "云雁", "source": "trademark", "trademark_owner": COMPANY, "trademark_name": "云雁"},
            {"source": Source.TRADEMARK, "trademark_owner": COMPANY, "trademark_name": "云雁"},
        ),
        (
            {"name": "云雁", "purpose": "other", "letter_scope": ["云雁", "飞雁"], "industry": "finance"},
            {"purpose": "other", "letter_scope": ["云雁", "飞雁"], "industry": Industry.FINANCE},
        ),
        (
            {"name": "a b", "account": "individual", "door": "tencent"},
            {"account": "individual", "door": "tencent"},
        ),
    ],
)
async def test_a_name_is_judged_as_on_the_command_line(
    client: RestClient,
    capsysbinary: pytest.CaptureFixture[bytes],
    body: dict[str, Any],
    options: dict[str, Any],
) -> None:
    on = date(2026, 11, 21)
    found = await client.ok("POST", "/check/signature", body | {"on": on.isoformat()})
    with contextlib.suppress(SystemExit):  # 1, when the rules reject
        check_signature_name(body["name"], **options, on=on, json=True)
    assert found == printed(capsysbinary)


@pytest.mark.parametrize(
    ("body", "options"),
    [
        ({"content": "您的验证码为${code}。", "type": "code", "rule": {"code": "numberCaptcha"}}, {}),
        ({"content": "【云雁】您的订单已发货", "type": "notice"}, {}),
        (
            {"content": "Your order ${no}.", "type": "international", "signature": "Yunyan"},
            {"signature": "Yunyan"},
        ),
    ],
)
async def test_a_text_is_judged_as_on_the_command_line(
    client: RestClient,
    capsysbinary: pytest.CaptureFixture[bytes],
    body: dict[str, Any],
    options: dict[str, Any],
) -> None:
    found = await client.ok("POST", "/check/template", body)
    rule = json.dumps(body["rule"]) if "rule" in body else None
    with contextlib.suppress(SystemExit):
        check_template_text(body["content"], kind=TemplateKind(body["type"]), rule=rule, **options, json=True)
    assert found == printed(capsysbinary)


async def test_the_day_is_that_of_the_business_clock(client: RestClient, clock: ManualClock) -> None:
    """A rule that holds from a day on (ADR 0021) is not told before it."""
    body = {"name": "云雁", "source": "app"}
    before = await client.ok("POST", "/check/signature", body | {"on": "2020-01-01"})
    after = await client.ok("POST", "/check/signature", body)
    assert before != after


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": 5},
        {"name": "x" * 201},
        {"name": "云雁", "source": "friend"},
        {"name": "云雁", "on": "yesterday"},
        {"name": "云雁", "compny": "x"},
        {"name": "云雁", "letter_scope": ["a"] * 101},
    ],
)
async def test_what_cannot_be_read_is_told(client: RestClient, body: dict[str, Any]) -> None:
    reply = await client.post("/check/signature", body)
    assert (reply.status, reply.code) == (400, "request.invalid")


@pytest.mark.parametrize(
    "name", ["", "\u200b云雁", "\u202e云雁", "😀云雁", "云雁\u0301", "ＡＢＣ", "🅰️" * 100]
)
async def test_odd_names_get_a_report(client: RestClient, name: str) -> None:
    assert (await client.ok("POST", "/check/signature", {"name": name}))["verdict"] in ("ask", "reject")

"""One application on its whole way: applied for through the official SDK, claimed and rejected over REST with a reason that
says how to fix it, submitted again, approved; the tenant's program hears of both verdicts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from alibabacloud_dysmsapi20170525 import models
from running_platform import RunningPlatform, Tenant, until

pytestmark = pytest.mark.slow

NAME = "云雁科技"


class Program:
    """A tenant's program on loopback: keeps what it is told, and says that it took it."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        program = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                program.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
                answer = '{"code":0,"msg":"接收成功"}'.encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/reports"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    running = RunningPlatform(tmp_path_factory.mktemp("desk"), review="manual")
    running.start()
    yield running
    assert running.stop() == 0


@pytest.fixture
def program() -> Iterator[Program]:
    made = Program()
    yield made
    made.close()


def rest(platform: RunningPlatform, who: Tenant, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    proof = base64.b64encode(f"{who.access_key_id}:{who.access_key_secret}".encode()).decode()
    headers = {"Authorization": f"Basic {proof}", "Accept-Language": "zh-CN"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    content = b"" if body is None else json.dumps(body).encode()
    status, _, answer = platform.request(method, f"/api/v1{path}", headers, content)
    return status, json.loads(answer)


def ok(platform: RunningPlatform, who: Tenant, method: str, path: str, body: Any = None) -> Any:
    status, answer = rest(platform, who, method, path, body)
    assert status == 200, answer
    return answer


def waiting(platform: RunningPlatform) -> int:
    ((order,), _) = ok(platform, platform.root, "GET", "/reviews").values()
    assert order["name"] == NAME
    return int(order["order"])


def test_an_application_is_rejected_with_advice_put_right_and_approved(
    platform: RunningPlatform, program: Program
) -> None:
    tenant = platform.seed()
    sdk = tenant.sdk()
    subscribed = ok(platform, tenant, "PUT", "/callbacks/SignSmsReport", {"url": program.url})

    qualification = sdk.get_sms_sign(
        models.GetSmsSignRequest(sign_name=tenant.sign_name)
    ).body.qualification_id
    fields: dict[str, Any] = {
        "sign_name": NAME,
        "sign_source": 0,
        "sign_type": 1,
        "qualification_id": qualification,
        "third_party": False,
    }
    body = sdk.create_sms_sign(models.CreateSmsSignRequest(**fields)).body
    assert body.code == "OK", body

    # The tenant may not review; two reviewers, of whom one has it.
    assert rest(platform, tenant, "GET", "/reviews")[1]["code"] == "caller.not_allowed"
    order = waiting(platform)
    assert str(order) == body.order_id
    other_key = platform.command("key", "create", "--name", "wang", "--json").json
    wang = Tenant(platform.endpoint, other_key["access_key_id"], other_key["access_key_secret"])
    ok(platform, platform.root, "POST", f"/reviews/{order}/claim")
    status, told = rest(platform, wang, "POST", f"/reviews/{order}/approve")
    assert (status, told["code"]) == (409, "review.claimed")

    checklist = ok(platform, platform.root, "GET", f"/reviews/{order}")
    rule = checklist["report"]["findings"][0]["rule"]
    ok(
        platform,
        platform.root,
        "POST",
        f"/reviews/{order}/reject",
        {"reasons": [rule], "text": "请在备注中说明用途"},
    )

    found = sdk.get_sms_sign(models.GetSmsSignRequest(sign_name=NAME)).body
    assert found.sign_status == 2
    assert checklist["report"]["findings"][0]["fix"]["zh"] in found.audit_info.reject_info
    assert "请在备注中说明用途" in found.audit_info.reject_info

    again = sdk.update_sms_sign(models.UpdateSmsSignRequest(**fields, remark="会员通知")).body
    assert again.code == "OK", again
    order = waiting(platform)
    assert ok(platform, wang, "POST", f"/reviews/{order}/approve")["verdict"] == "approve"
    assert sdk.get_sms_sign(models.GetSmsSignRequest(sign_name=NAME)).body.sign_status == 1

    until(lambda: len(program.got) >= 2, "both verdicts were told")
    reports = [json.loads(content)[0] for _, content in program.got]
    assert [(each["sign_name"], each["sign_status"]) for each in reports] == [
        (NAME, "rejected"),
        (NAME, "approved"),
    ]
    assert reports[0]["orderId"] == body.order_id
    assert "请在备注中说明用途" in reports[0]["reason"]
    for headers, content in program.got:
        signed = b".".join(
            (headers["x-hongyan-timestamp"].encode(), headers["x-hongyan-id"].encode(), content)
        )
        expected = hmac.new(subscribed["secret"].encode(), signed, hashlib.sha256).hexdigest()
        assert headers["x-hongyan-signature"] == f"v1={expected}"

    def delivered() -> bool:
        page = ok(platform, tenant, "GET", "/callback-deliveries?state=delivered")
        return len(page["items"]) == 2

    until(delivered, "both were taken")
    steps = ok(platform, tenant, "GET", f"/changes/signature/{checklist_object(platform)}")["items"]
    assert [step["event"] for step in steps] == ["submit", "take", "reject", "resubmit", "take", "approve"]


def checklist_object(platform: RunningPlatform) -> int:
    ((number,),) = platform.rows("SELECT id FROM signature WHERE name = ?", NAME)
    return int(number)


def test_the_command_line_sets_and_shows_callbacks(platform: RunningPlatform, program: Program) -> None:
    platform.seed()
    ((account,),) = platform.rows("SELECT id FROM account WHERE name = 'sandbox-tenant'")
    made = platform.command(
        "callback", "set", "TemplateSmsReport", program.url, "--account", str(account), "--json"
    ).json
    assert (made["type"], made["url"]) == ("TemplateSmsReport", program.url)
    listed = platform.command("callback", "list", "--account", str(account), "--json").json
    assert "TemplateSmsReport" in {each["type"] for each in listed}
    shown = platform.command("callback", "deliveries", "--account", str(account))
    assert (shown.code, "SignSmsReport" in shown.out) == (0, True)
    wrong = platform.command("callback", "set", "TemplateSmsReport", "ftp://x", "--account", str(account))
    assert (wrong.code, "[callback.url]" in wrong.err) == (1, True)
    nobody = platform.command("callback", "list", "--account", "1")
    assert (nobody.code, "[identity.no_account]" in nobody.err) == (1, True)
    gone = platform.command("callback", "remove", "TemplateSmsReport", "--account", str(account), "--json")
    assert gone.json == {"type": "TemplateSmsReport"}

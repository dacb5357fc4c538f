"""With HONGYAN_REVIEW=manual people decide: applications wait, senders are refused, verdicts count at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from alibabacloud_dysmsapi20170525 import models
from running_platform import RunningPlatform, Tenant
from sdk_calls import DELIVERED, Refused, apply_for_template, ended, refusal, send, sms, text

pytestmark = pytest.mark.slow

IN_REVIEW, APPROVED, REJECTED = 0, 1, 2
"""SignStatus; TemplateStatus is the same as text."""
NUMBER = "13800138000"
REASON = "请提供商标注册证 / add the trademark certificate"


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    running = RunningPlatform(tmp_path_factory.mktemp("review"), review="manual")
    running.start()
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def tenant(platform: RunningPlatform) -> Tenant:
    """The seed plays its own reviewer; everything applied for later waits."""
    return platform.seed()


def waiting(platform: RunningPlatform) -> list[dict[str, Any]]:
    found = platform.command("review", "list", "--json").json
    assert isinstance(found, list)
    return found


def decide(platform: RunningPlatform, verdict: str, label: str, reason: str = "") -> dict[str, Any]:
    """A reviewer's verdict on the order of this name or code."""
    (order,) = [order for order in waiting(platform) if order["name"] == label]
    words = ["review", verdict, str(order["order"]), "--json"]
    decided: dict[str, Any] = platform.command(*words, *(["--reason", reason] if reason else [])).json
    return decided


def sign(tenant: Tenant, name: str) -> Any:
    return tenant.sdk().get_sms_sign(models.GetSmsSignRequest(sign_name=name)).body


def template(tenant: Tenant, code: str) -> Any:
    return tenant.sdk().get_sms_template(models.GetSmsTemplateRequest(template_code=code)).body


def apply_for_signature(tenant: Tenant, name: str) -> None:
    qualification = sign(tenant, tenant.sign_name).qualification_id
    body = (
        tenant.sdk()
        .create_sms_sign(
            models.CreateSmsSignRequest(
                sign_name=name, sign_source=0, sign_type=1, qualification_id=qualification, third_party=False
            )
        )
        .body
    )
    assert body.code == "OK", body


def test_the_ready_made_tenant_may_send_all_the_same(platform: RunningPlatform, tenant: Tenant) -> None:
    assert waiting(platform) == []
    assert ended(tenant.sdk(), NUMBER, send(tenant, NUMBER)).send_status == DELIVERED


def test_a_signature_waits_for_its_verdict_and_sends_after_it(
    platform: RunningPlatform, tenant: Tenant
) -> None:
    name = "云雁科技"
    apply_for_signature(tenant, name)
    assert sign(tenant, name).sign_status == IN_REVIEW
    assert refusal(lambda: tenant.sdk().send_sms(sms(tenant, sign_name=name))) == Refused(
        200, "isv.SMS_SIGNATURE_ILLEGAL", "该账号下找不到对应签名"
    )
    (order,) = waiting(platform)
    assert (order["kind"], order["name"], order["verdict"]) == ("signature", name, None)

    assert decide(platform, "approve", name)["verdict"] == "approve"
    assert sign(tenant, name).sign_status == APPROVED
    detail = ended(tenant.sdk(), NUMBER, send(tenant, NUMBER, sign_name=name))
    assert (detail.send_status, detail.content[: len(name) + 2]) == (DELIVERED, f"【{name}】")
    assert waiting(platform) == []


def test_a_rejected_signature_says_why_and_sends_nothing(platform: RunningPlatform, tenant: Tenant) -> None:
    name = "雁南飞"
    apply_for_signature(tenant, name)
    decided = decide(platform, "reject", name, REASON)
    assert (decided["verdict"], decided["reason"]) == ("reject", REASON)
    found = sign(tenant, name)
    assert (found.sign_status, found.audit_info.reject_info) == (REJECTED, REASON)
    assert (
        refusal(lambda: tenant.sdk().send_sms(sms(tenant, sign_name=name))).code
        == "isv.SMS_SIGNATURE_ILLEGAL"
    )


def test_a_template_waits_for_its_verdict_and_sends_after_it(
    platform: RunningPlatform, tenant: Tenant
) -> None:
    code = apply_for_template(tenant, "取件", "您的包裹${what}已到。", {"what": "others"})
    request = sms(tenant, template_code=code, template_param=text({"what": "一号"}))
    assert template(tenant, code).template_status == str(IN_REVIEW)
    assert refusal(lambda: tenant.sdk().send_sms(request)) == Refused(
        200, "isv.SMS_TEMPLATE_ILLEGAL", "该账号下找不到对应模板"
    )
    decide(platform, "approve", code)
    assert template(tenant, code).template_status == str(APPROVED)
    assert tenant.sdk().send_sms(request).body.code == "OK", (
        "at once, also in the server that had looked before"
    )


def test_a_rejected_template_says_why(platform: RunningPlatform, tenant: Tenant) -> None:
    code = apply_for_template(tenant, "活动", "快来看看${what}。", {"what": "others"})
    decide(platform, "reject", code, REASON)
    found = template(tenant, code)
    assert (found.template_status, found.audit_info.reject_info) == (str(REJECTED), REASON)
    request = sms(tenant, template_code=code, template_param=text({"what": "我"}))
    assert refusal(lambda: tenant.sdk().send_sms(request)).code == "isv.SMS_TEMPLATE_ILLEGAL"


def test_an_order_is_decided_once(platform: RunningPlatform, tenant: Tenant) -> None:
    code = apply_for_template(tenant, "一次", "您好，一次。")
    order = next(order["order"] for order in waiting(platform) if order["name"] == code)
    assert platform.command("review", "claim", str(order)).code == 0
    shown = platform.command("review", "show", str(order), "--json").json
    assert (shown["state"], shown["material"]["content"]) == ("in_review", "您好，一次。")
    assert platform.command("review", "approve", str(order)).code == 0
    again = platform.command("review", "reject", str(order), "--reason", "x")
    assert (again.code, again.out) == (1, "")
    assert again.err.startswith("hongyan: ")
    assert template(tenant, code).template_status == str(APPROVED)


def test_an_order_that_nobody_placed_is_refused(platform: RunningPlatform) -> None:
    for words in (("approve", "1"), ("reject", "1", "--reason", "x"), ("show", "1"), ("claim", "1")):
        said = platform.command("review", *words)
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("hongyan: ")
        assert "Traceback" not in said.err

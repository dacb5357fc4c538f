"""Each of the SDK's actions gets an answer that the SDK understands, built or not."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator

import pytest
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_tea_openapi.utils_models import OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions
from running_platform import RunningPlatform, Tenant
from sdk_calls import Refused, refusal

from hongyan.apis.aliyun import BUILT
from hongyan.apis.aliyun.action_table import ACTIONS, SUCCESSORS

pytestmark = pytest.mark.slow

SDK_ACTIONS = sorted(set(re.findall(r"action = '(\w+)'", inspect.getsource(Client))))
"""As the official package names them, whatever our own table says."""
ROAD = {"SendSms", "SendBatchSms", "QuerySendDetails"}


class _Body:
    """What `refusal` looks at, from the SDK's generic call."""

    def __init__(self, fields: dict[str, str]) -> None:
        self.body = self
        self.code, self.message = fields["Code"], fields["Message"]
        self.request_id = fields["RequestId"]


def call(tenant: Tenant, family: str, action: str) -> _Body:
    """The SDK's call of an action without any parameter."""
    params = Params(
        action=action,
        version="2017-05-25",
        protocol="HTTPS",
        pathname="/",
        method="POST",
        auth_type="AK",
        style="RPC",
        req_body_type="formData",
        body_type="json",
    )
    answer = tenant.sdk(family).call_api(params, OpenApiRequest(query={}), RuntimeOptions())
    return _Body(answer["body"])


def test_there_are_eighty_and_we_know_each() -> None:
    assert len(SDK_ACTIONS) == 80
    assert set(SDK_ACTIONS) == set(ACTIONS)
    assert ROAD < set(BUILT) <= set(SDK_ACTIONS)


@pytest.mark.parametrize("family", ["acs3", "v2"])
@pytest.mark.parametrize("action", [action for action in SDK_ACTIONS if action not in BUILT])
def test_an_action_that_is_not_built_says_so(tenant: Tenant, family: str, action: str) -> None:
    found = refusal(lambda: call(tenant, family, action))
    assert (found.status, found.code) == (400, "UnsupportedOperation")
    assert found.message.startswith(f"{action} is not supported by this endpoint yet. Supported actions: ")
    assert "SendSms" in found.message


@pytest.mark.parametrize("family", ["acs3", "v2"])
@pytest.mark.parametrize("action", sorted(SUCCESSORS))
def test_an_action_that_the_vendor_has_taken_offline_names_its_successor(
    tenant: Tenant, family: str, action: str
) -> None:
    found = refusal(lambda: call(tenant, family, action))
    assert (found.status, found.code) == (404, "InvalidAction.NotFound")
    assert SUCCESSORS[action] in found.message


@pytest.mark.parametrize("family", ["acs3", "v2"])
@pytest.mark.parametrize(
    "action", sorted(name for name in BUILT if ACTIONS[name].required and name not in SUCCESSORS)
)
def test_an_action_that_is_built_asks_for_its_first_parameter(
    tenant: Tenant, family: str, action: str
) -> None:
    name = ACTIONS[action].required[0]
    assert refusal(lambda: call(tenant, family, action)) == Refused(
        400, f"Missing{name}", f"{name} is mandatory for this action."
    )


@pytest.mark.parametrize("family", ["acs3", "v2"])
@pytest.mark.parametrize("action", sorted(name for name in BUILT if not ACTIONS[name].required))
def test_an_action_without_needs_answers(tenant: Tenant, family: str, action: str) -> None:
    body = call(tenant, family, action)
    assert (body.code, bool(body.request_id)) == ("OK", True)


@pytest.mark.parametrize("action", ["SendFax", "sendsms", "", "../etc/passwd", "__init__"])
def test_an_action_of_nobody_is_not_found(tenant: Tenant, action: str) -> None:
    found = refusal(lambda: call(tenant, "acs3", action))
    assert found == Refused(
        404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method."
    )


def unsigned() -> Iterator[tuple[str, str]]:
    for action in SDK_ACTIONS:
        yield "GET", f"/?Action={action}"
        yield "POST", f"/?Action={action}&Version=2017-05-25"


def test_without_a_signature_every_action_answers_the_same_json(platform: RunningPlatform) -> None:
    for method, path in unsigned():
        status, headers, body = platform.request(method, path)
        answer = json.loads(body)
        assert (status, answer["Code"]) == (400, "MissingAccessKeyId")
        assert headers["x-acs-request-id"] == answer["RequestId"]

"""The official SDK, over a real socket, against the door: both signatures, sync and async, results and errors."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import uvicorn
from alibabacloud_dysmsapi20170525 import models
from alibabacloud_dysmsapi20170525.client import Client as SdkClient
from alibabacloud_tea_openapi.exceptions import ClientException, ServerException, ThrottlingException
from alibabacloud_tea_openapi.utils_models import Config
from aliyun_client import KEY, Client

from hongyan.kernel.clock import BEIJING, SystemClock
from hongyan.kernel.errors import Broken, Refused, Throttled
from hongyan.messaging.model import MessageView, SendItem

pytestmark = pytest.mark.slow

TODAY = datetime.now(BEIJING).strftime("%Y%m%d")
HARD = {"code": "1 2+3*4/5~6%&=", "name": "张三😀", "path": "a/b?c#d"}
HARD_JSON = '{"code":"1 2+3*4/5~6%&=","name":"张三😀","path":"a/b?c#d"}'


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Client, int]]:
    """The door behind the HTTP server of the product, in a thread of its own."""
    client = Client(clock=SystemClock())
    config = uvicorn.Config(client.door, host="127.0.0.1", port=0, log_level="warning", lifespan="off")
    running = uvicorn.Server(config)
    socket = config.bind_socket()
    socket.listen()  # so that an early client waits for the server instead of being refused
    thread = threading.Thread(target=running.run, kwargs={"sockets": [socket]})
    thread.start()
    yield client, socket.getsockname()[1]
    running.should_exit = True
    thread.join()


@pytest.fixture
def room(server: tuple[Client, int]) -> Client:
    client = server[0]
    client.messaging.accepted.clear()
    client.messaging.queries.clear()
    client.messaging.sent.clear()
    client.messaging.refusal = None
    return client


@pytest.fixture(params=["acs3", "v2"])
def sdk(request: pytest.FixtureRequest, server: tuple[Client, int], room: Client) -> SdkClient:
    return make_sdk(server[1], request.param)


def make_sdk(port: int, family: str = "acs3", **changed: Any) -> SdkClient:
    options = {
        "access_key_id": KEY.id,
        "access_key_secret": KEY.secret,
        "endpoint": f"127.0.0.1:{port}",
        "protocol": "HTTP",
        **({"signature_algorithm": "v2"} if family == "v2" else {}),
        **changed,
    }
    return SdkClient(Config(**options))


def sms(**changed: Any) -> models.SendSmsRequest:
    fields = {
        "phone_numbers": "13900000000",
        "sign_name": "阿里云",
        "template_code": "SMS_1",
        "template_param": HARD_JSON,
        "out_id": "o",
        **changed,
    }
    return models.SendSmsRequest(**fields)


def test_send_sms(sdk: SdkClient, room: Client) -> None:
    response = sdk.send_sms(sms())
    assert response.status_code == 200
    assert response.body.code == response.body.message == "OK"
    assert response.body.biz_id == "628323749491270669^0"
    assert response.body.request_id
    (request,) = room.messaging.accepted
    assert request.items == (SendItem("13900000000", "阿里云", HARD),)
    assert request.out_id == "o"


def test_send_sms_async(sdk: SdkClient, room: Client) -> None:
    assert asyncio.run(sdk.send_sms_async(sms())).body.code == "OK"
    assert room.messaging.accepted[0].items == (SendItem("13900000000", "阿里云", HARD),)


def batch() -> models.SendBatchSmsRequest:
    return models.SendBatchSmsRequest(
        phone_number_json='["13900000000","13500000000"]',
        sign_name_json='["阿里云","阿里巴巴"]',
        template_code="SMS_1",
        template_param_json=f'[{HARD_JSON},{{"code":"b c+&"}}]',
        sms_up_extend_code_json='["90999","90998"]',
        out_id="o",
    )


def test_send_batch_sms(sdk: SdkClient, room: Client) -> None:
    assert sdk.send_batch_sms(batch()).body.code == "OK"
    (request,) = room.messaging.accepted
    assert request.items == (
        SendItem("13900000000", "阿里云", HARD, "90999"),
        SendItem("13500000000", "阿里巴巴", {"code": "b c+&"}, "90998"),
    )


def test_send_batch_sms_async(sdk: SdkClient, room: Client) -> None:
    assert asyncio.run(sdk.send_batch_sms_async(batch())).body.code == "OK"
    assert len(room.messaging.accepted[0].items) == 2


def test_query_send_details(sdk: SdkClient, room: Client) -> None:
    room.messaging.sent.append(
        MessageView(
            id=1, biz_id=2, account_id=7, number="8613900000000", sign_name="阿里云", template_code="SMS_1",
            category=1, content="【阿里云】您好", segments=1, price=450, state="delivered", receipt_code="DELIVRD",
            out_id="o", accepted_ms=1_780_000_000_000, done_ms=1_780_000_001_000, uncertain=0, request_id="R",
            access_number="1069", channel_id=1, passed_over=(),
        )
    )  # fmt: skip
    query = models.QuerySendDetailsRequest(
        phone_number="13900000000", send_date=TODAY, page_size=10, current_page=1, biz_id="2^0"
    )
    for body in (sdk.query_send_details(query).body, asyncio.run(sdk.query_send_details_async(query)).body):
        assert (body.code, body.total_count) == ("OK", "1")
        (detail,) = body.sms_send_detail_dtos.sms_send_detail_dto
        assert (detail.phone_num, detail.send_status, detail.err_code) == ("13900000000", 3, "DELIVERED")
        assert (detail.content, detail.out_id) == ("【阿里云】您好", "o")
        assert detail.send_date == "2026-05-29 04:26:40"


def test_a_thousand_numbers(sdk: SdkClient, room: Client) -> None:
    numbers = ",".join(f"+86139{n:08}" for n in range(1000))
    assert sdk.send_sms(sms(phone_numbers=numbers)).body.code == "OK"
    assert len(room.messaging.accepted[0].items) == 1000


def test_business_errors_are_answers_and_not_exceptions(sdk: SdkClient, room: Client) -> None:
    room.messaging.refusal = Refused("limit.minute", en="", zh="", most=1)
    body = sdk.send_sms(sms()).body
    assert (body.code, body.message) == ("isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控Permits:1")
    room.messaging.refusal = None
    assert sdk.send_sms(sms(phone_numbers=",")).body.code == "isv.MOBILE_NUMBER_ILLEGAL"
    assert sdk.send_sms(sms(template_param="{")).body.code == "isv.INVALID_JSON_PARAM"
    assert not room.messaging.accepted


@pytest.mark.parametrize("family", ["acs3", "v2"])
@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"access_key_id": "LTAI5tNOBODY"}, 404, "InvalidAccessKeyId.NotFound"),
        ({"access_key_secret": "wrong"}, 400, "SignatureDoesNotMatch"),
        ({"security_token": "t"}, 400, "InvalidSecurityToken.NotSupported"),
    ],
)
def test_credentials_that_are_refused(
    server: tuple[Client, int], room: Client, family: str, changed: dict[str, str], status: int, code: str
) -> None:
    sdk = make_sdk(server[1], family, **changed)
    with pytest.raises(ClientException) as caught:
        sdk.send_sms(sms())
    assert (caught.value.status_code, caught.value.code) == (status, code)
    assert caught.value.request_id
    assert not room.messaging.accepted


def test_missing_parameters_and_unsupported_actions(sdk: SdkClient, room: Client) -> None:
    with pytest.raises(ClientException) as caught:
        sdk.send_sms(sms(sign_name=""))
    assert (caught.value.status_code, caught.value.code) == (400, "MissingSignName")
    with pytest.raises(ClientException) as caught:
        sdk.send_card_sms(
            models.SendCardSmsRequest(
                card_objects=[models.SendCardSmsRequestCardObjects()],
                card_template_code="c",
                fallback_type="SMS",
                sign_name="s",
            )
        )
    assert (caught.value.status_code, caught.value.code) == (400, "UnsupportedOperation")


def test_throttling_and_faults_raise_what_the_sdk_has_for_them(sdk: SdkClient, room: Client) -> None:
    room.messaging.refusal = Throttled("throttled", en="", zh="", retry_after_ms=250)
    with pytest.raises(ThrottlingException) as throttled:
        sdk.send_sms(sms())
    assert (throttled.value.code, throttled.value.retry_after) == ("Throttling.User", 250)
    room.messaging.refusal = Broken("store.failed", en="", zh="")
    with pytest.raises(ServerException) as fault:
        sdk.send_sms(sms())
    assert fault.value.code == "InternalError"


def test_an_endpoint_with_a_scheme_inside_works(server: tuple[Client, int], room: Client) -> None:
    """The SDK then sends and signs `host: http://127.0.0.1:port`."""
    sdk = make_sdk(server[1], endpoint=f"http://127.0.0.1:{server[1]}")
    assert sdk.send_sms(sms()).body.code == "OK"

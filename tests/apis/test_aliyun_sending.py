"""SendSms, SendBatchSms and QuerySendDetails: what reaches messaging, and what comes back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aliyun_client import KEY, SMS, Client

from hongyan.kernel.errors import Refused
from hongyan.messaging.model import MessageView, SendItem

BATCH: dict[str, Any] = {
    "PhoneNumberJson": ["13900000000", "13500000000"],
    "SignNameJson": ["阿里云", "阿里巴巴"],
    "TemplateParamJson": [{"name": "a"}, {"name": "b c+&"}],
    "SmsUpExtendCodeJson": ["90999", "90998"],
}
DETAILS = {"PhoneNumber": "13900000000", "SendDate": "20260528", "PageSize": "10", "CurrentPage": "1"}


def sms(**changed: str) -> dict[str, str]:
    return {**SMS, **changed}


async def batch(client: Client, **changed: Any) -> Any:
    fields = {name: value for name, value in {**BATCH, **changed}.items() if value is not None}
    form = {
        name: v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for name, v in fields.items()
    }
    return await client.acs3("SendBatchSms", {"TemplateCode": "SMS_1"}, form=form)


async def test_a_send_reaches_messaging_whole(client: Client) -> None:
    reply = await client.acs3(query=sms(OutId="abc", SmsUpExtendCode="90999"))
    (request,) = client.messaging.accepted
    assert request.account_id == KEY.account_id
    assert request.template_code == "SMS_1"
    assert request.items == (SendItem("13900000000", "阿里云", {"code": "1 2"}, "90999"),)
    assert request.out_id == "abc"
    assert request.request_id == reply.body["RequestId"]
    assert set(reply.body) == {"Code", "Message", "RequestId", "BizId"}


async def test_unset_parameters_sent_as_empty_text_are_absent(client: Client) -> None:
    await client.acs3(query=sms(OutId="", SmsUpExtendCode="", TemplateParam=""))
    (request,) = client.messaging.accepted
    assert request.out_id is None
    assert request.items == (SendItem("13900000000", "阿里云"),)


async def test_spaces_around_numbers_go_and_a_number_written_twice_counts_once(client: Client) -> None:
    await client.acs3(query=sms(PhoneNumbers="13900000000, 13800000000 ,13900000000"))
    (request,) = client.messaging.accepted
    assert [item.number for item in request.items] == ["13900000000", "13800000000"]


@pytest.mark.parametrize("numbers", ["13900000000,", ",13900000000", "13900000000,,13800000000", " ", ","])
async def test_an_empty_entry_is_a_malformed_number(client: Client, numbers: str) -> None:
    reply = await client.acs3(query=sms(PhoneNumbers=numbers))
    assert (reply.status, reply.code) == (200, "isv.MOBILE_NUMBER_ILLEGAL")
    assert not client.messaging.accepted


async def test_more_than_a_thousand_numbers_are_too_many(client: Client) -> None:
    reply = await client.acs3(query=sms(PhoneNumbers=",".join(f"139{n:08}" for n in range(1001))))
    assert (reply.status, reply.code) == (200, "isv.MOBILE_COUNT_OVER_LIMIT")
    assert reply.body["Message"] == "手机号码数量超过限制，最多支持1000条"


@pytest.mark.parametrize(
    "param",
    ["{", "[]", '"x"', "null", '{"code":1}', '{"code":null}', '{"code":["1"]}', '{"code":{}}', '{"code":"\\u0000"}',
     '{"code":"1"} x', '{"code":"\\ud800"}', "[" * 5000, '{"a":' * 5000],
)  # fmt: skip
async def test_template_params_are_an_object_of_strings(client: Client, param: str) -> None:
    reply = await client.acs3(query=sms(TemplateParam=param))
    assert (reply.status, reply.code) == (200, "isv.INVALID_JSON_PARAM")
    assert set(reply.body) == {"Code", "Message", "RequestId"}
    assert not client.messaging.accepted


async def test_a_batch_has_a_signature_and_values_for_each_number(client: Client) -> None:
    assert (await batch(client, OutId="o")).code == "OK"
    (request,) = client.messaging.accepted
    assert request.items == (
        SendItem("13900000000", "阿里云", {"name": "a"}, "90999"),
        SendItem("13500000000", "阿里巴巴", {"name": "b c+&"}, "90998"),
    )
    assert request.out_id == "o"


async def test_a_batch_needs_no_values_and_no_extension_codes(client: Client) -> None:
    assert (await batch(client, TemplateParamJson=None, SmsUpExtendCodeJson=None)).code == "OK"
    assert client.messaging.accepted[0].items[1] == SendItem("13500000000", "阿里巴巴")


async def test_a_batch_also_comes_in_the_query(client: Client) -> None:
    fields = {name: json.dumps(value, ensure_ascii=False) for name, value in BATCH.items()}
    assert (await client.rpc("SendBatchSms", {"TemplateCode": "SMS_1", **fields})).code == "OK"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("PhoneNumberJson", "13900000000", "isv.INVALID_JSON_PARAM"),
        ("PhoneNumberJson", "[", "isv.INVALID_JSON_PARAM"),
        ("PhoneNumberJson", [], "isv.INVALID_PARAMETERS"),
        ("PhoneNumberJson", ["13900000000", ""], "isv.MOBILE_NUMBER_ILLEGAL"),
        ("PhoneNumberJson", ["13900000000"] * 101, "isv.MOBILE_COUNT_OVER_LIMIT"),
        ("PhoneNumberJson", "", "MissingPhoneNumberJson"),
        ("SignNameJson", ["阿里云"], "isv.INVALID_PARAMETERS"),
        ("SignNameJson", "阿里云", "isv.INVALID_JSON_PARAM"),
        ("SignNameJson", None, "MissingSignNameJson"),
        ("TemplateParamJson", [{}], "isv.INVALID_PARAMETERS"),
        ("TemplateParamJson", {"name": "a"}, "isv.INVALID_JSON_PARAM"),
        ("TemplateParamJson", [{"name": 1}, {"name": "b"}], "isv.INVALID_JSON_PARAM"),
        ("SmsUpExtendCodeJson", ["1", "2", "3"], "isv.INVALID_PARAMETERS"),
    ],
)
async def test_a_batch_that_does_not_fit_is_refused(client: Client, name: str, value: Any, code: str) -> None:
    assert (await batch(client, **{name: value})).code == code
    assert not client.messaging.accepted


@pytest.mark.parametrize(
    ("code", "vendor_code"),
    [
        ("number.malformed", "isv.MOBILE_NUMBER_ILLEGAL"),
        ("signature.unknown", "isv.SMS_SIGNATURE_ILLEGAL"),
        ("signature.unusable", "isv.SMS_SIGNATURE_ILLEGAL"),
        ("signature.scene", "isv.SMS_SIGNATURE_SCENE_ILLEGAL"),
        ("template.unknown", "isv.SMS_TEMPLATE_ILLEGAL"),
        ("template.unusable", "isv.SMS_TEMPLATE_ILLEGAL"),
        ("template.param_missing", "isv.TEMPLATE_MISSING_PARAMETERS"),
        ("template.param_superfluous", "isv.INVALID_JSON_PARAM"),
        ("template.param_too_long", "isv.PARAM_LENGTH_LIMIT"),
        ("template.param_has_link", "isv.PARAM_NOT_SUPPORT_URL"),
        ("template.param_invalid", "isv.TEMPLATE_PARAMS_ILLEGAL"),
        ("template.international_only", "isv.DOMESTIC_NUMBER_NOT_SUPPORTED"),
        ("content.unsupported", "isv.UNSUPPORTED_CONTENT"),
        ("extension.malformed", "isv.CODE_ERROR"),
        ("outid.too_long", "isv.PARAM_LENGTH_LIMIT"),
        ("balance.insufficient", "isv.AMOUNT_NOT_ENOUGH"),
        ("account.disabled", "isv.ACCOUNT_ABNORMAL"),
    ],
)
async def test_refusals_of_messaging_become_business_errors(
    client: Client, code: str, vendor_code: str
) -> None:
    client.messaging.refusal = Refused(code, en="no", zh="不")
    reply = await client.acs3()
    assert (reply.status, reply.code) == (200, vendor_code)
    assert set(reply.body) == {"Code", "Message", "RequestId"}


@pytest.mark.parametrize(
    ("code", "most", "message"),
    [
        ("limit.minute", 1, "触发分钟级流控Permits:1"),
        ("limit.hour", 5, "触发小时级流控Permits:5"),
        ("limit.day", 10, "触发天级流控Permits:10"),
        ("limit.number_day", 40, "触发号码天级流控Permits:40"),
    ],
)
async def test_frequency_limits_read_as_clients_compare_them(
    client: Client, code: str, most: int, message: str
) -> None:
    client.messaging.refusal = Refused(code, en="no", zh="不", most=most)
    reply = await client.acs3()
    assert (reply.code, reply.body["Message"]) == ("isv.BUSINESS_LIMIT_CONTROL", message)


def view(**changed: Any) -> MessageView:
    fields: dict[str, Any] = {
        "id": 1, "biz_id": 628323749491270669, "account_id": 7, "number": "8613900000000", "sign_name": "阿里云",
        "template_code": "SMS_1", "category": 1, "content": "【阿里云】您好", "segments": 1, "price": 450,
        "state": "delivered", "receipt_code": "DELIVRD", "out_id": "abc", "accepted_ms": 1_780_000_000_000,
        "done_ms": 1_780_000_001_500, "uncertain": 0, "request_id": "R", "access_number": "1069",
        "channel_id": 1, "passed_over": (),
    }  # fmt: skip
    return MessageView(**{**fields, **changed})


async def test_details_have_the_wrappers_and_fields_of_the_vendor(client: Client) -> None:
    client.messaging.sent = [view()]
    reply = await client.acs3("QuerySendDetails", {**DETAILS, "BizId": "628323749491270669^0"})
    assert client.messaging.queries == [(7, "13900000000", "20260528", 628323749491270669, 1, 10)]
    assert reply.body == {
        "Code": "OK",
        "Message": "OK",
        "RequestId": reply.body["RequestId"],
        "TotalCount": "1",
        "SmsSendDetailDTOs": {
            "SmsSendDetailDTO": [
                {
                    "PhoneNum": "13900000000",
                    "SendStatus": 3,
                    "ErrCode": "DELIVERED",
                    "TemplateCode": "SMS_1",
                    "Content": "【阿里云】您好",
                    "SendDate": "2026-05-29 04:26:40",
                    "ReceiveDate": "2026-05-29 04:26:41",
                    "OutId": "abc",
                }
            ]
        },
    }


@pytest.mark.parametrize(
    ("state", "receipt_code", "status", "error_code"),
    [
        ("accepted", "", 1, "REQUEST_SUCCESS"),
        ("submitted", "", 1, "REQUEST_SUCCESS"),
        ("delivered", "DELIVRD", 3, "DELIVERED"),
        ("failed", "UNDELIV", 2, "UNDELIV"),
        ("failed", "", 2, "SP_UNKNOWN_ERROR"),
        ("expired", "", 2, "EXPIRED"),
    ],
)
async def test_each_state_has_its_status_and_code(
    client: Client, state: str, receipt_code: str, status: int, error_code: str
) -> None:
    client.messaging.sent = [view(state=state, receipt_code=receipt_code, out_id=None, done_ms=None)]
    reply = await client.acs3("QuerySendDetails", DETAILS)
    (detail,) = reply.body["SmsSendDetailDTOs"]["SmsSendDetailDTO"]
    assert (detail["SendStatus"], detail["ErrCode"]) == (status, error_code)
    assert "OutId" not in detail
    assert "ReceiveDate" not in detail


async def test_a_foreign_number_keeps_its_country_code(client: Client) -> None:
    client.messaging.sent = [view(number="6591234567")]
    reply = await client.acs3("QuerySendDetails", DETAILS)
    assert reply.body["SmsSendDetailDTOs"]["SmsSendDetailDTO"][0]["PhoneNum"] == "6591234567"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SendDate", "2026-05-28"),
        ("SendDate", "20260230"),
        ("SendDate", "20260530"),
        ("SendDate", "20260428"),
        ("PageSize", "0"),
        ("PageSize", "51"),
        ("PageSize", "x"),
        ("PageSize", "1.0"),
        ("PageSize", "٣"),
        ("CurrentPage", "0"),
        ("CurrentPage", "9" * 20),
        ("CurrentPage", str(2**63)),
        ("CurrentPage", str(2**63 - 1)),
        ("BizId", "abc"),
        ("BizId", "1"),
        ("BizId", "1^0,2^0"),
        ("BizId", f"{2**63}^0"),
        ("PhoneNumber", "13900000000,13800000000"),
    ],
)
async def test_a_query_out_of_bounds_is_refused(client: Client, name: str, value: str) -> None:
    reply = await client.acs3("QuerySendDetails", {**DETAILS, name: value})
    assert (reply.status, reply.code) == (200, "isv.INVALID_PARAMETERS")
    assert name in reply.body["Message"]
    assert not client.messaging.queries


@pytest.mark.parametrize("day", ["20260529", "20260429"])
async def test_thirty_days_back_can_be_queried(client: Client, day: str) -> None:
    assert (await client.acs3("QuerySendDetails", {**DETAILS, "SendDate": day})).code == "OK"


async def test_the_day_is_that_of_the_business_clock_in_beijing(client: Client) -> None:
    """The manual clock stands at 2026-05-28T20:26:40Z: in Beijing it is the 29th already."""
    assert (await client.acs3("QuerySendDetails", {**DETAILS, "SendDate": "20260529"})).code == "OK"

"""SendSms, SendBatchSms and QuerySendDetails: parse, call messaging, shape the answer.

Decided here, because the vendor says nothing: spaces around a number are dropped; an empty entry ("139...,")
is a malformed number; a number written twice in one SendSms gets one message (1,000 counts the entries as
written). SendBatchSms keeps repeated numbers, as each entry has its own signature and values.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import msgspec

from hongyan.apis.aliyun.call import LARGEST_INTEGER, MAX_PAGE, Call, decode_json
from hongyan.apis.aliyun.errors import business_error
from hongyan.apis.aliyun.registry import Answer, Services, action
from hongyan.kernel.clock import beijing
from hongyan.messaging.model import MessageView, SendItem, SendRequest
from hongyan.messaging.states import MessageState

MAX_NUMBERS: Final = 1_000
MAX_BATCH: Final = 100
MAX_PAGE_SIZE: Final = 50
QUERY_DAYS: Final = 30

_PARAMS: Final = msgspec.json.Decoder(dict[str, str])


@action("SendSms", changes_state=True)
async def send_sms(services: Services, call: Call) -> Answer:
    """One text to up to 1,000 numbers."""
    numbers = call.text("PhoneNumbers").split(",")
    if len(numbers) > MAX_NUMBERS:
        raise business_error("isv.MOBILE_COUNT_OVER_LIMIT", most=MAX_NUMBERS)
    params = _template_params(call.optional("TemplateParam"))
    sign_name = call.text("SignName")
    extension = call.text("SmsUpExtendCode", "")
    if len(numbers) == 1:
        items: tuple[SendItem, ...] = (SendItem(_number(numbers[0]), sign_name, params, extension),)
    else:
        distinct = dict.fromkeys([_number(number) for number in numbers])
        items = tuple([SendItem(number, sign_name, params, extension) for number in distinct])
    return await _accept(services, call, items)


@action("SendBatchSms", changes_state=True, invalid="isv.INVALID_JSON_PARAM")
async def send_batch_sms(services: Services, call: Call) -> Answer:
    """One template to up to 100 numbers, with a signature and values for each."""
    numbers = call.json_list("PhoneNumberJson", str)
    if len(numbers) > MAX_BATCH:
        raise business_error("isv.MOBILE_COUNT_OVER_LIMIT", most=MAX_BATCH)
    if not numbers:
        raise business_error("isv.INVALID_PARAMETERS", name="PhoneNumberJson", reason="must not be empty")
    sign_names = call.json_list("SignNameJson", str)
    params = call.json_list("TemplateParamJson", dict[str, str]) or [{}] * len(numbers)
    extensions = call.json_list("SmsUpExtendCodeJson", str) or [""] * len(numbers)
    for name, values in (
        ("SignNameJson", sign_names),
        ("TemplateParamJson", params),
        ("SmsUpExtendCodeJson", extensions),
    ):
        if len(values) != len(numbers):
            reason = f"must have {len(numbers)} elements, as PhoneNumberJson has"
            raise business_error("isv.INVALID_PARAMETERS", name=name, reason=reason)
    rows = zip(numbers, sign_names, params, extensions, strict=True)
    return await _accept(services, call, tuple([SendItem(_number(n), s, p, e) for n, s, p, e in rows]))


@action("QuerySendDetails", changes_state=False, invalid="isv.INVALID_PARAMETERS")
async def query_send_details(services: Services, call: Call) -> Answer:
    """Messages of one number on one Beijing day."""
    number = _number(call.text("PhoneNumber"))
    if "," in number:
        raise call.invalid("PhoneNumber", "must be exactly one number")
    page = call.integer("CurrentPage", least=1, most=MAX_PAGE)
    size = call.integer("PageSize", least=1, most=MAX_PAGE_SIZE)
    total, messages = await services.messaging.sent_details(
        call.account_id, number, _query_day(services, call), _biz_id(call), page=page, size=size
    )
    return {
        "TotalCount": str(total),
        "SmsSendDetailDTOs": {"SmsSendDetailDTO": [_detail(message) for message in messages]},
    }


async def _accept(services: Services, call: Call, items: tuple[SendItem, ...]) -> Answer:
    accepted = await services.messaging.accept(
        SendRequest(
            account_id=call.account_id,
            template_code=call.text("TemplateCode"),
            items=items,
            request_id=call.request_id,
            out_id=call.optional("OutId"),
            nonce=call.nonce,
        )
    )
    return {"BizId": f"{accepted.biz_id}^0"}


def _number(text: str) -> str:
    number = text.strip(" ")
    if not number:
        raise business_error("isv.MOBILE_NUMBER_ILLEGAL")
    return number


def _template_params(text: str | None) -> dict[str, str]:
    """The template's values. Numbers, lists and null are refused: the vendor wants strings."""
    if text is None:
        return {}
    try:
        return decode_json(text, _PARAMS)
    except ValueError:
        raise business_error("isv.INVALID_JSON_PARAM") from None


def _query_day(services: Services, call: Call) -> str:
    day = call.date("SendDate").date()
    today = beijing(services.clock.now_ms()).date()
    if not today - timedelta(days=QUERY_DAYS) <= day <= today:
        raise call.invalid("SendDate", f"must be one of the last {QUERY_DAYS} days")
    return call.text("SendDate")


def _biz_id(call: Call) -> int | None:
    text = call.optional("BizId")
    if text is None:
        return None
    number, _, item = text.partition("^")
    digits = text.isascii() and number.isdecimal() and item.isdecimal() and len(text) <= 22
    if not digits or int(number) > LARGEST_INTEGER:
        raise call.invalid("BizId", "must be one BizId of an earlier answer")
    return int(number)


_WAITING, _FAILED, _DELIVERED = 1, 2, 3
_SEND_STATUS: Final = {  # SendStatus, and ErrCode when the carrier gave none; source: vendor, report codes
    MessageState.ACCEPTED: (_WAITING, "REQUEST_SUCCESS"),
    MessageState.SUBMITTED: (_WAITING, "REQUEST_SUCCESS"),
    MessageState.DELIVERED: (_DELIVERED, "DELIVERED"),
    MessageState.FAILED: (_FAILED, "SP_UNKNOWN_ERROR"),
    MessageState.EXPIRED: (_FAILED, "EXPIRED"),
    MessageState.NO_RECEIPT: (
        _FAILED,
        "NO_RECEIPT",
    ),  # not the vendor's: its own 1 would have tenants wait for ever
}


def _detail(message: MessageView) -> Answer:
    status, code = _SEND_STATUS[MessageState(message.state)]
    detail: Answer = {
        "PhoneNum": _national(message.number),
        "SendStatus": status,
        "ErrCode": message.receipt_code if status == _FAILED and message.receipt_code else code,
        "TemplateCode": message.template_code,
        "Content": message.content,
        "SendDate": _time(message.accepted_ms),
    }
    if message.done_ms is not None:
        detail["ReceiveDate"] = _time(message.done_ms)
    if message.out_id is not None:
        detail["OutId"] = message.out_id
    return detail


def _national(number: str) -> str:
    """Mainland numbers without their country code, as the vendor shows them."""
    return number[2:] if len(number) == 13 and number.startswith("861") else number


def _time(ms: int) -> str:
    return f"{beijing(ms):%Y-%m-%d %H:%M:%S}"

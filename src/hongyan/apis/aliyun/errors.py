"""Our errors in the vendor's words: tables of (vendor code, HTTP status, message), a source per row.

Three tables: what the gateway says itself, what our codes become, and the vendor's business codes. An
action's own mapping (`@action(errors=...)`) comes before OUR_CODES; a vendor code that its action documents
in `actions.json` takes status and message from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hongyan.apis.aliyun.action_table import ACTIONS
from hongyan.kernel.errors import HongyanError, Refused, RemoteFault, Throttled

_DOC = "vendor help page, business codes of sending"
_REC = "recorded answer of the real service"
_GATE = "vendor help page, public gateway codes"
_OURS = "ours: the vendor publishes nothing for this"

RETRY_AFTER_MS: Final = 1_000
"""What a throttled client is told when the refusal itself names no time."""


@dataclass(frozen=True, slots=True)
class Row:
    """`message` may hold {facts} of our error; when one is missing the error's own words are used."""

    status: int
    message: str
    source: str


class VendorError(Exception):
    """An answer that is no success, ready for the wire.

    A status of 200 is a business error (Code, Message, RequestId only), anything else a protocol error.
    """

    def __init__(self, code: str, status: int, message: str, *, retry_after_ms: int = 0) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.status = status
        self.message = message
        self.retry_after_ms = retry_after_ms


GATEWAY: Final[Mapping[str, Row]] = {
    "MissingAccessKeyId": Row(400, "AccessKeyId is mandatory for this action.", _REC),
    "InvalidAccessKeyId.NotFound": Row(404, "Specified access key is not found.", _REC),
    "InvalidAccessKeyId.Inactive": Row(400, "Specified access key is disabled.", _GATE),
    "InvalidSecurityToken.NotSupported": Row(
        400,
        "Temporary credentials (security tokens) are not supported by this endpoint. Use a permanent key.",
        _OURS,
    ),
    "IncompleteSignature": Row(
        400, "The request signature does not conform to Aliyun standards. {reason}", _GATE
    ),
    "InvalidTimeStamp.Expired": Row(400, "Specified time stamp or date value is expired.", _GATE),
    "InvalidTimeStamp.Format": Row(400, "Specified time stamp or date value is not well formatted.", _GATE),
    "SignatureNonceUsed": Row(400, "Specified signature nonce was used already.", _GATE),
    "InvalidVersion": Row(400, "Specified parameter Version is not valid.", _GATE),
    "InvalidAction.NotFound": Row(
        404, "Specified api is not found, please check your url and method.", _GATE
    ),
    "UnsupportedHTTPMethod": Row(405, "This http method is not supported. Use POST or GET.", _OURS),
    "UnsupportedOperation": Row(
        400, "{action} is not supported by this endpoint yet. Supported actions: {supported}.", _OURS
    ),
    "UnsupportedFormat": Row(400, "Only Format=JSON is supported by this endpoint.", _OURS),
    "UnsupportedContentType": Row(415, "The request body must be application/x-www-form-urlencoded.", _OURS),
    "MalformedRequest": Row(400, "The request could not be read: {reason}", _OURS),
    "RequestTooLarge": Row(413, "The request is too large: {reason}", _OURS),
    "RequestTimeout": Row(408, "The request body did not arrive in time.", _OURS),
    "InvalidParameter": Row(400, "The specified parameter {name} is not valid: {reason}", _GATE),
    "Throttling.User": Row(429, "Request was denied due to user flow control.", _GATE),
    "ServiceUnavailable": Row(503, "The request has failed due to a temporary failure of the server.", _GATE),
    "InternalError": Row(
        500, "The request processing has failed due to some unknown error, exception or failure.", _GATE
    ),
}
"""Codes of the gateway; most are raised by the door itself."""

OFFLINE: Final = Row(
    404,
    GATEWAY["InvalidAction.NotFound"].message + " {action} has been taken offline; use {successor}.",
    _OURS + ", its gateway answers this for what it does not know",
)
"""InvalidAction.NotFound of an action that there was (docs/adr/0027)."""


BUSINESS: Final[Mapping[str, Row]] = {
    "isv.SMS_SIGNATURE_ILLEGAL": Row(200, "该账号下找不到对应签名", _REC),
    "isv.SIGN_STATE_ILLEGAL": Row(200, "签名状态为“不可用”", _DOC),
    "isv.SMS_SIGN_ILLEGAL": Row(200, "签名禁止使用", _DOC),
    "isv.SECURITY_FROZEN_ACCOUNT": Row(200, "账号已被安全冻结", _DOC),
    "isv.SMS_SIGNATURE_SCENE_ILLEGAL": Row(200, "签名和模板类型不一致", _REC),
    "isv.SMS_TEMPLATE_ILLEGAL": Row(200, "该账号下找不到对应模板", _REC),
    "isv.MOBILE_NUMBER_ILLEGAL": Row(200, "手机号码格式错误", _DOC),
    "isv.MOBILE_COUNT_OVER_LIMIT": Row(200, "手机号码数量超过限制，最多支持{most}条", _DOC),
    "isv.TEMPLATE_MISSING_PARAMETERS": Row(200, "模板变量中存在未赋值变量", _DOC),
    "isv.INVALID_JSON_PARAM": Row(200, "模板变量JSON格式错误 或 JSON变量属性与模板占位符不一致", _REC),
    "isv.INVALID_PARAMETERS": Row(200, "参数格式不正确: {name} {reason}", _DOC),
    "isv.PARAM_LENGTH_LIMIT": Row(200, "参数超过长度限制", _DOC),
    "isv.PARAM_NOT_SUPPORT_URL": Row(200, "不支持URL", _DOC),
    "isv.TEMPLATE_PARAMS_ILLEGAL": Row(200, "参数与变量属性类型不匹配", _DOC),
    "isv.UNSUPPORTED_CONTENT": Row(200, "短信内容包含不支持的字符", _DOC),
    "isv.DOMESTIC_NUMBER_NOT_SUPPORTED": Row(200, "国际/港澳台消息模板不支持发送境内号码", _DOC),
    "isv.CODE_ERROR": Row(200, "传入扩展码不可用", _DOC),
    "isv.EXTEND_CODE_ERROR": Row(200, "扩展码使用错误，相同的扩展码不可用于多个签名", _DOC),
    "isv.ONE_CODE_MULTIPLE_SIGN": Row(200, "一码多签", _DOC),
    "isv.CODE_EXCEED_LIMIT": Row(200, "扩展码个数已超过上限", _DOC),
    "isv.DAY_LIMIT_CONTROL": Row(200, "触发日发送限额", _DOC),
    "isv.AMOUNT_NOT_ENOUGH": Row(200, "账户余额不足", _DOC),
    "isv.ACCOUNT_ABNORMAL": Row(200, "账户异常", _DOC),
    "isp.GATEWAY_ERROR": Row(200, "没有可用的短信通道", _DOC),
}
"""The vendor's business codes; HTTP 200 and Chinese, as clients in the field compare them."""

LIMITS: Final[Mapping[str, Row]] = {
    "limit.minute": Row(200, "触发分钟级流控Permits:{most}", _REC),
    "limit.hour": Row(200, "触发小时级流控Permits:{most}", _REC),
    "limit.day": Row(200, "触发天级流控Permits:{most}", _REC),
    "limit.number_day": Row(200, "触发号码天级流控Permits:{most}", _REC),
}
"""One vendor code, isv.BUSINESS_LIMIT_CONTROL, whose text says which window was full."""

OUR_CODES: Final[Mapping[str, str]] = {
    "number.malformed": "isv.MOBILE_NUMBER_ILLEGAL",
    "number.too_many": "isv.MOBILE_COUNT_OVER_LIMIT",
    "signature.unknown": "isv.SMS_SIGNATURE_ILLEGAL",
    "signature.unusable": "isv.SMS_SIGNATURE_ILLEGAL",  # "unknown or not approved" is one code there
    "signature.frozen": "isv.SIGN_STATE_ILLEGAL",
    "signature.disabled": "isv.SMS_SIGN_ILLEGAL",
    "template.frozen": "isv.SMS_TEMPLATE_ILLEGAL",
    "account.frozen": "isv.SECURITY_FROZEN_ACCOUNT",
    "signature.unregistered": "isv.SIGN_STATE_ILLEGAL",  # sending is refused; PORT_NOT_REGISTERED is a report's code
    "signature.registering": "isv.SIGN_STATE_ILLEGAL",
    "signature.lapsed": "isv.SIGN_STATE_ILLEGAL",
    "signature.capped": "isv.DAY_LIMIT_CONTROL",
    "signature.scene": "isv.SMS_SIGNATURE_SCENE_ILLEGAL",
    "template.unknown": "isv.SMS_TEMPLATE_ILLEGAL",
    "template.unusable": "isv.SMS_TEMPLATE_ILLEGAL",
    "template.param_missing": "isv.TEMPLATE_MISSING_PARAMETERS",
    "template.param_superfluous": "isv.INVALID_JSON_PARAM",
    "template.param_not_text": "isv.INVALID_JSON_PARAM",
    "template.param_too_long": "isv.PARAM_LENGTH_LIMIT",
    "template.param_has_link": "isv.PARAM_NOT_SUPPORT_URL",
    "template.param_invalid": "isv.TEMPLATE_PARAMS_ILLEGAL",
    "template.international_only": "isv.DOMESTIC_NUMBER_NOT_SUPPORTED",
    "template.domestic_only": "isv.MOBILE_NUMBER_ILLEGAL",
    "content.too_long": "isv.PARAM_LENGTH_LIMIT",
    "route.none": "isp.GATEWAY_ERROR",
    "content.unsupported": "isv.UNSUPPORTED_CONTENT",
    "extension.malformed": "isv.CODE_ERROR",
    "extension.quarantined": "isv.CODE_ERROR",
    "extension.foreign": "isv.EXTEND_CODE_ERROR",
    "extension.taken": "isv.ONE_CODE_MULTIPLE_SIGN",
    "extension.too_many": "isv.CODE_EXCEED_LIMIT",
    "extension.unknown": "isv.CODE_ERROR",
    "extension.overlaps": "isv.CODE_ERROR",
    "extension.of_platform": "isv.CODE_ERROR",
    "extension.no_room": "isv.CODE_ERROR",
    "outid.too_long": "isv.PARAM_LENGTH_LIMIT",
    "balance.insufficient": "isv.AMOUNT_NOT_ENOUGH",
    "account.disabled": "isv.ACCOUNT_ABNORMAL",
    "nonce.used": "SignatureNonceUsed",
    "request.too_large": "RequestTooLarge",
    "throttled": "Throttling.User",
}
"""Code of one of our `Refused` -> vendor code."""

_STATUS: Final[Mapping[str, int]] = {
    code: status for facts in ACTIONS.values() for code, (status, _) in facts.errors.items() if status != 200
}
"""Documented code -> its HTTP status, for actions that answer it without documenting it."""


def gateway_error(code: str, **facts: object) -> VendorError:
    """One of GATEWAY, ready to raise."""
    row = GATEWAY[code]
    return VendorError(code, row.status, _fill(row.message, facts, row.message))


def offline_error(action: str, successor: str) -> VendorError:
    """For an action that the vendor has taken offline."""
    facts = {"action": action, "successor": successor}
    return VendorError("InvalidAction.NotFound", OFFLINE.status, OFFLINE.message.format_map(facts))


def business_error(code: str, **facts: object) -> VendorError:
    """One of BUSINESS, ready to raise."""
    row = BUSINESS[code]
    return VendorError(code, row.status, _fill(row.message, facts, row.message))


def missing(name: str) -> VendorError:
    """A required parameter is absent or empty. Source: recorded for SignName and TemplateCode."""
    return VendorError(f"Missing{name}", 400, f"{name} is mandatory for this action.")


def translate(
    error: HongyanError, own: Mapping[str, str], documented: Mapping[str, tuple[int, str]]
) -> VendorError:
    """The vendor's words for one of our errors.

    `own`: the action's mapping from our codes to vendor codes; `documented`: the vendor's own for the action.
    An unlisted refusal keeps our English sentence under InvalidParameter; faults that are not the caller's
    say nothing of their inside.
    """
    if isinstance(error, Throttled):
        after = error.facts.get("retry_after_ms")
        row = GATEWAY["Throttling.User"]
        return VendorError(
            "Throttling.User",
            row.status,
            row.message,
            retry_after_ms=after if isinstance(after, int) and after > 0 else RETRY_AFTER_MS,
        )
    if isinstance(error, RemoteFault):
        return gateway_error("ServiceUnavailable")
    if not isinstance(error, Refused):
        return gateway_error("InternalError")
    if error.code in LIMITS:
        row = LIMITS[error.code]
        return VendorError(
            "isv.BUSINESS_LIMIT_CONTROL", row.status, _fill(row.message, error.facts, error.zh)
        )
    code = own.get(error.code) or OUR_CODES.get(error.code)
    if code is None:
        return VendorError("InvalidParameter", 400, error.en)
    if code in documented:
        status, message = documented[code]
        return VendorError(code, status, message)
    known = BUSINESS.get(code) or GATEWAY.get(code)
    if known is None and code.startswith(("isv.", "isp.")):
        return VendorError(code, 200, error.zh)
    if known is None:
        return VendorError(code, _STATUS.get(code, 400), error.en)
    words = error.zh if known.status == 200 else error.en
    return VendorError(code, known.status, _fill(known.message, error.facts, words))


def _fill(message: str, facts: Mapping[str, object], otherwise: str) -> str:
    try:
        return message.format_map(facts)
    except KeyError:
        return otherwise

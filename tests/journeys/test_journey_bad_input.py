"""Everything that callers get wrong: the vendor's code, status and words, and nothing stored, nothing charged.

The expected answers stand as the vendor gives them (reference of the error codes, gateway and business).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from alibabacloud_dysmsapi20170525 import models
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils import Utils
from running_platform import RunningPlatform, Tenant
from sdk_calls import Refused, apply_for_template, batch, details, refusal, sms, text, today

from hongyan.apis.aliyun.request_signing import encode_form, sign_acs3, sign_rpc

pytestmark = pytest.mark.slow

FAMILIES = ["acs3", "v2"]
FOREIGN = "447911123456"
_STORED = """
SELECT (SELECT count(*) FROM message), (SELECT count(*) FROM submission), (SELECT count(*) FROM outbox),
  (SELECT total(accepted) + total(segments) * 1e3 + total(held) * 1e6 + total(charged) * 1e9 FROM (
    SELECT accepted, segments, held, charged FROM usage_day
    UNION ALL SELECT accepted, segments, held, charged FROM usage_delta))
"""


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    """A platform of its own: nobody else stores anything meanwhile."""
    running = RunningPlatform(tmp_path_factory.mktemp("bad-input"), largest_body=100_000)
    running.start()
    running.seed()
    before = running.command("status", "--json").json
    yield running
    assert running.command("status", "--json").json == before, "nothing was counted"
    assert running.stop() == 0
    assert "Traceback" not in running.log()


@pytest.fixture(scope="module")
def tenant(platform: RunningPlatform) -> Tenant:
    return platform.seed()


@pytest.fixture(autouse=True)
def _nothing_is_stored(platform: RunningPlatform, tenant: Tenant) -> Iterator[None]:
    """Neither a message nor its cost, before the carrier or after it."""
    before = platform.rows(_STORED)
    yield
    assert platform.rows(_STORED) == before


# -- who calls --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("key", ["LTAI5tNobodyHasThisKey00", "x", "x" * 128])
def test_an_unknown_key(tenant: Tenant, family: str, key: str) -> None:
    assert refusal(lambda: tenant.sdk(family, access_key_id=key).send_sms(sms(tenant))) == Refused(
        404, "InvalidAccessKeyId.NotFound", "Specified access key is not found."
    )


@pytest.mark.parametrize(
    ("family", "words"),
    [
        (
            "acs3",
            "Specified signature does not match our calculation. server StringToSign is [ACS3-HMAC-SHA256\n",
        ),
        ("v2", "Specified signature is not matched with our calculation. server string to sign is:POST&%2F&"),
    ],
)
def test_a_wrong_signature(tenant: Tenant, family: str, words: str) -> None:
    found = refusal(lambda: tenant.sdk(family, access_key_secret="wrong").send_sms(sms(tenant)))
    assert (found.status, found.code) == (400, "SignatureDoesNotMatch")
    assert found.message.startswith(words)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_stale_or_early_timestamp(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch, family: str, minutes: int
) -> None:
    shifted = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + minutes * 60))
    monkeypatch.setattr(Utils, "get_timestamp", staticmethod(lambda: shifted))
    assert refusal(lambda: tenant.sdk(family).send_sms(sms(tenant))) == Refused(
        400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired."
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_a_nonce_that_was_used(
    platform: RunningPlatform, tenant: Tenant, monkeypatch: pytest.MonkeyPatch, family: str
) -> None:
    """By a query; a nonce that a send used up is in the journey of the first message."""
    monkeypatch.setattr(Utils, "get_nonce", staticmethod(lambda: f"the same for {family}"))
    client = tenant.sdk(family)
    details(client, "13800138000")
    assert refusal(
        lambda: client.get_sms_sign(models.GetSmsSignRequest(sign_name=tenant.sign_name))
    ) == Refused(400, "SignatureNonceUsed", "Specified signature nonce was used already.")


@pytest.mark.parametrize("family", FAMILIES)
def test_a_disabled_key(platform: RunningPlatform, tenant: Tenant, family: str) -> None:
    made = platform.command("key", "create", "--json").json
    platform.command("key", "disable", made["access_key_id"])
    changed = {name: made[name] for name in ("access_key_id", "access_key_secret")}
    assert refusal(lambda: tenant.sdk(family, **changed).send_sms(sms(tenant))) == Refused(
        400, "InvalidAccessKeyId.Inactive", "Specified access key is disabled."
    )


def test_temporary_credentials(tenant: Tenant) -> None:
    found = refusal(lambda: tenant.sdk(security_token="sts").send_sms(sms(tenant)))
    assert (found.status, found.code) == (400, "InvalidSecurityToken.NotSupported")


# -- what is asked for ------------------------------------------------------------------------------------

UNKNOWN_SIGNATURE = Refused(200, "isv.SMS_SIGNATURE_ILLEGAL", "该账号下找不到对应签名")
UNKNOWN_TEMPLATE = Refused(200, "isv.SMS_TEMPLATE_ILLEGAL", "该账号下找不到对应模板")
BAD_NUMBER = Refused(200, "isv.MOBILE_NUMBER_ILLEGAL", "手机号码格式错误")
MISSING_VALUE = Refused(200, "isv.TEMPLATE_MISSING_PARAMETERS", "模板变量中存在未赋值变量")
BAD_JSON = Refused(200, "isv.INVALID_JSON_PARAM", "模板变量JSON格式错误 或 JSON变量属性与模板占位符不一致")
TOO_LONG = Refused(200, "isv.PARAM_LENGTH_LIMIT", "参数超过长度限制")
TOO_MANY = Refused(200, "isv.MOBILE_COUNT_OVER_LIMIT", "手机号码数量超过限制，最多支持1000条")
WRONG_VALUE = Refused(200, "isv.TEMPLATE_PARAMS_ILLEGAL", "参数与变量属性类型不匹配")
LINK = Refused(200, "isv.PARAM_NOT_SUPPORT_URL", "不支持URL")
BAD_EXTENSION = Refused(200, "isv.CODE_ERROR", "传入扩展码不可用")
GOOD = {"order": "A1", "time": "18:00"}


def _missing(name: str) -> Refused:
    return Refused(400, f"Missing{name}", f"{name} is mandatory for this action.")


SEND_SMS: list[tuple[dict[str, Any], Refused]] = [
    ({"phone_numbers": None}, _missing("PhoneNumbers")),
    ({"phone_numbers": ""}, _missing("PhoneNumbers")),
    ({"sign_name": None}, _missing("SignName")),
    ({"template_code": None}, _missing("TemplateCode")),
    ({"phone_numbers": "1380013800"}, BAD_NUMBER),
    ({"phone_numbers": "12800138000"}, BAD_NUMBER),
    ({"phone_numbers": "13800138000a"}, BAD_NUMBER),
    ({"phone_numbers": "13800138000;13900139000"}, BAD_NUMBER),
    ({"phone_numbers": "13800138000,"}, BAD_NUMBER),
    ({"phone_numbers": "13800138000,1390013900"}, BAD_NUMBER),
    ({"phone_numbers": "１３８００１３８０００"}, BAD_NUMBER),
    ({"phone_numbers": FOREIGN}, BAD_NUMBER),
    ({"phone_numbers": ",".join(f"138{n:08}" for n in range(1_001))}, TOO_MANY),
    ({"sign_name": "没有这个签名"}, UNKNOWN_SIGNATURE),
    ({"sign_name": "鸿雁"}, UNKNOWN_SIGNATURE),
    ({"template_code": "SMS_0"}, UNKNOWN_TEMPLATE),
    ({"template_code": "'; DROP TABLE message; --"}, UNKNOWN_TEMPLATE),
    ({"template_param": None}, MISSING_VALUE),
    ({"template_param": "{}"}, MISSING_VALUE),
    ({"template_param": text({"order": "A1"})}, MISSING_VALUE),
    ({"template_param": text(GOOD | {"more": "x"})}, BAD_JSON),
    ({"template_param": text(GOOD | {"order": 1})}, BAD_JSON),
    ({"template_param": text(GOOD | {"order": None})}, BAD_JSON),
    ({"template_param": text(GOOD | {"order": ["A1"]})}, BAD_JSON),
    ({"template_param": text([GOOD])}, BAD_JSON),
    ({"template_param": '{"order":"A1","time":"18:00"'}, BAD_JSON),
    ({"template_param": "{'order': 'A1'}"}, BAD_JSON),
    ({"template_param": "[" * 20_000}, BAD_JSON),
    ({"template_param": text(GOOD | {"order": "A" * 36})}, TOO_LONG),
    ({"template_param": text(GOOD | {"order": "看这里"})}, WRONG_VALUE),
    ({"template_param": text(GOOD | {"time": "soon"})}, WRONG_VALUE),
    ({"template_param": text(GOOD | {"order": "t.cn/A1"})}, LINK),
    ({"out_id": "o" * 256}, TOO_LONG),
    ({"sms_up_extend_code": "12ab"}, BAD_EXTENSION),
    ({"sms_up_extend_code": "12345678901"}, BAD_EXTENSION),
]


@pytest.mark.parametrize(
    ("changed", "expected"),
    SEND_SMS,
    ids=[f"{next(iter(c))} {str(next(iter(c.values())))[:20]}" for c, _ in SEND_SMS],
)
@pytest.mark.parametrize("family", FAMILIES)
def test_send_sms(tenant: Tenant, family: str, changed: dict[str, Any], expected: Refused) -> None:
    assert refusal(lambda: tenant.sdk(family).send_sms(sms(tenant, **changed))) == expected


def _parameters(name: str, reason: str) -> Refused:
    return Refused(200, "isv.INVALID_PARAMETERS", f"参数格式不正确: {name} {reason}")


TWO = "must have 2 elements, as PhoneNumberJson has"
SEND_BATCH: list[tuple[dict[str, Any], Refused]] = [
    ({"phone_number_json": None}, _missing("PhoneNumberJson")),
    ({"sign_name_json": None}, _missing("SignNameJson")),
    ({"template_code": None}, _missing("TemplateCode")),
    ({"phone_number_json": "13800138000"}, BAD_JSON),
    ({"phone_number_json": '["13800138000"'}, BAD_JSON),
    ({"phone_number_json": "[]"}, _parameters("PhoneNumberJson", "must not be empty")),
    ({"phone_number_json": text(["13800138000", "1"])}, BAD_NUMBER),
    ({"phone_number_json": text([f"138{n:08}" for n in range(101)])}, TOO_MANY),
    ({"sign_name_json": text(["杭州云雁科技"])}, _parameters("SignNameJson", TWO)),
    ({"sign_name_json": text(["杭州云雁科技", "没有"])}, UNKNOWN_SIGNATURE),
    ({"template_param_json": text([GOOD])}, _parameters("TemplateParamJson", TWO)),
    ({"template_param_json": text([GOOD, {"order": "A1"}])}, MISSING_VALUE),
    ({"template_param_json": text([GOOD, {"order": 1, "time": "18:00"}])}, BAD_JSON),
    ({"template_param_json": None}, MISSING_VALUE),
    ({"sms_up_extend_code_json": text(["1"])}, _parameters("SmsUpExtendCodeJson", TWO)),
    ({"sms_up_extend_code_json": text(["1", "x"])}, BAD_EXTENSION),
]


@pytest.mark.parametrize(
    ("changed", "expected"),
    SEND_BATCH,
    ids=[f"{next(iter(c))} {str(next(iter(c.values())))[:20]}" for c, _ in SEND_BATCH],
)
@pytest.mark.parametrize("family", FAMILIES)
def test_send_batch_sms(tenant: Tenant, family: str, changed: dict[str, Any], expected: Refused) -> None:
    request = batch(tenant, "13800138000", "13900139000", **changed)
    found = refusal(lambda: tenant.sdk(family).send_batch_sms(request))
    if expected is TOO_MANY:  # the vendor's text says 1,000 for both actions
        expected = Refused(200, expected.code, found.message)
        assert "最多支持" in found.message
    assert found == expected


QUERIES: list[tuple[dict[str, Any], Refused]] = [
    ({"phone_number": None}, _missing("PhoneNumber")),
    ({"send_date": None}, _missing("SendDate")),
    ({"page_size": None}, _missing("PageSize")),
    ({"current_page": None}, _missing("CurrentPage")),
    ({"phone_number": "138"}, BAD_NUMBER),
    ({"send_date": "2026-11-21"}, _parameters("SendDate", "must be a date in the form yyyyMMdd")),
    ({"send_date": "20261341"}, _parameters("SendDate", "must be a date in the form yyyyMMdd")),
    ({"send_date": "20200101"}, _parameters("SendDate", "must be one of the last 30 days")),
    ({"page_size": 51}, _parameters("PageSize", "must be at most 50")),
    ({"page_size": 0}, _parameters("PageSize", "must be at least 1")),
    ({"current_page": 0}, _parameters("CurrentPage", "must be at least 1")),
    ({"biz_id": "x"}, _parameters("BizId", "must be one BizId of an earlier answer")),
]


@pytest.mark.parametrize(("changed", "expected"), QUERIES)
def test_query_send_details(tenant: Tenant, changed: dict[str, Any], expected: Refused) -> None:
    fields = {"phone_number": "13800138000", "send_date": today(), "page_size": 10, "current_page": 1}
    request = models.QuerySendDetailsRequest(**(fields | changed))
    assert refusal(lambda: tenant.sdk().query_send_details(request)) == expected


def test_what_is_under_review_or_rejected_cannot_send(platform: RunningPlatform, tenant: Tenant) -> None:
    """The automatic reviewer rejects a code that does not say so."""
    rejected = apply_for_template(
        tenant, "口令", "您的口令为${code}", {"code": "numberCaptcha"}, template_type=0
    )
    found = refusal(
        lambda: tenant.sdk().send_sms(
            sms(tenant, template_code=rejected, template_param=text({"code": "1234"}))
        )
    )
    assert found == UNKNOWN_TEMPLATE


def test_another_accounts_signature_and_template_are_unknown(
    platform: RunningPlatform, tenant: Tenant
) -> None:
    assert refusal(lambda: platform.root.sdk().send_sms(sms(tenant))) in (UNKNOWN_TEMPLATE, UNKNOWN_SIGNATURE)


def test_an_international_template_does_not_send_at_home(tenant: Tenant) -> None:
    code = apply_for_template(
        tenant,
        "Welcome",
        "Welcome ${who}",
        {"who": "others"},
        template_type=3,
        intl_type=1,
        related_sign_name=None,
    )
    request = sms(tenant, template_code=code, template_param=text({"who": "Li"}))
    assert refusal(lambda: tenant.sdk().send_sms(request)) == Refused(
        200, "isv.DOMESTIC_NUMBER_NOT_SUPPORTED", "国际/港澳台消息模板不支持发送境内号码"
    )


def test_a_text_longer_than_500_characters(tenant: Tenant) -> None:
    code = apply_for_template(tenant, "长", "您" * 480 + "${what}", {"what": "others"})
    request = sms(tenant, template_code=code, template_param=text({"what": "字" * 35}))
    assert refusal(lambda: tenant.sdk().send_sms(request)) == TOO_LONG


# -- sizes and forms --------------------------------------------------------------------------------------


@pytest.mark.parametrize("octets", [100_000, 1_000_000, 20_000_000])
def test_a_body_over_the_limit(tenant: Tenant, octets: int) -> None:
    request = batch(tenant, "13800138000", template_param_json=text([{"order": "A" * octets, "time": "1"}]))
    found = refusal(lambda: tenant.sdk().send_batch_sms(request))
    assert (found.status, found.code) == (413, "RequestTooLarge")


@pytest.mark.parametrize(
    ("octets", "status", "code"), [(65_401, 413, "RequestTooLarge"), (65_536, 400, "request.unreadable")]
)
def test_a_query_over_the_limit(raw: Raw, tenant: Tenant, octets: int, status: int, code: str) -> None:
    """An address of 64 KiB gets no further than the HTTP parser."""
    others = len(encode_form(raw.parameters | {"TemplateParam": ""}))
    with pytest.raises(ClientException) as caught:
        tenant.sdk().send_sms(sms(tenant, template_param="x" * (octets - others)))
    assert (caught.value.status_code, caught.value.code) == (status, code)


class Raw:
    """Signed requests that no SDK would make."""

    def __init__(self, platform: RunningPlatform, tenant: Tenant) -> None:
        self._platform, self._tenant = platform, tenant
        self._nonce = 0

    def acs3(
        self, change: Callable[[str, dict[str, str]], tuple[str, dict[str, str]]] = lambda query, headers: (query, headers),
        body: bytes = b"", **options: Any,
    ) -> tuple[int, dict[str, Any]]:  # fmt: skip
        """`change`: what becomes of query and headers after signing."""
        signed = {
            "access_key_id": self._tenant.access_key_id,
            "secret": self._tenant.access_key_secret,
            "host": self._platform.endpoint,
            "nonce": f"raw-{time.time_ns()}",
            "at": time.time(),
            **options,
        }
        query, headers = sign_acs3("SendSms", self.parameters, body=body, **signed)
        query, changed = change(query, dict(headers))
        return self._answer(query, changed, body)

    def rpc(self, drop: tuple[str, ...] = (), **parameters: str) -> tuple[int, dict[str, Any]]:
        signed = sign_rpc(
            "SendSms",
            self.parameters | parameters,
            access_key_id=self._tenant.access_key_id,
            secret=self._tenant.access_key_secret,
            nonce=f"raw-{time.time_ns()}",
            at=time.time(),
        )
        return self._answer(encode_form({n: v for n, v in signed.items() if n not in drop}), {}, b"")

    @property
    def parameters(self) -> dict[str, str]:
        return {
            "PhoneNumbers": "13800138000",
            "SignName": self._tenant.sign_name,
            "TemplateCode": self._tenant.template_code,
            "TemplateParam": text(self._tenant.template_param_example),
        }

    def _answer(self, query: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        status, received, data = self._platform.request("POST", f"/?{query}", headers, body)
        assert received["content-type"] == "application/json;charset=utf-8"
        answer = json.loads(data)
        assert answer["RequestId"] == received["x-acs-request-id"]
        if status != 200:
            assert set(answer) == {"RequestId", "HostId", "Code", "Message", "Recommend"}
        return status, answer


@pytest.fixture
def raw(platform: RunningPlatform, tenant: Tenant) -> Raw:
    return Raw(platform, tenant)


def _header(name: str, value: str | None) -> Callable[[str, dict[str, str]], tuple[str, dict[str, str]]]:
    def change(query: str, headers: dict[str, str]) -> tuple[str, dict[str, str]]:
        kept = {n: v for n, v in headers.items() if n.lower() != name.lower()}
        return query, kept if value is None else {**kept, name: value}

    return change


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        (_header("Authorization", None), 400, "MissingAccessKeyId"),
        (_header("Authorization", "Bearer x"), 400, "IncompleteSignature"),
        (_header("Authorization", "ACS3-HMAC-SHA256 Credential=x"), 400, "IncompleteSignature"),
        (_header("x-acs-version", "2016-09-27"), 400, "InvalidVersion"),
        (_header("x-acs-action", "SendFax"), 404, "InvalidAction.NotFound"),
        (_header("x-acs-action", None), 404, "InvalidAction.NotFound"),
        (_header("x-acs-date", "yesterday"), 400, "InvalidTimeStamp.Format"),
        (_header("x-acs-date", None), 400, "InvalidTimeStamp.Format"),
        (_header("x-acs-signature-nonce", "another"), 400, "SignatureDoesNotMatch"),
        (lambda query, headers: (query + "&OutId=1", headers), 400, "SignatureDoesNotMatch"),
        (lambda query, headers: (query + "&SignName=x", headers), 400, "MalformedRequest"),
        (lambda query, headers: (query + "&x=%ZZ", headers), 400, "MalformedRequest"),
        (lambda query, headers: (query + "&x=%FF", headers), 400, "MalformedRequest"),
        (
            lambda query, headers: (query.replace("13800138000", "13900139000"), headers),
            400,
            "SignatureDoesNotMatch",
        ),
    ],
)
def test_requests_that_were_changed_after_signing(raw: Raw, change: Any, status: int, code: str) -> None:
    found, answer = raw.acs3(change)
    assert (found, answer["Code"]) == (status, code)


@pytest.mark.parametrize(
    ("drop", "parameters", "status", "code"),
    [
        (("AccessKeyId",), {}, 400, "MissingAccessKeyId"),
        (("Signature",), {}, 400, "MissingSignature"),
        (("SignatureNonce",), {}, 400, "MissingSignatureNonce"),
        (("Timestamp",), {}, 400, "MissingTimestamp"),
        (("Version",), {}, 400, "MissingVersion"),
        (("Action",), {}, 400, "MissingAction"),
        ((), {"SignatureMethod": "HMAC-MD5"}, 400, "IncompleteSignature"),
        ((), {"Format": "XML"}, 400, "UnsupportedFormat"),
        ((), {"Timestamp": "2026-11-21 10:00:00"}, 400, "InvalidTimeStamp.Format"),
        ((), {"Version": "2014-05-26"}, 400, "InvalidVersion"),
    ],
)
def test_rpc_requests_with_something_amiss(
    raw: Raw, drop: tuple[str, ...], parameters: dict[str, str], status: int, code: str
) -> None:
    found, answer = raw.rpc(drop, **parameters)
    assert (found, answer["Code"]) == (status, code)


def test_a_body_that_is_no_form(raw: Raw) -> None:
    found, answer = raw.acs3(_header("content-type", "application/json"), body=b'{"OutId": "1"}')
    assert (found, answer["Code"]) in ((415, "UnsupportedContentType"), (400, "SignatureDoesNotMatch"))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS"])
def test_another_method(platform: RunningPlatform, method: str) -> None:
    status, _, body = platform.request(method, "/")
    assert (status, json.loads(body)["Code"]) == (405, "UnsupportedHTTPMethod")


def test_a_wrong_key_learns_nothing_of_the_account(raw: Raw) -> None:
    """The answer to a wrong signature repeats what was asked, and nothing that was not."""
    _, answer = raw.acs3(secret="wrong")
    assert raw._tenant.access_key_secret not in json.dumps(answer)

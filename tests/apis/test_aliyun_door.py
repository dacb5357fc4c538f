"""What the endpoint accepts and refuses, through the real ASGI callable."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from aliyun_client import DISABLED, KEY, SMS, Client
from structlog.testing import capture_logs

from hongyan.apis.aliyun.intake import DoorSettings
from hongyan.apis.aliyun.parameters import read
from hongyan.apis.aliyun.registry import BUILT
from hongyan.apis.aliyun.request_signing import encode_form, rpc_string_to_sign, sign_rpc
from hongyan.kernel.errors import Broken, Refused, RemoteFault, Throttled

FORM = ("content-type", "application/x-www-form-urlencoded")
DETAILS = {"PhoneNumber": "13900000000", "SendDate": "20260529", "PageSize": "10", "CurrentPage": "1"}


async def test_an_acs3_call_is_accepted(client: Client) -> None:
    reply = await client.acs3()
    assert reply.status == 200
    assert reply.body["Code"] == reply.body["Message"] == "OK"
    assert reply.body["BizId"] == "628323749491270669^0"
    assert re.fullmatch(
        r"[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}", reply.body["RequestId"]
    )
    assert client.observed == [("SendSms", "OK", 200)]


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("in_body", [False, True])
async def test_an_rpc_call_is_accepted_from_query_or_body(client: Client, method: str, in_body: bool) -> None:
    reply = await client.rpc(method=method, in_body=in_body)
    assert reply.code == "OK"


async def test_an_rpc_call_may_be_split_between_query_and_body(client: Client) -> None:
    signed = sign_rpc("SendSms", SMS, access_key_id=KEY.id, secret=KEY.secret, nonce="n", at=client.now)
    body = {name: signed.pop(name) for name in ("SignName", "TemplateParam", "Action")}
    reply = await client.raw(encode_form(signed), [("host", "x"), FORM], encode_form(body).encode())
    assert reply.code == "OK"


async def test_acs3_form_fields_join_the_query(client: Client) -> None:
    query = {"TemplateCode": "SMS_1"}
    form = {name: value for name, value in SMS.items() if name not in query}
    assert (await client.acs3(query=query, form=form)).code == "OK"
    assert client.messaging.accepted[0].items[0].sign_name == "阿里云"


async def test_a_body_may_come_in_chunks(client: Client) -> None:
    signed = sign_rpc("SendSms", SMS, access_key_id=KEY.id, secret=KEY.secret, nonce="n", at=client.now)
    body = encode_form(signed).encode()
    chunks = [body[i : i + 7] for i in range(0, len(body), 7)]
    assert (await client.raw(headers=[("host", "x"), FORM], chunks=chunks)).code == "OK"


async def test_parameters_in_any_order_and_escaping_give_the_same_signature(client: Client) -> None:
    signed = sign_rpc("SendSms", SMS, access_key_id=KEY.id, secret=KEY.secret, nonce="n", at=client.now)
    raw = "&".join(
        f"{name}=" + "".join(f"%{byte:02x}" for byte in value.encode())
        for name, value in reversed(signed.items())
    )
    assert (await client.raw(raw)).code == "OK"


async def test_the_host_is_taken_as_it_is(client: Client) -> None:
    assert (await client.acs3(host="http://127.0.0.1:18099")).code == "OK"


async def test_an_unsigned_content_type_on_an_empty_body_does_not_matter(client: Client) -> None:
    signed = sign_rpc("SendSms", SMS, access_key_id=KEY.id, secret=KEY.secret, nonce="n", at=client.now)
    headers = [("host", "x"), ("content-type", "application/octet-stream")]
    assert (await client.raw(encode_form(signed), headers)).code == "OK"


async def test_a_missing_format_means_json(client: Client) -> None:
    signed = sign_rpc(
        "SendSms", {**SMS, "Format": ""}, access_key_id=KEY.id, secret=KEY.secret, nonce="n", at=client.now
    )
    assert (await client.raw(encode_form(signed))).code == "UnsupportedFormat"
    parameters = {**SMS, "SignatureType": ""}
    assert (await client.rpc(parameters=parameters)).code == "OK"


async def test_another_format_is_refused_in_words(client: Client) -> None:
    reply = await client.rpc(parameters={**SMS, "Format": "XML"})
    assert (reply.status, reply.code) == (400, "UnsupportedFormat")


async def test_protocol_errors_have_the_vendors_shape(client: Client) -> None:
    reply = await client.acs3(access_key_id="LTAI5tNOBODY")
    assert reply.status == 404
    assert reply.body == {
        "RequestId": reply.body["RequestId"],
        "HostId": "sms.test",
        "Code": "InvalidAccessKeyId.NotFound",
        "Message": "Specified access key is not found.",
        "Recommend": "https://api.aliyun.com/troubleshoot?q=InvalidAccessKeyId.NotFound&product=Dysmsapi"
        f"&requestId={reply.body['RequestId']}",
    }


@pytest.mark.parametrize("family", ["acs3", "rpc"])
async def test_each_family_names_what_is_wrong_with_the_credentials(client: Client, family: str) -> None:
    call = getattr(client, family)
    assert (await call(access_key_id="nobody")).code == "InvalidAccessKeyId.NotFound"
    assert (await call(access_key_id=DISABLED.id)).code == "InvalidAccessKeyId.Inactive"
    assert (await call(secret="another")).code == "SignatureDoesNotMatch"
    assert (await call(at=client.now - 901)).code == "InvalidTimeStamp.Expired"
    assert (await call(at=client.now + 901)).code == "InvalidTimeStamp.Expired"
    assert (await call(at=client.now - 899)).code == "OK"
    assert (await call(at=client.now + 899)).code == "OK"
    assert (await call(nonce="")).code == "MissingSignatureNonce"
    assert (await call("SendSmsX")).status == 404
    assert (await call("SendSmsX")).code == "InvalidAction.NotFound"
    assert len(client.messaging.accepted) == 2


async def test_a_key_id_that_is_too_long_is_not_looked_up(client: Client) -> None:
    assert (await client.rpc(access_key_id="n" * 129)).code == "InvalidAccessKeyId.NotFound"
    assert (await client.acs3(access_key_id="n" * 129)).code == "IncompleteSignature"
    assert client.identity.asked == []


async def test_an_rpc_call_without_credentials_names_what_is_missing(client: Client) -> None:
    for name in ("Signature", "SignatureNonce", "Timestamp", "Version", "Action"):
        reply = await client.rpc(drop=(name,))
        assert (reply.status, reply.code) == (400, f"Missing{name}")
        assert reply.body["Message"] == f"{name} is mandatory for this action."
    reply = await client.raw()
    assert (reply.status, reply.code) == (400, "MissingAccessKeyId")


async def test_a_wrong_rpc_signature_shows_our_string_to_sign_after_one_colon(client: Client) -> None:
    signed = sign_rpc("SendSms", SMS, access_key_id=KEY.id, secret="another", nonce="n", at=client.now)
    reply = await client.raw(encode_form(signed))
    expected = rpc_string_to_sign("POST", read(encode_form(signed).encode())).decode()
    start, _, string_to_sign = reply.body["Message"].partition(":")
    assert start == "Specified signature is not matched with our calculation. server string to sign is"
    assert string_to_sign == expected
    assert ":" not in string_to_sign


async def test_a_wrong_acs3_signature_shows_our_calculation(client: Client) -> None:
    reply = await client.acs3(secret="another")
    message = reply.body["Message"]
    assert message.startswith("Specified signature does not match our calculation.")
    assert "server StringToSign is [ACS3-HMAC-SHA256\n" in message
    assert "server CanonicalRequest is [POST\n/\nPhoneNumbers=13900000000&" in message


async def test_the_repeated_calculation_is_bounded(client: Client) -> None:
    parameters = {**SMS, "TemplateParam": "阿" * 20_000}
    reply = await client.rpc(parameters=parameters, secret="another", in_body=True)
    assert reply.code == "SignatureDoesNotMatch"
    assert len(reply.body["Message"]) < 70_000


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        ("x-acs-action", "QuerySendDetails", "SignatureDoesNotMatch"),
        ("x-acs-signature-nonce", "another", "SignatureDoesNotMatch"),
        ("host", "another", "SignatureDoesNotMatch"),
        ("x-acs-content-sha256", "0" * 64, "SignatureDoesNotMatch"),
        ("x-acs-version", "2017-05-26", "InvalidVersion"),
        ("x-acs-date", "2026-05-29", "InvalidTimeStamp.Format"),
        ("Authorization", "ACS3-HMAC-SHA256 Credential=x", "IncompleteSignature"),
        ("Authorization", "Basic eDp5", "IncompleteSignature"),
    ],
)
async def test_a_header_changed_on_the_way_is_noticed(
    client: Client, header: str, value: str, code: str
) -> None:
    reply = await client.acs3(replace={header: value})
    assert (reply.status, reply.code) == (400, code)
    assert not client.messaging.accepted


async def test_a_signed_header_taken_away_is_noticed(client: Client) -> None:
    for header, code in (
        ("x-acs-action", "InvalidAction.NotFound"),
        ("x-acs-version", "InvalidVersion"),
        ("x-acs-date", "InvalidTimeStamp.Format"),
        ("x-acs-signature-nonce", "SignatureDoesNotMatch"),
        ("x-acs-content-sha256", "SignatureDoesNotMatch"),
        ("Authorization", "MissingAccessKeyId"),
    ):
        assert (await client.acs3(drop=(header,))).code == code


async def test_an_unsigned_nonce_is_refused(client: Client) -> None:
    """Otherwise whoever sees a request could send it again with another nonce."""
    reply = await client.acs3(
        replace={
            "Authorization": f"ACS3-HMAC-SHA256 Credential={KEY.id},SignedHeaders=host;x-acs-action;"
            f"x-acs-content-sha256;x-acs-date;x-acs-version,Signature={'0' * 64}"
        }
    )
    assert reply.code == "IncompleteSignature"
    assert "x-acs-signature-nonce" in reply.body["Message"]


async def test_a_body_that_was_exchanged_is_noticed(client: Client) -> None:
    from hongyan.apis.aliyun.request_signing import sign_acs3

    query, headers = sign_acs3(
        "SendSms",
        {},
        access_key_id=KEY.id,
        secret=KEY.secret,
        host="x",
        nonce="n",
        at=client.now,
        body=b"a=1",
    )
    assert (await client.raw(query, headers, b"a=2")).code == "SignatureDoesNotMatch"


async def test_security_tokens_are_refused_in_words(client: Client) -> None:
    reply = await client.acs3(extra_headers={"x-acs-security-token": "t"})
    assert (reply.status, reply.code) == (400, "InvalidSecurityToken.NotSupported")
    reply = await client.rpc(parameters={**SMS, "SecurityToken": "t"})
    assert reply.code == "InvalidSecurityToken.NotSupported"


@pytest.mark.parametrize(("name", "value"), [("SignatureMethod", "HMAC-SHA256"), ("SignatureVersion", "2.0")])
async def test_other_rpc_signatures_are_refused(client: Client, name: str, value: str) -> None:
    assert (await client.rpc(parameters={**SMS, name: value})).code == "IncompleteSignature"


async def test_a_known_action_that_is_not_built_says_what_is(client: Client) -> None:
    reply = await client.acs3("SendCardSms", {})
    assert (reply.status, reply.code) == (400, "UnsupportedOperation")
    assert "SendCardSms is not supported" in reply.body["Message"]
    assert all(name in reply.body["Message"] for name in BUILT)


async def test_an_action_that_takes_post_only_is_not_found_by_get(client: Client) -> None:
    assert (await client.rpc("QuerySmsSignList", {}, method="GET")).code == "InvalidAction.NotFound"


async def test_only_post_and_get_and_only_the_root_path(client: Client) -> None:
    for method in ("PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"):
        reply = await client.raw(method=method)
        assert (reply.status, reply.code) == (405, "UnsupportedHTTPMethod")
    assert (await client.raw(path="/api")).status == 404


@pytest.mark.parametrize("name", ["PhoneNumbers", "SignName", "TemplateCode"])
@pytest.mark.parametrize("value", [None, ""])
async def test_a_required_parameter_absent_or_empty(client: Client, name: str, value: str | None) -> None:
    query = {**SMS, name: value or ""}
    if value is None:
        del query[name]
    for call in (client.acs3, client.rpc):
        reply = await call("SendSms", query)
        assert (reply.status, reply.code) == (400, f"Missing{name}")
        assert reply.body["Message"] == f"{name} is mandatory for this action."


@pytest.mark.parametrize("query", ["a=1&a=2", "a=%zz", "a=%FF", "a=%00", "=1"])
async def test_a_query_with_more_than_one_meaning_is_refused(client: Client, query: str) -> None:
    reply = await client.raw(query)
    assert (reply.status, reply.code) == (400, "MalformedRequest")


async def test_a_parameter_in_query_and_body_is_refused(client: Client) -> None:
    reply = await client.acs3(query=SMS, form={"SignName": "阿里云"})
    assert reply.code == "MalformedRequest"
    reply = await client.raw("a=1", [("host", "x"), FORM], b"a=1")
    assert reply.code == "MalformedRequest"


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data", ""])
async def test_a_body_of_another_type_is_refused(client: Client, content_type: str) -> None:
    reply = await client.raw(headers=[("host", "x"), ("content-type", content_type)], body=b'{"a":1}')
    assert (reply.status, reply.code) == (415, "UnsupportedContentType")


async def test_what_is_too_large_is_refused_before_it_is_read() -> None:
    client = Client(DoorSettings(max_query=100, max_body=100, max_headers=5, max_header_bytes=200))
    many = [("host", "x")] * 6
    for reply in (
        await client.raw("a" * 101),
        await client.raw(body=b"a" * 101),
        await client.raw(chunks=[b"a" * 60, b"a" * 60]),
        await client.raw(headers=many),
        await client.raw(headers=[("host", "x" * 200)]),
    ):
        assert (reply.status, reply.code) == (413, "RequestTooLarge")
        assert reply.headers["connection"] == "close"


async def test_a_thousand_numbers_fit_the_default_limits(client: Client) -> None:
    numbers = ",".join(f"+86139{n:08}" for n in range(1000))
    assert (await client.acs3(query={**SMS, "PhoneNumbers": numbers})).code == "OK"
    assert len(client.messaging.accepted[0].items) == 1000


async def test_a_body_that_does_not_arrive_is_not_waited_for() -> None:
    client = Client(DoorSettings(body_timeout_s=0.01))
    sent = []

    async def never() -> dict[str, object]:
        return await asyncio.Future()

    async def send(message: object) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "headers": [(b"content-length", b"9")],
    }
    await client.door(scope, never, send)
    assert sent[0]["status"] == 408


async def test_bodies_that_are_on_their_way_are_bounded_together() -> None:
    """Anybody may open thousands of connections and send most of a body on each."""
    client = Client(DoorSettings(max_body=100, max_unfinished=150, body_timeout_s=60))
    waiting = asyncio.Event()

    async def begin(end: asyncio.Event) -> int:
        pieces = iter([(b"a" * 90, True), (b"=b", False)])
        sent: list[Any] = []

        async def receive() -> dict[str, object]:
            piece, more = next(pieces)
            if not more:
                waiting.set()
                await end.wait()
            return {"type": "http.request", "body": piece, "more_body": more}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": []}
        await client.door(scope, receive, send)
        return int(sent[0]["status"])

    end = asyncio.Event()
    first = asyncio.ensure_future(begin(end))
    await waiting.wait()
    assert await begin(end) == 503, "no room beside the first"
    end.set()
    assert await first != 503
    assert await begin(end) != 503, "there is room again"


async def test_nobody_is_answered_when_the_client_has_gone(client: Client) -> None:
    async def gone() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        raise AssertionError(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "headers": [(b"content-length", b"9")],
    }
    await client.door(scope, gone, send)
    assert not client.observed


async def test_the_nonce_of_a_send_goes_to_its_commit(client: Client) -> None:
    at = client.now - 60
    await client.acs3(nonce="abc", at=at)
    await client.acs3(nonce="abc", at=at)
    await client.acs3(nonce="abd", at=at)
    first, again, other = (request.nonce for request in client.messaging.accepted)
    assert first == again != other
    assert first is not None
    assert first[0] == int(at) // 60
    assert -(2**63) <= first[1] < 2**63


async def test_a_used_nonce_is_refused_in_the_vendors_words(client: Client) -> None:
    client.messaging.refusal = Refused("nonce.used", en="used", zh="用过")
    reply = await client.acs3()
    assert (reply.status, reply.code) == (400, "SignatureNonceUsed")


async def test_the_nonce_of_a_query_is_remembered_by_the_door(client: Client) -> None:
    query = {**DETAILS, "SendDate": "20260528"}
    assert (await client.acs3("QuerySendDetails", query, nonce="n")).code == "OK"
    assert (await client.acs3("QuerySendDetails", query, nonce="n")).code == "SignatureNonceUsed"
    assert (await client.rpc("QuerySendDetails", query, nonce="n")).code == "SignatureNonceUsed"
    assert (await client.acs3("QuerySendDetails", query, nonce="m")).code == "OK"


async def test_a_wrong_signature_does_not_use_up_a_nonce(client: Client) -> None:
    query = {**DETAILS, "SendDate": "20260528"}
    assert (
        await client.acs3("QuerySendDetails", query, nonce="n", secret="x")
    ).code == "SignatureDoesNotMatch"
    assert (await client.acs3("QuerySendDetails", query, nonce="n")).code == "OK"


async def test_throttling_says_when_to_come_back(client: Client) -> None:
    client.messaging.refusal = Throttled("throttled", en="full", zh="满", retry_after_ms=250)
    reply = await client.acs3()
    assert (reply.status, reply.code) == (429, "Throttling.User")
    assert reply.headers["x-acs-retry-after"] == "250"
    client.messaging.refusal = Throttled("throttled", en="full", zh="满")
    assert (await client.acs3()).headers["x-acs-retry-after"] == "1000"


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (RuntimeError("secret inner words"), 500, "InternalError"),
        (Broken("store.failed", en="secret inner words", zh="内部"), 500, "InternalError"),
        (RemoteFault("link.lost", en="secret inner words", zh="内部"), 503, "ServiceUnavailable"),
    ],
)
async def test_our_own_faults_tell_nothing_of_the_inside(
    client: Client, fault: Exception, status: int, code: str
) -> None:
    client.messaging.refusal = fault
    with capture_logs() as logged:
        reply = await client.acs3()
    assert (reply.status, reply.code) == (status, code)
    assert "inner" not in str(reply.body)
    assert [(line["request_id"], line["exc_info"]) for line in logged] == [(reply.body["RequestId"], fault)]
    assert client.observed == [("SendSms", code, status)]


async def test_unknown_actions_share_one_name_in_the_metrics(client: Client) -> None:
    await client.acs3("NoSuchThing")
    await client.raw()
    assert {action for action, _, _ in client.observed} == {"-"}

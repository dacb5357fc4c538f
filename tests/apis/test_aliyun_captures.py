"""Requests captured from real clients, byte for byte, and hostile ones: the door verifies or refuses each."""

from __future__ import annotations

import asyncio

import pytest
from aliyun_client import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from hongyan.kernel.clock import ManualClock

CAPTURED_AT = ManualClock(1_795_244_300_000)  # 2026-11-21T06:58:20Z, some seconds after the captures

NEW_SDK_QUERY = (
    "OutId=abc&PhoneNumbers=13900000000&SignName=%E9%98%BF%E9%87%8C%E4%BA%91&TemplateCode=SMS_15305%2A%2A%2A%2A"
    "&TemplateParam=%7B%22code%22%3A%221234%22%7D"
)
NEW_SDK_HEADERS = [
    ("Accept-Encoding", "identity"),
    ("host", "127.0.0.1:18099"),
    ("x-acs-version", "2017-05-25"),
    ("x-acs-action", "SendSms"),
    ("user-agent", "AlibabaCloud (Linux; x86_64) Python/3.11.7 Core/0.4.3 TeaDSL/2"),
    ("x-acs-date", "2026-11-21T06:58:15Z"),
    ("x-acs-signature-nonce", "07257675c8cd114a62033b8b0cc6bfea"),
    ("accept", "application/json"),
    ("x-acs-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("x-acs-credentials-provider", "static_ak"),
    (
        "Authorization",
        "ACS3-HMAC-SHA256 Credential=LTAI5tFAKEFAKEFAKEFAKE01,SignedHeaders=accept;host;user-agent;x-acs-action;"
        "x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;x-acs-signature-nonce;x-acs-version,"
        "Signature=497c14fbe986029adb82cda573cada4f9a6f45b2c2ad318bb8f9f18aaefbd515",
    ),
]
V2_QUERY = (  # has no TemplateCode, so it gets as far as the required parameters
    "Action=SendSms&Format=json&Version=2017-05-25&Timestamp=2026-11-21T06%3A58%3A16Z"
    "&SignatureNonce=af4b9ca346795863410addf031056531&PhoneNumbers=13900000000"
    "&SignName=%E9%98%BF%E9%87%8C%E4%BA%91&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0"
    "&AccessKeyId=LTAI5tFAKEFAKEFAKEFAKE01&Signature=VWD1whLPDHAoEL4ghNpGKU2T8pg%3D"
)
OLD_SDK_QUERY = (
    "RegionId=cn-hangzhou&PhoneNumbers=13900000000&SignName=%E9%98%BF%E9%87%8C%E4%BA%91&TemplateCode=SMS_1"
    "&TemplateParam=%7B%22code%22%3A%221234%22%7D&Version=2017-05-25&Action=SendSms&Format=JSON"
    "&Timestamp=2026-11-21T06%3A58%3A56Z&SignatureMethod=HMAC-SHA1&SignatureType=&SignatureVersion=1.0"
    "&SignatureNonce=f40adcb9ac1b8fdcf0012612859d82d5&AccessKeyId=LTAI5tFAKEFAKEFAKEFAKE01"
    "&Signature=mZ3ZnPOLiCKgb9EJyFa8tWYcAOM%3D"
)


@pytest.fixture
def client() -> Client:
    return Client(clock=CAPTURED_AT)


async def test_the_new_sdk(client: Client) -> None:
    assert (await client.raw(NEW_SDK_QUERY, NEW_SDK_HEADERS)).code == "OK"
    assert client.messaging.accepted[0].template_code == "SMS_15305****"


async def test_the_new_sdk_with_the_v2_signature(client: Client) -> None:
    headers = [("host", "127.0.0.1:18099"), ("x-acs-version", "2017-05-25"), ("x-acs-action", "SendSms")]
    assert (await client.raw(V2_QUERY, headers)).code == "MissingTemplateCode"


async def test_the_old_sdk(client: Client) -> None:
    assert (await client.raw(OLD_SDK_QUERY)).code == "OK"


async def test_node_sends_the_same_parameters_as_a_chunked_body(client: Client) -> None:
    headers = [("host", "x"), ("content-type", "application/x-www-form-urlencoded; charset=UTF-8")]
    assert (await client.raw(headers=headers, chunks=[OLD_SDK_QUERY.encode()])).code == "OK"


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(OLD_SDK_QUERY) - 1), st.binary(min_size=0, max_size=3))
def test_a_damaged_rpc_request_is_refused_or_means_the_same(place: int, damage: bytes) -> None:
    query = OLD_SDK_QUERY.encode()
    damaged = query[:place] + damage + query[place + 1 :]
    client = Client(clock=CAPTURED_AT)
    reply = asyncio.run(client.raw(damaged))
    if reply.status == 200:
        assert client.messaging.accepted[0].items[0].sign_name == "阿里云"
        assert client.messaging.accepted[0].items[0].params == {"code": "1234"}
    else:
        assert 400 <= reply.status < 500
        assert not client.messaging.accepted


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=80) | st.just(NEW_SDK_QUERY.encode()),
    st.lists(st.tuples(st.sampled_from([n for n, _ in NEW_SDK_HEADERS]), st.text(max_size=40)), max_size=4),
    st.binary(max_size=80),
)
def test_anything_else_is_refused_in_the_vendors_shape(
    query: bytes, changed: list[tuple[str, str]], body: bytes
) -> None:
    client = Client(clock=CAPTURED_AT)
    headers = [*NEW_SDK_HEADERS, ("content-type", "application/x-www-form-urlencoded"), *changed]
    reply = asyncio.run(client.raw(query, headers, body))
    assert 400 <= reply.status < 500 or (query, body) == (NEW_SDK_QUERY.encode(), b"")

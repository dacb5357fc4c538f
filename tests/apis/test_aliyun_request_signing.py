"""Both request signatures, against the reference's vectors and the official SDK's own signing code."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hongyan.apis.aliyun.parameters import Form, read
from hongyan.apis.aliyun.request_signing import (
    MUST_BE_SIGNED,
    Incomplete,
    acs3_canonical_request,
    acs3_signature,
    acs3_string_to_sign,
    encode_form,
    header_map,
    read_authorization,
    sign_acs3,
    sign_rpc,
    signed_at,
    timestamp,
)

SECRET = "fakeSecretfakeSecretfakeSecret"
KEY_ID = "LTAI5tFAKEFAKEFAKEFAKE01"
NONCE = "00112233445566778899aabbccddeeff"
SMS = {
    "PhoneNumbers": "13900000000",
    "SignName": "阿里云",
    "TemplateCode": "SMS_1",
    "TemplateParam": '{"code":"1 2"}',
}
AT = 1767323045  # 2026-01-02T03:04:05Z


def test_the_acs3_vector_of_the_reference() -> None:
    query, headers = sign_acs3(
        "SendSms",
        SMS,
        access_key_id=KEY_ID,
        secret=SECRET,
        host="127.0.0.1:18099",
        nonce=NONCE,
        at=AT,
        extra_headers={"user-agent": "ua"},
    )
    assert dict(headers)["x-acs-date"] == "2026-01-02T03:04:05Z"
    assert read(query.encode()).canonical() == (
        b"PhoneNumbers=13900000000&SignName=%E9%98%BF%E9%87%8C%E4%BA%91&TemplateCode=SMS_1"
        b"&TemplateParam=%7B%22code%22%3A%221%202%22%7D"
    )
    assert dict(headers)["Authorization"] == (
        "ACS3-HMAC-SHA256 Credential=LTAI5tFAKEFAKEFAKEFAKE01,SignedHeaders=accept;host;user-agent;x-acs-action;"
        "x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;x-acs-signature-nonce;x-acs-version,"
        "Signature=29ea821c8dfc12be6034f534592596ac56f0b653f1bde243701051dc4e39d8fa"
    )


def test_the_rpc_vector_of_the_reference() -> None:
    signed = sign_rpc(
        "SendSms",
        {**SMS, "RegionId": "cn-hangzhou", "SignatureType": ""},
        access_key_id=KEY_ID,
        secret=SECRET,
        nonce=NONCE,
        at=AT,
    )
    assert signed["Timestamp"] == "2026-01-02T03:04:05Z"
    assert signed["Signature"] == "9m+qCr8x248HAP9nMiN2UvNHZ0M="


parameters = st.dictionaries(
    st.text("ABCabc123.", min_size=1, max_size=6),
    st.text(st.characters(codec="utf-8"), max_size=20),
    max_size=5,
)


@settings(max_examples=50)
@given(parameters, st.binary(max_size=40), st.text("abc123:/.", min_size=1, max_size=20))
def test_acs3_signs_as_the_official_sdk_does(query: dict[str, str], body: bytes, host: str) -> None:
    from alibabacloud_tea_openapi.utils import Utils
    from darabonba.request import DaraRequest

    text, headers = sign_acs3(
        "SendSms", query, access_key_id=KEY_ID, secret=SECRET, host=host, nonce=NONCE, at=AT, body=body
    )
    request = DaraRequest()
    request.method, request.pathname, request.query = "POST", "/", query
    request.headers = {name: value for name, value in headers if name != "Authorization"}
    expected = Utils.get_authorization(
        request, "ACS3-HMAC-SHA256", hashlib.sha256(body).hexdigest(), KEY_ID, SECRET
    )
    assert dict(headers)["Authorization"] == expected
    if "\0" not in text and "%00" not in text:
        assert read(text.encode()).values == query


@given(parameters)
def test_rpc_signs_as_the_rules_say(query: dict[str, str]) -> None:
    signed = sign_rpc("SendSms", query, access_key_id=KEY_ID, secret=SECRET, nonce=NONCE, at=AT, method="GET")
    signature = signed.pop("Signature")
    canonical = "&".join(f"{quote(n, safe='')}={quote(signed[n], safe='')}" for n in sorted(signed))
    text = f"GET&%2F&{quote(canonical, safe='')}"
    digest = hmac.new(f"{SECRET}&".encode(), text.encode(), hashlib.sha1).digest()
    import base64

    assert signature == base64.b64encode(digest).decode()


def test_a_body_of_the_sdk_reads_back() -> None:
    assert encode_form({"b": "x y+&", "a": "阿*~/"}) == "a=%E9%98%BF%2A~%2F&b=x+y%2B%26"


def test_the_host_is_signed_as_it_came_and_values_are_trimmed() -> None:
    headers = {b"host": b" http://127.0.0.1:18099 ", b"x-acs-action": b"SendSms"}
    canonical = acs3_canonical_request(
        "POST", b"/", Form({}, {}), headers=headers, names=(b"host", b"x-acs-action"), payload_hash=b"h"
    )
    assert (
        canonical == b"POST\n/\n\nhost:http://127.0.0.1:18099\nx-acs-action:SendSms\n\nhost;x-acs-action\nh"
    )
    assert len(acs3_signature(SECRET, acs3_string_to_sign(canonical))) == 64


def test_values_of_a_repeated_header_are_sorted_and_joined() -> None:
    assert header_map([(b"a", b"2"), (b"b", b"x"), (b"a", b" 1")]) == {b"a": b"1,2", b"b": b"x"}


@pytest.mark.parametrize("name", sorted(MUST_BE_SIGNED))
def test_a_header_that_matters_must_be_signed(name: bytes) -> None:
    signed = b";".join(sorted(MUST_BE_SIGNED - {name}))
    with pytest.raises(Incomplete, match=name.decode()):
        read_authorization(
            b"ACS3-HMAC-SHA256 Credential=k,SignedHeaders=%s,Signature=%s" % (signed, b"0" * 64)
        )


def test_a_header_is_signed_once() -> None:
    """Named 4,000 times, one header of 8 KiB would make us hash 32 MiB."""
    signed = b";".join([*sorted(MUST_BE_SIGNED), b"x", b"x"])
    with pytest.raises(Incomplete, match="once"):
        read_authorization(
            b"ACS3-HMAC-SHA256 Credential=k,SignedHeaders=%s,Signature=%s" % (signed, b"0" * 64)
        )


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"Bearer x",
        b"ACS3-RSA-SHA256 Credential=k,SignedHeaders=host,Signature=00",
        b"ACS3-HMAC-SHA256 ",
        b"ACS3-HMAC-SHA256 Credential=,SignedHeaders=host,Signature=" + b"0" * 64,
        b"ACS3-HMAC-SHA256 Credential=k,SignedHeaders=host,Signature=" + b"0" * 63,
        b"ACS3-HMAC-SHA256 Credential=k,SignedHeaders=host,Signature=" + b"0" * 64 + b"\n",
        b"ACS3-HMAC-SHA256 Credential=k,SignedHeaders=host,Signature=" + b"A" * 64,
    ],
)
def test_a_malformed_authorization_is_incomplete(value: bytes) -> None:
    with pytest.raises(Incomplete):
        read_authorization(value)


def test_times_of_requests() -> None:
    assert signed_at("2026-01-02T03:04:05Z") == AT
    assert timestamp(AT + 0.9) == "2026-01-02T03:04:05Z"


@pytest.mark.parametrize(
    "text",
    ["", "2026-01-02 03:04:05Z", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z", "2026-W01-1T03:04:05Z",
     "٢٠٢٦-01-02T03:04:05Z", "2026-01-02T03:04:05Z\n", "Thu, 06 Feb 2020 07:32:54 GMT"],
)  # fmt: skip
def test_a_time_of_another_form_is_none(text: str) -> None:
    assert signed_at(text) is None

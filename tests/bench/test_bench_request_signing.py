"""What the generator puts on the wire, checked by a second reading of the vendor's rules."""

from __future__ import annotations

import hmac
import re
from urllib.parse import urlsplit

import pytest
from bench.request_signing import MAKERS, KeyedHash, SendSms, acs3_maker, rpc_maker, slot_filler
from bench_signing_rules import acs3_signature, encode, rpc_signature, split
from hypothesis import given
from hypothesis import strategies as st

SECRET = "fakeSecretfakeSecretfakeSecret"
CALL = SendSms(
    endpoint="http://127.0.0.1:18099",
    access_key_id="LTAI5tFAKEFAKEFAKEFAKE01",
    access_key_secret=SECRET,
    sign_name="阿里云",
    template_code="SMS_1",
    template_param='{"code":"1 2"}',
    user_agent="ua",
)
AT = 1767323045.0  # 2026-01-02T03:04:05Z


def test_an_acs3_request_carries_the_signature_of_the_published_vector() -> None:
    request = acs3_maker(CALL, now=lambda: AT, nonces="0011223344556677")("13900000000", 0x8899AABBCCDDEEFF)

    assert b"Signature=29ea821c8dfc12be6034f534592596ac56f0b653f1bde243701051dc4e39d8fa\r\n" in request


def test_the_second_reading_of_the_rpc_rules_gives_the_published_vector() -> None:
    query = {
        "Action": "SendSms",
        "Version": "2017-05-25",
        "Format": "JSON",
        "RegionId": "cn-hangzhou",
        "Timestamp": "2026-01-02T03:04:05Z",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureType": "",
        "SignatureVersion": "1.0",
        "SignatureNonce": "00112233445566778899aabbccddeeff",
        "AccessKeyId": "LTAI5tFAKEFAKEFAKEFAKE01",
        "PhoneNumbers": "13900000000",
        "SignName": "阿里云",
        "TemplateCode": "SMS_1",
        "TemplateParam": '{"code":"1 2"}',
    }

    assert rpc_signature(query, SECRET) == "9m+qCr8x248HAP9nMiN2UvNHZ0M="


texts = st.text(st.characters(codec="utf-8"), max_size=30)
calls = st.builds(
    SendSms,
    endpoint=st.sampled_from(("http://127.0.0.1:8480", "http://sms.example.com")),
    access_key_id=st.from_regex(r"[A-Za-z0-9.]{1,30}", fullmatch=True),
    access_key_secret=st.text(st.characters(codec="ascii"), min_size=1, max_size=100),
    sign_name=texts.filter(bool),
    template_code=st.from_regex(r"SMS_[0-9*]{1,9}", fullmatch=True),
    template_param=texts.filter(bool),
)
runnings = st.integers(0, 2**64 - 1)


@given(calls, runnings)
def test_every_acs3_request_verifies(call: SendSms, n: int) -> None:
    query, headers, body = split(acs3_maker(call, now=lambda: AT)("13900000000", n))

    assert headers["authorization"].endswith(
        f"Signature={acs3_signature(query, headers, body, call.access_key_secret)}"
    )
    assert query == {
        "PhoneNumbers": "13900000000",
        "SignName": call.sign_name,
        "TemplateCode": call.template_code,
        "TemplateParam": slot_filler(call.template_param)(n),
    }
    assert headers["x-acs-date"] == "2026-01-02T03:04:05Z"
    assert headers["host"] == urlsplit(call.endpoint).netloc


@given(calls, runnings)
def test_every_rpc_request_verifies(call: SendSms, n: int) -> None:
    query, _, body = split(rpc_maker(call, now=lambda: AT)("13900000000", n))

    assert body == b""
    assert query["Signature"] == rpc_signature(query, call.access_key_secret)
    assert (query["SignName"], query["Timestamp"]) == (call.sign_name, "2026-01-02T03:04:05Z")
    assert query["TemplateParam"] == slot_filler(call.template_param)(n)


@pytest.mark.parametrize("mode", sorted(MAKERS))
def test_nonces_differ_between_requests_and_between_processes(mode: str) -> None:
    name = {"acs3": rb"nonce: (\w{32})\r\n", "rpc": rb"SignatureNonce=(\w{32})&"}[mode]
    seen = [re.findall(name, MAKERS[mode](CALL)("13900000000", n)) for _process in range(2) for n in range(3)]

    assert len({nonce for nonces in seen for nonce in nonces}) == 6


@pytest.mark.parametrize("mode", sorted(MAKERS))
def test_the_date_follows_the_clock(mode: str) -> None:
    maker = {"acs3": acs3_maker, "rpc": rpc_maker}[mode]
    times = iter((AT, AT + 0.9, AT + 1.1))
    request = maker(CALL, now=lambda: next(times))

    dates = [
        re.search(rb"2026-01-02T03(?::|%3A)04(?::|%3A)(\d\d)Z", request("13900000000", n)) for n in range(3)
    ]

    assert [date[1] for date in dates if date] == [b"05", b"05", b"06"]


@pytest.mark.parametrize(
    ("text", "n", "filled"),
    [
        ("no slot {x} 100%", 7, "no slot {x} 100%"),
        ('{"a":"{n}"}', 1234567, '{"a":"1234567"}'),
        ('{"a":"{n:6}","b":"{n:3}"}', 1234567, '{"a":"234567","b":"567"}'),
        ("5% of {n:4}", 3, "5% of 0003"),
    ],
)
def test_slots_are_filled_with_the_running_number(text: str, n: int, filled: str) -> None:
    assert slot_filler(text)(n) == filled
    assert slot_filler(text, encode)(n) == encode(filled)


@given(st.binary(min_size=1, max_size=200), st.binary(max_size=300), st.sampled_from(("sha1", "sha256")))
def test_the_prepared_hmac_equals_the_standard_librarys(key: bytes, message: bytes, name: str) -> None:
    assert KeyedHash(name, key).digest(message) == hmac.new(key, message, name).digest()

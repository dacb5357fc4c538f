"""Signed `SendSms` requests as bytes, exactly as the official SDK puts them on the wire.

Shape: a maker is built once per process and called once per request; everything that does not change is
quoted, joined and hashed beforehand, so that a request costs a few microseconds. Written from the
vendor's rules and captures of `alibabacloud_dysmsapi20170525` 4.6.0, with no code of the platform, so that
an error in one does not hide the same error in the other.

A new request differs in the number, the nonce, the second and the slots of the template parameters:
`{n}` in `SendSms.template_param` is the running number of the request, `{n:6}` its last six digits
(a fixed width keeps every text equally long).
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, quote_plus, urlsplit

VERSION = "2017-05-25"
USER_AGENT = "AlibabaCloud (Linux; x86_64) Python/3.11.7 Core/0.4.3 TeaDSL/2"
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()
SIGNED_HEADERS = (
    "accept;host;user-agent;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;"
    "x-acs-date;x-acs-signature-nonce;x-acs-version"
)

_SLOT = re.compile(r"\{n(?::(\d+))?\}")

Maker = Callable[[str, int], bytes]
"""(number, running number of the request) -> the bytes of one HTTP request."""


@dataclass(frozen=True, slots=True)
class SendSms:
    """What every request of a run has in common. `endpoint` as `http://host:port`."""

    endpoint: str
    access_key_id: str
    access_key_secret: str
    sign_name: str
    template_code: str
    template_param: str = ""
    user_agent: str = USER_AGENT

    @property
    def host(self) -> str:
        """The Host header: it is signed, so it must be what the server sees."""
        return urlsplit(self.endpoint).netloc


def percent_encode(text: str) -> str:
    """RFC 3986 with upper-case hex: the quoting of both signature versions."""
    return quote(text, safe="~")


def slot_filler(text: str, encode: Callable[[str], str] = str) -> Callable[[int], str]:
    """A function that fills the slots of `text`; the words between them are encoded once, here."""
    words: list[str] = []
    widths: list[int | None] = []
    end = 0
    for slot in _SLOT.finditer(text):
        words.append(encode(text[end : slot.start()]))
        widths.append(int(slot[1]) if slot[1] else None)
        end = slot.end()
    last = encode(text[end:])
    if not widths:
        return lambda n: last
    form = "".join(
        word.replace("%", "%%") + ("%d" if width is None else f"%0{width}d")
        for word, width in zip(words, widths, strict=True)
    ) + last.replace("%", "%%")
    moduli = [10**width if width else None for width in widths]
    return lambda n: form % tuple(n % modulus if modulus else n for modulus in moduli)


class KeyedHash:
    """HMAC with its two key blocks hashed once; a third of the time of `hmac.digest`."""

    def __init__(self, name: str, key: bytes) -> None:
        blocks = key.ljust(64, b"\0") if len(key) <= 64 else hashlib.new(name, key).digest().ljust(64, b"\0")
        self._inner = hashlib.new(name, bytes(byte ^ 0x36 for byte in blocks))
        self._outer = hashlib.new(name, bytes(byte ^ 0x5C for byte in blocks))

    def digest(self, message: bytes) -> bytes:
        inner = self._inner.copy()
        inner.update(message)
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.digest()


def acs3_maker(call: SendSms, *, now: Callable[[], float] = time.time, nonces: str = "") -> Maker:
    """Requests of the new SDK's default: ACS3-HMAC-SHA256 in headers, parameters in the query, empty body.

    `nonces`: the first half of every nonce (16 hex digits); random when not given.
    """
    nonces = nonces or secrets.token_hex(8)
    common = f"&SignName={percent_encode(call.sign_name)}&TemplateCode={percent_encode(call.template_code)}"
    if call.template_param:
        common += "&TemplateParam="
    fill = slot_filler(call.template_param, percent_encode)
    spaced = "%20" in common + fill(0)  # on the wire a space is "+", in the signature "%20"
    canonical_headers = (
        f"\naccept:application/json\nhost:{call.host}\nuser-agent:{call.user_agent}\nx-acs-action:SendSms\n"
        f"x-acs-content-sha256:{EMPTY_SHA256}\nx-acs-credentials-provider:static_ak\nx-acs-date:"
    )
    canonical_end = f"\nx-acs-version:{VERSION}\n\n{SIGNED_HEADERS}\n{EMPTY_SHA256}"
    headers = (
        f" HTTP/1.1\r\nAccept-Encoding: identity\r\nhost: {call.host}\r\nx-acs-version: {VERSION}\r\n"
        f"x-acs-action: SendSms\r\nuser-agent: {call.user_agent}\r\nx-acs-date: "
    )
    headers_end = (
        f"\r\naccept: application/json\r\nx-acs-content-sha256: {EMPTY_SHA256}\r\n"
        "x-acs-credentials-provider: static_ak\r\nAuthorization: ACS3-HMAC-SHA256 "
        f"Credential={call.access_key_id},SignedHeaders={SIGNED_HEADERS},Signature="
    )
    sha256 = hashlib.sha256
    keyed_hash = KeyedHash("sha256", call.access_key_secret.encode()).digest
    at, date = -1, ""

    def request(number: str, n: int) -> bytes:
        nonlocal at, date
        second = int(now())
        if second != at:
            at, date = second, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))
        nonce = f"{nonces}{n:016x}"
        query = f"PhoneNumbers={number}{common}{fill(n)}"
        canonical = f"POST\n/\n{query}{canonical_headers}{date}\nx-acs-signature-nonce:{nonce}{canonical_end}"
        signature = keyed_hash(f"ACS3-HMAC-SHA256\n{sha256(canonical.encode()).hexdigest()}".encode()).hex()
        if spaced:
            query = query.replace("%20", "+")
        return (
            f"POST /?{query}{headers}{date}\r\nx-acs-signature-nonce: {nonce}{headers_end}{signature}"
            "\r\nContent-Length: 0\r\n\r\n"
        ).encode()

    return request


def rpc_maker(call: SendSms, *, now: Callable[[], float] = time.time, nonces: str = "") -> Maker:
    """Requests of the new SDK with `signature_algorithm="v2"`: HMAC-SHA1, everything in the query."""
    nonces = nonces or secrets.token_hex(8)
    business = [
        ("PhoneNumbers", "{number}"),
        ("SignName", percent_encode(call.sign_name)),
        ("TemplateCode", percent_encode(call.template_code)),
    ]
    if call.template_param:
        business.append(("TemplateParam", "{param}"))
    # the SDK's order on the wire; the signature sorts by name
    parameters = [
        ("Action", "SendSms"),
        ("Format", "json"),
        ("Version", VERSION),
        ("Timestamp", "{date}"),
        ("SignatureNonce", "{nonce}"),
        *business,
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureVersion", "1.0"),
        ("AccessKeyId", percent_encode(call.access_key_id)),
    ]
    canonical = _rpc_form("&".join(f"{name}={value}" for name, value in sorted(parameters)), percent_encode)
    wire = _rpc_form("&".join(f"{name}={value}" for name, value in parameters).replace("%20", "+"), str)
    fill = slot_filler(call.template_param, percent_encode)
    twice = slot_filler(call.template_param, lambda text: percent_encode(percent_encode(text)))
    spaced = "%20" in fill(0)
    headers = (
        f" HTTP/1.1\r\nAccept-Encoding: identity\r\nhost: {call.host}\r\nx-acs-version: {VERSION}\r\n"
        f"x-acs-action: SendSms\r\nuser-agent: {call.user_agent}\r\nx-acs-credentials-provider: static_ak\r\n"
        "Content-Length: 0\r\n\r\n"
    )
    keyed_hash = KeyedHash("sha1", f"{call.access_key_secret}&".encode()).digest
    at, date, date_twice = -1, "", ""

    def request(number: str, n: int) -> bytes:
        nonlocal at, date, date_twice
        second = int(now())
        if second != at:
            text = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))
            at, date, date_twice = second, percent_encode(text), percent_encode(percent_encode(text))
        nonce = f"{nonces}{n:016x}"
        to_sign = canonical % {"number": number, "nonce": nonce, "date": date_twice, "param": twice(n)}
        signature = quote_plus(b64encode(keyed_hash(f"POST&%2F&{to_sign}".encode())))
        param = fill(n).replace("%20", "+") if spaced else fill(n)
        query = wire % {"number": number, "nonce": nonce, "date": date, "param": param}
        return f"POST /?{query}&Signature={signature}{headers}".encode()

    return request


def _rpc_form(text: str, encode: Callable[[str], str]) -> str:
    """`text` as a %-format: its `{name}` places become `%(name)s`, the rest is encoded and escaped."""
    pieces = re.split(r"\{(number|nonce|date|param)\}", text)
    pieces[::2] = [encode(piece).replace("%", "%%") for piece in pieces[::2]]
    pieces[1::2] = [f"%({name})s" for name in pieces[1::2]]
    return "".join(pieces)


MAKERS: dict[str, Callable[[SendSms], Maker]] = {"acs3": acs3_maker, "rpc": rpc_maker}

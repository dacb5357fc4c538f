"""The vendor's two request signatures, as pure functions: what is signed, and with what result. No I/O.

ACS3-HMAC-SHA256 travels in headers, RPC (HMAC-SHA1) in parameters. The same functions verify (the door) and
sign (`sign_acs3`, `sign_rpc`: load generators, examples, tests). Signed bytes are taken as they came: no
header is normalised, because the SDKs sign even odd ones (a Host with a scheme inside).

Source: official SDK and captures of its requests; vendor pages "V3 request structure and signature" and
"RPC signature".
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final

from hongyan.apis.aliyun.action_table import API_VERSION
from hongyan.apis.aliyun.parameters import Form, percent_encode

ACS3: Final = "ACS3-HMAC-SHA256"
EMPTY_BODY_HASH: Final = sha256(b"").hexdigest().encode()

MUST_BE_SIGNED: Final = frozenset(
    {
        b"host",
        b"x-acs-action",
        b"x-acs-content-sha256",
        b"x-acs-date",
        b"x-acs-signature-nonce",
        b"x-acs-version",
    }
)
"""Headers that decide what is done, when and how often: unsigned, they could be exchanged on the way."""

_AUTHORIZATION: Final = re.compile(
    rb"ACS3-HMAC-SHA256 +Credential=([!-+\--~]{1,128}), ?SignedHeaders=([!-+\--~]+), ?Signature=([0-9a-f]{64})"
)
_TIMESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_TIMESTAMP_LENGTH: Final = 20


class Incomplete(Exception):
    """The signature's parts are not all there, or not in the form of the standard; the message says what."""


@dataclass(frozen=True, slots=True)
class Authorization:
    """An ACS3 `Authorization` header."""

    access_key_id: str
    names: tuple[bytes, ...]
    """The signed headers, in the order of the request."""
    signature: bytes


def read_authorization(value: bytes) -> Authorization:
    """Parse the header and see that what matters is signed. Raises Incomplete."""
    found = _AUTHORIZATION.fullmatch(value)
    if found is None:
        if not value.startswith(b"ACS3-HMAC-SHA256 "):
            raise Incomplete(f"The only supported algorithm of the Authorization header is {ACS3}.")
        raise Incomplete("The Authorization header is malformed.")
    credential, signed_headers, signature = found.groups()
    names = (
        _names(signed_headers)
        if len(signed_headers) > _REMEMBERED_LIST
        else _remembered_names(signed_headers)
    )
    return Authorization(credential.decode("ascii"), names, signature)


def _names(signed_headers: bytes) -> tuple[bytes, ...]:
    names = tuple(signed_headers.split(b";"))
    missing = MUST_BE_SIGNED.difference(names)
    if missing:
        words = ", ".join(sorted(name.decode() for name in missing))
        raise Incomplete(f"SignedHeaders must name {words}.")
    if len(set(names)) != len(names):  # each would be signed again: a short list asks for megabytes
        raise Incomplete("SignedHeaders must name each header once.")
    return names


_REMEMBERED_LIST: Final = 512
"""Bytes; the SDKs' lists have some 150. Longer ones are read anew each time, as callers choose how long they are."""
_remembered_names: Final = lru_cache(maxsize=256)(_names)


def acs3_canonical_request(
    method: str,
    path: bytes,
    query: Form,
    *,
    headers: Mapping[bytes, bytes],
    names: Sequence[bytes],
    payload_hash: bytes,
) -> bytes:
    """The text whose hash is signed. `headers` by lower-case name; exactly those of `names` count."""
    lines = [b"%b:%b\n" % (name, headers.get(name, b"").strip()) for name in names]
    return b"\n".join(
        (method.encode(), path, query.canonical(), b"".join(lines), b";".join(names), payload_hash)
    )


def acs3_string_to_sign(canonical_request: bytes) -> bytes:
    """Algorithm and hash of the canonical request."""
    return b"ACS3-HMAC-SHA256\n" + sha256(canonical_request).hexdigest().encode()


def acs3_signature(secret: str, string_to_sign: bytes) -> bytes:
    """Lower-case hex; the key is the secret with nothing appended."""
    return hmac.digest(secret.encode(), string_to_sign, "sha256").hex().encode()


def rpc_string_to_sign(method: str, parameters: Form) -> bytes:
    """`METHOD&%2F&` and the canonical parameters of query and body without Signature, encoded once more.

    The canonical text holds unreserved characters and `% = &` only, so three replacements encode it.
    """
    canonical = parameters.canonical(without="Signature")
    encoded = canonical.replace(b"%", b"%25").replace(b"=", b"%3D").replace(b"&", b"%26")
    return method.encode() + b"&%2F&" + encoded


def rpc_signature(secret: str, string_to_sign: bytes) -> bytes:
    """Base64; the key is the secret with `&` appended."""
    return base64.b64encode(hmac.digest(secret.encode() + b"&", string_to_sign, "sha1"))


def signed_at(text: str) -> int | None:
    """Seconds since 1970 of a `YYYY-MM-DDThh:mm:ssZ` time, None when it has another form."""
    return _seconds(text) if len(text) == _TIMESTAMP_LENGTH else None


@lru_cache(maxsize=256)  # all requests of one second have the same text
def _seconds(text: str) -> int | None:
    if not _TIMESTAMP.fullmatch(text):
        return None
    try:
        return int(datetime.fromisoformat(text).timestamp())
    except ValueError:
        return None


def timestamp(seconds: float) -> str:
    """The form of time that requests carry."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def sign_acs3(
    action: str,
    query: Mapping[str, str],
    *,
    access_key_id: str,
    secret: str,
    host: str,
    nonce: str,
    at: float,
    body: bytes = b"",
    extra_headers: Mapping[str, str] | None = None,
) -> tuple[str, list[tuple[str, str]]]:
    """A POST as the official Python SDK makes it. `at`: seconds since 1970.

    Shape: (query string, headers in the SDK's order with `Authorization` last). `extra_headers` go before the
    common ones and are signed, as `user-agent` is by the SDK.
    """
    form = Form(dict(query), None)
    payload_hash = sha256(body).hexdigest()
    headers = {
        "host": host,
        "x-acs-version": API_VERSION,
        "x-acs-action": action,
        **(extra_headers or {}),
        "x-acs-date": timestamp(at),
        "x-acs-signature-nonce": nonce,
        "accept": "application/json",
        "x-acs-content-sha256": payload_hash,
        "x-acs-credentials-provider": "static_ak",
    }
    if body:
        headers["content-type"] = "application/x-www-form-urlencoded"
    signed = ";".join(sorted(headers))
    canonical = acs3_canonical_request(
        "POST",
        b"/",
        form,
        headers={name.encode(): value.encode() for name, value in headers.items()},
        names=signed.encode().split(b";"),
        payload_hash=payload_hash.encode(),
    )
    signature = acs3_signature(secret, acs3_string_to_sign(canonical)).decode()
    authorization = f"{ACS3} Credential={access_key_id},SignedHeaders={signed},Signature={signature}"
    return encode_form(query), [*headers.items(), ("Authorization", authorization)]


def sign_rpc(
    action: str,
    parameters: Mapping[str, str],
    *,
    access_key_id: str,
    secret: str,
    nonce: str,
    at: float,
    method: str = "POST",
) -> dict[str, str]:
    """All parameters of an RPC request with its `Signature`; they may travel in query, body or both.

    `parameters`: business parameters, and common ones that shall differ from the usual.
    """
    everything = {
        "AccessKeyId": access_key_id,
        "Action": action,
        "Format": "JSON",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": nonce,
        "SignatureVersion": "1.0",
        "Timestamp": timestamp(at),
        "Version": API_VERSION,
        **parameters,
    }
    string_to_sign = rpc_string_to_sign(method, Form(everything, None))
    return {**everything, "Signature": rpc_signature(secret, string_to_sign).decode()}


def encode_form(parameters: Mapping[str, str]) -> str:
    """A query string or form body as the official Python SDK writes it: sorted, space as `+`."""
    return "&".join(
        f"{percent_encode(name)}={percent_encode(parameters[name]).replace('%20', '+')}"
        for name in sorted(parameters)
    )


def header_map(headers: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Headers by name; values of a repeated one are sorted and joined with `,`, as the signature counts them."""
    found = dict(headers)
    if len(found) != len(headers):
        for name in found:
            values = sorted(value.strip() for other, value in headers if other == name)
            found[name] = b",".join(values)
    return found

"""What a request says of itself, in either signature family, and whether its signature proves it.

Both families end in the same shape: who, what, when, which nonce, and `verified(secret)`, which gives the
parameters only when the signature is right.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from hongyan.apis.aliyun.errors import VendorError, gateway_error, missing
from hongyan.apis.aliyun.intake import merge, read_form
from hongyan.apis.aliyun.parameters import Form
from hongyan.apis.aliyun.request_signing import (
    EMPTY_BODY_HASH,
    Authorization,
    Incomplete,
    acs3_canonical_request,
    acs3_signature,
    acs3_string_to_sign,
    read_authorization,
    rpc_signature,
    rpc_string_to_sign,
)

MAX_ECHO: Final = 64 * 1024
"""Bytes of our calculation that the answer to a wrong signature repeats."""


@dataclass(slots=True)
class Claim:
    """Common part. `date` and `nonce` as the request has them."""

    access_key_id: str
    action: str
    version: str
    date: str
    nonce: str
    method: str

    def verified(self, secret: str) -> Form:
        """All parameters, query and body. Raises SignatureDoesNotMatch."""
        raise NotImplementedError

    def proven_by_head(self, secret: str) -> bool:
        """Whether the head alone shows that the owner of the key sends it. Raises SignatureDoesNotMatch when it shows the
        contrary."""
        return False


@dataclass(slots=True)
class Acs3Claim(Claim):
    """ACS3-HMAC-SHA256: signed headers, query and the hash of the body."""

    authorization: Authorization
    headers: dict[bytes, bytes]
    query: Form
    body: bytes

    def verified(self, secret: str) -> Form:
        payload_hash = sha256(self.body).hexdigest().encode() if self.body else EMPTY_BODY_HASH
        self._check(secret, payload_hash)
        return merge(self.query, read_form(self.headers, self.body))

    def proven_by_head(self, secret: str) -> bool:
        self._check(secret, self.headers.get(b"x-acs-content-sha256", b""))
        return True

    def _check(self, secret: str, payload_hash: bytes) -> None:
        canonical = acs3_canonical_request(
            self.method,
            b"/",
            self.query,
            headers=self.headers,
            names=self.authorization.names,
            payload_hash=payload_hash,
        )
        string_to_sign = acs3_string_to_sign(canonical)
        if (
            not hmac.compare_digest(acs3_signature(secret, string_to_sign), self.authorization.signature)
            or self.headers.get(b"x-acs-content-sha256") != payload_hash
        ):
            raise VendorError(
                "SignatureDoesNotMatch",
                400,
                "Specified signature does not match our calculation. "
                f"server StringToSign is [{_echo(string_to_sign)}], "
                f"server CanonicalRequest is [{_echo(canonical)}]",
            )


@dataclass(slots=True)
class RpcClaim(Claim):
    """RPC: everything, also the signature, is a parameter in query or body."""

    parameters: Form
    signature: str

    def verified(self, secret: str) -> Form:
        string_to_sign = rpc_string_to_sign(self.method, self.parameters)
        if not hmac.compare_digest(rpc_signature(secret, string_to_sign), self.signature.encode()):
            # The old Python SDK splits this text at the colon and fails on any other.
            raise VendorError(
                "SignatureDoesNotMatch",
                400,
                "Specified signature is not matched with our calculation. "
                f"server string to sign is:{_echo(string_to_sign)}",
            )
        return self.parameters


def read_claim(method: str, headers: dict[bytes, bytes], query: Form, body: bytes) -> Claim:
    """The claim of a request: ACS3 when it has an Authorization header, RPC otherwise."""
    value = headers.get(b"authorization")
    if value is None:
        return _rpc_claim(method, merge(query, read_form(headers, body)), headers)
    return _acs3_claim(method, value, headers, query, body)


def announced_claim(method: str, headers: dict[bytes, bytes], query: Form) -> Claim | None:
    """The claim of a request whose body has not come yet; None when it stands in the body."""
    try:
        return read_claim(method, headers, query, b"")
    except VendorError:
        return None


def _acs3_claim(
    method: str, value: bytes, headers: dict[bytes, bytes], query: Form, body: bytes
) -> Acs3Claim:
    if b"x-acs-security-token" in headers:
        raise gateway_error("InvalidSecurityToken.NotSupported")
    try:
        authorization = read_authorization(value)
    except Incomplete as error:
        raise gateway_error("IncompleteSignature", reason=error) from None
    return Acs3Claim(
        access_key_id=authorization.access_key_id,
        action=headers.get(b"x-acs-action", b"").decode("latin-1"),
        version=headers.get(b"x-acs-version", b"").decode("latin-1"),
        date=headers.get(b"x-acs-date", b"").decode("latin-1"),
        nonce=headers.get(b"x-acs-signature-nonce", b"").decode("latin-1"),
        method=method,
        authorization=authorization,
        headers=headers,
        query=query,
        body=body,
    )


_RPC_FIXED: Final = (("SignatureMethod", "HMAC-SHA1"), ("SignatureVersion", "1.0"))


def _rpc_claim(method: str, parameters: Form, headers: dict[bytes, bytes]) -> RpcClaim:
    values = parameters.values
    if "SecurityToken" in values or b"x-acs-bearer-token" in headers:
        raise gateway_error("InvalidSecurityToken.NotSupported")
    if not values.get("AccessKeyId"):
        raise gateway_error("MissingAccessKeyId")
    for name in ("Signature", "SignatureNonce", "Timestamp", "Version", "Action"):
        if not values.get(name):
            raise missing(name)
    for name, expected in _RPC_FIXED:
        if values.get(name, expected).upper() != expected:
            raise gateway_error("IncompleteSignature", reason=f"{name} must be {expected}.")
    if values.get("Format", "JSON").upper() != "JSON":
        raise gateway_error("UnsupportedFormat")
    return RpcClaim(
        access_key_id=values["AccessKeyId"],
        action=values["Action"],
        version=values["Version"],
        date=values["Timestamp"],
        nonce=values["SignatureNonce"],
        method=method,
        parameters=parameters,
        signature=values["Signature"],
    )


def _echo(text: bytes) -> str:
    return text[:MAX_ECHO].decode("utf-8", "replace")

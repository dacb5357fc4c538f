"""The vendor's signing rules, written a second time: plain, step by step, without the generator's short cuts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from urllib.parse import parse_qsl, quote, urlsplit


def encode(text: str) -> str:
    return quote(text, safe="-_.~")


def split(request: bytes) -> tuple[dict[str, str], dict[str, str], bytes]:
    """Decoded query, headers by lower-case name, body."""
    head, _, body = request.partition(b"\r\n\r\n")
    line, *rows = head.decode("ascii").split("\r\n")
    method, target, version = line.split(" ")
    assert (method, version) == ("POST", "HTTP/1.1")
    headers = {name.lower(): value for name, value in (row.split(": ", 1) for row in rows)}
    return dict(parse_qsl(urlsplit(target).query, strict_parsing=True)), headers, body


def acs3_signature(query: dict[str, str], headers: dict[str, str], body: bytes, secret: str) -> str:
    """Section 1.2 of the fact reference, step by step."""
    names = re.search(r"SignedHeaders=([^,]+)", headers["authorization"])
    assert names
    canonical = "\n".join(
        (
            "POST",
            "/",
            "&".join(f"{encode(name)}={encode(value)}" for name, value in sorted(query.items())),
            "".join(f"{name}:{headers[name].strip()}\n" for name in names[1].split(";")),
            names[1],
            hashlib.sha256(body).hexdigest(),
        )
    )
    to_sign = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    return hmac.new(secret.encode(), to_sign.encode(), "sha256").hexdigest()


def rpc_signature(query: dict[str, str], secret: str) -> str:
    """Section 1.3 of the fact reference."""
    canonical = "&".join(
        f"{encode(name)}={encode(value)}" for name, value in sorted(query.items()) if name != "Signature"
    )
    key = f"{secret}&".encode()
    return base64.b64encode(hmac.new(key, f"POST&%2F&{encode(canonical)}".encode(), "sha1").digest()).decode()

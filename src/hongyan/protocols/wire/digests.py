"""How CMPP and SMGP prove who logs in: a digest over name, secret and time. Source: CMPP 2.0, 7.4.1; SMGP 3.0.3, Login.

It is MD5 by the documents; nothing here chooses it.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from hongyan.kernel.clock import BEIJING, Millis

DIGEST_SIZE = 16
NO_DIGEST = bytes(DIGEST_SIZE)
"""What stands in the answer to a refused login."""

_STATUS_WIDTHS = (1, 4)


def timestamp(ms: Millis) -> int:
    """MMDDHHMMSS in Beijing time as a decimal number."""
    return int(f"{datetime.fromtimestamp(ms // 1000, BEIJING):%m%d%H%M%S}")


def client_digest(name: bytes, filler: int, secret: str, stamp: int) -> bytes:
    """What a client proves itself with. `filler`: NULs after its name. `stamp` enters as ten digits, zeros in front."""
    return _md5(name + bytes(filler) + secret.encode() + b"%010d" % stamp)


def server_digest(status: int, width: int, authenticator: bytes, secret: str) -> bytes:
    """What a server proves itself with. `width`: octets of the status in it; `authenticator`: the client's digest."""
    return _md5(status.to_bytes(width, "big") + authenticator + secret.encode())


def server_proves(answer: bytes, status: int, authenticator: bytes, secret: str) -> bool:
    """Whether a server knows the secret. Products put one octet of status in, or four, whatever travels."""
    return any(
        hmac.compare_digest(answer, server_digest(status, width, authenticator, secret))
        for width in _STATUS_WIDTHS
        if status < 1 << 8 * width
    )


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()

"""What proves who logs in, and what a connection may then carry. Source: SMGP 3.0.3, Login and Login_Resp.

The digests are MD5 by the document; nothing here chooses it. Products differ in the server's digest, so a client takes
a wrong one for a remark, not for a reason to go.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from hongyan.kernel.clock import BEIJING, Millis
from hongyan.protocols.session.states import Mode

VERSION = 0x30
"""ClientVersion and ServerVersion of 3.0.x: the major number in the high four bits."""

DIGEST_SIZE = 16
NO_DIGEST = bytes(DIGEST_SIZE)
"""AuthenticatorServer of a refused login."""

LOGIN_MODES: dict[int, Mode] = {0: "transmitter", 1: "receiver", 2: "transceiver"}
"""LoginMode: 0 sends only and gets no Deliver, 1 receives only and must not submit, 2 does both."""

_FILLER = bytes(7)
_STATUS_WIDTHS = (4, 1)


def timestamp(ms: Millis) -> int:
    """MMDDHHMMSS in Beijing time as a decimal number."""
    return int(f"{datetime.fromtimestamp(ms // 1000, BEIJING):%m%d%H%M%S}")


def authenticator_client(client_id: str, secret: str, stamp: int) -> bytes:
    """What a client proves itself with: the ClientID without padding, seven NULs, the secret, and the timestamp as ten
    digits with zeros in front."""
    return _md5(client_id.encode("latin-1", "replace") + _FILLER + secret.encode() + b"%010d" % stamp)


def proves(authenticator: bytes, client_id: str, secret: str, stamp: int) -> bool:
    """Whether a client knows the secret. Takes the same time whatever is wrong."""
    return hmac.compare_digest(authenticator, authenticator_client(client_id, secret, stamp))


def authenticator_server(status: int, authenticator: bytes, secret: str) -> bytes:
    """What a server proves itself with; the status enters as wide as it travels."""
    return _server_digest(status, 4, authenticator, secret)


def server_proves(answer: bytes, status: int, authenticator: bytes, secret: str) -> bool:
    """Whether a server knows the secret. Some products hash one octet of status."""
    return any(
        hmac.compare_digest(answer, _server_digest(status, width, authenticator, secret))
        for width in _STATUS_WIDTHS
        if status < 1 << 8 * width
    )


def _server_digest(status: int, width: int, authenticator: bytes, secret: str) -> bytes:
    return _md5(status.to_bytes(width, "big") + authenticator + secret.encode())


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()

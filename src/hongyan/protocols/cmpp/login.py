"""What proves who logs in, and which version both sides speak then. Source: CMPP 2.0, 7.4.1.

The digests are MD5 by the document; nothing here chooses it. Products differ in details, so a server takes each
known form of a client's digest, and a client takes a wrong digest of a server for a remark, not for a reason to go.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from hongyan.kernel.clock import BEIJING, Millis
from hongyan.protocols.cmpp.pdus import RESULT_WIDTH, Layout, layout_of

V20 = 0x20
V21 = 0x21
V30 = 0x30

DIGEST_SIZE = 16
NO_DIGEST = bytes(DIGEST_SIZE)
"""AuthenticatorISMG of a refused login."""

_FILLER = bytes(9)
_SOURCE_WIDTH = 6
_VERSIONS = {Layout.V20: V20, Layout.V30: V30}


def timestamp(ms: Millis) -> int:
    """MMDDHHMMSS in Beijing time as a decimal number."""
    return int(f"{datetime.fromtimestamp(ms // 1000, BEIJING):%m%d%H%M%S}")


def authenticator_source(source_addr: str, secret: str, stamp: int) -> bytes:
    """What a client proves itself with; `stamp` enters as ten digits, zeros in front."""
    return _source_digest(source_addr.encode("latin-1", "replace"), secret, stamp)


def proves(authenticator: bytes, source_addr: str, secret: str, stamp: int) -> bool:
    """Whether a client knows the secret. A Source_Addr shorter than its field may have been hashed with or without
    its padding. Takes the same time whatever is wrong."""
    source = source_addr.encode("latin-1")
    plain = _source_digest(source, secret, stamp)
    padded = _source_digest(source.ljust(_SOURCE_WIDTH, b"\0"), secret, stamp)
    return hmac.compare_digest(authenticator, plain) | hmac.compare_digest(authenticator, padded)


def authenticator_ismg(status: int, authenticator: bytes, secret: str, layout: Layout) -> bytes:
    """What a server proves itself with; the status enters as wide as it travels."""
    return _ismg_digest(status, RESULT_WIDTH[layout], authenticator, secret)


def server_proves(answer: bytes, status: int, authenticator: bytes, secret: str) -> bool:
    """Whether a server knows the secret. Some products hash four octets of status in either version."""
    digests = (
        _ismg_digest(status, width, authenticator, secret)
        for width in RESULT_WIDTH.values()
        if status < 1 << 8 * width
    )
    return any(hmac.compare_digest(answer, digest) for digest in digests)


def speaks(asked: int, layout: Layout, said: int) -> bool:
    """Whether an accepted login goes on in the version that was asked for.

    `layout`: of the answer, told by its length; `said`: its Version, the highest that the server supports. A server
    that leaves it 0 says nothing.
    """
    ours = layout_of(asked)
    lower = 0 < said < asked and layout_of(said) is not ours
    return layout is ours and not lower


def other_version(asked: int, layout: Layout, said: int) -> int:
    """The other version that a server offers, by its Version or by the layout of its answer; 0 when it offers none."""
    ours = layout_of(asked)
    if said and layout_of(said) is not ours:
        return said
    return 0 if layout is ours else _VERSIONS[layout]


def _source_digest(source: bytes, secret: str, stamp: int) -> bytes:
    return _md5(source + _FILLER + secret.encode() + b"%010d" % stamp)


def _ismg_digest(status: int, width: int, authenticator: bytes, secret: str) -> bytes:
    return _md5(status.to_bytes(width, "big") + authenticator + secret.encode())


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()

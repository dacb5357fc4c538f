"""What proves who logs in, and which version both sides speak then. Source: CMPP 2.0, 7.4.1.

Products differ in details, so a server takes each known form of a client's digest, and a client takes a wrong digest of a
server for a remark, not for a reason to go.
"""

from __future__ import annotations

import hmac

from hongyan.protocols.cmpp.pdus import RESULT_WIDTH, Layout, layout_of
from hongyan.protocols.wire.digests import client_digest, server_digest

V20 = 0x20
V21 = 0x21
V30 = 0x30

_FILLER = 9
_SOURCE_WIDTH = 6
_SPOKEN = frozenset({V20, V21, V30})
_VERSIONS = {Layout.V20: V20, Layout.V30: V30}


def authenticator_source(source_addr: str, secret: str, stamp: int) -> bytes:
    """What a client proves itself with; `stamp` enters as ten digits, zeros in front."""
    return client_digest(source_addr.encode("latin-1", "replace"), _FILLER, secret, stamp)


def proves(authenticator: bytes, source_addr: str, secret: str, stamp: int) -> bool:
    """Whether a client knows the secret. A Source_Addr shorter than its field may have been hashed with or without
    its padding. Takes the same time whatever is wrong."""
    source = source_addr.encode("latin-1")
    plain = client_digest(source, _FILLER, secret, stamp)
    padded = client_digest(source.ljust(_SOURCE_WIDTH, b"\0"), _FILLER, secret, stamp)
    return hmac.compare_digest(authenticator, plain) | hmac.compare_digest(authenticator, padded)


def authenticator_ismg(status: int, authenticator: bytes, secret: str, layout: Layout) -> bytes:
    """What a server proves itself with; the status enters as wide as it travels."""
    return server_digest(status, RESULT_WIDTH[layout], authenticator, secret)


def speaks(asked: int, layout: Layout, said: int) -> bool:
    """Whether an accepted login goes on in the version that was asked for.

    `layout`: of the answer, told by its length; `said`: its Version, the highest that the server supports. A server
    that leaves it 0 says nothing.
    """
    ours = layout_of(asked)
    lower = 0 < said < asked and layout_of(said) is not ours
    return layout is ours and not lower


def other_version(asked: int, layout: Layout, said: int) -> int:
    """The version that a server offers instead, by its Version or by the layout of its answer; 0 when it offers none that
    can be spoken here. `layout`: of the answer."""
    ours = layout_of(asked)
    if said in _SPOKEN and said != asked and (layout is ours or layout_of(said) is layout):
        return said
    return 0 if layout is ours else _VERSIONS[layout]

"""What proves who logs in, and what a connection may then carry. Source: SMGP 3.0.3, Login and Login_Resp.

Products differ in the server's digest, so a client takes a wrong one for a remark, not for a reason to go.
"""

from __future__ import annotations

import hmac

from hongyan.protocols.session.states import Mode
from hongyan.protocols.wire.digests import client_digest, server_digest

VERSION = 0x30
"""ClientVersion and ServerVersion of 3.0.x: the major number in the high four bits."""

LOGIN_MODES: dict[int, Mode] = {0: "transmitter", 1: "receiver", 2: "transceiver"}
"""LoginMode: 0 sends only and gets no Deliver, 1 receives only and must not submit, 2 does both."""

_FILLER = 7
_STATUS_WIDTH = 4


def authenticator_client(client_id: str, secret: str, stamp: int) -> bytes:
    """What a client proves itself with: the ClientID without padding, seven NULs, the secret, and the timestamp as ten
    digits with zeros in front."""
    return client_digest(client_id.encode("latin-1", "replace"), _FILLER, secret, stamp)


def proves(authenticator: bytes, client_id: str, secret: str, stamp: int) -> bool:
    """Whether a client knows the secret. Takes the same time whatever is wrong."""
    return hmac.compare_digest(authenticator, authenticator_client(client_id, secret, stamp))


def authenticator_server(status: int, authenticator: bytes, secret: str) -> bytes:
    """What a server proves itself with; the status enters as wide as it travels."""
    return server_digest(status, _STATUS_WIDTH, authenticator, secret)

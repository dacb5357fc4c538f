"""Every connection of every protocol, as a table: two ends that can be made, logged in and spoken to in the same way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cmpp_vectors
import cmpp_wire
import pytest
import sgip_wire
import smgp_vectors
import smgp_wire
import smpp_wire
from session_wire import SessionWire
from toy_protocol import PING, ToyWire, frame_of

from hongyan.protocols.cmpp.client import Credentials as CmppCredentials
from hongyan.protocols.cmpp.login import V20, V30
from hongyan.protocols.cmpp.pdus import Layout
from hongyan.protocols.session.core import RESPONSE
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.smpp.codec import encode

AnyWire = SessionWire[Any, Any]
TIMING = Timing(window=3, answer_timeout=20, enquire_idle=0)


@dataclass(frozen=True)
class Connection:
    """`make`: both ends, by limits and the octets that arrive in one read. `bind`: ask to log in. `login`: be logged in.
    `heartbeat`: the frame that asks, and its answer, where there is one."""

    name: str
    make: Callable[[Timing, int], Any]
    bind: Callable[[Any], None]
    login: Callable[[Any], Any] = lambda wire: wire.bound()
    heartbeat: tuple[bytes, bytes] | None = None

    def wire(self, timing: Timing = TIMING, step: int = 0) -> AnyWire:
        """Nobody has logged in."""
        wire: AnyWire = self.make(timing, step)
        return wire

    def bound(self, timing: Timing = TIMING, step: int = 0) -> AnyWire:
        """Both ends are logged in."""
        wire: AnyWire = self.login(self.wire(timing, step))
        return wire


def _cmpp(version: int) -> Connection:
    who = CmppCredentials("901234", cmpp_wire.SECRET, cmpp_wire.STAMP, version)
    return Connection(
        f"cmpp{version:x}",
        lambda timing, step: cmpp_wire.Wire(timing, step=step),
        lambda wire: wire.client.bind(who, wire.now),
        lambda wire: wire.bound(version),
        heartbeat=(
            cmpp_vectors.frame_named(Layout.V20, "active_test"),
            cmpp_vectors.frame_named(Layout.V20, "active_test_resp"),
        ),
    )


CONNECTIONS = (
    Connection(
        "toy",
        lambda timing, step: ToyWire(timing, step=step),
        lambda wire: wire.client.bind("abc", wire.now),
        heartbeat=(frame_of(PING, b"", 8), frame_of(PING | RESPONSE, b"", 8)),
    ),
    _cmpp(V20),
    _cmpp(V30),
    Connection(
        "sgip",
        lambda timing, step: sgip_wire.Wire(timing, step=step),
        lambda wire: wire.client.bind(sgip_wire.WHO, wire.now),
    ),
    Connection(
        "sgip dialled",
        lambda timing, step: sgip_wire.ReverseWire(timing, step=step),
        lambda wire: wire.client.bind(sgip_wire.WHO, wire.now),
    ),
    Connection(
        "smgp",
        lambda timing, step: smgp_wire.Wire(timing, step=step),
        lambda wire: wire.client.bind(smgp_wire.WHO, wire.now),
        heartbeat=(smgp_vectors.frame_named("active_test"), smgp_vectors.frame_named("active_test_resp")),
    ),
    Connection(
        "smpp",
        lambda timing, step: smpp_wire.Wire(timing, step=step),
        lambda wire: wire.client.bind(smpp_wire.WHO, wire.now),
        heartbeat=(encode("enquire_link", {}, 8), encode("enquire_link_resp", {}, 8)),
    ),
)
EACH = pytest.mark.parametrize("connection", CONNECTIONS, ids=lambda connection: connection.name)
EACH_WITH_HEARTBEAT = pytest.mark.parametrize(
    "connection",
    [each for each in CONNECTIONS if each.heartbeat],
    ids=lambda connection: connection.name,
)
EACH_THAT_SUBMITS = pytest.mark.parametrize(
    "connection",
    [each for each in CONNECTIONS if each.bound().customer.window_free],
    ids=lambda connection: connection.name,
)

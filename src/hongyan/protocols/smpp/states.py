"""The life of an SMPP session, and which commands are legal when, as tables. Source: SMPP 3.4 sections 2.2, 2.3."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from hongyan.kernel.states import StateTable, Transition
from hongyan.protocols.smpp import pdus
from hongyan.protocols.smpp.events import Mode
from hongyan.protocols.smpp.status import RALYBND, RINVBNDSTS


class Role(Enum):
    CLIENT = "client"
    SERVER = "server"


class State(Enum):
    """OPEN: connected, nobody has bound."""

    OPEN = "open"
    BINDING = "binding"
    BOUND = "bound"
    UNBINDING = "unbinding"
    CLOSED = "closed"


class Step(Enum):
    """What moves a session. `bind` and `unbind`: the request is sent or received by this side."""

    BIND = "bind"
    ACCEPT = "accept"
    REFUSE = "refuse"
    UNBIND = "unbind"
    PEER_UNBIND = "peer unbind"
    UNBIND_ANSWER = "unbind answer"
    FAIL = "fail"


_S22 = "SMPP 3.4, 2.2"
_LENIENT = "an unbind is always answered and ends the session"
_TIMERS = "SMPP 3.4, 7.2 (timers); 3.3.2 (broken length)"

SESSION = StateTable(
    name="SMPP session",
    first=State.OPEN,
    rows=(
        Transition(State.OPEN, Step.BIND, State.BINDING, "client", _S22),
        Transition(State.OPEN, Step.PEER_UNBIND, State.CLOSED, "peer", _LENIENT),
        Transition(State.OPEN, Step.FAIL, State.CLOSED, "either", _TIMERS),
        Transition(State.BINDING, Step.ACCEPT, State.BOUND, "server", _S22),
        Transition(State.BINDING, Step.REFUSE, State.CLOSED, "server", _S22),
        Transition(State.BINDING, Step.PEER_UNBIND, State.CLOSED, "peer", _LENIENT),
        Transition(State.BINDING, Step.FAIL, State.CLOSED, "either", _TIMERS),
        Transition(State.BOUND, Step.UNBIND, State.UNBINDING, "either", _S22),
        Transition(State.BOUND, Step.PEER_UNBIND, State.CLOSED, "peer", _S22),
        Transition(State.BOUND, Step.FAIL, State.CLOSED, "either", _TIMERS),
        Transition(State.UNBINDING, Step.UNBIND_ANSWER, State.CLOSED, "peer", _S22),
        Transition(State.UNBINDING, Step.PEER_UNBIND, State.CLOSED, "peer", _S22),
        Transition(State.UNBINDING, Step.FAIL, State.CLOSED, "either", _TIMERS),
    ),
)


class Legal(NamedTuple):
    """When this side takes a request of the peer. `modes`: bind modes that allow it, empty for any."""

    role: Role
    command_id: int
    states: frozenset[State]
    modes: frozenset[Mode]
    otherwise: int = RINVBNDSTS


_ANY = frozenset(State) - {State.CLOSED}
_OPEN = frozenset({State.OPEN})
_BOUND = frozenset({State.BOUND})
_BOUND_OR_LEAVING = frozenset({State.BOUND, State.UNBINDING})
SENDING: frozenset[Mode] = frozenset({"transmitter", "transceiver"})
"""Bind modes of a client that may submit."""
RECEIVING: frozenset[Mode] = frozenset({"receiver", "transceiver"})
"""Bind modes of a client that gets receipts and replies."""
_NO_MODE: frozenset[Mode] = frozenset()

BIND_MODES: dict[int, Mode] = {
    pdus.BIND_RECEIVER: "receiver",
    pdus.BIND_TRANSMITTER: "transmitter",
    pdus.BIND_TRANSCEIVER: "transceiver",
}

LEGAL: tuple[Legal, ...] = (
    *(Legal(Role.SERVER, command, _OPEN, _NO_MODE, RALYBND) for command in BIND_MODES),
    *(
        Legal(Role.SERVER, command, _BOUND, SENDING)
        for command in (
            pdus.SUBMIT_SM,
            pdus.SUBMIT_MULTI,
            pdus.DATA_SM,
            pdus.QUERY_SM,
            pdus.CANCEL_SM,
            pdus.REPLACE_SM,
        )
    ),
    *(
        Legal(Role.CLIENT, command, _BOUND_OR_LEAVING, RECEIVING)
        for command in (pdus.DELIVER_SM, pdus.DATA_SM, pdus.ALERT_NOTIFICATION)
    ),
    Legal(Role.CLIENT, pdus.OUTBIND, _OPEN, _NO_MODE),
    *(
        Legal(role, command, _ANY, _NO_MODE)
        for role in Role
        for command in (pdus.ENQUIRE_LINK, pdus.UNBIND)
    ),
)  # fmt: skip
"""Table 2-1 of the document, with two leniencies: enquire_link and unbind are answered in any state."""

_RULES = {(row.role, row.command_id): row for row in LEGAL}


def refusal(role: Role, command_id: int, state: State, mode: Mode | None) -> int:
    """0 when a side takes this request now, otherwise the command_status to answer with."""
    rule = _RULES.get((role, command_id))
    if rule is None:
        return RINVBNDSTS
    if state in rule.states and (not rule.modes or mode in rule.modes):
        return 0
    return rule.otherwise

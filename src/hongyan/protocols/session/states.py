"""The life of a session, and which commands a side takes when: the same tables for every protocol, which fills in its
commands and its sources. CMPP and SMGP say connect or login, terminate or exit, for bind and unbind.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Literal, NamedTuple

from hongyan.kernel.states import StateTable, Transition

Mode = Literal["receiver", "transmitter", "transceiver"]
"""What flows: receipts and replies to the customer, submits to the carrier, or both."""
SENDING: frozenset[Mode] = frozenset({"transmitter", "transceiver"})
"""Modes in which the customer may submit."""
RECEIVING: frozenset[Mode] = frozenset({"receiver", "transceiver"})
"""Modes in which the customer gets receipts and replies."""


class Role(Enum):
    """Who binds: the client. The customer is the client, except where a carrier dials (SGIP)."""

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


_LENIENT = "an unbind is always answered and ends the session"


def session_states(name: str, *, bind: str, unbind: str, faults: str) -> StateTable[State, Step]:
    """The machine of one protocol. The arguments are the places in its document: logging in, leaving, and what ends a
    session otherwise (timers, broken lengths)."""
    return StateTable(
        name=name,
        first=State.OPEN,
        rows=(
            Transition(State.OPEN, Step.BIND, State.BINDING, "client", bind),
            Transition(State.OPEN, Step.PEER_UNBIND, State.CLOSED, "peer", _LENIENT),
            Transition(State.OPEN, Step.FAIL, State.CLOSED, "either", faults),
            Transition(State.BINDING, Step.ACCEPT, State.BOUND, "server", bind),
            Transition(State.BINDING, Step.REFUSE, State.CLOSED, "server", bind),
            Transition(State.BINDING, Step.PEER_UNBIND, State.CLOSED, "peer", _LENIENT),
            Transition(State.BINDING, Step.FAIL, State.CLOSED, "either", faults),
            Transition(State.BOUND, Step.UNBIND, State.UNBINDING, "either", unbind),
            Transition(State.BOUND, Step.PEER_UNBIND, State.CLOSED, "peer", unbind),
            Transition(State.BOUND, Step.FAIL, State.CLOSED, "either", faults),
            Transition(State.UNBINDING, Step.UNBIND_ANSWER, State.CLOSED, "peer", unbind),
            Transition(State.UNBINDING, Step.PEER_UNBIND, State.CLOSED, "peer", unbind),
            Transition(State.UNBINDING, Step.FAIL, State.CLOSED, "either", faults),
        ),
    )


ANY_STATE = frozenset(State) - {State.CLOSED}
BOUND = frozenset({State.BOUND})
BOUND_OR_LEAVING = frozenset({State.BOUND, State.UNBINDING})
NOT_BOUND_YET = frozenset({State.OPEN})
ANY_MODE: frozenset[Mode] = frozenset()


class Legal(NamedTuple):
    """When the side in this role takes a request of its peer, and the status that refuses it otherwise."""

    role: Role
    command_id: int
    states: frozenset[State]
    modes: frozenset[Mode]
    otherwise: int


class LegalCommands:
    """Rows of `Legal`; `otherwise` refuses a request that has no row."""

    def __init__(self, rows: Iterable[Legal], otherwise: int) -> None:
        self.rows = tuple(rows)
        self.otherwise = otherwise

    def refusals(self, role: Role, state: State, mode: Mode | None) -> dict[int, int]:
        """Command id → 0 when a side takes it now, otherwise the status to refuse it with."""
        return {
            row.command_id: 0
            if state in row.states and (not row.modes or mode in row.modes)
            else row.otherwise
            for row in self.rows
            if row.role is role
        }

    def refusal(self, role: Role, command_id: int, state: State, mode: Mode | None) -> int:
        """The same for one command."""
        return self.refusals(role, state, mode).get(command_id, self.otherwise)

"""The life of an SGIP session, and which commands a side takes when. Source: SGIP 1.2, communication and Bind.

There are two kinds of connections, and requests flow one way on each: an SP dials the gateway to submit (login type 1,
mode "transmitter"), the gateway dials the SP to deliver and report (login type 2, mode "receiver").
"""

from __future__ import annotations

from hongyan.protocols.session.states import (
    ANY_MODE,
    ANY_STATE,
    BOUND,
    BOUND_OR_LEAVING,
    NOT_BOUND_YET,
    RECEIVING,
    SENDING,
    Legal,
    LegalCommands,
    Mode,
    Role,
    session_states,
)
from hongyan.protocols.sgip import pdus
from hongyan.protocols.sgip.status import COMMAND, REPEATED_LOGIN

SESSION = session_states(
    "SGIP session",
    bind="SGIP 1.2, Bind",
    unbind="SGIP 1.2, Unbind",
    faults="SGIP 1.2, communication (no answer, silence, broken length)",
)

LOGIN_TYPES: dict[Mode, int] = {"transmitter": 1, "receiver": 2}
"""Who logs in for what; 3 to 6 are gateways and name servers among themselves, 11 is a test."""

_DELIVERS = (pdus.DELIVER, pdus.REPORT, pdus.USERRPT)

LEGAL = LegalCommands(
    (
        Legal(Role.SERVER, pdus.BIND, NOT_BOUND_YET, ANY_MODE, REPEATED_LOGIN),
        Legal(Role.SERVER, pdus.SUBMIT, BOUND, SENDING, COMMAND),
        *(Legal(Role.SERVER, command, BOUND_OR_LEAVING, RECEIVING, COMMAND) for command in _DELIVERS),
        *(Legal(role, pdus.UNBIND, ANY_STATE, ANY_MODE, COMMAND) for role in Role),
    ),
    otherwise=COMMAND,
)
"""A command that does not belong on a connection is answered with an error (SGIP 1.2, communication). Leniency: an
unbind is answered in any state."""

"""The life of an SMPP session, and which commands are legal when, as tables. Source: SMPP 3.4 sections 2.2, 2.3."""

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
from hongyan.protocols.smpp import pdus
from hongyan.protocols.smpp.status import RALYBND, RINVBNDSTS

SESSION = session_states(
    "SMPP session",
    bind="SMPP 3.4, 2.2",
    unbind="SMPP 3.4, 2.2",
    faults="SMPP 3.4, 7.2 (timers); 3.3.2 (broken length)",
)

BIND_MODES: dict[int, Mode] = {
    pdus.BIND_RECEIVER: "receiver",
    pdus.BIND_TRANSMITTER: "transmitter",
    pdus.BIND_TRANSCEIVER: "transceiver",
}

_SUBMITS = (
    pdus.SUBMIT_SM,
    pdus.SUBMIT_MULTI,
    pdus.DATA_SM,
    pdus.QUERY_SM,
    pdus.CANCEL_SM,
    pdus.REPLACE_SM,
)
_ANYTIME = (pdus.ENQUIRE_LINK, pdus.UNBIND)
_DELIVERS = (pdus.DELIVER_SM, pdus.DATA_SM, pdus.ALERT_NOTIFICATION)

LEGAL = LegalCommands(
    (
        *(Legal(Role.SERVER, command, NOT_BOUND_YET, ANY_MODE, RALYBND) for command in BIND_MODES),
        *(Legal(Role.SERVER, command, BOUND, SENDING, RINVBNDSTS) for command in _SUBMITS),
        *(Legal(Role.CLIENT, command, BOUND_OR_LEAVING, RECEIVING, RINVBNDSTS) for command in _DELIVERS),
        Legal(Role.CLIENT, pdus.OUTBIND, NOT_BOUND_YET, ANY_MODE, RINVBNDSTS),
        *(Legal(role, command, ANY_STATE, ANY_MODE, RINVBNDSTS) for role in Role for command in _ANYTIME),
    ),
    otherwise=RINVBNDSTS,
)
"""Table 2-1 of the document, with two leniencies: enquire_link and unbind are answered in any state."""

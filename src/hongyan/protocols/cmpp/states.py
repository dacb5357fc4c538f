"""The life of a CMPP session, and which commands are legal when, as tables. CONNECT and TERMINATE are what the tables
call bind and unbind. Source: CMPP 2.0, 6.1 (long connections), 7.4.1, 7.4.2."""

from __future__ import annotations

from hongyan.protocols.cmpp import pdus
from hongyan.protocols.cmpp.status import COMMAND, CONNECT_OTHER
from hongyan.protocols.session.states import (
    ANY_MODE,
    BOUND,
    BOUND_OR_LEAVING,
    NOT_BOUND_YET,
    RECEIVING,
    SENDING,
    Legal,
    LegalCommands,
    Role,
    session_states,
)

SESSION = session_states(
    "CMPP session",
    bind="CMPP 2.0, 7.4.1",
    unbind="CMPP 2.0, 7.4.2",
    faults="CMPP 2.0, 6.1 (timers); a stream without rhythm cannot be read on",
)

LEGAL = LegalCommands(
    (
        Legal(Role.SERVER, pdus.CONNECT, NOT_BOUND_YET, ANY_MODE, CONNECT_OTHER),
        Legal(Role.SERVER, pdus.SUBMIT, BOUND, SENDING, COMMAND),
        Legal(Role.SERVER, pdus.QUERY, BOUND, ANY_MODE, COMMAND),
        Legal(Role.SERVER, pdus.CANCEL, BOUND, ANY_MODE, COMMAND),
        Legal(Role.CLIENT, pdus.DELIVER, BOUND_OR_LEAVING, RECEIVING, COMMAND),
    ),
    otherwise=COMMAND,
)
"""Section 7.4 of the document. ACTIVE_TEST and TERMINATE are answered in any state."""

"""The life of an SMGP session, and which commands are legal when, as tables. Login and Exit are what the tables call
bind and unbind; the login mode decides what a connection carries. Source: SMGP 3.0.3, Login, Exit, and its timers."""

from __future__ import annotations

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
from hongyan.protocols.smgp import pdus
from hongyan.protocols.smgp.status import COMMAND

SESSION = session_states(
    "SMGP session",
    bind="SMGP 3.0.3, Login",
    unbind="SMGP 3.0.3, Exit",
    faults="SMGP 3.0.3, Active_Test (timers); a stream without rhythm cannot be read on",
)

LEGAL = LegalCommands(
    (
        Legal(Role.SERVER, pdus.LOGIN, NOT_BOUND_YET, ANY_MODE, COMMAND),
        Legal(Role.SERVER, pdus.SUBMIT, BOUND, SENDING, COMMAND),
        Legal(Role.SERVER, pdus.QUERY, BOUND, ANY_MODE, COMMAND),
        Legal(Role.CLIENT, pdus.DELIVER, BOUND_OR_LEAVING, RECEIVING, COMMAND),
    ),
    otherwise=COMMAND,
)
"""Login mode 0 gets no Deliver and mode 1 must not submit. Active_Test and Exit are answered in any state."""

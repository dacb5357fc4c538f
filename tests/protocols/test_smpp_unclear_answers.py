"""Answers to submits that say less than they should."""

from __future__ import annotations

import pytest
from smpp_wire import SUBMIT, Wire

from hongyan.protocols.session.events import SubmitAnswered
from hongyan.protocols.smpp import pdus
from hongyan.protocols.smpp.codec import frame_of
from hongyan.protocols.smpp.status import RUNKNOWNERR


@pytest.mark.parametrize("status", [0, 0x0B])
def test_an_unreadable_answer_still_says_whether_the_request_was_taken(status: int) -> None:
    """Some write the message id without its NUL. Taken for a loss, the text would be sent again, for ever."""
    wire = Wire().bound()
    sequence = wire.client.submit("token", SUBMIT, wire.now)
    events = wire.client.receive(frame_of(pdus.SUBMIT_SM_RESP, b"no end", sequence, status), wire.now)
    assert events[0] == SubmitAnswered("token", status, "")
    assert wire.client.in_flight == 0


def test_a_nack_is_no_success_whatever_its_status() -> None:
    wire = Wire().bound()
    sequence = wire.client.submit("token", SUBMIT, wire.now)
    (event,) = wire.client.receive(frame_of(pdus.GENERIC_NACK, b"", sequence, 0), wire.now)
    assert event == SubmitAnswered("token", RUNKNOWNERR, "")

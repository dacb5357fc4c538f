"""CMPP sessions and what no peer should send."""

from __future__ import annotations

import pytest
from cmpp_wire import MSG_ID, VERSIONS, Wire, sent

from hongyan.protocols.cmpp import pdus
from hongyan.protocols.cmpp.codec import frame_of
from hongyan.protocols.session.events import (
    Ignored,
    SubmitAnswered,
)
from hongyan.protocols.session.states import State


@pytest.mark.parametrize("command_id", [*pdus.BETWEEN_GATEWAYS, 3, 0x111, 0x80000003, 0x80000009])
def test_unknown_commands_have_no_answer_and_the_link_lives(command_id: int) -> None:
    wire = Wire().bound()
    for session in (wire.client, wire.server):
        (event,) = session.receive(frame_of(command_id, b"abc", 99), wire.now)
        assert isinstance(event, Ignored)
        assert session.bytes_to_send() == []
        assert session.state is State.BOUND


@VERSIONS
def test_an_unreadable_deliver_is_refused_with_its_id(version: int) -> None:
    wire = Wire().bound(version)
    for body, msg_id in ((MSG_ID + b"broken", MSG_ID), (b"\1\2", b"\1\2" + bytes(6))):
        (event,) = wire.client.receive(frame_of(pdus.DELIVER, body, 4), wire.now)
        assert isinstance(event, Ignored)
        (answer,) = sent(wire.client)
        assert (answer.name, answer.sequence) == ("CMPP_DELIVER_RESP", 4)
        assert answer.fields == {"Msg_Id": msg_id, "Result": 1}
    assert wire.client.open_requests == 0
    assert wire.client.state is State.BOUND


@pytest.mark.parametrize(
    ("command_id", "fields"),
    [
        (pdus.SUBMIT, {"Msg_Id": bytes(8), "Result": 1}),
        (pdus.CANCEL, {"Success_Id": 1}),
        (pdus.ACTIVE_TEST, {"Reserved": 0}),
    ],
)
def test_other_unreadable_requests_are_answered_in_their_way(
    command_id: int, fields: dict[str, object]
) -> None:
    wire = Wire().bound()
    (event,) = wire.server.receive(frame_of(command_id, b"?", 4), wire.now)
    assert isinstance(event, Ignored)
    (answer,) = sent(wire.server)
    assert (answer.command_id, answer.sequence, answer.fields) == (command_id | pdus.RESPONSE, 4, fields)


def test_an_unreadable_query_has_no_way_to_be_refused() -> None:
    wire = Wire().bound()
    (event,) = wire.server.receive(frame_of(pdus.QUERY, b"?", 4), wire.now)
    assert isinstance(event, Ignored)
    assert wire.server.bytes_to_send() == []


@pytest.mark.parametrize("body", [b"", MSG_ID, MSG_ID + b"\0\0", bytes(40)])
def test_an_answer_that_cannot_be_read_is_not_sent_again(body: bytes) -> None:
    """CMPP has no status in its header. Taken for a loss, the text would be sent again, for ever."""
    wire = Wire().bound()
    sequence = wire.submit("token")
    events = wire.client.receive(frame_of(pdus.SUBMIT_RESP, body, sequence), wire.now)
    assert events[0] == SubmitAnswered("token", 0, "")
    assert isinstance(events[1], Ignored)
    assert wire.client.in_flight == 0

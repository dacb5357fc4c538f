"""SMGP sessions, what no peer should send, and time that passes."""

from __future__ import annotations

import pytest
from smgp_vectors import frame_named
from smgp_wire import DELIVER_ID, MESSAGE_ID, SUBMIT, Wire, sent

from hongyan.protocols.session.events import (
    EnquireAnswered,
    Ignored,
    ProtocolBroken,
    SubmitAnswered,
)
from hongyan.protocols.session.states import State
from hongyan.protocols.smgp import pdus
from hongyan.protocols.smgp.codec import frame_of
from hongyan.protocols.smgp.session import TIMING

RAW_ID = bytes.fromhex(MESSAGE_ID)

# --- bytes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command_id", [*pdus.BETWEEN_GATEWAYS, 0, 0x111, 0x80000005, 0x80000111])
def test_commands_that_are_not_read_have_no_answer_and_the_link_lives(command_id: int) -> None:
    wire = Wire().bound()
    for session in (wire.client, wire.server):
        (event,) = session.receive(frame_of(command_id, b"abc", 99), wire.now)
        assert isinstance(event, Ignored)
        assert session.bytes_to_send() == []
        assert session.state is State.BOUND


@pytest.mark.parametrize(
    ("body", "message_id"), [(DELIVER_ID + b"broken", DELIVER_ID), (b"\1\2", b"\1\2" + bytes(8))]
)
def test_an_unreadable_deliver_is_refused_with_its_id(body: bytes, message_id: bytes) -> None:
    wire = Wire().bound()
    (event,) = wire.client.receive(frame_of(pdus.DELIVER, body, 4), wire.now)
    assert isinstance(event, Ignored)
    (answer,) = sent(wire.client)
    assert (answer.name, answer.sequence) == ("SMGP_DELIVER_RESP", 4)
    assert answer.fields == {"MsgID": message_id, "Status": 10}
    assert wire.client.open_requests == 0
    assert wire.client.state is State.BOUND


@pytest.mark.parametrize(
    ("command_id", "fields"),
    [
        (pdus.SUBMIT, {"MsgID": bytes(10), "Status": 10}),
        (pdus.LOGIN, {"Status": 10, "AuthenticatorServer": bytes(16), "ServerVersion": 0x30}),
        (pdus.ACTIVE_TEST, {}),
        (pdus.EXIT, {}),
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


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 0),
        (RAW_ID, 0),
        (RAW_ID + b"\0\0", 0),
        (RAW_ID + b"\0\0\0\x2f?", 47),
        (RAW_ID + b"\0\0\0\0?", 0),
    ],
)
def test_an_answer_that_cannot_be_read_is_never_taken_for_a_loss(body: bytes, status: int) -> None:
    """SMGP has no status in its header. Taken for a loss, the text would be sent again, for ever."""
    wire = Wire().bound()
    sequence = wire.client.submit("token", SUBMIT, wire.now)
    events = wire.client.receive(frame_of(pdus.SUBMIT_RESP, body, sequence), wire.now)
    assert events[0] == SubmitAnswered("token", status, "")
    assert isinstance(events[1], Ignored)
    assert wire.client.in_flight == 0


def test_a_second_login_is_refused_and_the_first_one_stands() -> None:
    wire = Wire().bound()
    (event,) = wire.server.receive(frame_named("login_send"), wire.now)
    assert isinstance(event, Ignored)
    (answer,) = sent(wire.server)
    assert (answer.name, answer.fields["Status"]) == ("SMGP_LOGIN_RESP", 11)
    assert (wire.server.state, wire.server.mode) == (State.BOUND, "transceiver")


def test_what_the_mode_does_not_carry_is_refused_and_the_link_lives() -> None:
    wire = Wire().bound("receiver")
    (event,) = wire.server.receive(frame_named("submit_ascii"), wire.now)
    assert isinstance(event, Ignored)
    (answer,) = sent(wire.server)
    assert answer.fields == {"MsgID": bytes(10), "Status": 11}
    wire = Wire().bound("transmitter")
    (event,) = wire.client.receive(frame_named("deliver_mo_ucs2"), wire.now)
    assert isinstance(event, Ignored)
    (answer,) = sent(wire.client)
    assert answer.fields == {"MsgID": RAW_ID, "Status": 11}


# --- time ------------------------------------------------------------------------------------------------


def test_the_document_s_own_figures_are_the_default() -> None:
    assert (TIMING.window, TIMING.answer_timeout, TIMING.enquire_idle) == (16, 60, 180)
    assert TIMING.enquire_tries == 3


def test_an_idle_link_is_tested_and_the_answer_measured() -> None:
    wire = Wire().bound()
    assert wire.client.next_deadline() == 180.0
    assert wire.client.tick(180.0) == []
    assert wire.to_server() == []
    wire.now = 180.5
    assert wire.to_client() == [EnquireAnswered(0.5)]


def test_a_heartbeat_answer_with_an_octet_too_many_still_shows_life() -> None:
    """As CMPP has it, and gateways that speak both."""
    wire = Wire().bound()
    for at in (180.0, 361.0, 542.0, 723.0):
        wire.client.tick(at)
        (asked,) = sent(wire.client)
        assert asked.name == "SMGP_ACTIVE_TEST"
        wire.client.receive(frame_of(pdus.ACTIVE_TEST_RESP, b"\0", asked.sequence), at + 1)
    assert wire.client.state is State.BOUND


def test_three_heartbeats_without_answer_end_the_link() -> None:
    wire = Wire().bound()
    for at in (180.0, 240.0, 300.0):
        assert wire.client.tick(at) == []
    assert wire.client.tick(360.0) == [ProtocolBroken("enquire_unanswered")]
    assert [pdu.name for pdu in sent(wire.client)] == ["SMGP_ACTIVE_TEST"] * 3

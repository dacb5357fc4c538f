"""SMPP sessions of both sides, talking to each other and to bytes that no peer should send."""

from __future__ import annotations

import pytest
from session_wire import a_message_and_its_report
from smpp_wire import DELIVER, SUBMIT, WHO, Wire

from hongyan.protocols.session.core import Session
from hongyan.protocols.session.events import (
    BindRefused,
    Bound,
    DeliverAnswered,
    Delivered,
    EnquireAnswered,
    Event,
    Ignored,
    Lost,
    Notified,
    PeerUnbound,
    ProtocolBroken,
    RequestReceived,
    SubmitAnswered,
    SubmitReceived,
)
from hongyan.protocols.session.states import Mode, State
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.smpp import pdus
from hongyan.protocols.smpp.client import ClientSession, Credentials
from hongyan.protocols.smpp.codec import MAX_SEQUENCE, Pdu, decode, encode, frame_of
from hongyan.protocols.smpp.events import BindRequested
from hongyan.protocols.smpp.server import ServerSession
from hongyan.protocols.wire.errors import FieldError


def sent(session: Session) -> list[tuple[str, int, int]]:
    """(name, status, sequence) of what a session wants to send."""
    frames = [decode(frame) for frame in session.bytes_to_send()]
    assert all(isinstance(pdu, Pdu) for pdu in frames)
    return [(pdu.name, pdu.status, pdu.sequence) for pdu in frames if isinstance(pdu, Pdu)]


# --- the ordinary way ------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [0, 1, 7])
def test_a_message_its_answer_and_its_receipt_travel_however_the_bytes_are_cut(step: int) -> None:
    wire = Wire(step=step)
    wire.client.bind(WHO, wire.now)
    assert wire.client.state is State.BINDING
    assert wire.to_server() == [BindRequested("transceiver", "esme01", "secret08", "", 0x34, "")]
    wire.server.accept_bind("SMSC01")
    assert wire.to_client() == [Bound("SMSC01", 0x34)]
    submitted, _ = a_message_and_its_report(wire, "7C9F2A10")
    assert submitted.fields["destination_addr"] == "8613800138000"


def test_a_hundred_answers_in_one_read_and_in_any_order() -> None:
    wire = Wire(Timing(window=100)).bound()
    for token in range(100):
        wire.client.submit(token, SUBMIT, wire.now)
    requests = [event.sequence for event in wire.to_server() if isinstance(event, SubmitReceived)]
    for sequence in reversed(requests):
        wire.server.answer_submit(sequence, 0, f"id{sequence}")
    events = wire.to_client()
    assert [event.token for event in events if isinstance(event, SubmitAnswered)] == list(range(99, -1, -1))


@pytest.mark.parametrize("mode", ["receiver", "transmitter", "transceiver"])
def test_every_bind_mode_is_answered_in_kind(mode: Mode) -> None:
    wire = Wire().bound(mode)
    assert wire.client.state is wire.server.state is State.BOUND
    assert wire.client.mode == wire.server.mode == mode


def test_an_old_client_gets_no_optional_parameters() -> None:
    wire = Wire()
    wire.client.bind(Credentials("esme01", "pw", version=0x33), wire.now)
    wire.to_server()
    wire.server.accept_bind("SMSC01")
    assert wire.to_client() == [Bound("SMSC01", None)]


def test_other_requests_are_answered_with_fields() -> None:
    wire = Wire().bound()
    (event,) = wire.server.receive(encode("query_sm", {"message_id": "A1"}, 900), wire.now)
    assert isinstance(event, RequestReceived)
    wire.server.answer(event.sequence, 0, {"message_id": "A1", "message_state": 2})
    (frame,) = wire.server.bytes_to_send()
    assert frame == encode("query_sm_resp", {"message_id": "A1", "message_state": 2}, 900)


def test_data_sm_delivers_like_deliver_sm_and_is_answered_as_data_sm() -> None:
    wire = Wire().bound()
    (event,) = wire.client.receive(encode("data_sm", {}, 5, 0, {"message_payload": b"x"}), wire.now)
    assert isinstance(event, Delivered)
    wire.client.answer_deliver(5)
    assert sent(wire.client) == [("data_sm_resp", 0, 5)]


def test_notices_need_no_answer() -> None:
    wire = Wire()
    (outbind,) = wire.client.receive(encode("outbind", {"system_id": "SMSC"}, 1), wire.now)
    assert isinstance(outbind, Notified)
    (early,) = wire.client.receive(encode("alert_notification", {}, 2), wire.now)
    assert isinstance(early, Ignored)
    (alert,) = wire.bound().client.receive(encode("alert_notification", {}, 3), wire.now)
    assert isinstance(alert, Notified)
    assert wire.client.bytes_to_send() == []


# --- refusals --------------------------------------------------------------------------------------------


def test_a_refused_bind_closes_both_ends() -> None:
    wire = Wire()
    wire.client.bind(WHO, wire.now)
    wire.to_server()
    wire.server.refuse_bind(0x0E)
    assert wire.server.closed
    assert wire.to_client() == [BindRefused(0x0E, "ESME_RINVPASWD")]
    assert wire.client.closed


def test_a_bind_answered_with_generic_nack_is_refused() -> None:
    wire = Wire()
    wire.client.bind(WHO, wire.now)
    assert wire.client.receive(frame_of(pdus.GENERIC_NACK, b"", 1, 3), wire.now) == [
        BindRefused(3, "ESME_RINVCMDID")
    ]


def test_a_second_bind_is_refused_and_changes_nothing() -> None:
    wire = Wire().bound()
    (event,) = wire.server.receive(encode("bind_receiver", {}, 77), wire.now)
    assert isinstance(event, Ignored)
    assert sent(wire.server) == [("bind_receiver_resp", 0x05, 77)]
    assert (wire.server.state, wire.server.mode) == (State.BOUND, "transceiver")


def test_a_bind_answer_of_another_kind_or_sequence_is_not_ours() -> None:
    wire = Wire()
    wire.client.bind(WHO, wire.now)
    for frame in (frame_of(0x80000001, b"x\0", 1), frame_of(0x80000009, b"x\0", 2)):
        (event,) = wire.client.receive(frame, wire.now)
        assert isinstance(event, Ignored)
    assert wire.client.state is State.BINDING


def test_a_password_that_does_not_fit_is_named_before_anything_is_sent() -> None:
    client = ClientSession(Timing(), 0.0)
    with pytest.raises(FieldError, match="password"):
        client.bind(Credentials("esme01", "x" * 65), 0.0)
    assert client.state is State.OPEN
    assert client.bytes_to_send() == []


@pytest.mark.parametrize("body", [b"", b"\0"])
def test_a_refused_submit_is_answered_with_and_without_body(body: bytes) -> None:
    wire = Wire().bound()
    sequence = wire.client.submit("token", SUBMIT, wire.now)
    frame = frame_of(pdus.SUBMIT_SM_RESP, body, sequence, 0x58)
    assert wire.client.receive(frame, wire.now) == [SubmitAnswered("token", 0x58, "")]


def test_generic_nack_answers_the_request_it_names() -> None:
    wire = Wire().bound()
    sequence = wire.client.submit("token", SUBMIT, wire.now)
    assert wire.client.receive(frame_of(pdus.GENERIC_NACK, b"", sequence, 3), wire.now) == [
        SubmitAnswered("token", 3, "")
    ]
    sequence = wire.server.deliver("receipt", DELIVER, wire.now)
    assert wire.server.receive(frame_of(pdus.GENERIC_NACK, b"", sequence, 3), wire.now) == [
        DeliverAnswered("receipt", 3)
    ]
    (event,) = wire.client.receive(frame_of(pdus.GENERIC_NACK, b"", 0, 2), wire.now)
    assert isinstance(event, Ignored)


def test_too_many_open_requests_are_refused_as_temporary() -> None:
    wire = Wire(Timing(open_requests=2)).bound()
    for token in range(3):
        wire.client.submit(token, SUBMIT, wire.now)
        wire.server.deliver(token, DELIVER, wire.now)
    assert [type(event) for event in wire.to_server()] == [SubmitReceived, SubmitReceived, Ignored]
    first, second, third, answer = wire.to_client()
    assert [type(event) for event in (first, second, third)] == [Delivered, Delivered, Ignored]
    assert answer == SubmitAnswered(2, 0x14, "")
    assert wire.to_server() == [DeliverAnswered(2, 0x64)]


# --- what no peer should send ----------------------------------------------------------------------------


def test_an_unknown_command_gets_generic_nack_with_its_sequence() -> None:
    wire = Wire().bound()
    (event,) = wire.client.receive(frame_of(0x111, b"abc", 99), wire.now)
    assert isinstance(event, Ignored)
    assert sent(wire.client) == [("generic_nack", 3, 99)]
    assert wire.client.state is State.BOUND


def test_an_unreadable_request_is_refused_and_the_link_lives() -> None:
    wire = Wire().bound()
    (event,) = wire.client.receive(frame_of(pdus.DELIVER_SM, b"\0\0", 4), wire.now)
    assert isinstance(event, Ignored)
    assert sent(wire.client) == [("deliver_sm_resp", 2, 4)]
    (event,) = wire.client.receive(frame_of(pdus.ALERT_NOTIFICATION, b"", 5), wire.now)
    assert isinstance(event, Ignored)
    assert sent(wire.client) == []
    assert wire.client.open_requests == 0


# --- time ------------------------------------------------------------------------------------------------


def test_a_deliver_without_answer_is_lost_for_the_server_too() -> None:
    wire = Wire(Timing(answer_timeout=5, enquire_idle=0)).bound()
    sequence = wire.server.deliver("receipt", DELIVER, 0.0)
    assert wire.server.tick(5.0) == [Lost("receipt")]
    (event,) = wire.server.receive(frame_of(pdus.DELIVER_SM_RESP, b"\0", sequence), 6.0)
    assert isinstance(event, Ignored)


def test_a_peer_that_does_not_bind_in_time_is_left() -> None:
    wire = Wire(Timing(bind_timeout=30))
    assert wire.server.next_deadline() == 30.0
    assert wire.server.tick(29.9) == []
    assert wire.server.tick(30.0) == [ProtocolBroken("bind_timeout")]
    wire.client.bind(WHO, 10.0)
    assert wire.client.next_deadline() == 40.0
    assert wire.client.tick(40.0) == [ProtocolBroken("bind_timeout")]
    assert wire.client.closed


def test_a_server_that_does_not_decide_about_a_bind_runs_out_of_time_too() -> None:
    wire = Wire(Timing(bind_timeout=30))
    wire.client.bind(WHO, 0.0)
    wire.to_server()
    assert wire.server.next_deadline() == 30.0


def test_unbinds_that_cross_end_both_sides() -> None:
    wire = Wire().bound()
    wire.client.unbind(wire.now)
    wire.server.unbind(wire.now)
    assert wire.to_client() == [PeerUnbound()]
    assert wire.to_server() == [PeerUnbound()]
    assert wire.client.closed
    assert wire.server.closed


def test_an_idle_link_is_asked_and_the_answer_measured() -> None:
    wire = Wire(Timing(enquire_idle=30)).bound()
    assert wire.client.next_deadline() == 30.0
    assert wire.client.tick(29.9) == []
    assert wire.client.bytes_to_send() == []
    assert wire.client.tick(30.0) == []
    assert wire.client.tick(30.0) == []
    assert wire.to_server() == []
    wire.now = 30.5
    assert wire.to_client() == [EnquireAnswered(0.5)]
    assert wire.client.next_deadline() == 60.5


def test_a_silent_peer_is_left_after_the_last_try() -> None:
    wire = Wire(Timing(enquire_idle=30, enquire_timeout=10, enquire_tries=3)).bound()
    wire.client.submit("token", SUBMIT, 5.0)
    wire.client.bytes_to_send()
    events: list[Event] = []
    asked = 0
    while not wire.client.closed:
        deadline = wire.client.next_deadline()
        assert deadline is not None
        wire.now = deadline
        events += wire.client.tick(wire.now)
        asked += len(sent(wire.client))
    assert (asked, wire.now) == (3, 60.0)
    assert events == [ProtocolBroken("enquire_unanswered")]
    assert wire.client.unanswered() == ["token"]


def test_any_pdu_proves_that_the_peer_lives() -> None:
    wire = Wire(Timing(enquire_idle=30, enquire_timeout=10, enquire_tries=1)).bound()
    wire.client.tick(30.0)
    assert sent(wire.client)[0][0] == "enquire_link"
    wire.client.receive(encode("enquire_link", {}, 5), 39.0)
    assert wire.client.tick(45.0) == []
    assert wire.client.next_deadline() == 69.0


def test_without_idle_time_nobody_is_asked() -> None:
    wire = Wire(Timing(enquire_idle=0)).bound()
    assert wire.client.next_deadline() is None
    assert wire.client.tick(1e6) == []
    assert wire.client.bytes_to_send() == []


# --- the window and the sequence -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "submits", "delivers"),
    [("transmitter", 16, 0), ("receiver", 0, 16), ("transceiver", 16, 16)],
)
def test_the_bind_mode_says_which_side_may_send(mode: Mode, submits: int, delivers: int) -> None:
    wire = Wire().bound(mode)
    assert (wire.client.window_free, wire.server.window_free) == (submits, delivers)
    if not submits:
        with pytest.raises(RuntimeError):
            wire.client.submit("token", SUBMIT, wire.now)
    if not delivers:
        with pytest.raises(RuntimeError):
            wire.server.deliver("token", DELIVER, wire.now)


def test_an_unreadable_answer_to_something_else_leaves_the_window_alone() -> None:
    wire = Wire().bound()
    sequence = wire.client.submit("token", SUBMIT, wire.now)
    (event,) = wire.client.receive(frame_of(0x80000111, b"", sequence), wire.now)
    assert isinstance(event, Ignored)
    assert wire.client.in_flight == 1


def test_sequences_wrap_to_one_and_pass_over_those_in_use() -> None:
    wire = Wire().bound()
    client = wire.client
    first = client.submit("long", SUBMIT, wire.now)
    client._sequence = MAX_SEQUENCE - 1
    assert client.submit("last", SUBMIT, wire.now) == MAX_SEQUENCE
    assert client.submit("wrapped", SUBMIT, wire.now) == 1
    client._sequence = first - 1
    assert client.submit("over", SUBMIT, wire.now) == first + 1


def test_a_server_decides_only_about_a_bind_that_was_asked() -> None:
    server = ServerSession(Timing(), 0.0)
    with pytest.raises(RuntimeError):
        server.accept_bind("SMSC01")
    with pytest.raises(RuntimeError):
        server.refuse_bind()

"""What sessions of every protocol do alike: each request has one end, time runs out, a link ends, answers come once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from every_session import EACH, EACH_THAT_SUBMITS, EACH_WITH_HEARTBEAT, TIMING, Connection
from hypothesis import given
from hypothesis import strategies as st

from hongyan.protocols.session.events import (
    DeliverAnswered,
    Delivered,
    Event,
    Ignored,
    LateAnswer,
    Lost,
    ProtocolBroken,
    SubmitAnswered,
    SubmitReceived,
)
from hongyan.protocols.session.states import State
from hongyan.protocols.session.timing import Timing

WINDOW = TIMING.window
ACTIONS = st.lists(
    st.sampled_from(["submit", "deliver", "to_server", "to_client", "answer", "drop", "ack", "wait", "tick"]),
    max_size=80,
)


@EACH
@given(actions=ACTIONS, step=st.integers(1, 20))
def test_every_token_comes_back_exactly_once_whatever_happens(
    connection: Connection, actions: list[str], step: int
) -> None:
    wire = connection.bound(step=step)
    customer, carrier = wire.customer, wire.carrier
    given_tokens: list[int] = []
    back: list[int] = []
    open_submits: list[int] = []
    open_delivers: list[int] = []

    def note(events: list[Event]) -> None:
        for event in events:
            match event:
                case SubmitAnswered(token=token) | Lost(token=token) | DeliverAnswered(token=token):
                    back.append(token)
                case SubmitReceived(sequence=sequence):
                    open_submits.append(sequence)
                case Delivered(sequence=sequence):
                    open_delivers.append(sequence)

    for token, action in enumerate(actions):
        match action:
            case "submit" if customer.window_free:
                wire.submit(token)
                given_tokens.append(token)
            case "deliver" if carrier.window_free:
                wire.deliver(token)
                given_tokens.append(token)
            case "to_server":
                note(wire.to_server())
            case "to_client":
                note(wire.to_client())
            case "answer" if open_submits:
                carrier.answer_submit(open_submits.pop())
            case "drop":
                wire.server.bytes_to_send()
            case "ack" if open_delivers:
                customer.answer_deliver(open_delivers.pop())
            case "wait":
                wire.now += 7
            case "tick":
                note(wire.client.tick(wire.now))
                note(wire.server.tick(wire.now))
        for session in (customer, carrier):
            assert 0 <= session.in_flight <= WINDOW
            assert session.in_flight + session.window_free in (0, WINDOW)
        assert len(given_tokens) - len(back) == customer.in_flight + carrier.in_flight
    wire.client.connection_lost()
    wire.server.connection_lost()
    back += wire.client.unanswered() + wire.server.unanswered()
    assert sorted(back) == sorted(given_tokens)


def asked(wire: Any, token: object) -> int:
    """A request of the side that asks here: a submit, or where a carrier dials, a report."""
    sequence: int = wire.submit(token) if wire.customer.window_free else wire.deliver(token)
    return sequence


def answer_to(wire: Any, events: list[Event]) -> bool:
    """Answer the one request that was received."""
    (event,) = events
    assert isinstance(event, SubmitReceived | Delivered)
    if isinstance(event, SubmitReceived):
        answered: bool = wire.carrier.answer_submit(event.sequence)
    else:
        answered = wire.customer.answer_deliver(event.sequence)
    return answered


# --- the window ------------------------------------------------------------------------------------------


@EACH
def test_the_window_is_counted_and_not_exceeded(connection: Connection) -> None:
    wire = connection.wire()
    assert (wire.customer.window_free, wire.carrier.window_free) == (0, 0), "nobody has logged in"
    wire = connection.bound()
    assert wire.client.window_free + wire.server.window_free > 0
    while wire.client.window_free:
        asked(wire, "a")
    assert (wire.client.window_free, wire.client.in_flight) == (0, WINDOW)
    with pytest.raises(RuntimeError):
        asked(wire, "one too many") if wire.client is wire.carrier else wire.submit("one too many")
    with pytest.raises(RuntimeError):
        connection.wire().submit("too early") if wire.client is wire.customer else connection.wire().deliver(
            "x"
        )


@EACH
def test_an_answer_is_given_once_and_not_after_the_end(connection: Connection) -> None:
    wire = connection.bound()
    asked(wire, "a")
    first = wire.to_server()
    assert answer_to(wire, first)
    assert not answer_to(wire, first)
    asked(wire, "b")
    second = wire.to_server()
    wire.server.connection_lost()
    wire.server.bytes_to_send()
    assert not answer_to(wire, second)
    assert wire.server.bytes_to_send() == []


@EACH
def test_an_answer_that_comes_twice_counts_once(connection: Connection) -> None:
    wire = connection.bound()
    asked(wire, "a")
    answer_to(wire, wire.to_server())
    octets = b"".join(wire.server.bytes_to_send())
    (event,) = wire.client.receive(octets, wire.now)
    assert isinstance(event, SubmitAnswered | DeliverAnswered)
    (again,) = wire.client.receive(octets, wire.now)
    assert isinstance(again, Ignored)
    assert wire.client.in_flight == 0


# --- what no peer should send ----------------------------------------------------------------------------


def changed(session: Any, frame: bytes) -> bytes:
    """The same frame with other words in its body, which can be read all the same."""
    first = session.language.decode(frame)
    for at in range(len(frame) - 1, session.language.header_size - 1, -1):
        other = frame[:at] + bytes((frame[at] ^ 1,)) + frame[at + 1 :]
        pdu = session.language.decode(other)
        if not isinstance(pdu, session.language.unreadable) and pdu != first:
            return other
    raise AssertionError("every octet decides whether it can be read")


@EACH
@pytest.mark.parametrize("way", ["submit", "deliver"])
def test_a_repeated_sequence_never_makes_more_open_requests_than_are_answered(
    connection: Connection, way: str
) -> None:
    wire = connection.bound()
    asks, answers = (wire.customer, wire.carrier) if way == "submit" else (wire.carrier, wire.customer)
    if not asks.window_free:
        return  # where a carrier dials, nothing is submitted
    getattr(wire, way)("a")
    (frame,) = asks.bytes_to_send()
    events = answers.receive(frame * 500 + changed(answers, frame), wire.now)
    assert [type(event) for event in events[1:]] == [Ignored] * 500
    assert answers.open_requests == 1
    (refusal,) = answers.bytes_to_send()
    (refused,) = asks.receive(refusal, wire.now)
    assert isinstance(refused, SubmitAnswered | DeliverAnswered)
    assert refused.status == answers.repeated_status
    assert answer_to(wire, events[:1])
    assert answers.open_requests == 0
    (again,) = answers.receive(frame, wire.now)
    assert isinstance(again, SubmitReceived | Delivered), "the sequence is free once it is answered"


@EACH
@pytest.mark.parametrize("length", [0, 3, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_bad_length_ends_the_link_after_the_frames_before_it(connection: Connection, length: int) -> None:
    wire = connection.bound()
    asked(wire, "answered")
    answer_to(wire, wire.to_server())
    asked(wire, "open")
    wire.client.bytes_to_send()
    octets = b"".join(wire.server.bytes_to_send()) + length.to_bytes(4, "big")
    answered, broken = wire.client.receive(octets, wire.now)
    assert isinstance(answered, SubmitAnswered | DeliverAnswered)
    assert (answered.token, answered.status, broken) == ("answered", 0, ProtocolBroken("bad_length"))
    assert wire.client.bytes_to_send() == [wire.client.language.last_words] * bool(
        wire.client.language.last_words
    )
    assert wire.client.closed
    assert (wire.client.unanswered(), wire.client.unanswered()) == (["open"], [])


@EACH
def test_a_closed_session_is_deaf_and_asks_for_no_time(connection: Connection) -> None:
    wire = connection.bound()
    asked(wire, "a")
    heard = b"".join(wire.client.bytes_to_send())
    for session in (wire.client, wire.server):
        assert session.connection_lost() == [ProtocolBroken("connection_lost")]
        assert session.connection_lost() == []
        assert session.receive(heard, wire.now) == []
        assert session.tick(1e9) == []
        assert session.next_deadline() is None
        assert session.window_free == 0
        assert session.bytes_to_send() == []


# --- time ------------------------------------------------------------------------------------------------


@EACH_THAT_SUBMITS
def test_a_submit_without_answer_is_lost_and_its_late_answer_is_told_apart(connection: Connection) -> None:
    wire = connection.bound()
    wire.submit("first")
    first = wire.to_server()
    wire.now = 10.0
    wire.submit("second")
    second = wire.to_server()
    assert wire.client.next_deadline() == 20.0
    assert wire.client.tick(19.9) == []
    assert wire.client.tick(20.0) == [Lost("first")]
    assert wire.client.next_deadline() == 30.0
    assert wire.client.bytes_to_send() == [], "nothing is sent again"
    answer_to(wire, first)
    answer_to(wire, second)
    late, answered = wire.to_client()
    assert isinstance(late, LateAnswer)
    assert isinstance(answered, SubmitAnswered)
    assert (late.token, answered.token) == ("first", "second")


@EACH
def test_who_does_not_log_in_or_answer_a_login_in_time_is_left(connection: Connection) -> None:
    wire = connection.wire(replace(TIMING, bind_timeout=30))
    assert wire.server.next_deadline() == 30.0
    assert wire.server.tick(30.0) == [ProtocolBroken("bind_timeout")]
    wire.now = 10.0
    connection.bind(wire)
    assert wire.client.next_deadline() == 40.0
    assert wire.client.tick(39.9) == []
    assert wire.client.tick(40.0) == [ProtocolBroken("bind_timeout")]


@EACH
def test_a_leave_without_answer_ends_anyway(connection: Connection) -> None:
    wire = connection.bound(replace(TIMING, unbind_timeout=5))
    asked(wire, "a")
    wire.client.unbind(1.0)
    assert wire.client.tick(6.0) == [ProtocolBroken("unbind_timeout")]
    assert wire.client.unanswered() == ["a"]


@EACH
def test_answers_still_come_while_leaving(connection: Connection) -> None:
    wire = connection.bound()
    asked(wire, "a")
    received = wire.to_server()
    wire.client.unbind(wire.now)
    assert wire.client.state is State.UNBINDING
    assert wire.client.window_free == 0
    answer_to(wire, received)
    (event,) = wire.to_client()
    assert isinstance(event, SubmitAnswered | DeliverAnswered)
    wire.to_server()
    wire.to_client()
    assert wire.client.closed
    assert wire.server.closed
    assert wire.client.unanswered() == []


@EACH_WITH_HEARTBEAT
@pytest.mark.parametrize("start", [State.OPEN, State.BINDING, State.BOUND])
def test_heartbeats_are_answered_in_any_state(connection: Connection, start: State) -> None:
    wire = connection.bound() if start is State.BOUND else connection.wire()
    if start is State.BINDING:
        connection.bind(wire)
        wire.client.bytes_to_send()
    assert connection.heartbeat is not None
    asked, answer = connection.heartbeat
    for session in (wire.client, wire.server):
        assert session.receive(asked, wire.now) == []
        assert session.bytes_to_send() == [answer]


@EACH_WITH_HEARTBEAT
def test_half_a_frame_and_then_silence_is_left_after_the_heartbeats(connection: Connection) -> None:
    wire = connection.bound(Timing(enquire_idle=30, enquire_timeout=10, enquire_tries=2))
    wire.deliver("report")
    (frame,) = wire.server.bytes_to_send()
    assert wire.client.receive(frame[: len(frame) // 2], 5.0) == []
    assert wire.client.tick(30.0) == []
    assert wire.client.tick(40.0) == []
    assert wire.client.tick(50.0) == [ProtocolBroken("enquire_unanswered")]

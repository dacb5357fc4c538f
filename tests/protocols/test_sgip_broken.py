"""SGIP sessions and what no peer should send."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sgip_vectors import frame_named
from sgip_wire import (
    DELIVER,
    REPORT,
    SP_NODE,
    SUBMIT,
    WHO,
    ReverseWire,
    Wire,
    all_ends,
    sent,
)

from hongyan.protocols.session.events import (
    DeliverAnswered,
    Delivered,
    Ignored,
    LateAnswer,
    Lost,
    ProtocolBroken,
    SubmitAnswered,
)
from hongyan.protocols.session.states import State
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.sgip import pdus
from hongyan.protocols.sgip.codec import encode, frame_of
from hongyan.protocols.sgip.sequence import message_id, of_triple

# --- repeated sequences --------------------------------------------------------------------------------------


def test_a_repeated_request_is_dropped_and_another_one_under_its_sequence_refused() -> None:
    server = ReverseWire().bound().server
    frame = frame_named("deliver_mo_ucs2")
    other = bytearray(frame)
    other[-12] ^= 1
    kinds = [type(event) for event in server.receive(frame + frame + bytes(other), 0.0)]
    assert kinds == [Delivered, Ignored, Ignored]
    assert [(name, result) for name, result, _ in sent(server)] == [("SGIP_DELIVER_RESP", 9)]
    assert server.open_requests == 1


def test_an_answered_sequence_may_come_again() -> None:
    server = ReverseWire().bound().server
    frame = frame_named("report_success")
    for _ in range(2):
        (event,) = server.receive(frame, 0.0)
        assert isinstance(event, Delivered)
        assert server.answer_deliver(event.sequence)


# --- what no peer should send --------------------------------------------------------------------------------


@pytest.mark.parametrize("command_id", [0x06, 0x0F, 0x99, 0x7FFFFFFF])
def test_an_unknown_command_is_answered_with_an_error_and_the_link_lives(command_id: int) -> None:
    for session in all_ends():
        (event,) = session.receive(frame_of(command_id, b"abc", 99), 0.0)
        assert isinstance(event, Ignored)
        (answer,) = session.bytes_to_send()
        assert answer == frame_of(command_id | pdus.RESPONSE, b"\x07" + bytes(8), 99)
        assert session.state is State.BOUND


def test_an_unreadable_request_is_refused_and_the_link_lives() -> None:
    server = ReverseWire().bound().server
    (event,) = server.receive(frame_of(pdus.DELIVER, b"\0\0", 4), 0.0)
    assert isinstance(event, Ignored)
    assert sent(server) == [("SGIP_DELIVER_RESP", 8, 4)]
    assert server.open_requests == 0


@pytest.mark.parametrize(
    ("body", "result"), [(b"\0", 0), (b"", 0), (b"\x0b", 11), (b"\0" * 20, 0), (b"\x06\0\0", 6)]
)
def test_an_unreadable_answer_still_says_whether_the_submit_was_taken(body: bytes, result: int) -> None:
    wire = Wire(Timing(answer_timeout=10, enquire_idle=0)).bound()
    first = wire.client.submit("first", SUBMIT, 0.0)
    late = wire.client.submit("late", SUBMIT, 0.0)
    answered, ignored = wire.client.receive(frame_of(pdus.SUBMIT_RESP, body, first), 1.0)
    assert answered == SubmitAnswered("first", result, "" if result else message_id(first))
    assert isinstance(ignored, Ignored)
    assert wire.client.tick(10.0) == [Lost("late")]
    answered, ignored = wire.client.receive(frame_of(pdus.SUBMIT_RESP, body, late), 11.0)
    assert answered == LateAnswer("late", result, "" if result else message_id(late))
    assert wire.client.unanswered() == []


def test_an_unreadable_answer_to_a_report_settles_it() -> None:
    wire = ReverseWire().bound()
    sequence = wire.client.report("report", REPORT, 0.0)
    answered, ignored = wire.client.receive(frame_of(pdus.REPORT_RESP, b"\x05", sequence), 0.0)
    assert answered == DeliverAnswered("report", 5)
    assert isinstance(ignored, Ignored)


def test_answers_that_nobody_asked_for_are_ignored() -> None:
    for session in all_ends():
        for spec in pdus.SPECS:
            if spec.command_id & pdus.RESPONSE:
                events = session.receive(encode(spec.name, {}, 4711), 0.0)
                assert [type(event) for event in events] == [Ignored]
        session.receive(frame_of(pdus.SUBMIT_RESP, b"", 4711), 0.0)
        assert session.bytes_to_send() == []
        assert session.state is State.BOUND


def test_a_bind_answer_of_another_sequence_is_not_ours() -> None:
    client = Wire().client
    client.bind(WHO, 0.0)
    (event,) = client.receive(encode("SGIP_BIND_RESP", {}, 9), 0.0)
    assert isinstance(event, Ignored)
    assert client.state is State.BINDING


@pytest.mark.parametrize("length", [0, 19, 4097, 0xFFFFFFFF])
def test_a_bad_length_ends_the_link_after_the_frames_before_it(length: int) -> None:
    wire = Wire().bound()
    sequence = wire.client.submit("answered", SUBMIT, 0.0)
    wire.client.submit("open", SUBMIT, 0.0)
    wire.client.bytes_to_send()
    data = encode("SGIP_SUBMIT_RESP", {}, sequence) + length.to_bytes(4, "big")
    assert wire.client.receive(data, 0.0) == [
        SubmitAnswered("answered", 0, message_id(sequence)),
        ProtocolBroken("bad_length"),
    ]
    assert wire.client.bytes_to_send() == []
    assert wire.client.unanswered() == ["open"]


def test_a_closed_session_is_deaf_and_asks_for_no_time() -> None:
    for session in all_ends():
        assert session.connection_lost() == [ProtocolBroken("connection_lost")]
        assert session.connection_lost() == []
        assert session.receive(frame_named("unbind"), 0.0) == []
        assert session.tick(1e9) == []
        assert session.next_deadline() is None
        assert session.window_free == 0
        assert session.bytes_to_send() == []


_BODIES = [SUBMIT, DELIVER, REPORT, bytes(9), bytes(41), b""]
_COMMANDS = sorted({spec.command_id for spec in pdus.SPECS} | {0x06, 0x99, 0x80000099})
_NUMBERS = st.integers(0, 5) | st.integers(0, (1 << 96) - 1)
_OURS = st.integers(0, 5).map(lambda counter: of_triple(SP_NODE, 315_102_030, counter))
FRAMES = st.builds(
    frame_of, st.sampled_from(_COMMANDS), st.binary(max_size=60) | st.sampled_from(_BODIES), _NUMBERS | _OURS
)


@given(
    st.lists(FRAMES | st.binary(max_size=20), max_size=12),
    st.sampled_from(["open", "binding", "bound", "unbinding"]),
    st.sampled_from([Wire, ReverseWire]),
)
def test_no_bytes_make_a_session_raise(chunks: list[bytes], start: str, make: Any) -> None:
    wire = make(Timing(frame_limit=300, open_requests=3, enquire_idle=3))
    if start in ("bound", "unbinding"):
        wire.bound()
        (wire.client.submit if make is Wire else wire.client.report)("token", SUBMIT, wire.now)
    if start == "binding":
        wire.client.bind(WHO, wire.now)
        wire.to_server()
    if start == "unbinding":
        wire.client.unbind(wire.now)
        wire.server.unbind(wire.now)
    for session in (wire.client, wire.server):
        for at, chunk in enumerate(chunks):
            session.receive(chunk, float(at))
            session.tick(float(at))
            deadline = session.next_deadline()
            assert deadline is None or deadline > at
            assert session.open_requests <= 3
        assert all(int.from_bytes(frame[:4], "big") == len(frame) for frame in session.bytes_to_send())

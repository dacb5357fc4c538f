"""SGIP sessions and what no peer should send."""

from __future__ import annotations

import pytest
from sgip_vectors import frame_named
from sgip_wire import (
    REPORT,
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
    SubmitAnswered,
)
from hongyan.protocols.session.states import State
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.sgip import pdus
from hongyan.protocols.sgip.codec import encode, frame_of
from hongyan.protocols.sgip.sequence import message_id

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


def test_a_bind_answer_of_another_sequence_is_not_ours() -> None:
    client = Wire().client
    client.bind(WHO, 0.0)
    (event,) = client.receive(encode("SGIP_BIND_RESP", {}, 9), 0.0)
    assert isinstance(event, Ignored)
    assert client.state is State.BINDING

"""SGIP sessions and the time that passes: lost answers, silence, and what comes back in the end."""

from __future__ import annotations

from typing import Any

import pytest
from sgip_wire import (
    REPORT,
    SUBMIT,
    WHO,
    ReverseWire,
    Wire,
    all_ends,
)

from hongyan.protocols.session.events import (
    DeliverAnswered,
    Delivered,
    LateAnswer,
    Lost,
    PeerUnbound,
    ProtocolBroken,
    SubmitAnswered,
    Unbound,
)
from hongyan.protocols.session.states import State
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.sgip.codec import encode
from hongyan.protocols.sgip.sequence import message_id

# --- time ----------------------------------------------------------------------------------------------------


def test_a_submit_without_answer_is_lost_and_its_late_answer_is_told_apart() -> None:
    wire = Wire(Timing(answer_timeout=30, enquire_idle=0)).bound()
    first = wire.client.submit("first", SUBMIT, 0.0)
    second = wire.client.submit("second", SUBMIT, 10.0)
    assert wire.client.next_deadline() == 30.0
    assert wire.client.tick(29.9) == []
    assert wire.client.tick(30.0) == [Lost("first")]
    wire.to_server()
    wire.server.answer_submit(first)
    wire.server.answer_submit(second)
    assert wire.to_client() == [
        LateAnswer("first", 0, message_id(first)),
        SubmitAnswered("second", 0, message_id(second)),
    ]
    assert wire.client.bytes_to_send() == [], "nothing is sent again"


@pytest.mark.parametrize("make", [Wire, ReverseWire])
def test_a_peer_that_does_not_bind_in_time_is_left(make: Any) -> None:
    wire = make(Timing(bind_timeout=30))
    assert wire.server.tick(29.9) == []
    assert wire.server.tick(30.0) == [ProtocolBroken("bind_timeout")]
    wire.client.bind(WHO, 10.0)
    assert wire.client.tick(40.0) == [ProtocolBroken("bind_timeout")]


@pytest.mark.parametrize("make", [Wire, ReverseWire])
def test_a_silent_connection_is_left_by_either_end_before_the_peer_closes_it(make: Any) -> None:
    for end in ("client", "server"):
        wire = make(Timing(enquire_idle=50)).bound()
        session, other = wire.client, wire.server
        if end == "server":
            session, other = other, session
        assert session.next_deadline() == 50.0
        assert session.tick(49.9) == []
        assert session.tick(50.0) == []
        assert session.state is State.UNBINDING
        (unbind,) = session.bytes_to_send()
        assert other.receive(unbind, 50.0) == [PeerUnbound()]
        assert session.receive(b"".join(other.bytes_to_send()), 50.0) == [Unbound()]


def test_a_silent_peer_that_does_not_answer_the_unbind_is_left_too() -> None:
    client = Wire(Timing(enquire_idle=50, unbind_timeout=5)).bound().client
    client.tick(50.0)
    assert client.next_deadline() == 55.0
    assert client.tick(55.0) == [ProtocolBroken("unbind_timeout")]


def test_whatever_waits_for_an_answer_keeps_a_connection() -> None:
    wire = ReverseWire(Timing(enquire_idle=50, answer_timeout=200)).bound()
    wire.client.report("report", REPORT, 0.0)
    (event,) = wire.to_server()
    assert isinstance(event, Delivered)
    assert wire.client.next_deadline() == 200.0
    assert wire.server.next_deadline() is None
    assert wire.client.tick(100.0) == wire.server.tick(100.0) == []
    assert wire.client.state is wire.server.state is State.BOUND
    wire.server.answer_deliver(event.sequence)
    wire.now = 100.0
    assert wire.to_client() == [DeliverAnswered("report", 0)]
    assert wire.client.next_deadline() == 150.0


def test_any_word_of_the_peer_is_traffic() -> None:
    wire = Wire(Timing(enquire_idle=50)).bound()
    sequence = wire.client.submit("token", SUBMIT, 30.0)
    wire.client.receive(encode("SGIP_SUBMIT_RESP", {}, sequence), 40.0)
    assert wire.client.tick(80.0) == []
    assert wire.client.state is State.BOUND
    assert wire.client.next_deadline() == 90.0


def test_without_idle_time_nobody_leaves() -> None:
    for session in all_ends():
        assert session.next_deadline() is None
        assert session.tick(1e6) == []
        assert session.bytes_to_send() == []
        assert session.state is State.BOUND


def test_answers_and_reports_still_come_while_leaving() -> None:
    wire = Wire().bound()
    sequence = wire.client.submit("token", SUBMIT, 0.0)
    wire.client.unbind(0.0)
    answer = encode("SGIP_SUBMIT_RESP", {}, sequence)
    assert wire.client.receive(answer, 0.0) == [SubmitAnswered("token", 0, message_id(sequence))]
    reverse = ReverseWire().bound()
    reverse.server.unbind(0.0)
    reverse.client.report("report", REPORT, 0.0)
    (event,) = reverse.to_server()
    assert isinstance(event, Delivered)
    assert reverse.server.answer_deliver(event.sequence)

"""CMPP sessions and time: answers that do not come, heartbeats, leaving."""

from __future__ import annotations

import pytest
from cmpp_vectors import frame_named
from cmpp_wire import MESSAGE_ID, VERSIONS, WHO, Wire, sent, submit_answer

from hongyan.protocols.cmpp import pdus
from hongyan.protocols.cmpp.codec import frame_of
from hongyan.protocols.cmpp.pdus import Layout
from hongyan.protocols.cmpp.session import TIMING
from hongyan.protocols.session.events import (
    Delivered,
    EnquireAnswered,
    LateAnswer,
    Lost,
    ProtocolBroken,
    SubmitAnswered,
    SubmitReceived,
)
from hongyan.protocols.session.timing import Timing


def test_the_document_s_own_figures_are_the_default() -> None:
    assert (TIMING.window, TIMING.answer_timeout, TIMING.enquire_idle, TIMING.enquire_tries) == (
        16,
        60,
        180,
        3,
    )


def test_a_submit_without_answer_is_lost_and_its_late_answer_is_told_apart() -> None:
    wire = Wire().bound()
    first = wire.submit("first")
    wire.now = 10.0
    second = wire.submit("second")
    assert wire.client.next_deadline() == 60.0
    assert wire.client.tick(60.0) == [Lost("first")]
    wire.client.bytes_to_send()
    assert wire.client.receive(submit_answer(first) + submit_answer(second), 61.0) == [
        LateAnswer("first", 0, MESSAGE_ID),
        SubmitAnswered("second", 0, MESSAGE_ID, 51.0),
    ]
    assert wire.client.bytes_to_send() == [], "nothing is sent again"


def test_a_server_that_does_not_answer_the_login_in_time_is_left() -> None:
    wire = Wire(Timing(bind_timeout=30))
    wire.client.bind(WHO, 10.0)
    assert wire.client.next_deadline() == 40.0
    assert wire.client.tick(40.0) == [ProtocolBroken("bind_timeout")]


def test_a_terminate_without_answer_ends_anyway() -> None:
    wire = Wire(Timing(unbind_timeout=5)).bound()
    wire.submit("token")
    wire.client.unbind(1.0)
    assert wire.client.tick(6.0) == [ProtocolBroken("unbind_timeout")]
    assert wire.client.unanswered() == ["token"]


def test_answers_and_reports_still_come_while_leaving() -> None:
    wire = Wire().bound()
    wire.submit("token")
    (submitted,) = wire.to_server()
    assert isinstance(submitted, SubmitReceived)
    wire.client.unbind(wire.now)
    wire.deliver("report")
    wire.server.answer_submit(submitted.sequence, 0, MESSAGE_ID)
    assert [type(event) for event in wire.to_client()] == [Delivered, SubmitAnswered]


@VERSIONS
def test_an_idle_link_is_tested_and_the_answer_measured(version: int) -> None:
    wire = Wire().bound(version)
    assert wire.client.next_deadline() == 180.0
    assert wire.client.tick(180.0) == []
    assert wire.to_server() == []
    wire.now = 180.5
    assert wire.to_client() == [EnquireAnswered(0.5)]


def test_a_heartbeat_answer_without_its_octet_counts() -> None:
    wire = Wire().bound()
    wire.client.tick(180.0)
    (asked,) = sent(wire.client)
    assert asked.name == "CMPP_ACTIVE_TEST"
    assert wire.client.receive(frame_of(pdus.ACTIVE_TEST_RESP, b"", asked.sequence), 181.0) == [
        EnquireAnswered(1.0)
    ]


@pytest.mark.parametrize("start", ["open", "binding", "bound"])
def test_heartbeats_are_answered_in_any_state_and_with_their_octet(start: str) -> None:
    wire = Wire()
    if start == "bound":
        wire.bound()
    if start == "binding":
        wire.client.bind(WHO, wire.now)
        wire.client.bytes_to_send()
    for session in (wire.client, wire.server):
        assert session.receive(frame_named(Layout.V20, "active_test"), wire.now) == []
        assert session.bytes_to_send() == [frame_named(Layout.V20, "active_test_resp")]

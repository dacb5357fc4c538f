"""CMPP sessions of both sides and both versions, talking to each other and to bytes that no peer should send."""

from __future__ import annotations

import pytest
from cmpp_wire import MESSAGE_ID, MSG_ID, SECRET, SUBMIT, VERSIONS, WHO, Wire, sent, submit_answer
from session_wire import a_message_and_its_report

from hongyan.protocols.cmpp import pdus
from hongyan.protocols.cmpp.codec import CODECS, MAX_SEQUENCE, frame_of
from hongyan.protocols.cmpp.events import BindRequested
from hongyan.protocols.cmpp.login import V20
from hongyan.protocols.cmpp.pdus import Layout, layout_of
from hongyan.protocols.cmpp.report import parse_report
from hongyan.protocols.session.events import (
    Bound,
    Delivered,
    Ignored,
    RequestReceived,
    SubmitAnswered,
    SubmitReceived,
)
from hongyan.protocols.session.timing import Timing

# --- the ordinary way ------------------------------------------------------------------------------------


@VERSIONS
@pytest.mark.parametrize("step", [0, 1, 7])
def test_a_message_its_answer_and_its_report_travel_however_the_bytes_are_cut(
    version: int, step: int
) -> None:
    wire = Wire(step=step).bound(version)
    submitted, report = a_message_and_its_report(wire, MESSAGE_ID)
    assert submitted.fields["Dest_terminal_Id"] == ["13800138000"]
    assert parse_report(report).id == MESSAGE_ID


@VERSIONS
def test_a_deliver_is_answered_with_its_id_and_the_width_of_the_version(version: int) -> None:
    wire = Wire().bound(version)
    sequence = wire.deliver("report")
    (delivered,) = wire.to_client()
    assert isinstance(delivered, Delivered)
    wire.client.answer_deliver(delivered.sequence, 9)
    (frame,) = wire.client.bytes_to_send()
    expected = {"Msg_Id": MSG_ID, "Result": 9}
    assert frame == CODECS[layout_of(version)].encode("CMPP_DELIVER_RESP", expected, sequence)


@VERSIONS
def test_refused_submits_keep_the_id_if_there_is_one(version: int) -> None:
    wire = Wire().bound(version)
    wire.submit("first")
    wire.submit("second")
    first, second = (event.sequence for event in wire.to_server() if isinstance(event, SubmitReceived))
    wire.server.answer_submit(first, 8)
    wire.server.answer_submit(second, 10, MESSAGE_ID)
    assert wire.to_client() == [SubmitAnswered("first", 8, ""), SubmitAnswered("second", 10, MESSAGE_ID)]


@pytest.mark.parametrize("layout", Layout, ids=lambda layout: layout.value)
@VERSIONS
def test_an_answer_of_the_other_width_is_understood(version: int, layout: Layout) -> None:
    wire = Wire().bound(version)
    sequence = wire.submit("token")
    assert wire.client.receive(submit_answer(sequence, 8, layout=layout), wire.now) == [
        SubmitAnswered("token", 8, MESSAGE_ID)
    ]


def test_sixteen_answers_in_one_read_and_in_any_order() -> None:
    wire = Wire().bound()
    for token in range(16):
        wire.submit(token)
    requests = [event.sequence for event in wire.to_server() if isinstance(event, SubmitReceived)]
    for sequence in reversed(requests):
        wire.server.answer_submit(sequence, 0, f"{sequence:016x}")
    events = wire.to_client()
    assert [event.token for event in events if isinstance(event, SubmitAnswered)] == list(range(15, -1, -1))


@VERSIONS
def test_statistics_and_cancellations_are_asked_and_answered(version: int) -> None:
    wire = Wire().bound(version)
    codec = CODECS[wire.server.layout]
    for name, fields in (
        ("CMPP_QUERY", {"Time": "20240315", "MT_Scs": 90}),
        ("CMPP_CANCEL", {"Success_Id": 1}),
    ):
        (event,) = wire.server.receive(codec.encode(name, {}, 900), wire.now)
        assert isinstance(event, RequestReceived)
        assert wire.server.answer(event.sequence, fields)
        assert not wire.server.answer(event.sequence, fields)
        assert wire.server.bytes_to_send() == [codec.encode(f"{name}_RESP", fields, 900)]


# --- refusals --------------------------------------------------------------------------------------------


@VERSIONS
def test_too_many_open_requests_are_refused_by_flow_control(version: int) -> None:
    wire = Wire(Timing(open_requests=2)).bound(version)
    for token in range(3):
        wire.submit(token)
        wire.deliver(token)
    assert [type(event) for event in wire.to_server()] == [SubmitReceived, SubmitReceived, Ignored]
    first, second, third, answer = wire.to_client()
    assert [type(event) for event in (first, second, third)] == [Delivered, Delivered, Ignored]
    assert answer == SubmitAnswered(2, 8, "")
    (refusal,) = sent(wire.client)
    assert refusal.fields == {"Msg_Id": MSG_ID, "Result": 8}


# --- the window and the sequence -------------------------------------------------------------------------


def test_sequences_use_all_their_bits_and_wrap() -> None:
    wire = Wire().bound()
    wire.client._sequence = MAX_SEQUENCE - 1
    assert wire.submit("last") == 0xFFFFFFFF
    assert wire.submit("wrapped") == 1
    assert [event.sequence for event in wire.to_server() if isinstance(event, SubmitReceived)] == [
        0xFFFFFFFF,
        1,
    ]


def test_a_server_decides_only_about_a_login_that_was_asked() -> None:
    server = Wire().server
    with pytest.raises(RuntimeError):
        server.accept_bind(SECRET)
    with pytest.raises(RuntimeError):
        server.refuse_bind()


def test_a_login_after_the_first_read_of_a_stream_may_carry_requests() -> None:
    """Some clients do not wait for the answer to their login; what they sent too early is refused, not lost."""
    wire = Wire()
    wire.client.bind(WHO, wire.now)
    (connect,) = wire.client.bytes_to_send()
    early = frame_of(pdus.SUBMIT, SUBMIT[Layout.V20], 2)
    asked, ignored = wire.server.receive(connect + early, wire.now)
    assert isinstance(asked, BindRequested)
    assert isinstance(ignored, Ignored)
    wire.server.accept_bind(SECRET)
    refused, accepted = wire.server.bytes_to_send()
    assert refused == submit_answer(2, 2, "00" * 8)
    assert wire.client.receive(accepted, wire.now) == [Bound("", V20)]

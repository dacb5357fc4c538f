"""CMPP sessions and what no peer should send."""

from __future__ import annotations

import pytest
from cmpp_vectors import frame_named
from cmpp_wire import DELIVER, MESSAGE_ID, MSG_ID, SECRET, SUBMIT, VERSIONS, WHO, Wire, sent, submit_answer
from hypothesis import given
from hypothesis import strategies as st

from hongyan.protocols.cmpp import pdus
from hongyan.protocols.cmpp.codec import CODECS, Pdu, encode_pdu, frame_of
from hongyan.protocols.cmpp.events import BindRequested
from hongyan.protocols.cmpp.login import V20, V30
from hongyan.protocols.cmpp.pdus import Layout
from hongyan.protocols.session.events import (
    Ignored,
    ProtocolBroken,
    SubmitAnswered,
)
from hongyan.protocols.session.states import State
from hongyan.protocols.session.timing import Timing


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


def test_answers_that_nobody_asked_for_are_ignored() -> None:
    wire = Wire().bound()
    for name in ("SUBMIT", "DELIVER", "TERMINATE", "CANCEL", "QUERY", "CONNECT"):
        frame = CODECS[Layout.V20].encode(f"CMPP_{name}_RESP", {}, 4711)
        for session in (wire.client, wire.server):
            (event,) = session.receive(frame, wire.now)
            assert isinstance(event, Ignored)
            assert session.bytes_to_send() == []
    assert wire.client.receive(frame_of(pdus.ACTIVE_TEST_RESP, b"", 4711), wire.now) == []


@pytest.mark.parametrize("length", [0, 11, 4097, 0xFFFFFFFF])
def test_a_bad_length_ends_the_link_after_the_frames_before_it(length: int) -> None:
    wire = Wire().bound()
    sequence = wire.submit("answered")
    wire.submit("open")
    wire.client.bytes_to_send()
    data = submit_answer(sequence) + length.to_bytes(4, "big")
    assert wire.client.receive(data, wire.now) == [
        SubmitAnswered("answered", 0, MESSAGE_ID),
        ProtocolBroken("bad_length"),
    ]
    assert wire.client.bytes_to_send() == []
    assert wire.client.closed
    assert wire.client.unanswered() == ["open"]
    assert wire.client.unanswered() == []


def test_half_a_frame_and_then_silence_is_left_after_the_heartbeats() -> None:
    wire = Wire(Timing(enquire_idle=30, enquire_timeout=10, enquire_tries=2)).bound()
    assert wire.client.receive(frame_named(Layout.V20, "deliver_mo_ucs2")[:20], 5.0) == []
    assert wire.client.tick(30.0) == []
    assert wire.client.tick(40.0) == []
    assert wire.client.tick(50.0) == [ProtocolBroken("enquire_unanswered")]


def test_a_closed_session_is_deaf_and_asks_for_no_time() -> None:
    wire = Wire().bound()
    assert wire.client.connection_lost() == [ProtocolBroken("connection_lost")]
    assert wire.client.receive(frame_of(pdus.TERMINATE, b"", 1), wire.now) == []
    assert wire.client.tick(1e9) == []
    assert wire.client.next_deadline() is None
    assert wire.client.window_free == 0


BODIES = st.sampled_from(
    [
        *SUBMIT.values(),
        *DELIVER.values(),
        *(
            encode_pdu(Pdu(spec.name, spec.command_id, 0, {}, layout))[12:]
            for layout in Layout
            for spec in pdus.specs(layout)
        ),
    ]
)
FRAMES = st.builds(
    frame_of,
    st.sampled_from(sorted({spec.command_id for spec in pdus.specs(Layout.V20)} | {9, 0x111, 0x80000111})),
    st.binary(max_size=40) | BODIES,
    st.integers(0, 5) | st.integers(0, 0xFFFFFFFF),
)


@given(
    st.lists(FRAMES | st.binary(max_size=20), max_size=12),
    st.sampled_from(["open", "binding", "bound", "unbinding"]),
    st.sampled_from([V20, V30]),
)
def test_no_bytes_make_a_session_raise(chunks: list[bytes], start: str, version: int) -> None:
    wire = Wire(Timing(frame_limit=400, open_requests=3))
    if start in ("bound", "unbinding"):
        wire.bound(version)
        wire.submit("token")
        wire.deliver("report")
    if start == "binding":
        wire.client.bind(WHO, wire.now)
        wire.to_server()
    if start == "unbinding":
        wire.client.unbind(wire.now)
        wire.server.unbind(wire.now)
    for session in (wire.client, wire.server):
        for at, chunk in enumerate(chunks):
            for event in session.receive(chunk, float(at)):
                if isinstance(event, BindRequested):
                    wire.server.accept_bind(SECRET)
            session.tick(float(at))
            assert session.open_requests <= 3
        assert all(int.from_bytes(frame[:4], "big") == len(frame) for frame in session.bytes_to_send())

"""CMPP sessions of both sides and both versions, talking to each other and to bytes that no peer should send."""

from __future__ import annotations

import pytest
from cmpp_vectors import frame_named
from cmpp_wire import DELIVER, MESSAGE_ID, MSG_ID, SECRET, SUBMIT, WHO, Wire
from hypothesis import given
from hypothesis import strategies as st

from hongyan.protocols.cmpp import pdus
from hongyan.protocols.cmpp.codec import CODECS, MAX_SEQUENCE, Pdu, encode_pdu, frame_of
from hongyan.protocols.cmpp.events import BindRequested, RequestReceived
from hongyan.protocols.cmpp.login import V20, V30
from hongyan.protocols.cmpp.pdus import Layout, layout_of
from hongyan.protocols.cmpp.report import parse_report
from hongyan.protocols.cmpp.session import TIMING, CmppSession
from hongyan.protocols.session.events import (
    Bound,
    DeliverAnswered,
    Delivered,
    EnquireAnswered,
    Event,
    Ignored,
    LateAnswer,
    Lost,
    PeerUnbound,
    ProtocolBroken,
    SubmitAnswered,
    SubmitReceived,
    Unbound,
)
from hongyan.protocols.session.states import State
from hongyan.protocols.session.timing import Timing

VERSIONS = pytest.mark.parametrize("version", [V20, V30], ids=["2.0", "3.0"])


def sent(session: CmppSession) -> list[Pdu]:
    """What a session wants to send, read in its own version."""
    pdus_sent = [CODECS[session.layout].decode(frame) for frame in session.bytes_to_send()]
    assert all(isinstance(pdu, Pdu) for pdu in pdus_sent)
    return [pdu for pdu in pdus_sent if isinstance(pdu, Pdu)]


def submit(wire: Wire, token: object) -> int:
    return wire.client.submit(token, SUBMIT[wire.client.layout], wire.now)


def deliver(wire: Wire, token: object) -> int:
    return wire.server.deliver(token, DELIVER[wire.server.layout], wire.now)


def submit_answer(
    sequence: int, result: int = 0, msg_id: str = MESSAGE_ID, layout: Layout = Layout.V20
) -> bytes:
    fields = {"Msg_Id": bytes.fromhex(msg_id), "Result": result}
    return CODECS[layout].encode("CMPP_SUBMIT_RESP", fields, sequence)


# --- the ordinary way ------------------------------------------------------------------------------------


@VERSIONS
@pytest.mark.parametrize("step", [0, 1, 7])
def test_a_message_its_answer_and_its_report_travel_however_the_bytes_are_cut(
    version: int, step: int
) -> None:
    wire = Wire(step=step).bound(version)
    submit(wire, "token")
    (submitted,) = wire.to_server()
    assert isinstance(submitted, SubmitReceived)
    assert submitted.pdu.fields["Dest_terminal_Id"] == ["13800138000"]
    assert wire.server.answer_submit(submitted.sequence, 0, MESSAGE_ID)
    assert wire.to_client() == [SubmitAnswered("token", 0, MESSAGE_ID)]

    deliver(wire, "report")
    (delivered,) = wire.to_client()
    assert isinstance(delivered, Delivered)
    assert parse_report(delivered.pdu).id == MESSAGE_ID
    assert wire.client.bytes_to_send() == [], "a report is acknowledged only when its owner says so"
    assert wire.client.answer_deliver(delivered.sequence)
    assert wire.to_server() == [DeliverAnswered("report", 0)]

    wire.client.unbind(wire.now)
    assert wire.client.state is State.UNBINDING
    assert wire.to_server() == [PeerUnbound()]
    assert wire.to_client() == [Unbound()]
    assert wire.client.closed
    assert wire.server.closed
    assert wire.client.unanswered() == wire.server.unanswered() == []


@VERSIONS
def test_a_deliver_is_answered_with_its_id_and_the_width_of_the_version(version: int) -> None:
    wire = Wire().bound(version)
    sequence = deliver(wire, "report")
    (delivered,) = wire.to_client()
    assert isinstance(delivered, Delivered)
    wire.client.answer_deliver(delivered.sequence, 9)
    (frame,) = wire.client.bytes_to_send()
    expected = {"Msg_Id": MSG_ID, "Result": 9}
    assert frame == CODECS[layout_of(version)].encode("CMPP_DELIVER_RESP", expected, sequence)


@VERSIONS
def test_refused_submits_keep_the_id_if_there_is_one(version: int) -> None:
    wire = Wire().bound(version)
    submit(wire, "first")
    submit(wire, "second")
    first, second = (event.sequence for event in wire.to_server() if isinstance(event, SubmitReceived))
    wire.server.answer_submit(first, 8)
    wire.server.answer_submit(second, 10, MESSAGE_ID)
    assert wire.to_client() == [SubmitAnswered("first", 8, ""), SubmitAnswered("second", 10, MESSAGE_ID)]


@pytest.mark.parametrize("layout", Layout, ids=lambda layout: layout.value)
@VERSIONS
def test_an_answer_of_the_other_width_is_understood(version: int, layout: Layout) -> None:
    wire = Wire().bound(version)
    sequence = submit(wire, "token")
    assert wire.client.receive(submit_answer(sequence, 8, layout=layout), wire.now) == [
        SubmitAnswered("token", 8, MESSAGE_ID)
    ]


def test_sixteen_answers_in_one_read_and_in_any_order() -> None:
    wire = Wire().bound()
    for token in range(16):
        submit(wire, token)
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
        submit(wire, token)
        deliver(wire, token)
    assert [type(event) for event in wire.to_server()] == [SubmitReceived, SubmitReceived, Ignored]
    first, second, third, answer = wire.to_client()
    assert [type(event) for event in (first, second, third)] == [Delivered, Delivered, Ignored]
    assert answer == SubmitAnswered(2, 8, "")
    (refusal,) = sent(wire.client)
    assert refusal.fields == {"Msg_Id": MSG_ID, "Result": 8}


def test_an_answer_is_given_once_and_not_after_the_end() -> None:
    wire = Wire().bound()
    deliver(wire, "report")
    submit(wire, "token")
    (delivered,) = wire.to_client()
    (submitted,) = wire.to_server()
    assert isinstance(delivered, Delivered)
    assert isinstance(submitted, SubmitReceived)
    assert wire.client.answer_deliver(delivered.sequence)
    assert not wire.client.answer_deliver(delivered.sequence)
    wire.server.connection_lost()
    assert not wire.server.answer_submit(submitted.sequence, 0, MESSAGE_ID)
    assert wire.server.bytes_to_send() == []


def test_an_answer_that_came_twice_counts_once() -> None:
    wire = Wire().bound()
    sequence = submit(wire, "token")
    events = wire.client.receive(submit_answer(sequence) * 2, wire.now)
    assert [type(event) for event in events] == [SubmitAnswered, Ignored]


# --- what no peer should send ----------------------------------------------------------------------------


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
    sequence = submit(wire, "token")
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
    sequence = submit(wire, "answered")
    submit(wire, "open")
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
        submit(wire, "token")
        deliver(wire, "report")
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


# --- time ------------------------------------------------------------------------------------------------


def test_the_document_s_own_figures_are_the_default() -> None:
    assert (TIMING.window, TIMING.answer_timeout, TIMING.enquire_idle, TIMING.enquire_tries) == (
        16,
        60,
        180,
        3,
    )


def test_a_submit_without_answer_is_lost_and_its_late_answer_is_told_apart() -> None:
    wire = Wire().bound()
    first = submit(wire, "first")
    wire.now = 10.0
    second = submit(wire, "second")
    assert wire.client.next_deadline() == 60.0
    assert wire.client.tick(60.0) == [Lost("first")]
    wire.client.bytes_to_send()
    assert wire.client.receive(submit_answer(first) + submit_answer(second), 61.0) == [
        LateAnswer("first", 0, MESSAGE_ID),
        SubmitAnswered("second", 0, MESSAGE_ID),
    ]
    assert wire.client.bytes_to_send() == [], "nothing is sent again"


def test_a_server_that_does_not_answer_the_login_in_time_is_left() -> None:
    wire = Wire(Timing(bind_timeout=30))
    wire.client.bind(WHO, 10.0)
    assert wire.client.next_deadline() == 40.0
    assert wire.client.tick(40.0) == [ProtocolBroken("bind_timeout")]


def test_a_terminate_without_answer_ends_anyway() -> None:
    wire = Wire(Timing(unbind_timeout=5)).bound()
    submit(wire, "token")
    wire.client.unbind(1.0)
    assert wire.client.tick(6.0) == [ProtocolBroken("unbind_timeout")]
    assert wire.client.unanswered() == ["token"]


def test_answers_and_reports_still_come_while_leaving() -> None:
    wire = Wire().bound()
    submit(wire, "token")
    (submitted,) = wire.to_server()
    assert isinstance(submitted, SubmitReceived)
    wire.client.unbind(wire.now)
    deliver(wire, "report")
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


# --- the window and the sequence -------------------------------------------------------------------------


def test_the_window_is_counted_and_not_exceeded() -> None:
    wire = Wire(Timing(window=2))
    assert wire.client.window_free == 0
    with pytest.raises(RuntimeError):
        submit(wire, "early")
    wire.bound()
    assert wire.client.window_free == 2
    submit(wire, "a")
    submit(wire, "b")
    assert (wire.client.window_free, wire.client.in_flight) == (0, 2)
    with pytest.raises(RuntimeError):
        submit(wire, "c")


def test_sequences_use_all_their_bits_and_wrap() -> None:
    wire = Wire().bound()
    wire.client._sequence = MAX_SEQUENCE - 1
    assert submit(wire, "last") == 0xFFFFFFFF
    assert submit(wire, "wrapped") == 1
    assert [event.sequence for event in wire.to_server() if isinstance(event, SubmitReceived)] == [
        0xFFFFFFFF,
        1,
    ]


ACTIONS = st.lists(
    st.sampled_from(["submit", "deliver", "to_server", "to_client", "answer", "drop", "ack", "wait", "tick"]),
    max_size=60,
)


@given(ACTIONS, st.integers(1, 20), st.sampled_from([V20, V30]))
def test_every_token_comes_back_exactly_once_whatever_happens(
    actions: list[str], step: int, version: int
) -> None:
    wire = Wire(Timing(window=3, answer_timeout=20, enquire_idle=0), step=step).bound(version)
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
            case "submit" if wire.client.window_free:
                submit(wire, token)
                given_tokens.append(token)
            case "deliver" if wire.server.window_free:
                deliver(wire, token)
                given_tokens.append(token)
            case "to_server":
                note(wire.to_server())
            case "to_client":
                note(wire.to_client())
            case "answer" if open_submits:
                wire.server.answer_submit(open_submits.pop(), 0, MESSAGE_ID)
            case "drop":
                wire.server.bytes_to_send()
            case "ack" if open_delivers:
                wire.client.answer_deliver(open_delivers.pop())
            case "wait":
                wire.now += 7
            case "tick":
                note(wire.client.tick(wire.now))
                note(wire.server.tick(wire.now))
    wire.client.connection_lost()
    wire.server.connection_lost()
    back += wire.client.unanswered() + wire.server.unanswered()
    assert sorted(back) == sorted(given_tokens)


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

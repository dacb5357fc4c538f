"""SGIP sessions of all four ends, talking to each other."""

from __future__ import annotations

from typing import Any

import pytest
from sgip_vectors import frame_named
from sgip_wire import (
    DELIVER,
    ID,
    MARCH_15,
    REPORT,
    SP_NODE,
    STAY,
    SUBMIT,
    WHO,
    ReverseWire,
    Wire,
    all_ends,
    sent,
)

from hongyan.protocols.session.events import (
    BindRefused,
    Bound,
    DeliverAnswered,
    Delivered,
    Ignored,
    Notified,
    PeerUnbound,
    SubmitAnswered,
    SubmitReceived,
    Unbound,
)
from hongyan.protocols.session.states import State
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.sgip.client import ClientSession, Credentials
from hongyan.protocols.sgip.codec import Pdu, decode, encode
from hongyan.protocols.sgip.events import BindRequested
from hongyan.protocols.sgip.report import parse_report
from hongyan.protocols.sgip.sequence import SequenceMaker, message_id, triple
from hongyan.protocols.sgip.server import ServerSession
from hongyan.protocols.wire.errors import FieldError

# --- the ordinary way ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [0, 1, 7])
def test_a_submit_and_its_answer_travel_however_the_bytes_are_cut(step: int) -> None:
    wire = Wire(step=step)
    wire.client.bind(WHO, wire.now)
    assert wire.client.state is State.BINDING
    assert wire.to_server() == [BindRequested("transmitter", "sguser01", "sgpass01")]
    wire.server.accept_bind()
    assert wire.to_client() == [Bound("", None)]

    sequence = wire.client.submit("token", SUBMIT, wire.now)
    (submitted,) = wire.to_server()
    assert isinstance(submitted, SubmitReceived)
    assert submitted.sequence == sequence == submitted.pdu.sequence
    assert submitted.pdu.fields["UserNumber"] == ["8613000000001"]
    assert wire.server.answer_submit(sequence)
    assert wire.to_client() == [SubmitAnswered("token", 0, message_id(sequence))]

    wire.client.unbind(wire.now)
    assert wire.to_server() == [PeerUnbound()]
    assert wire.to_client() == [Unbound()]
    assert wire.client.closed
    assert wire.server.closed


@pytest.mark.parametrize("step", [0, 1, 7])
def test_a_gateway_dials_back_with_a_report_and_a_text(step: int) -> None:
    wire = ReverseWire(step=step)
    wire.client.bind(WHO, wire.now)
    assert wire.to_server() == [BindRequested("receiver", "sguser01", "sgpass01")]
    wire.server.accept_bind()
    assert wire.to_client() == [Bound("", None)]

    wire.client.report("report", REPORT, wire.now)
    wire.client.deliver("text", DELIVER, wire.now)
    report, text = wire.to_server()
    assert isinstance(report, Delivered)
    assert isinstance(text, Delivered)
    assert parse_report(report.pdu).id == ID
    assert text.pdu.fields["content"] == b"TD"
    assert wire.server.bytes_to_send() == [], "each is acknowledged only when its owner says so"
    assert wire.server.answer_deliver(text.sequence)
    assert wire.server.answer_deliver(report.sequence, 11)
    assert wire.to_client() == [DeliverAnswered("text", 0), DeliverAnswered("report", 11)]


def test_the_frames_of_a_link_are_those_of_the_vectors() -> None:
    wire = Wire()
    wire.client.bind(WHO, wire.now)
    assert wire.client.bytes_to_send() == [frame_named("bind_sp_to_smg")]
    (event,) = wire.server.receive(frame_named("bind_sp_to_smg"), wire.now)
    assert isinstance(event, BindRequested)
    wire.server.accept_bind()
    assert wire.server.bytes_to_send() == [frame_named("bind_resp_ok")]
    wire.client.receive(frame_named("bind_resp_ok"), wire.now)
    wire.client.submit("token", SUBMIT, wire.now)
    assert wire.client.receive(frame_named("submit_resp_ok"), wire.now) == [SubmitAnswered("token", 0, ID)]


@pytest.mark.parametrize(
    ("request_name", "answer_name"),
    [
        ("deliver_mo_ucs2", "deliver_resp_ok"),
        ("report_success", "report_resp_ok"),
    ],
)
def test_a_gateways_vectors_are_answered_with_the_vectors(request_name: str, answer_name: str) -> None:
    server = ReverseWire().bound().server
    (event,) = server.receive(frame_named(request_name), 0.0)
    assert isinstance(event, Delivered)
    server.answer_deliver(event.sequence)
    assert server.bytes_to_send() == [frame_named(answer_name)]


def test_news_of_a_handset_is_answered_and_told() -> None:
    server = ReverseWire().bound().server
    (event,) = server.receive(frame_named("userrpt"), 0.0)
    assert isinstance(event, Notified)
    assert event.pdu.fields["UserCondition"] == 1
    assert server.bytes_to_send() == [frame_named("userrpt_resp_ok")]
    (early,) = ReverseWire().server.receive(frame_named("userrpt"), 0.0)
    assert isinstance(early, Ignored)


def test_answers_come_in_any_order() -> None:
    wire = Wire(Timing(window=100, enquire_idle=0)).bound()
    for token in range(100):
        wire.client.submit(token, SUBMIT, wire.now)
    requests = [event.sequence for event in wire.to_server() if isinstance(event, SubmitReceived)]
    for sequence in reversed(requests):
        wire.server.answer_submit(sequence)
    events = wire.to_client()
    assert [event.token for event in events if isinstance(event, SubmitAnswered)] == list(range(99, -1, -1))


# --- sequences -----------------------------------------------------------------------------------------------


def test_sequences_carry_the_time_of_the_wall_and_the_node() -> None:
    wire = Wire()
    wire.client.bind(WHO, 0.0)
    wire.to_server()
    wire.server.accept_bind()
    wire.to_client()
    assert triple(wire.client.submit("a", SUBMIT, 0.9)) == (SP_NODE, 315_102_030, 1)
    assert triple(wire.client.submit("b", SUBMIT, 61.0)) == (SP_NODE, 315_102_131, 2)
    wire.client.unbind(3600.0)
    assert [triple(sequence) for _, _, sequence in sent(wire.client)][-1] == (SP_NODE, 315_112_030, 3)


def test_sessions_of_one_node_share_one_count() -> None:
    maker = SequenceMaker(SP_NODE)
    sessions = [ClientSession(STAY, 0.0, maker, MARCH_15) for _ in range(3)]
    for session in sessions:
        session.bind(WHO, 0.0)
    counters = [triple(sequence)[2] for session in sessions for _, _, sequence in sent(session)]
    assert counters == [0, 1, 2]


def test_a_clock_that_did_not_start_at_zero_shows_the_same_time() -> None:
    session = ClientSession(STAY, 5_000.25, SequenceMaker(SP_NODE), MARCH_15)
    session.bind(WHO, 5_001.3)
    assert triple(sent(session)[0][2])[1] == 315_102_031


# --- refusals ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [Wire, ReverseWire])
@pytest.mark.parametrize(("status", "name"), [(1, "SGIP:1"), (3, "SGIP:3"), (222, "SGIP:222")])
def test_a_refused_bind_closes_both_ends(make: Any, status: int, name: str) -> None:
    wire = make()
    wire.client.bind(WHO, wire.now)
    wire.to_server()
    wire.server.refuse_bind(status)
    assert wire.server.closed
    assert wire.to_client() == [BindRefused(status, name)]
    assert wire.client.closed


def test_a_wrong_password_is_an_illegal_login() -> None:
    wire = Wire()
    wire.server.receive(frame_named("bind_sp_to_smg"), 0.0)
    wire.server.refuse_bind()
    assert wire.server.bytes_to_send() == [frame_named("bind_resp_illegal_login_1")]


@pytest.mark.parametrize("login_type", [0, 3, 6, 11, 255])
def test_a_login_of_another_type_is_refused_and_may_be_repeated_rightly(login_type: int) -> None:
    for session, right in ((Wire().server, 1), (ReverseWire().server, 2)):
        (event,) = session.receive(encode("SGIP_BIND", {"LoginType": login_type}, 5), 0.0)
        assert isinstance(event, Ignored)
        assert sent(session) == [("SGIP_BIND_RESP", 4, 5)]
        (event,) = session.receive(encode("SGIP_BIND", {"LoginType": right}, 6), 0.0)
        assert isinstance(event, BindRequested)


def test_each_listener_takes_only_its_own_login_type() -> None:
    for session, wrong in ((Wire().server, "bind_smg_to_sp"), (ReverseWire().server, "bind_sp_to_smg")):
        (event,) = session.receive(frame_named(wrong), 0.0)
        assert isinstance(event, Ignored)
        assert [result for _, result, _ in sent(session)] == [4]
        assert session.state is State.OPEN


def test_a_second_bind_is_a_repeated_login_and_changes_nothing() -> None:
    for session in (Wire().bound().server, ReverseWire().bound().server):
        (event,) = session.receive(encode("SGIP_BIND", {"LoginType": 1}, 77), 0.0)
        assert isinstance(event, Ignored)
        assert sent(session) == [("SGIP_BIND_RESP", 2, 77)]
        assert session.state is State.BOUND


def test_a_password_that_does_not_fit_is_named_before_anything_is_sent() -> None:
    client = Wire().client
    with pytest.raises(FieldError) as caught:
        client.bind(Credentials("sguser01", "x" * 17), 0.0)
    assert caught.value.facts["field"] == "LoginPassword"
    assert client.state is State.OPEN
    assert client.bytes_to_send() == []


def test_a_password_is_not_printed() -> None:
    assert "sgpass01" not in repr(WHO)


@pytest.mark.parametrize("result", [6, 11, 32, 255])
def test_a_refused_submit_has_no_message_id(result: int) -> None:
    wire = Wire().bound()
    sequence = wire.client.submit("token", SUBMIT, wire.now)
    frame = encode("SGIP_SUBMIT_RESP", {"Result": result}, sequence)
    assert wire.client.receive(frame, wire.now) == [SubmitAnswered("token", result, "")]


def test_an_answer_is_given_once_and_not_after_the_end() -> None:
    wire = ReverseWire().bound()
    wire.client.deliver("a", DELIVER, wire.now)
    wire.client.deliver("b", DELIVER, wire.now)
    first, second = wire.to_server()
    assert isinstance(first, Delivered)
    assert isinstance(second, Delivered)
    assert wire.server.answer_deliver(first.sequence)
    assert not wire.server.answer_deliver(first.sequence)
    wire.server.connection_lost()
    assert not wire.server.answer_deliver(second.sequence)


def test_too_many_open_requests_are_answered_that_the_node_is_busy() -> None:
    wire = ReverseWire(Timing(open_requests=2, enquire_idle=0)).bound()
    for token in range(3):
        wire.client.report(token, REPORT, wire.now)
    assert [type(event) for event in wire.to_server()] == [Delivered, Delivered, Ignored]
    assert wire.to_client() == [DeliverAnswered(2, 11)]


def test_a_server_decides_only_about_a_bind_that_was_asked() -> None:
    server = ServerSession(STAY, 0.0, SequenceMaker(1), MARCH_15)
    with pytest.raises(RuntimeError):
        server.accept_bind()
    with pytest.raises(RuntimeError):
        server.refuse_bind()


# --- which way requests flow ---------------------------------------------------------------------------------


def test_only_the_end_that_dialled_may_ask() -> None:
    wire, reverse = Wire().bound(), ReverseWire().bound()
    assert (wire.client.window_free, wire.server.window_free) == (16, 0)
    assert (reverse.client.window_free, reverse.server.window_free) == (16, 0)
    with pytest.raises(RuntimeError):
        wire.server.deliver("token", DELIVER, 0.0)
    with pytest.raises(RuntimeError):
        reverse.server.submit("token", SUBMIT, 0.0)


@pytest.mark.parametrize("name", ["SGIP_SUBMIT", "SGIP_DELIVER", "SGIP_REPORT", "SGIP_USERRPT"])
def test_what_does_not_belong_on_a_connection_is_answered_with_an_error(name: str) -> None:
    taken = {"SGIP_SUBMIT": Wire}.get(name, ReverseWire)
    for make in (Wire, ReverseWire):
        wire: Any = make().bound()
        for session in (wire.client, wire.server):
            if make is taken and session is wire.server:
                continue
            (event,) = session.receive(encode(name, {}, 99), 0.0)
            assert isinstance(event, Ignored)
            assert sent(session) == [(f"{name}_RESP", 7, 99)]
            assert session.state is State.BOUND


def test_a_trace_and_a_question_about_a_user_are_refused_in_their_own_layout() -> None:
    for session in all_ends():
        session.receive(frame_named("trace") + encode("SGIP_CHECKUSER", {}, 4), 0.0)
        trace, check = (decode(frame) for frame in session.bytes_to_send())
        assert isinstance(trace, Pdu)
        assert isinstance(check, Pdu)
        assert [item["Result"] for item in trace.fields["items"]] == [7]
        assert check.fields["Result"] == 7

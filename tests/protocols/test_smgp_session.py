"""SMGP sessions of both sides, talking to each other."""

from __future__ import annotations

import pytest
from session_wire import a_message_and_its_report
from smgp_vectors import frame_named, vector_named
from smgp_wire import DELIVER, DELIVER_ID, MESSAGE_ID, SECRET, STAMP, SUBMIT, WHO, Wire, sent

from hongyan.protocols.session.events import (
    BindRefused,
    Bound,
    DeliverAnswered,
    Delivered,
    DigestMismatch,
    Ignored,
    PeerUnbound,
    RequestReceived,
    SubmitAnswered,
    SubmitReceived,
    Unbound,
)
from hongyan.protocols.session.states import Mode, State
from hongyan.protocols.session.timing import Timing
from hongyan.protocols.smgp.client import Credentials
from hongyan.protocols.smgp.codec import MAX_SEQUENCE, encode
from hongyan.protocols.smgp.events import BindRequested
from hongyan.protocols.smgp.login import authenticator_server
from hongyan.protocols.smgp.report import parse_report
from hongyan.protocols.wire.digests import NO_DIGEST
from hongyan.protocols.wire.errors import FieldError

MODES: dict[Mode, str] = {
    "transmitter": "login_send",
    "receiver": "login_receive",
    "transceiver": "login_transmit",
}

# --- logging in ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "name"), MODES.items())
def test_logins_are_written_as_in_the_vectors_and_end_bound(mode: Mode, name: str) -> None:
    wire = Wire()
    wire.client._sequence = vector_named(name)["fields"]["Sequence_Id"] - 1
    wire.client.bind(Credentials("10001234", SECRET, STAMP, mode), wire.now)
    (frame,) = wire.client.bytes_to_send()
    assert frame == frame_named(name)
    (asked,) = wire.server.receive(frame, wire.now)
    assert isinstance(asked, BindRequested)
    assert (asked.mode, asked.system_id, asked.version, asked.timestamp) == (mode, "10001234", 0x30, STAMP)
    assert asked.proves(SECRET)
    assert not asked.proves("other")
    wire.server.accept_bind(SECRET)
    assert wire.to_client() == [Bound("", 0x30)]
    assert wire.client.mode == wire.server.mode == mode


def test_an_accepted_login_is_answered_as_in_the_vectors() -> None:
    wire = Wire()
    wire.server.receive(frame_named("login_send"), wire.now)
    wire.server.accept_bind(SECRET)
    assert wire.server.bytes_to_send() == [frame_named("login_resp_ok")]


def test_a_wrong_secret_is_refused_as_in_the_vectors_and_ends_the_session() -> None:
    wire = Wire()
    wire.client.bind(Credentials("10001234", "wrong", STAMP), wire.now)
    (asked,) = wire.to_server()
    assert isinstance(asked, BindRequested)
    assert not asked.proves(SECRET)
    wire.server.refuse_bind()
    (frame,) = wire.server.bytes_to_send()
    assert frame == frame_named("login_resp_auth_error_21")
    assert wire.client.receive(frame, wire.now) == [BindRefused(21, "SMGP:21")]
    assert wire.client.closed
    assert wire.server.closed


@pytest.mark.parametrize("vector", ["login_resp_ok", "variant"])
def test_both_forms_of_the_server_s_digest_are_taken(vector: str) -> None:
    answer = (
        frame_named("login_resp_ok")
        if vector == "login_resp_ok"
        else bytes.fromhex(vector_named("login_resp_ok")["known_variant"]["hex"])
    )
    wire = Wire()
    wire.client.bind(WHO, wire.now)
    assert wire.client.receive(answer, wire.now) == [Bound("", 0x30)]


@pytest.mark.parametrize("digest", [NO_DIGEST, authenticator_server(0, NO_DIGEST, SECRET)])
def test_a_wrong_digest_of_the_server_is_told_and_the_session_goes_on(digest: bytes) -> None:
    wire = Wire()
    wire.client.bind(WHO, wire.now)
    answer = encode("SMGP_LOGIN_RESP", {"AuthenticatorServer": digest}, 1)
    assert wire.client.receive(answer, wire.now) == [Bound("", None), DigestMismatch()]
    assert wire.client.state is State.BOUND


@pytest.mark.parametrize(
    ("change", "status"),
    [({"ClientVersion": 0x40}, 22), ({"ClientVersion": 0xFF}, 22), ({"LoginMode": 3}, 10)],
)
def test_a_login_that_cannot_be_spoken_is_refused_at_once(change: dict[str, int], status: int) -> None:
    wire = Wire()
    fields: dict[str, object] = {"ClientID": "10001234", "ClientVersion": 0x30} | change
    (event,) = wire.server.receive(encode("SMGP_LOGIN", fields, 9), wire.now)
    assert isinstance(event, Ignored)
    (answer,) = sent(wire.server)
    assert (answer.name, answer.sequence, answer.fields["Status"]) == ("SMGP_LOGIN_RESP", 9, status)
    assert wire.server.state is State.OPEN


@pytest.mark.parametrize("version", [0x13, 0x30, 0x33])
def test_other_versions_of_the_same_layout_are_the_owner_s_decision(version: int) -> None:
    wire = Wire()
    wire.client.bind(Credentials("10001234", SECRET, STAMP, version=version), wire.now)
    (asked,) = wire.to_server()
    assert isinstance(asked, BindRequested)
    assert asked.version == version


def test_a_client_id_that_is_too_long_is_found_before_anything_is_sent() -> None:
    wire = Wire()
    with pytest.raises(FieldError):
        wire.client.bind(Credentials("123456789", SECRET, STAMP), wire.now)
    assert wire.client.state is State.OPEN
    assert wire.client.bytes_to_send() == []


def test_the_secret_is_in_no_printed_form() -> None:
    wire = Wire()
    wire.client.bind(WHO, wire.now)
    (asked,) = wire.to_server()
    assert isinstance(asked, BindRequested)
    assert SECRET not in repr(WHO)
    assert str(asked.authenticator) not in repr(asked)


def test_an_owner_that_decides_without_a_login_is_told_so() -> None:
    wire = Wire()
    with pytest.raises(RuntimeError):
        wire.server.accept_bind(SECRET)
    with pytest.raises(RuntimeError):
        wire.server.refuse_bind()


# --- the ordinary way ------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [0, 1, 7])
def test_a_message_its_answer_and_its_report_travel_however_the_bytes_are_cut(step: int) -> None:
    submitted, report = a_message_and_its_report(Wire(step=step).bound(), MESSAGE_ID)
    assert submitted.fields["DestTermID"] == ["18900000001"]
    assert parse_report(report).id == MESSAGE_ID


def test_two_connections_one_for_each_way() -> None:
    """Accounts of mode 0 and 1: what one sends, the other is told about."""
    sending, receiving = Wire().bound("transmitter"), Wire().bound("receiver")
    sending.client.submit("token", SUBMIT, 0.0)
    (submitted,) = sending.to_server()
    assert isinstance(submitted, SubmitReceived)
    sending.server.answer_submit(submitted.sequence, 0, MESSAGE_ID)
    assert sending.to_client() == [SubmitAnswered("token", 0, MESSAGE_ID)]
    receiving.server.deliver("report", DELIVER, 0.0)
    (delivered,) = receiving.to_client()
    assert isinstance(delivered, Delivered)
    assert parse_report(delivered.pdu).delivered


def test_neither_side_sends_what_the_mode_does_not_carry() -> None:
    sending, receiving = Wire().bound("transmitter"), Wire().bound("receiver")
    assert sending.client.window_free == receiving.server.window_free == 16
    assert sending.server.window_free == receiving.client.window_free == 0
    with pytest.raises(RuntimeError):
        sending.server.deliver("report", DELIVER, 0.0)
    with pytest.raises(RuntimeError):
        receiving.client.submit("token", SUBMIT, 0.0)


def test_a_deliver_is_answered_with_its_own_id() -> None:
    wire = Wire().bound()
    sequence = wire.server.deliver("report", DELIVER, wire.now)
    (delivered,) = wire.to_client()
    assert isinstance(delivered, Delivered)
    wire.client.answer_deliver(delivered.sequence, 1)
    (frame,) = wire.client.bytes_to_send()
    assert frame == encode("SMGP_DELIVER_RESP", {"MsgID": DELIVER_ID, "Status": 1}, sequence)
    assert wire.server.receive(frame, wire.now) == [DeliverAnswered("report", 1)]


def test_refused_submits_keep_the_id_if_there_is_one() -> None:
    wire = Wire().bound()
    wire.client.submit("first", SUBMIT, wire.now)
    wire.client.submit("second", SUBMIT, wire.now)
    first, second = (event.sequence for event in wire.to_server() if isinstance(event, SubmitReceived))
    wire.server.answer_submit(first, 1)
    wire.server.answer_submit(second, 47, MESSAGE_ID)
    assert wire.to_client() == [SubmitAnswered("first", 1, ""), SubmitAnswered("second", 47, MESSAGE_ID)]


@pytest.mark.parametrize(
    ("name", "status", "message_id"),
    [
        ("submit_resp_ok", 0, MESSAGE_ID),
        ("submit_resp_busy_1", 1, ""),
        ("submit_resp_bad_dest_47", 47, MESSAGE_ID),
        ("submit_resp_daily_limit_75", 75, MESSAGE_ID),
    ],
)
def test_the_answers_of_the_vectors_are_understood(name: str, status: int, message_id: str) -> None:
    wire = Wire().bound()
    wire.client._sequence = 3
    wire.client.submit("token", SUBMIT, wire.now)
    events = wire.client.receive(frame_named(name), wire.now)
    assert events == [SubmitAnswered("token", status, message_id)]


def test_statistics_are_asked_and_answered() -> None:
    wire = Wire().bound("receiver")
    (event,) = wire.server.receive(frame_named("query"), wire.now)
    assert isinstance(event, RequestReceived)
    counters = {
        name: value
        for name, value in vector_named("query_resp")["fields"].items()
        if name not in ("Total_Length", "Command_Id", "Sequence_Id")
    }
    assert wire.server.answer(event.sequence, counters)
    assert not wire.server.answer(event.sequence, counters)
    assert wire.server.bytes_to_send() == [frame_named("query_resp")]


def test_leaving_is_spoken_as_in_the_vectors() -> None:
    wire = Wire().bound()
    wire.client._sequence = 15
    wire.client.unbind(wire.now)
    assert wire.client.bytes_to_send() == [frame_named("exit")]
    assert wire.server.receive(frame_named("exit"), wire.now) == [PeerUnbound()]
    assert wire.server.bytes_to_send() == [frame_named("exit_resp")]
    assert wire.client.receive(frame_named("exit_resp"), wire.now) == [Unbound()]


# --- refusals and duplicates -----------------------------------------------------------------------------


def test_too_many_open_requests_are_refused_as_busy() -> None:
    wire = Wire(Timing(open_requests=2)).bound()
    for token in range(3):
        wire.client.submit(token, SUBMIT, wire.now)
        wire.server.deliver(token, DELIVER, wire.now)
    assert [type(event) for event in wire.to_server()] == [SubmitReceived, SubmitReceived, Ignored]
    first, second, third, answer = wire.to_client()
    assert [type(event) for event in (first, second, third)] == [Delivered, Delivered, Ignored]
    assert answer == SubmitAnswered(2, 1, "")
    (refusal,) = sent(wire.client)
    assert refusal.fields == {"MsgID": DELIVER_ID, "Status": 1}


def test_a_message_id_that_does_not_fit_is_refused_before_it_is_sent() -> None:
    wire = Wire().bound()
    wire.client.submit("token", SUBMIT, wire.now)
    (submitted,) = wire.to_server()
    assert isinstance(submitted, SubmitReceived)
    with pytest.raises(FieldError):
        wire.server.answer_submit(submitted.sequence, 0, "4711")


# --- the window and the sequence -------------------------------------------------------------------------


def test_sequences_use_all_their_bits_and_wrap() -> None:
    wire = Wire().bound()
    wire.client._sequence = MAX_SEQUENCE - 1
    assert wire.client.submit("last", SUBMIT, wire.now) == 0xFFFFFFFF
    assert wire.client.submit("wrapped", SUBMIT, wire.now) == 1
    received = [event.sequence for event in wire.to_server() if isinstance(event, SubmitReceived)]
    assert received == [0xFFFFFFFF, 1]

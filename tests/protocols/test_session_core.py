"""What every session does, whatever its protocol: on the toy protocol."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from session_wire import SessionWire
from toy_protocol import (
    BUSY,
    BYE,
    DELIVER,
    HEADER,
    HELLO,
    LAST_SEQUENCE,
    LEGAL,
    MALFORMED,
    NOT_NOW,
    PING,
    SESSION,
    SILENT,
    STRANGER,
    SUBMIT,
    TOY,
    UNCLEAR,
    Dialler,
    Listener,
    ToyCarrier,
    ToyCustomer,
    ToyWire,
    frame_of,
)

from hongyan.kernel.states import IllegalTransition
from hongyan.protocols.session import RESPONSE, Role, Session, State, Timing
from hongyan.protocols.session.core import LATE_WINDOWS
from hongyan.protocols.session.events import (
    BindRefused,
    BindRequested,
    Bound,
    DeliverAnswered,
    Delivered,
    EnquireAnswered,
    Ignored,
    LateAnswer,
    Lost,
    PeerUnbound,
    ProtocolBroken,
    SubmitAnswered,
    SubmitReceived,
    Unbound,
)
from hongyan.protocols.session.states import Mode, Step

MODES: tuple[Mode, ...] = ("receiver", "transmitter", "transceiver")
SUBMITTED = SUBMIT | RESPONSE


def answer(sequence: int, status: int = 0, message_id: str = "") -> bytes:
    return frame_of(SUBMITTED, bytes((status,)) + message_id.encode(), sequence)


# --- the tables ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "step"), [*itertools.product(State, Step)])
def test_every_step_is_in_the_table_or_illegal(state: State, step: Step) -> None:
    rows = [row for row in SESSION.rows if row.before is state and row.event is step]
    if rows:
        assert SESSION.after(state, step) is rows[0].after
    else:
        with pytest.raises(IllegalTransition):
            SESSION.after(state, step)


def test_every_row_of_the_machine_has_a_source() -> None:
    assert all(row.source for row in SESSION.rows)


@pytest.mark.parametrize("role", Role)
def test_a_command_is_taken_in_its_states_and_modes_only(role: Role) -> None:
    for state, mode, row in itertools.product(State, (None, *MODES), LEGAL.rows):
        if row.role is role:
            taken = state in row.states and (not row.modes or mode in row.modes)
            assert LEGAL.refusal(role, row.command_id, state, mode) == (0 if taken else row.otherwise)
    assert LEGAL.refusal(role, 99, State.BOUND, "transceiver") == LEGAL.otherwise


# --- the ordinary way ------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("step", [0, 1, 7])
def test_a_message_its_answer_and_its_receipt_travel_however_the_bytes_are_cut(
    step: int, version: int
) -> None:
    wire = ToyWire(step=step)
    wire.client.bind("abc", wire.now)
    assert wire.to_server() == [BindRequested("transceiver", "abc")]
    wire.server.accept_bind(version)
    wire.server.deliver("early", b"x", wire.now)
    assert [type(event) for event in wire.to_client()] == [Bound, Delivered], "in the version settled on"
    wire.client.submit("token", b"hello", wire.now)
    (submitted,) = wire.to_server()
    assert isinstance(submitted, SubmitReceived)
    assert wire.server.answer_submit(submitted.sequence, 0, "A1")
    assert wire.to_client() == [SubmitAnswered("token", 0, "A1")]
    assert wire.client.answer_deliver(1, 300 if version == 2 else 30)
    assert wire.to_server() == [DeliverAnswered("early", 300 if version == 2 else 30)]
    wire.server.unbind(wire.now)
    assert wire.to_client() == [PeerUnbound()]
    assert wire.to_server() == [Unbound()]


def test_a_carrier_may_dial_and_its_customer_answers() -> None:
    timing = Timing()
    wire = SessionWire(Dialler(timing, 0.0), Listener(timing, 0.0))
    wire.client.bind("smg", wire.now)
    assert wire.to_server() == [BindRequested("receiver", "smg")]
    wire.server.accept_bind()
    assert wire.to_client() == [Bound("", 1)]
    assert (wire.client.window_free, wire.server.window_free) == (16, 0)
    sequence = wire.client.deliver("report", b"x", wire.now)
    assert [type(event) for event in wire.to_server()] == [Delivered]
    assert wire.server.answer_deliver(sequence)
    assert wire.to_client() == [DeliverAnswered("report", 0)]
    with pytest.raises(RuntimeError):
        wire.server.submit("token", b"x", wire.now)


# --- logins ----------------------------------------------------------------------------------------------


def test_a_login_may_be_refused_by_the_owner_or_at_once() -> None:
    wire = ToyWire()
    wire.client.bind("abc", wire.now)
    wire.to_server()
    wire.server.refuse_bind(STRANGER)
    assert wire.to_client() == [BindRefused(STRANGER, "STRANGER")]
    assert wire.client.closed
    assert wire.server.closed

    server = ToyCarrier(Timing(), 0.0)
    (event,) = server.receive(frame_of(HELLO, b"???", 1), 0.0)
    assert isinstance(event, Ignored)
    assert server.bytes_to_send() == [frame_of(HELLO | RESPONSE, bytes((STRANGER,)), 1)]
    assert (server.state, server.next_deadline()) == (State.OPEN, 30.0)


def test_a_second_login_while_one_waits_changes_nothing() -> None:
    wire = ToyWire()
    wire.client.bind("abc", wire.now)
    wire.to_server()
    (event,) = wire.server.receive(frame_of(HELLO, b"other", 9), wire.now)
    assert isinstance(event, Ignored)
    wire.server.accept_bind()
    assert wire.server.bytes_to_send() == [
        frame_of(HELLO | RESPONSE, bytes((NOT_NOW,)), 9),
        frame_of(HELLO | RESPONSE, b"\x001", 1),
    ]


def test_only_a_login_that_was_asked_is_answered() -> None:
    server = ToyCarrier(Timing(), 0.0)
    with pytest.raises(RuntimeError):
        server.accept_bind()
    with pytest.raises(RuntimeError):
        server.refuse_bind(STRANGER)
    wire = ToyWire()
    wire.client.bind("abc", wire.now)
    (event,) = wire.client.receive(frame_of(HELLO | RESPONSE, b"\x001", 2), wire.now)
    assert isinstance(event, Ignored)
    assert wire.client.state is State.BINDING


# --- the window ------------------------------------------------------------------------------------------

ANSWERS = st.lists(st.tuples(st.integers(1, 7), st.sampled_from([0, 8])), max_size=30)


@given(ANSWERS, st.integers(0, 3))
def test_each_submit_is_answered_once_whatever_answers_come(
    answers: list[tuple[int, int]], late: int
) -> None:
    """Repeated ones, ones to what nobody asked, late ones: sequences 1 (the login) to 7, of which 2 to 5 are ours."""
    wire = ToyWire(Timing(window=4, answer_timeout=10, enquire_idle=0)).bound()
    ours = {wire.client.submit(f"token {n}", b"x", 0.0 if n < late else 5.0): f"token {n}" for n in range(4)}
    lost = {event.token for event in wire.client.tick(10.0) if isinstance(event, Lost)}
    assert lost == {f"token {n}" for n in range(late)}
    told: set[str] = set()
    for sequence, status in answers:
        token = ours.get(sequence)
        (event,) = wire.client.receive(answer(sequence, status, "id"), 11.0)
        if token is None or token in told:
            assert isinstance(event, Ignored)
        elif token in lost:
            assert event == LateAnswer(token, status, "id")
        else:
            assert event == SubmitAnswered(token, status, "id")
        if token is not None:
            told.add(token)
    assert wire.client.in_flight == len(ours.keys() - {s for s, _ in answers}) - len(
        {token for token in lost if token not in told}
    )
    assert {*wire.client.unanswered()} == {*ours.values()} - told - lost
    assert wire.client.bytes_to_send()[-4:] == [frame_of(SUBMIT, b"x", s) for s in ours], "nothing again"


def test_late_answers_are_known_for_many_windows_and_not_for_ever() -> None:
    wire = ToyWire(Timing(window=2, answer_timeout=10, enquire_idle=0)).bound()
    sent: list[int] = []
    for n in range(LATE_WINDOWS + 1):
        sent += [wire.client.submit(f"token {n}", b"x", n * 10.0) for _ in range(2)]
        assert len(wire.client.tick(n * 10.0 + 10)) == 2
    forgotten, known = sent[:2], sent[2:]
    now = LATE_WINDOWS * 10.0 + 11
    assert {type(wire.client.receive(answer(each), now)[0]) for each in forgotten} == {Ignored}
    assert {type(wire.client.receive(answer(each), now)[0]) for each in known} == {LateAnswer}


def test_an_answer_says_how_long_it_took() -> None:
    wire = ToyWire().bound()
    sequence = wire.client.submit("token", b"x", 1.0)
    (event,) = wire.client.receive(answer(sequence), 3.5)
    assert isinstance(event, SubmitAnswered)
    assert event.seconds == 2.5


def test_sequences_wrap_to_one_and_pass_over_those_in_use_or_late() -> None:
    wire = ToyWire(Timing(window=LAST_SEQUENCE, answer_timeout=10, enquire_idle=0)).bound()
    client = wire.client
    first = client.submit("late", b"x", 0.0)
    second = client.submit("slow", b"x", 5.0)
    assert (first, second) == (2, 3)
    assert client.tick(10.0) == [Lost("late")]
    for _ in range(LAST_SEQUENCE - 3):
        client.receive(answer(client.submit("quick", b"x", 10.0)), 10.0)
    assert [client.submit("more", b"x", 11.0) for _ in range(2)] == [1, 4]


def test_a_full_window_and_a_session_that_is_not_bound_send_nothing() -> None:
    wire = ToyWire(Timing(window=1))
    for _ in range(2):
        with pytest.raises(RuntimeError):
            wire.client.submit("token", b"x", wire.now)
        if wire.client.state is State.OPEN:
            wire.bound().client.submit("token", b"x", wire.now)
    assert wire.client.window_free == 0
    assert len(wire.client.bytes_to_send()) == 1


def test_an_unreadable_answer_is_an_answer_to_a_submit_and_to_nothing_else() -> None:
    wire = ToyWire().bound()
    sequence = wire.client.submit("token", b"x", wire.now)
    (event,) = wire.client.receive(frame_of(99 | RESPONSE, b"", sequence), wire.now)
    assert isinstance(event, Ignored)
    events = wire.client.receive(frame_of(SUBMITTED, b"", sequence), wire.now)
    assert events[0] == SubmitAnswered("token", UNCLEAR, "")
    assert isinstance(events[1], Ignored)
    assert wire.client.in_flight == 0


def test_answers_go_to_requests_that_wait_and_only_once() -> None:
    wire = ToyWire(Timing(open_requests=2)).bound()
    for token in range(3):
        wire.client.submit(token, b"x", wire.now)
    events = wire.to_server()
    assert [type(event) for event in events] == [SubmitReceived, SubmitReceived, Ignored]
    assert wire.server.open_requests == 2
    assert wire.to_client() == [SubmitAnswered(2, BUSY, "")]
    waiting = [event.sequence for event in events if isinstance(event, SubmitReceived)]
    assert wire.server.answer_submit(waiting[0], 0, "A")
    assert not wire.server.answer_submit(waiting[0], 0, "A")
    assert not wire.server.answer_submit(999)
    wire.server.connection_lost()
    assert not wire.server.answer_submit(waiting[1], 0, "B")
    assert wire.to_client() == [SubmitAnswered(0, 0, "A")]


# --- what no peer should send ----------------------------------------------------------------------------


@pytest.mark.parametrize("last_words", [b"", b"farewell"])
def test_a_bad_length_ends_the_session_with_the_last_words_of_its_protocol(last_words: bytes) -> None:
    class Wordy(ToyCustomer):
        language = replace(TOY, last_words=last_words)

    client = Wordy(Timing(), 0.0)
    assert client.receive((HEADER.size - 1).to_bytes(4, "big"), 0.0) == [ProtocolBroken("bad_length")]
    assert client.bytes_to_send() == ([last_words] if last_words else [])
    assert client.closed


def test_a_request_that_cannot_be_read_or_is_out_of_place_is_refused_when_it_can_be() -> None:
    wire = ToyWire().bound()
    for command, body, status in ((DELIVER, b"", MALFORMED), (SUBMIT, b"x", NOT_NOW)):
        (event,) = wire.client.receive(frame_of(command, body, 7), wire.now)
        assert isinstance(event, Ignored)
        assert wire.client.bytes_to_send() == [frame_of(command | RESPONSE, bytes((status,)), 7)]
    for command, body in ((PING, b"x"), (77, b"")):
        (event,) = wire.client.receive(frame_of(command, body, 7), wire.now)
        assert isinstance(event, Ignored)
        assert wire.client.bytes_to_send() == []
    assert wire.client.state is State.BOUND


FRAMES = st.builds(
    frame_of,
    st.sampled_from([n | bit for n in (HELLO, SUBMIT, DELIVER, PING, BYE, 77) for bit in (0, RESPONSE)]),
    st.sampled_from([b"", b"\0", b"\x001", b"\x05", b"abc", b"\xff" * 9]),
    st.integers(0, 5) | st.integers(0, 0xFFFFFFFF),
)


@given(st.lists(FRAMES | st.binary(max_size=20), max_size=12), st.sampled_from(State))
def test_no_bytes_make_a_session_raise_or_grow(chunks: list[bytes], start: State) -> None:
    wire = ToyWire(Timing(open_requests=3, window=3))
    if start in (State.BOUND, State.UNBINDING):
        wire.bound()
        wire.client.submit("token", b"x", wire.now)
        wire.server.deliver("receipt", b"x", wire.now)
    if start is State.BINDING:
        wire.client.bind("abc", wire.now)
    if start is State.UNBINDING:
        wire.client.unbind(wire.now)
        wire.server.unbind(wire.now)
    if start is State.CLOSED:
        wire.client.connection_lost()
        wire.server.connection_lost()
    sessions: tuple[Session, ...] = (wire.client, wire.server)
    for session in sessions:
        session.bytes_to_send()
        for at, chunk in enumerate(chunks):
            session.receive(chunk, float(at))
            session.tick(float(at))
            assert session.open_requests <= 3
            assert session.in_flight <= 1
        frames = session.bytes_to_send()
        assert all(int.from_bytes(frame[:4], "big") == len(frame) for frame in frames)
        assert start is not State.CLOSED or not frames


# --- time ------------------------------------------------------------------------------------------------

TIMINGS = st.builds(
    Timing,
    window=st.just(3),
    answer_timeout=st.sampled_from([5.0, 60.0]),
    bind_timeout=st.sampled_from([7.0, 30.0]),
    enquire_idle=st.sampled_from([0.0, 10.0, 180.0]),
    enquire_timeout=st.sampled_from([3.0, 60.0]),
    enquire_tries=st.integers(1, 3),
)


@given(TIMINGS, st.booleans(), st.lists(st.floats(0, 9), max_size=3))
def test_time_runs_out_at_the_deadline_and_not_before(
    timing: Timing, bound: bool, submits: list[float]
) -> None:
    """A tick before the deadline does nothing; one at the deadline does something; a silent peer is left in the end."""
    wire = ToyWire(timing)
    wire.client.bind("abc", 0.0)
    if bound:
        wire.to_server()
        wire.server.accept_bind()
        wire.to_client()
        for token, at in enumerate(sorted(submits)):
            wire.client.submit(token, b"x", at)
    client = wire.client
    client.bytes_to_send()
    lost: list[object] = []
    for _ in range(20):
        deadline = client.next_deadline()
        if deadline is None:
            break
        assert client.tick(deadline - 0.001) == []
        events = client.tick(deadline)
        assert events or client.bytes_to_send(), "a tick at the deadline is worth it"
        lost += [event.token for event in events if isinstance(event, Lost)]
    watched = timing.enquire_idle > 0
    assert client.closed == (watched or not bound)
    assert sorted([*lost, *client.unanswered()], key=str) == (list(range(len(submits))) if bound else [])


def test_a_silent_peer_is_asked_and_any_word_of_it_is_an_answer() -> None:
    wire = ToyWire(Timing(enquire_idle=30, enquire_timeout=10, enquire_tries=2)).bound()
    assert wire.client.tick(30.0) == []
    assert wire.to_server() == []
    wire.now = 30.5
    assert wire.to_client() == [EnquireAnswered(0.5)]
    wire.client.tick(60.5)
    assert wire.client.receive(frame_of(PING, b"", 5), 61.0) == []
    assert wire.client.next_deadline() == 91.0


def quiet(timing: Timing) -> ToyCustomer:
    """One end of a protocol without heartbeat, bound."""

    class Quiet(ToyCustomer):
        language = SILENT

    client = Quiet(timing, 0.0)
    client.bind("abc", 0.0)
    client.bytes_to_send()
    client.receive(frame_of(HELLO | RESPONSE, b"\x001", 1), 0.0)
    assert client.state is State.BOUND
    return client


def test_a_protocol_without_heartbeat_asks_nobody_and_knows_no_such_command() -> None:
    client = quiet(Timing(enquire_idle=30))
    assert client.next_deadline() is None
    assert client.tick(1e6) == []
    (event,) = client.receive(frame_of(PING, b"", 8), 0.0)
    assert isinstance(event, Ignored)
    assert client.bytes_to_send() == []


def test_a_frame_that_is_begun_and_not_ended_in_time_ends_the_session_however_it_drips() -> None:
    client = quiet(Timing(answer_timeout=60))
    frame = frame_of(DELIVER, b"x" * 40, 7)
    for at, octet in enumerate(frame[:30]):
        assert client.receive(bytes([octet]), 10.0 + at) == []
    assert client.next_deadline() == 70.0
    assert client.tick(69.9) == []
    assert client.tick(70.0) == [ProtocolBroken("torn_frame")]
    assert client.closed


def test_each_frame_has_its_own_time() -> None:
    client = quiet(Timing(answer_timeout=60))
    frame = frame_of(DELIVER, b"x" * 40, 7)
    client.receive(frame[:30], 0.0)
    (event,) = client.receive(frame[30:] + frame[:5], 50.0)
    assert isinstance(event, Delivered)
    assert client.next_deadline() == 110.0
    client.receive(frame_of(DELIVER, b"x" * 40, 8)[5:], 100.0)
    assert client.next_deadline() is None
    assert client.tick(1e6) == []

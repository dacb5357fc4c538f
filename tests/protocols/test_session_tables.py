"""The tables of every protocol's session, exhaustively: each step, and each request in each state and mode."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import cmpp_wire
import pytest
import sgip_wire
import smgp_wire
import smpp_wire
from hypothesis import given
from hypothesis import strategies as st

from hongyan.kernel.states import IllegalTransition, StateTable
from hongyan.protocols import cmpp, sgip, smgp, smpp
from hongyan.protocols.cmpp import pdus as cmpp_pdus
from hongyan.protocols.cmpp import states as cmpp_states
from hongyan.protocols.session.core import RESPONSE
from hongyan.protocols.session.events import Ignored
from hongyan.protocols.session.states import LegalCommands, Mode, Role, State, Step
from hongyan.protocols.sgip import pdus as sgip_pdus
from hongyan.protocols.sgip import states as sgip_states
from hongyan.protocols.smgp import pdus as smgp_pdus
from hongyan.protocols.smgp import states as smgp_states
from hongyan.protocols.smpp import pdus as smpp_pdus
from hongyan.protocols.smpp import states as smpp_states
from hongyan.protocols.wire.fields import PduSpec

SEQUENCE = 55


@dataclass(frozen=True)
class Room:
    """One protocol. `wire`, `bind`: both ends and the login of one mode. `encode`: an empty request. `status`: of an answer
    that refuses. `always`: heartbeat and farewell, answered in any state; `without_answer`: what is never answered, or has
    no words to refuse; `answered_at_once`: by the session itself."""

    name: str
    states: StateTable[State, Step]
    legal: LegalCommands
    specs: tuple[PduSpec, ...]
    modes: tuple[Mode, ...]
    wire: Callable[[Mode], Any]
    bind: Callable[[Any, Mode], None]
    bound: Callable[[Any, Mode], Any]
    encode: Callable[[PduSpec, Mode], bytes]
    decode: Callable[[bytes], Any]
    status: Callable[[Any], int]
    always: tuple[int, ...]
    without_answer: frozenset[tuple[Role, int]] = field(default_factory=frozenset)
    answered_at_once: frozenset[int] = frozenset()

    @property
    def requests(self) -> list[PduSpec]:
        return [spec for spec in self.specs if not spec.command_id & RESPONSE]


ALL_MODES: tuple[Mode, ...] = ("transmitter", "receiver", "transceiver")
_V20 = cmpp.CODECS[cmpp.Layout.V20]


def _cmpp_status(answer: Any) -> int:
    if answer.name == "CMPP_CANCEL_RESP":
        return 2 if answer.fields["Success_Id"] == 1 else 0  # it knows no other way to say no
    status: int = answer.fields.get("Result", answer.fields.get("Status"))
    return status


def _sgip_login(spec: PduSpec, mode: Mode) -> bytes:
    fields = {"LoginType": sgip_states.LOGIN_TYPES[mode]} if spec.name == "SGIP_BIND" else {}
    return sgip.encode(spec.name, fields, SEQUENCE)


ROOMS = (
    Room(
        "cmpp",
        cmpp_states.SESSION,
        cmpp_states.LEGAL,
        _V20.specs,
        ("transceiver",),
        wire=lambda mode: cmpp_wire.Wire(),
        bind=lambda wire, mode: wire.client.bind(cmpp_wire.WHO, wire.now),
        bound=lambda wire, mode: wire.bound(),
        encode=lambda spec, mode: _V20.encode(spec.name, {}, SEQUENCE),
        decode=_V20.decode,
        status=_cmpp_status,
        always=(cmpp_pdus.ACTIVE_TEST, cmpp_pdus.TERMINATE),
        without_answer=frozenset(
            {(Role.CLIENT, cmpp_pdus.CONNECT), *((role, cmpp_pdus.QUERY) for role in Role)}
        ),
    ),
    Room(
        "smgp",
        smgp_states.SESSION,
        smgp_states.LEGAL,
        smgp_pdus.SPECS,
        ALL_MODES,
        wire=lambda mode: smgp_wire.Wire(),
        bind=lambda wire, mode: wire.client.bind(
            smgp.Credentials("10001234", smgp_wire.SECRET, smgp_wire.STAMP, mode), wire.now
        ),
        bound=lambda wire, mode: wire.bound(mode),
        encode=lambda spec, mode: smgp.encode(spec.name, {}, SEQUENCE),
        decode=smgp.decode,
        status=lambda answer: answer.fields["Status"],
        always=(smgp_pdus.ACTIVE_TEST, smgp_pdus.EXIT),
        without_answer=frozenset(
            {(Role.CLIENT, smgp_pdus.LOGIN), *((role, smgp_pdus.QUERY) for role in Role)}
        ),
    ),
    Room(
        "sgip",
        sgip_states.SESSION,
        sgip_states.LEGAL,
        sgip_pdus.SPECS,
        ("transmitter", "receiver"),
        wire=lambda mode: sgip_wire.Wire() if mode == "transmitter" else sgip_wire.ReverseWire(),
        bind=lambda wire, mode: wire.client.bind(sgip_wire.WHO, wire.now),
        bound=lambda wire, mode: wire.bound(),
        encode=_sgip_login,
        decode=sgip.decode,
        status=lambda answer: answer.fields.get("items", [answer.fields])[0]["Result"],
        always=(sgip_pdus.UNBIND,),
        answered_at_once=frozenset({sgip_pdus.USERRPT}),
    ),
    Room(
        "smpp",
        smpp_states.SESSION,
        smpp_states.LEGAL,
        smpp_pdus.SPECS,
        ALL_MODES,
        wire=lambda mode: smpp_wire.Wire(),
        bind=lambda wire, mode: wire.client.bind(smpp.Credentials("esme01", "pw", mode), wire.now),
        bound=lambda wire, mode: wire.bound(mode),
        encode=lambda spec, mode: smpp.encode(spec.name, {}, SEQUENCE),
        decode=smpp.decode,
        status=lambda answer: answer.status,
        always=(smpp_pdus.ENQUIRE_LINK, smpp_pdus.UNBIND),
        without_answer=frozenset(
            (role, command) for role in Role for command in (smpp_pdus.OUTBIND, smpp_pdus.ALERT_NOTIFICATION)
        ),
    ),
)
EACH = pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
CASES = [
    (room, role, spec, mode)
    for room in ROOMS
    for role in Role
    for spec in room.requests
    for mode in room.modes
]


@EACH
@pytest.mark.parametrize(("state", "step"), [*itertools.product(State, Step)])
def test_every_step_is_in_the_table_or_illegal(room: Room, state: State, step: Step) -> None:
    rows = [row for row in room.states.rows if row.before is state and row.event is step]
    assert all(row.source for row in rows)
    if rows:
        assert room.states.after(state, step) is rows[0].after
    else:
        with pytest.raises(IllegalTransition):
            room.states.after(state, step)


@EACH
def test_every_state_can_fail_and_none_leaves_closed(room: Room) -> None:
    for state in State:
        assert room.states.allows(state, Step.FAIL) == (state is not State.CLOSED)
        assert room.states.allows(state, Step.PEER_UNBIND) == (state is not State.CLOSED)
    assert room.states.events(State.CLOSED) == []


@EACH
def test_the_table_of_commands_has_no_row_twice_and_only_requests(room: Room) -> None:
    keys = [(row.role, row.command_id) for row in room.legal.rows]
    assert len(keys) == len(set(keys))
    assert {command_id for _, command_id in keys} <= {spec.command_id for spec in room.requests}


def session_in(room: Room, role: Role, state: State, mode: Mode) -> Any:
    wire = room.wire(mode)
    if state in (State.BOUND, State.UNBINDING):
        room.bound(wire, mode)
    session = wire.client if role is Role.CLIENT else wire.server
    if state is State.BINDING:
        room.bind(wire, mode)
        wire.to_server()
    if state is State.UNBINDING:
        session.unbind(wire.now)
    session.bytes_to_send()
    assert session.state is state
    return session


@pytest.mark.parametrize(
    ("room", "role", "spec", "mode"),
    CASES,
    ids=[f"{role.value}-{spec.name}-{mode}" for _, role, spec, mode in CASES],
)
def test_each_request_is_taken_or_refused_as_the_table_says(
    room: Room, role: Role, spec: PduSpec, mode: Mode
) -> None:
    for state in set(State) - {State.CLOSED}:
        session = session_in(room, role, state, mode)
        expected = room.legal.refusal(role, spec.command_id, state, session.mode)
        events = session.receive(room.encode(spec, mode), 0.0)
        answers = [room.decode(frame) for frame in session.bytes_to_send()]
        assert all(
            (each.command_id, each.sequence) == (spec.command_id | RESPONSE, SEQUENCE) for each in answers
        )
        if spec.command_id in room.always:
            assert len(answers) == 1
            assert session.closed == (spec.command_id == room.always[-1])
        elif not expected:
            assert len(answers) == (spec.command_id in room.answered_at_once)
            (event,) = events
            assert not isinstance(event, Ignored)
        else:
            assert [type(event) for event in events] == [Ignored]
            assert session.state is state
            if (role, spec.command_id) in room.without_answer:
                assert answers == []
            else:
                assert [room.status(answer) for answer in answers] == [expected]


@EACH
@pytest.mark.parametrize("role", Role)
def test_answers_that_nobody_asked_for_are_ignored(room: Room, role: Role) -> None:
    for mode in room.modes:
        session = session_in(room, role, State.BOUND, mode)
        for spec in room.specs:
            if spec.command_id & RESPONSE:
                events = session.receive(room.encode(spec, mode), 0.0)
                heartbeat = spec.command_id & ~RESPONSE in room.always[:-1]
                assert [type(event) for event in events] == [Ignored] * (not heartbeat)
                assert session.bytes_to_send() == []
        assert session.state is State.BOUND


@EACH
@given(data=st.data())
def test_no_octets_make_a_session_raise_in_any_state(room: Room, data: st.DataObject) -> None:
    role, mode = data.draw(st.sampled_from(Role)), data.draw(st.sampled_from(room.modes))
    session = session_in(
        room, role, data.draw(st.sampled_from(sorted(set(State) - {State.CLOSED}, key=str))), mode
    )
    wholes = [room.encode(spec, mode) for spec in room.specs]
    frames = st.sampled_from(wholes) | st.builds(
        lambda whole, rest: (8 + len(rest)).to_bytes(4, "big") + whole[4:8] + rest,
        st.sampled_from(wholes),
        st.binary(min_size=session.language.header_size - 8, max_size=60),
    )
    for at, chunk in enumerate(data.draw(st.lists(frames | st.binary(max_size=20), max_size=12))):
        session.receive(chunk, float(at))
        session.tick(float(at))
        deadline = session.next_deadline()
        assert deadline is None or deadline > at
        assert session.open_requests <= session.timing.open_requests
    assert all(int.from_bytes(frame[:4], "big") == len(frame) for frame in session.bytes_to_send())


def refusals(room: Room, role: Role, command_id: int, state: State = State.BOUND) -> list[int]:
    return [room.legal.refusal(role, command_id, state, mode) for mode in ALL_MODES]


def test_what_a_side_may_hear_depends_on_the_mode() -> None:
    _, smgp_room, _, smpp_room = ROOMS
    assert refusals(smgp_room, Role.CLIENT, smgp_pdus.DELIVER) == [11, 0, 0]
    assert refusals(smgp_room, Role.SERVER, smgp_pdus.SUBMIT) == [0, 11, 0]
    assert refusals(smgp_room, Role.SERVER, smgp_pdus.QUERY) == [0, 0, 0]
    assert refusals(smpp_room, Role.CLIENT, smpp_pdus.DELIVER_SM) == [4, 0, 0]
    assert refusals(smpp_room, Role.SERVER, smpp_pdus.SUBMIT_SM) == [0, 4, 0]
    assert refusals(smpp_room, Role.SERVER, smpp_pdus.SUBMIT_SM, State.OPEN) == [4, 4, 4]
    assert refusals(smpp_room, Role.SERVER, smpp_pdus.BIND_RECEIVER) == [5, 5, 5]

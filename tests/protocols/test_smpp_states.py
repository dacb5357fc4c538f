"""The tables of an SMPP session, exhaustively."""

from __future__ import annotations

import itertools

import pytest
from smpp_wire import Wire

from hongyan.kernel.states import IllegalTransition
from hongyan.protocols.session.core import Session
from hongyan.protocols.session.events import Ignored
from hongyan.protocols.session.states import Mode, Role, State, Step
from hongyan.protocols.smpp import pdus
from hongyan.protocols.smpp.client import Credentials
from hongyan.protocols.smpp.codec import NAMES, Pdu, decode, encode
from hongyan.protocols.smpp.states import LEGAL, SESSION

REQUESTS = [spec.name for spec in pdus.SPECS if not spec.command_id & pdus.RESPONSE]
MODES: tuple[Mode, ...] = ("receiver", "transmitter", "transceiver")


@pytest.mark.parametrize(("state", "step"), [*itertools.product(State, Step)])
def test_every_step_is_in_the_table_or_illegal(state: State, step: Step) -> None:
    rows = [row for row in SESSION.rows if row.before is state and row.event is step]
    if rows:
        assert SESSION.after(state, step) is rows[0].after
    else:
        with pytest.raises(IllegalTransition):
            SESSION.after(state, step)


def test_every_state_can_fail_and_none_leaves_closed() -> None:
    for state in State:
        assert SESSION.allows(state, Step.FAIL) == (state is not State.CLOSED)
        assert SESSION.allows(state, Step.PEER_UNBIND) == (state is not State.CLOSED)
    assert SESSION.events(State.CLOSED) == []


def test_the_table_of_commands_has_no_row_twice() -> None:
    keys = [(row.role, row.command_id) for row in LEGAL.rows]
    assert len(keys) == len(set(keys))


def session_in(role: Role, state: State, mode: Mode) -> Session:
    wire = Wire()
    if state in (State.BOUND, State.UNBINDING):
        wire.bound(mode)
    session: Session = wire.client if role is Role.CLIENT else wire.server
    if state is State.BINDING:
        wire.client.bind(Credentials("esme01", "pw", mode), wire.now)
        wire.to_server()
    if state is State.UNBINDING:
        session.unbind(wire.now)
    session.bytes_to_send()
    assert session.state is state
    return session


@pytest.mark.parametrize("name", REQUESTS)
@pytest.mark.parametrize("role", Role)
def test_each_request_is_taken_or_refused_as_the_table_says(name: str, role: Role) -> None:
    for state, mode in itertools.product(set(State) - {State.CLOSED}, MODES):
        session = session_in(role, state, mode)
        (spec,) = (each for each in pdus.SPECS if each.name == name)
        expected = LEGAL.refusal(role, spec.command_id, state, session.mode)
        events = session.receive(encode(name, {}, 55), 0.0)
        answers = [decode(frame) for frame in session.bytes_to_send()]
        if spec.command_id | pdus.RESPONSE not in NAMES:
            assert answers == []
        elif expected:
            (answer,) = answers
            assert isinstance(answer, Pdu)
            assert (answer.name, answer.status, answer.sequence) == (f"{name}_resp", expected, 55)
        if expected:
            assert [type(event) for event in events] == [Ignored]
            assert session.state is state
        elif name not in ("enquire_link",):
            assert len(events) == 1
            assert not isinstance(events[0], Ignored)


def test_what_a_side_may_hear_depends_on_the_mode() -> None:
    deliver, submit = pdus.DELIVER_SM, pdus.SUBMIT_SM
    assert [LEGAL.refusal(Role.CLIENT, deliver, State.BOUND, mode) for mode in MODES] == [0, 4, 0]
    assert [LEGAL.refusal(Role.SERVER, submit, State.BOUND, mode) for mode in MODES] == [4, 0, 0]
    assert LEGAL.refusal(Role.SERVER, submit, State.OPEN, None) == 4
    assert LEGAL.refusal(Role.SERVER, pdus.BIND_RECEIVER, State.BOUND, "receiver") == 5

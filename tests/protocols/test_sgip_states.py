"""The tables of an SGIP session, exhaustively."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from sgip_wire import WHO, ReverseWire, Wire

from hongyan.kernel.states import IllegalTransition
from hongyan.protocols.session.events import Ignored
from hongyan.protocols.session.states import Role, State, Step
from hongyan.protocols.sgip import pdus
from hongyan.protocols.sgip.codec import Pdu, decode, encode
from hongyan.protocols.sgip.states import LEGAL, LOGIN_TYPES, SESSION

REQUESTS = [spec for spec in pdus.SPECS if not spec.command_id & pdus.RESPONSE]


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


def session_in(make: Any, role: Role, state: State) -> Any:
    wire = make()
    if state in (State.BOUND, State.UNBINDING):
        wire.bound()
    session = wire.client if role is Role.CLIENT else wire.server
    if state is State.BINDING:
        wire.client.bind(WHO, wire.now)
        wire.to_server()
    if state is State.UNBINDING:
        session.unbind(wire.now)
    session.bytes_to_send()
    assert session.state is state
    return session


@pytest.mark.parametrize("spec", REQUESTS, ids=lambda spec: spec.name)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("make", [Wire, ReverseWire])
def test_each_request_is_taken_or_refused_as_the_table_says(spec: Any, role: Role, make: Any) -> None:
    for state in set(State) - {State.CLOSED}:
        session = session_in(make, role, state)
        expected = LEGAL.refusal(role, spec.command_id, state, session.mode)
        login_type = LOGIN_TYPES["transmitter" if make is Wire else "receiver"]
        fields = {"LoginType": login_type} if spec.name == "SGIP_BIND" else {}
        events = session.receive(encode(spec.name, fields, 55), 0.0)
        answers = [decode(frame) for frame in session.bytes_to_send()]
        if expected:
            (answer,) = answers
            assert isinstance(answer, Pdu)
            assert (answer.name, answer.sequence) == (f"{spec.name}_RESP", 55)
            first = answer.fields.get("items", [answer.fields])[0]
            assert first["Result"] == expected
            assert [type(event) for event in events] == [Ignored]
            assert session.state is state
        else:
            (event,) = events
            assert not isinstance(event, Ignored)

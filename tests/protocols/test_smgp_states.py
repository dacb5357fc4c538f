"""The tables of an SMGP session, exhaustively."""

from __future__ import annotations

import itertools

import pytest
from smgp_wire import SECRET, STAMP, Wire

from hongyan.kernel.states import IllegalTransition
from hongyan.protocols.session.events import Ignored
from hongyan.protocols.session.states import Mode, Role, State, Step
from hongyan.protocols.smgp import pdus
from hongyan.protocols.smgp.client import Credentials
from hongyan.protocols.smgp.codec import Pdu, decode, encode
from hongyan.protocols.smgp.session import SmgpSession
from hongyan.protocols.smgp.states import LEGAL, SESSION
from hongyan.protocols.wire.fields import PduSpec

ALWAYS = (pdus.ACTIVE_TEST, pdus.EXIT)
REQUESTS = [spec for spec in pdus.SPECS if not spec.command_id & pdus.RESPONSE]
MODES: tuple[Mode, ...] = ("transmitter", "receiver", "transceiver")


@pytest.mark.parametrize(("state", "step"), [*itertools.product(State, Step)])
def test_every_step_is_in_the_table_or_illegal(state: State, step: Step) -> None:
    rows = [row for row in SESSION.rows if row.before is state and row.event is step]
    assert all(row.source for row in rows)
    if rows:
        assert SESSION.after(state, step) is rows[0].after
    else:
        with pytest.raises(IllegalTransition):
            SESSION.after(state, step)


def test_the_table_of_commands_has_every_request_once() -> None:
    keys = [(row.role, row.command_id) for row in LEGAL.rows]
    assert len(keys) == len(set(keys))
    assert {command_id for _, command_id in keys} | {*ALWAYS} == {spec.command_id for spec in REQUESTS}


def test_the_login_mode_decides_what_a_connection_carries() -> None:
    def refusals(role: Role, command_id: int) -> list[int]:
        return [LEGAL.refusal(role, command_id, State.BOUND, mode) for mode in MODES]

    assert refusals(Role.CLIENT, pdus.DELIVER) == [11, 0, 0]
    assert refusals(Role.SERVER, pdus.SUBMIT) == [0, 11, 0]
    assert refusals(Role.SERVER, pdus.QUERY) == [0, 0, 0]


def session_in(role: Role, state: State, mode: Mode) -> SmgpSession:
    wire = Wire()
    if state in (State.BOUND, State.UNBINDING):
        wire.bound(mode)
    session: SmgpSession = wire.client if role is Role.CLIENT else wire.server
    if state is State.BINDING:
        wire.client.bind(Credentials("10001234", SECRET, STAMP, mode), wire.now)
        wire.to_server()
    if state is State.UNBINDING:
        session.unbind(wire.now)
    session.bytes_to_send()
    assert session.state is state
    return session


@pytest.mark.parametrize("spec", REQUESTS, ids=lambda spec: spec.name)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("state", [state for state in State if state is not State.CLOSED])
@pytest.mark.parametrize("mode", MODES)
def test_each_request_is_taken_or_refused_as_the_table_says(
    spec: PduSpec, role: Role, state: State, mode: Mode
) -> None:
    session = session_in(role, state, mode)
    events = session.receive(encode(spec.name, {}, 55), 0.0)
    answers = [decode(frame) for frame in session.bytes_to_send()]
    if spec.command_id in ALWAYS:
        (answer,) = answers
        assert isinstance(answer, Pdu)
        assert answer.name == f"{spec.name}_RESP"
        assert session.closed == (spec.command_id == pdus.EXIT)
        return
    status = LEGAL.refusal(role, spec.command_id, state, session.mode)
    assert session.state is (State.BINDING if spec.command_id == pdus.LOGIN and not status else state)
    if not status:
        assert len(events) == 1
        assert not isinstance(events[0], Ignored)
        assert answers == []
        return
    assert [type(event) for event in events] == [Ignored]
    if role is Role.CLIENT and spec.command_id == pdus.LOGIN:
        assert answers == [], "only a server has words for a login"
    elif spec.command_id == pdus.QUERY:
        assert answers == [], "statistics have no way to say no"
    else:
        (answer,) = answers
        assert isinstance(answer, Pdu)
        assert (answer.name, answer.sequence) == (f"{spec.name}_RESP", 55)
        assert answer.fields["Status"] == status

"""The tables of a CMPP session, exhaustively."""

from __future__ import annotations

import itertools

import pytest
from cmpp_wire import WHO, Wire

from hongyan.kernel.states import IllegalTransition
from hongyan.protocols.cmpp import pdus
from hongyan.protocols.cmpp.codec import CODECS, Pdu
from hongyan.protocols.cmpp.pdus import Layout
from hongyan.protocols.cmpp.session import CmppSession
from hongyan.protocols.cmpp.states import LEGAL, SESSION
from hongyan.protocols.session.events import Ignored
from hongyan.protocols.session.states import Role, State, Step

ALWAYS = (pdus.ACTIVE_TEST, pdus.TERMINATE)
REQUESTS = [spec for spec in pdus.specs(Layout.V20) if not spec.command_id & pdus.RESPONSE]
RESULTS = {
    pdus.CONNECT: "Status",
    pdus.SUBMIT: "Result",
    pdus.DELIVER: "Result",
    pdus.CANCEL: "Success_Id",
}


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


def session_in(role: Role, state: State) -> CmppSession:
    wire = Wire()
    if state in (State.BOUND, State.UNBINDING):
        wire.bound()
    session: CmppSession = wire.client if role is Role.CLIENT else wire.server
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
@pytest.mark.parametrize("state", [state for state in State if state is not State.CLOSED])
def test_each_request_is_taken_or_refused_as_the_table_says(
    spec: pdus.PduSpec, role: Role, state: State
) -> None:
    session = session_in(role, state)
    events = session.receive(CODECS[Layout.V20].encode(spec.name, {}, 55), 0.0)
    answers = [CODECS[Layout.V20].decode(frame) for frame in session.bytes_to_send()]
    if spec.command_id in ALWAYS:
        (answer,) = answers
        assert isinstance(answer, Pdu)
        assert answer.name == f"{spec.name}_RESP"
        assert session.closed == (spec.command_id == pdus.TERMINATE)
        return
    status = LEGAL.refusal(role, spec.command_id, state, session.mode)
    assert session.state is (State.BINDING if spec.command_id == pdus.CONNECT and not status else state)
    if not status:
        assert len(events) == 1
        assert not isinstance(events[0], Ignored)
        assert answers == []
        return
    assert [type(event) for event in events] == [Ignored]
    if role is Role.CLIENT and spec.command_id == pdus.CONNECT:
        assert answers == [], "only a server has words for a login"
    elif spec.command_id == pdus.QUERY:
        assert answers == [], "statistics have no way to say no"
    else:
        (answer,) = answers
        assert isinstance(answer, Pdu)
        assert (answer.name, answer.sequence) == (f"{spec.name}_RESP", 55)
        expected = 1 if spec.command_id == pdus.CANCEL else status
        assert answer.fields[RESULTS[spec.command_id]] == expected

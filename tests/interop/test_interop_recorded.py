"""Conversations with implementations that the tests cannot run, recorded once: the same octets get the same answers today.

`recorded/*.json`: who the other side was, and what each side said in turn, as hexadecimal digits. The other side
understood every answer of ours when it was recorded (docs/interop.md).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hongyan.kernel.text import Alphabet, decode
from hongyan.protocols import cmpp, smpp
from hongyan.protocols.cmpp.events import BindRequested as CmppBindRequested
from hongyan.protocols.cmpp.session import TIMING as CMPP_TIMING
from hongyan.protocols.session.core import Session
from hongyan.protocols.session.events import (
    BindRefused,
    BindRequested,
    Bound,
    Delivered,
    Event,
    SubmitAnswered,
    SubmitReceived,
)
from hongyan.protocols.smpp.codec import encode_body

FOLDER = Path(__file__).with_name("recorded")
CMPP_SECRET = "test1234"


def recorded(file: str, role: str) -> list[Any]:
    """Conversations in which the other side had this role."""
    found = json.loads((FOLDER / file).read_text("utf-8"))
    return [pytest.param(each["said"], id=each[role]) for each in found if role in each]


def turns(
    session: Session, ours: str, said: list[dict[str, str]], react: Callable[[Event], None]
) -> Iterator[Event]:
    """Give the session what the other side said, compare what it says itself, and hand out its events."""
    spoken = bytearray()
    for each in said:
        octets = bytes.fromhex(each["hex"])
        if each["by"] != ours:
            for event in session.receive(octets, 0.0):
                react(event)
                yield event
            continue
        spoken += b"".join(session.bytes_to_send())
        assert spoken[: len(octets)].hex() == octets.hex()
        del spoken[: len(octets)]
    assert not spoken + b"".join(session.bytes_to_send())


# -- CMPP clients --------------------------------------------------------------------------------------------

CODE = "【云雁】您好，验证码 123456。"
LONG = "【云雁】" + "鸿雁传书，" * 16


@pytest.mark.parametrize("said", recorded("cmpp.json", "client"))
def test_a_cmpp_client_of_other_people_is_answered_as_it_understands(said: list[dict[str, str]]) -> None:
    session = cmpp.ServerSession(CMPP_TIMING, 0.0)
    submits: list[cmpp.Pdu] = []

    def react(event: Event) -> None:
        if isinstance(event, CmppBindRequested):
            assert event.proves(CMPP_SECRET)
            session.accept_bind(CMPP_SECRET)
        elif isinstance(event, SubmitReceived):
            submits.append(event.pdu)
            session.answer_submit(event.sequence, 0, f"37a9478029c2{len(submits):04x}")

    list(turns(session, "server", said, react))
    assert session.closed
    contents = [cmpp.read_content(pdu) for pdu in submits]
    assert contents[0].payload.decode("utf-16-be") == CODE
    assert "".join(each.payload.decode("utf-16-be") for each in contents[1:]) in ("", LONG)
    assert [each.concat.index for each in contents if each.concat is not None] in ([], [1, 2])
    assert {pdu.fields["Registered_Delivery"] for pdu in submits} == {1}
    assert submits[0].fields["Dest_terminal_Id"][0] == "13800138000"


# -- SMPP, the package smpp of the Node world ----------------------------------------------------------------

PHONE, ACCESS_NUMBER = "8613800138000", "10690001"
RECEIPT = smpp.receipt_text("node-1", "DELIVRD", "2605290426", "2605290426")
TEXTS = [
    "Your table {8} is ready ~ €",
    "您的包裹已到",
    "前半",
    "后半",
    "part one ",
    "part two",
    "鸿雁传书。" * 40,
    "throttle me",
]
SUBMITS = [(0, b"Hello \x1b(x\x1b)"), (8, "你好，鸿雁".encode("utf-16-be")), (0, b"throttle me")]
"""data_coding and octets of what our client says."""
_QUIET = smpp.Timing(enquire_idle=0)


def text_of(content: smpp.Content) -> str | None:
    """It writes the GSM alphabet and calls it ASCII (data_coding 1)."""
    return decode(content.payload, Alphabet.GSM7) if content.coding == 1 else content.text


@pytest.mark.parametrize("said", recorded("smpp.json", "client"))
def test_an_smpp_client_of_other_people_is_answered_as_it_understands(said: list[dict[str, str]]) -> None:
    session = smpp.ServerSession(_QUIET, 0.0)
    contents: list[smpp.Content] = []

    def react(event: Event) -> None:
        if isinstance(event, BindRequested):
            session.accept_bind("hongyan")
        elif isinstance(event, SubmitReceived):
            contents.append(smpp.read_content(event.pdu))
            if text_of(contents[-1]) == TEXTS[-1]:
                throttle_and_deliver(event.sequence)
            else:
                session.answer_submit(event.sequence, 0, f"node-{len(contents)}")

    def throttle_and_deliver(sequence: int) -> None:
        session.answer_submit(sequence, 0x58)
        ends = {"source_addr": PHONE, "destination_addr": ACCESS_NUMBER}
        receipt = {**ends, "esm_class": smpp.RECEIPT, "short_message": RECEIPT}
        told: dict[str, int | str | bytes] = {"receipted_message_id": "node-1", "message_state": 2}
        session.deliver("receipt", encode_body("deliver_sm", receipt, told), 0.0)
        reply = {**ends, "data_coding": 8, "short_message": "退订".encode("utf-16-be")}
        session.deliver("reply", encode_body("deliver_sm", reply), 0.0)

    list(turns(session, "server", said, react))
    assert session.closed
    assert list(map(text_of, contents)) == TEXTS
    places = [(c.concat.reference, c.concat.total, c.concat.index) for c in contents if c.concat is not None]
    assert places == [(7, 2, 1), (7, 2, 2), (300, 2, 1), (300, 2, 2)]


@pytest.mark.parametrize("said", recorded("smpp.json", "server"))
def test_an_smpp_server_of_other_people_is_spoken_to_as_it_understands(said: list[dict[str, str]]) -> None:
    session = smpp.ClientSession(_QUIET, 0.0)
    password = "secret" if b"secret" in bytes.fromhex(said[0]["hex"]) else "wrong"
    session.bind(smpp.Credentials("tester", password), 0.0)
    encode = smpp.submit_encoder()
    delivered: list[smpp.Pdu] = []

    def react(event: Event) -> None:
        if isinstance(event, Bound):
            for coding, octets in SUBMITS:
                body = encode(ACCESS_NUMBER, PHONE, data_coding=coding, short_message=octets)
                session.submit(octets, body, 0.0)
        elif isinstance(event, Delivered):
            delivered.append(event.pdu)
            session.answer_deliver(event.sequence)
            if len(delivered) == 3:
                session.unbind(0.0)

    events = list(turns(session, "client", said, react))
    assert session.closed
    if password == "wrong":
        assert events == [BindRefused(0x0E, "ESME_RINVPASWD")]
        return
    answers = [(event.status, event.message_id) for event in events if isinstance(event, SubmitAnswered)]
    assert answers == [(0, "node-1"), (0, "node-2"), (0x58, "")]
    reports = [smpp.parse_receipt(pdu) for pdu in delivered if smpp.is_receipt(pdu)]
    assert [(report.id, report.delivered) for report in reports] == [("node-1", True), ("node-2", True)]
    assert [smpp.read_content(pdu).text for pdu in delivered if not smpp.is_receipt(pdu)] == ["退订"]

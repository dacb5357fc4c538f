"""Our link against SMPP servers that other people wrote, over a real socket, with the store behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from interop_link import SYSTEM_ID, LinkTo
from road_world import ACCESS_NUMBER, FOREIGN, NUMBER
from smpp.pdu import operations as ops
from smpp.pdu.pdu_types import CommandStatus
from smpp_carriers import CARRIERS, UCS2, Carrier, Deliver, Pdu3Carrier, Submitted
from smpplib.gsm import gsm_encode

from hongyan.carriers import connection as connection_module
from hongyan.carriers import link as link_module
from hongyan.carriers.link import HOPELESS_TRIES, LinkState
from hongyan.compliance.sandbox import SIGN_NAME
from hongyan.protocols.session.states import Mode
from hongyan.protocols.smpp.status import RTHROTTLED, RX_T_APPN

RINVDSTADR = 0x0B
HANDSET = "86" + NUMBER


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "TICK", 0.005)
    monkeypatch.setattr(link_module, "FIRST_RECONNECT", 0.01)
    monkeypatch.setattr(link_module, "AFTER_REFUSED_LOGIN", 0.01)


@pytest.fixture(params=CARRIERS, ids=lambda kind: kind.__name__.lower())
async def carrier(request: pytest.FixtureRequest) -> AsyncIterator[Carrier]:
    async with request.param() as running:
        yield running


@pytest.fixture
async def ours(carrier: Carrier, tmp_path: Path) -> AsyncIterator[LinkTo]:
    async with LinkTo(carrier.port, tmp_path) as world:
        await carrier.bound()
        await world.bound()
        yield world


def receipt(message_id: str, source: str = HANDSET) -> Deliver:
    words = (
        f"id:{message_id} sub:001 dlvrd:001 submit date:2605290426 done date:2605290426 stat:DELIVRD err:000"
    )
    return Deliver(source, ACCESS_NUMBER, f"{words} text:".encode(), receipt_of=message_id)


def text_of(submit: Submitted) -> str:
    assert submit.coding == UCS2
    octets = submit.content[submit.content[0] + 1 :] if submit.esm_class else submit.content
    return octets.decode("utf-16-be")


@pytest.mark.parametrize("mode", ["transceiver", "transmitter", "receiver"])
async def test_it_binds_and_leaves_in_every_mode(carrier: Carrier, mode: Mode, tmp_path: Path) -> None:
    async with LinkTo(carrier.port, tmp_path, mode) as world:
        assert await carrier.bound() == SYSTEM_ID
        await world.bound()
        assert await world.stop()
        await carrier.unbound()


async def test_a_chinese_message_arrives_and_its_receipt_comes_home(carrier: Carrier, ours: LinkTo) -> None:
    message_id = await ours.road.send_one(NUMBER, extension_code="77")
    submit = await carrier.submit()
    assert (submit.source, submit.destination) == (ACCESS_NUMBER + "77", HANDSET)
    assert (text_of(submit), submit.validity) == (f"【{SIGN_NAME}】您好。", True)
    submit.answer(0, "0a1b2c3d")
    assert await carrier.deliver(receipt("0a1b2c3d")) == 0
    await ours.state(message_id, "delivered")


async def test_a_latin_message_travels_in_the_default_alphabet(carrier: Carrier, ours: LinkTo) -> None:
    sign_name = await ours.latin_signature()
    message_id = await ours.road.send_one(
        FOREIGN, template="abroad", params={"who": "home"}, sign_name=sign_name
    )
    submit = await carrier.submit()
    assert submit.content == gsm_encode(ours.road.stored(message_id, "content"))
    assert (submit.coding, submit.destination) == (0, "447911123456")
    submit.answer(0, "7")
    assert await carrier.deliver(receipt("7", "447911123456")) == 0
    await ours.state(message_id, "delivered")


async def test_the_parts_of_a_long_message_have_headers_and_receipts_each(
    carrier: Carrier, ours: LinkTo
) -> None:
    message_id = await ours.road.send_one(template="long")
    parts = [await carrier.submit() for _ in range(2)]
    parts.sort(key=lambda part: part.content[5])
    assert [(part.esm_class, part.content[:3], part.content[4:6]) for part in parts] == [
        (0x40, b"\5\0\3", bytes((2, place))) for place in (1, 2)
    ]
    assert "".join(map(text_of, parts)) == ours.road.stored(message_id, "content")
    for place, part in enumerate(parts):
        part.answer(0, f"part-{place}")
        assert await carrier.deliver(receipt(f"part-{place}")) == 0
    await ours.state(message_id, "delivered")


async def test_a_throttled_message_is_sent_again_and_a_refused_one_fails(
    carrier: Carrier, ours: LinkTo
) -> None:
    message_id = await ours.road.send_one()
    (await carrier.submit()).answer(RTHROTTLED, "")
    await ours.pass_time(carrier.submits.qsize, "it is submitted again")
    (await carrier.submit()).answer(RINVDSTADR, "")
    await ours.state(message_id, "failed")


LONG_REPLY = "我想退订这个服务，谢谢。"


@pytest.mark.parametrize(
    "pieces",
    [
        [Deliver(HANDSET, ACCESS_NUMBER, b"TD")],
        [Deliver(HANDSET, ACCESS_NUMBER, LONG_REPLY.encode("utf-16-be"), UCS2)],
        [Deliver(HANDSET, ACCESS_NUMBER, LONG_REPLY.encode("utf-16-be"), UCS2, payload=True)],
        [
            Deliver(HANDSET, ACCESS_NUMBER, head + words.encode("utf-16-be"), UCS2, header=True)
            for head, words in ((b"\5\0\3\7\2\2", LONG_REPLY[6:]), (b"\5\0\3\7\2\1", LONG_REPLY[:6]))
        ],
        [
            Deliver(HANDSET, ACCESS_NUMBER, head + words.encode("utf-16-be"), UCS2, header=True)
            for head, words in ((b"\6\x08\4\1\7\2\1", LONG_REPLY[:6]), (b"\6\x08\4\1\7\2\2", LONG_REPLY[6:]))
        ],
        [
            Deliver(HANDSET, ACCESS_NUMBER, words.encode("utf-16-be"), UCS2, place=(300, 2, place))
            for place, words in ((1, LONG_REPLY[:6]), (2, LONG_REPLY[6:]))
        ],
    ],
    ids=["latin", "ucs2", "payload", "header", "wide header", "parameters"],
)
async def test_a_reply_is_whole_however_it_travels(
    carrier: Carrier, ours: LinkTo, pieces: list[Deliver]
) -> None:
    for piece in pieces:
        assert await carrier.deliver(piece) == 0
    assert (await ours.replies())[-1] == ("TD" if pieces[0].content == b"TD" else LONG_REPLY)


async def test_our_request_to_come_again_is_understood(carrier: Carrier, ours: LinkTo) -> None:
    """Two servers could not read an answer to a deliver that has an error and no body."""
    ours.road.store.lose()
    assert await carrier.deliver(Deliver(HANDSET, ACCESS_NUMBER, b"TD")) == RX_T_APPN


async def test_our_heartbeats_are_answered(carrier: Carrier, ours: LinkTo) -> None:
    connection = ours.link._connection
    assert connection is not None
    for _ in range(5):
        ours.road.clock.advance(31)
        session = connection.session
        await ours.until(lambda session=session: session.next_deadline() > ours.now, "the answer is here")
    assert ours.link.state is LinkState.BOUND
    assert ours.link._connection is connection


# -- what only a server does that decides by itself --------------------------------------------------------


@pytest.fixture
async def deciding() -> AsyncIterator[Pdu3Carrier]:
    async with Pdu3Carrier() as running:
        yield running


async def test_a_refused_password_is_tried_a_few_times_and_then_no_more(
    deciding: Pdu3Carrier, tmp_path: Path
) -> None:
    deciding.refuse = CommandStatus.ESME_RINVPASWD
    async with LinkTo(deciding.port, tmp_path) as world:
        await world.until(lambda: world.link.state is LinkState.REFUSED, "the link has given up")
        assert world.link.counts.logins_refused == HOPELESS_TRIES


async def test_a_heartbeat_of_the_server_is_answered(deciding: Pdu3Carrier, tmp_path: Path) -> None:
    async with LinkTo(deciding.port, tmp_path) as world:
        await world.bound()
        assert isinstance(await deciding.ask(ops.EnquireLink()), ops.EnquireLinkResp)


async def test_a_server_that_unbinds_is_answered_and_bound_to_again(
    deciding: Pdu3Carrier, tmp_path: Path
) -> None:
    async with LinkTo(deciding.port, tmp_path) as world:
        await deciding.bound()
        await world.bound()
        assert isinstance(await deciding.ask(ops.Unbind()), ops.UnbindResp)
        assert await deciding.bound() == SYSTEM_ID
        await world.bound()

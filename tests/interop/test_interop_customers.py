"""SMPP clients that other people wrote, against the simulator: its server side over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import count

import pytest
from asking_carrier import AskingCarrier
from interop_simulator import Simulator
from smpp_customers import CUSTOMERS, PARTS, SENDER, Answer, Customer, LoginRefused, Way

from hongyan.protocols.session.states import Mode
from hongyan.protocols.smpp.status import RINVPASWD, RTHROTTLED

pytestmark = pytest.mark.slow

LATIN = "Your table {8} is ready ~ 20:30"
CHINESE = "您的包裹已到，请凭取件码领取。"
LONG = "".join(f"第{n:02}行，鸿雁传书；" for n in range(10))
"""100 characters: two parts, or 200 octets more than a short message has."""
MODES: tuple[Mode, ...] = ("transceiver", "transmitter", "receiver")
THROTTLED_TWICE = "8619900000013"
_NUMBERS = count(8613800138000)


@pytest.fixture(scope="module")
def carrier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with Simulator(tmp_path_factory.mktemp("carrier")) as running:
        yield running


@pytest.fixture(params=CUSTOMERS, ids=lambda kind: kind.__name__.lower())
def customer(carrier: Simulator, request: pytest.FixtureRequest) -> Customer:
    made: Customer = request.param(carrier.port)
    return made


@pytest.fixture
async def bound(customer: Customer) -> AsyncIterator[Customer]:
    await customer.bind()
    yield customer
    await customer.leave()


@pytest.fixture
def number() -> str:
    """A phone that nobody else writes to."""
    return str(next(_NUMBERS))


@pytest.mark.parametrize("mode", MODES)
async def test_it_binds_and_leaves_in_every_mode(customer: Customer, mode: Mode) -> None:
    await customer.bind(mode)
    await customer.heartbeat()
    await customer.leave()


async def test_a_wrong_password_is_refused_so_that_it_can_tell(customer: Customer) -> None:
    with pytest.raises(LoginRefused) as refused:
        await customer.bind(password="wrong")
    assert refused.value.status == (RINVPASWD if customer.tells_why else None)


@pytest.mark.parametrize("text", [LATIN, CHINESE], ids=["latin", "ucs2"])
async def test_a_short_text_is_read_and_reported(
    carrier: Simulator, bound: Customer, number: str, text: str
) -> None:
    (answer,) = await bound.submit(number, text)
    assert answer.status == 0
    receipt = await bound.delivery(message_id=answer.message_id)
    assert (receipt.source, receipt.destination, receipt.stat) == (number, SENDER, "DELIVRD")
    assert await carrier.text_on(number) == text


@pytest.mark.parametrize(("way", "parts"), [("header", PARTS), ("parameters", PARTS), ("payload", 1)])
async def test_a_long_text_is_whole_again_however_it_travels(
    carrier: Simulator, bound: Customer, number: str, way: Way, parts: int
) -> None:
    text = LONG * 2 if way == "payload" else LONG
    assert {answer.status for answer in await bound.submit(number, text, way)} == {0}
    found = await carrier.parts(number, parts)
    assert [(line["part"], line["parts"]) for line in found] == [(n + 1, parts) for n in range(parts)]
    assert await carrier.text_on(number) == text


async def test_throttling_is_an_answer_that_it_understands(bound: Customer) -> None:
    text = f"from {type(bound).__name__}"  # the simulator counts how often the same text came
    for _ in range(2):
        assert await bound.submit(THROTTLED_TWICE, text) == [Answer(RTHROTTLED, "")]
    (taken,) = await bound.submit(THROTTLED_TWICE, text)
    assert taken.status == 0


@pytest.mark.parametrize("text", ["TD", CHINESE], ids=["latin", "ucs2"])
async def test_a_reply_reaches_it(carrier: Simulator, bound: Customer, number: str, text: str) -> None:
    await bound.submit(number, LATIN)
    await asyncio.to_thread(carrier.write, number, SENDER, text)
    reply = await bound.delivery(text=text)
    assert (reply.source, reply.destination) == (number, SENDER)


async def test_it_answers_our_heartbeats_and_our_unbind(customer: Customer) -> None:
    async with AskingCarrier() as carrier:
        customer.port = carrier.port
        await customer.bind()
        await carrier.until(lambda: carrier.heartbeats >= 2)
        if customer.answers_unbind:
            await carrier.send_away()
        await customer.leave()

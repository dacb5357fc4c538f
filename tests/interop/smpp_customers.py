"""SMPP clients that other people wrote, behind one face, so that a test runs against each of them.

Texts go in and every library makes its own octets of them, as far as it does such things itself.
"""

from __future__ import annotations

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from itertools import count
from typing import Any, ClassVar, Literal, NamedTuple

import aiosmpplib
import smpp34
from aiosmpplib import state as aio
from smpplib import client as lib_client
from smpplib import consts as lib
from smpplib import exceptions as lib_errors
from smpplib import gsm as lib_gsm

from hongyan.protocols.session.states import Mode

SYSTEM_ID, PASSWORD = "tester", "secret"
SENDER = "10690001"
HOST = "127.0.0.1"
PATIENCE = 10.0

Way = Literal["short", "header", "parameters", "payload"]
"""How a text travels: in one piece, in parts with a user data header, in parts told by sar parameters, or in
message_payload."""
_RECEIPT, _UDHI = 0x04, 0x40  # esm_class (5.2.12)
PARTS = 2
"""How many parts the texts of the tests make when they travel in parts."""


class LoginRefused(Exception):
    """`status`: None when the library does not tell."""

    def __init__(self, status: int | None) -> None:
        super().__init__(status)
        self.status = status


class Answer(NamedTuple):
    """What the carrier said to a submit; "" for no id."""

    status: int
    message_id: str


class Delivery(NamedTuple):
    """What the carrier delivered, as the library reads it. `message_id` and `stat` of a receipt, `text` of a reply."""

    source: str
    destination: str
    message_id: str = ""
    stat: str = ""
    text: str = ""


class Customer(ABC):
    """One connection of one library. `tells_why`: a refused login has its status. `answers_unbind`: leaves politely
    when it is asked to."""

    tells_why: ClassVar[bool]
    answers_unbind: ClassVar[bool]

    def __init__(self, port: int) -> None:
        self.port = port
        self.deliveries: asyncio.Queue[Delivery] = asyncio.Queue()

    @abstractmethod
    async def bind(self, mode: Mode = "transceiver", password: str = PASSWORD) -> None:
        """Raises LoginRefused."""

    @abstractmethod
    async def submit(self, number: str, text: str, way: Way = "short") -> list[Answer]:
        """One answer, or one for each part, as the library counts."""

    @abstractmethod
    async def heartbeat(self) -> None:
        """Ask the carrier whether it lives, and wait for its answer."""

    @abstractmethod
    async def leave(self) -> None:
        """Unbind and close."""

    async def delivery(self, **wanted: str) -> Delivery:
        """The next delivery with these values; others, of messages before, are passed over."""
        async with asyncio.timeout(PATIENCE):
            while True:
                found = await self.deliveries.get()
                if wanted.items() <= found._asdict().items():
                    return found


def _utf_16(text: str) -> bytes:
    return text.encode("utf-16-be")


def halves(text: str) -> Iterator[tuple[int, str]]:
    """(place, words) of a text in two parts."""
    middle = len(text) // PARTS
    yield from enumerate((text[:middle], text[middle:]), 1)


class Smpplib(Customer):
    """A blocking client that reads when it is told to; a thread of its own does."""

    tells_why = True
    answers_unbind = False  # "Unbind command received", and that is all

    _BINDS: ClassVar[dict[Mode, str]] = {
        "transceiver": "bind_transceiver",
        "transmitter": "bind_transmitter",
        "receiver": "bind_receiver",
    }
    _REFERENCES = count(1)

    async def bind(self, mode: Mode = "transceiver", password: str = PASSWORD) -> None:
        self._loop = asyncio.get_running_loop()
        self._answers: dict[int, asyncio.Future[Answer]] = {}
        self._echoes = asyncio.Event()
        self._client = lib_client.Client(HOST, self.port, timeout=PATIENCE, allow_unknown_opt_params=True)
        self._client.set_message_sent_handler(self._answered)
        self._client.set_error_pdu_handler(self._answered)
        self._client.set_message_received_handler(self._delivered)
        await asyncio.to_thread(self._bind, mode, password)
        self._reading = asyncio.ensure_future(asyncio.to_thread(self._read))

    def _bind(self, mode: Mode, password: str) -> None:
        self._client.connect()
        try:
            getattr(self._client, self._BINDS[mode])(system_id=SYSTEM_ID, password=password)
        except lib_errors.PDUError as refused:
            self._client.disconnect()
            raise LoginRefused(refused.args[1]) from None

    def _read(self) -> None:
        with contextlib.suppress(lib_errors.ConnectionError, OSError):  # the carrier closes after an unbind
            while self._take(self._client.read_pdu()):
                pass

    def _take(self, pdu: Any) -> bool:
        """Whether there is more to come."""
        if pdu.command == "deliver_sm":
            self._client._message_received(pdu)
        elif pdu.command == "enquire_link":
            self._client._enquire_link_received(pdu)
        elif pdu.command == "enquire_link_resp":
            self._loop.call_soon_threadsafe(self._echoes.set)
        elif pdu.command == "submit_sm_resp":
            self._answered(pdu)
        return bool(pdu.command != "unbind_resp")

    def _answered(self, pdu: Any) -> None:
        answer = Answer(pdu.status, (getattr(pdu, "message_id", None) or b"").decode())
        self._loop.call_soon_threadsafe(self._answers[pdu.sequence].set_result, answer)

    def _delivered(self, pdu: Any) -> None:
        if pdu.esm_class & _RECEIPT:
            found = {
                "message_id": pdu.receipted_message_id.decode(),
                "stat": "DELIVRD" if pdu.message_state == lib.SMPP_MESSAGE_STATE_DELIVERED else "",
            }
        else:
            octets: bytes = pdu.short_message
            if pdu.esm_class & _UDHI:
                octets = octets[octets[0] + 1 :]
            coded = "utf-16-be" if pdu.data_coding == lib.SMPP_ENCODING_ISO10646 else "ascii"
            found = {"text": octets.decode(coded)}
        delivery = Delivery(pdu.source_addr.decode(), pdu.destination_addr.decode(), **found)
        self._loop.call_soon_threadsafe(self.deliveries.put_nowait, delivery)

    async def submit(self, number: str, text: str, way: Way = "short") -> list[Answer]:
        return list(await asyncio.gather(*(self._send(number, each) for each in self._pieces(text, way))))

    def _pieces(self, text: str, way: Way) -> Iterator[dict[str, Any]]:
        parts, coding, esm_class = lib_gsm.make_parts(text, use_udhi=way == "header")
        if way == "payload":
            yield {"message_payload": b"".join(parts), "short_message": b"", "data_coding": coding}
            return
        reference = next(self._REFERENCES)
        for place, part in enumerate(parts, 1):
            piece = {"short_message": part, "data_coding": coding, "esm_class": esm_class}
            if way == "parameters":
                piece |= {
                    "sar_msg_ref_num": reference,
                    "sar_total_segments": len(parts),
                    "sar_segment_seqnum": place,
                }
            yield piece

    async def _send(self, number: str, piece: dict[str, Any]) -> Answer:
        answer: asyncio.Future[Answer] = self._loop.create_future()
        self._answers[self._client.sequence + 1] = answer  # the library takes the next one
        self._client.send_message(
            source_addr_ton=lib.SMPP_TON_NWSPEC,
            source_addr=SENDER,
            dest_addr_ton=lib.SMPP_TON_INTL,
            destination_addr=number,
            registered_delivery=1,
            **piece,
        )
        async with asyncio.timeout(PATIENCE):
            return await answer

    async def heartbeat(self) -> None:
        self._echoes.clear()
        self._client.send_pdu(lib_client.smpp.make_pdu("enquire_link", client=self._client))
        async with asyncio.timeout(PATIENCE):
            await self._echoes.wait()

    async def leave(self) -> None:
        self._client.send_pdu(lib_client.smpp.make_pdu("unbind", client=self._client))
        async with asyncio.timeout(PATIENCE):
            await self._reading
        self._client.disconnect()


class Aiosmpplib(Customer, aiosmpplib.AbstractHook):
    """A client that runs by itself: messages go into its queue, everything that comes out goes through its hook."""

    tells_why = False  # it cannot read a refusal without body (4.1.2), and says ValueError
    answers_unbind = True

    _BINDS: ClassVar[dict[Mode, aio.BindMode]] = {
        "transceiver": aio.BindMode.TRANSCEIVER,
        "transmitter": aio.BindMode.TRANSMITTER,
        "receiver": aio.BindMode.RECEIVER,
    }
    _ECHO_EVERY = 0.2

    async def bind(self, mode: Mode = "transceiver", password: str = PASSWORD) -> None:
        self._answers: dict[str, asyncio.Future[Answer]] = {}
        self._echoes = asyncio.Event()
        self._esme = aiosmpplib.ESME(
            HOST, self.port, SYSTEM_ID, password,
            bind_mode=self._BINDS[mode], hook=self, log_level=aiosmpplib.log.CRITICAL,
            enquire_link_interval=self._ECHO_EVERY, default_encoding="gsm0338",
        )  # fmt: skip
        try:
            await self._esme.connect()
        except (ValueError, aiosmpplib.SmppError):
            raise LoginRefused(None) from None
        self._running = asyncio.ensure_future(self._esme.start())

    async def sending(self, smpp_message: Any, pdu: bytes, client_id: str) -> None:
        """Nothing to see."""

    async def received(self, smpp_message: Any, pdu: bytes, client_id: str) -> None:
        match smpp_message:
            case aiosmpplib.SubmitSmResp():
                answer = Answer(int(smpp_message.command_status), smpp_message.message_id)
                waiting = self._answers[smpp_message.log_id]
                if not waiting.done():  # the parts of a text share one
                    waiting.set_result(answer)
            case aiosmpplib.DeliverSm() if smpp_message.is_receipt():
                receipt = smpp_message.parse_receipt()
                self._deliver(smpp_message, message_id=str(receipt["id"]), stat=str(receipt["stat"]))
            case aiosmpplib.DeliverSm():
                self._deliver(smpp_message, text=smpp_message.short_message or smpp_message.message_payload)
            case aiosmpplib.EnquireLinkResp():
                self._echoes.set()

    def _deliver(self, pdu: Any, **found: str) -> None:
        self.deliveries.put_nowait(Delivery(pdu.source.number, pdu.destination.number, **found))

    async def send_error(self, smpp_message: Any, error: Exception, client_id: str) -> None:
        self._answers[smpp_message.log_id].set_exception(error)

    async def submit(self, number: str, text: str, way: Way = "short") -> list[Answer]:
        name = f"message {len(self._answers)}"
        answer = self._answers[name] = asyncio.get_running_loop().create_future()
        for piece in self._pieces(text, way):
            message = aiosmpplib.SubmitSm(
                source=aiosmpplib.PhoneNumber(SENDER),
                destination=aiosmpplib.PhoneNumber(number),
                log_id=name,
                **piece,
            )
            await self._esme.broker.enqueue(message)
        async with asyncio.timeout(PATIENCE):
            return [await answer]

    def _pieces(self, text: str, way: Way) -> list[dict[str, Any]]:
        # it splits by header and moves long texts to the payload; its own splitting by parameters ends its sender
        if way == "parameters":
            return [
                {
                    "short_message": words,
                    "optional_params": [
                        aio.OptionalParam(aio.SAR_MSG_REF_NUM, 77),
                        aio.OptionalParam(aio.SAR_TOTAL_SEGMENTS, PARTS),
                        aio.OptionalParam(aio.SAR_SEGMENT_SEQNUM, place),
                    ],
                }
                for place, words in halves(text)
            ]
        if way == "header":
            return [{"short_message": text, "esm_class": _UDHI, "auto_message_payload": False}]
        return [{"short_message": text}]

    async def heartbeat(self) -> None:
        self._echoes.clear()
        async with asyncio.timeout(PATIENCE):
            await self._echoes.wait()

    async def leave(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await self._esme.stop()
            await self._running


class Smpp34(Customer):
    """A client written in Rust: framing, windows and timers happen out of sight."""

    tells_why = False  # "bind timed out", whatever the answer was
    answers_unbind = False  # it closes the connection instead

    _BINDS: ClassVar[dict[Mode, str]] = {"transceiver": "TRX", "transmitter": "TX", "receiver": "RX"}
    _BIND_WITHIN_MS = 1_000
    _STATES: ClassVar[dict[int | None, str]] = {2: "DELIVRD"}

    async def bind(self, mode: Mode = "transceiver", password: str = PASSWORD) -> None:
        self._client = smpp34.Client(
            HOST, self.port, SYSTEM_ID, password,
            bind_type=self._BINDS[mode], connect_timeout_ms=self._BIND_WITHIN_MS,
        )  # fmt: skip
        try:
            self._carrier = await self._client.connect()
        except smpp34.SmppError:
            await self._client.stop()
            raise LoginRefused(None) from None
        self._reading = asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        while isinstance(event := await self._carrier.next(), smpp34.DeliverSmEvent):
            parameters = {tlv.tag: tlv for tlv in event.tlvs}
            if event.esm_class & _RECEIPT:
                state = parameters[smpp34.TLV_MESSAGE_STATE].as_int()
                found = {
                    "message_id": parameters[smpp34.TLV_RECEIPTED_MESSAGE_ID].as_string() or "",
                    "stat": self._STATES.get(state, ""),
                }
            else:
                octets = event.short_message
                if event.esm_class & _UDHI:
                    octets = octets[octets[0] + 1 :]
                found = {"text": octets.decode("utf-16-be" if event.data_coding == 8 else "ascii")}
            self.deliveries.put_nowait(Delivery(event.source_addr, event.destination_addr, **found))

    async def submit(self, number: str, text: str, way: Way = "short") -> list[Answer]:
        return [await self._send(number, **piece) for piece in self._pieces(text, way)]

    def _pieces(self, text: str, way: Way) -> Iterator[dict[str, Any]]:
        coding = 0 if text.isascii() else 8
        encode = lib_gsm.gsm_encode if text.isascii() else _utf_16  # it leaves alphabets to its callers
        if way == "short":
            yield {"short_message": encode(text), "data_coding": coding}
        elif way == "payload":
            payload = smpp34.Tlv(smpp34.TLV_MESSAGE_PAYLOAD, encode(text))
            yield {"tlvs": [payload], "data_coding": coding}
        elif way == "header":
            for place, words in halves(text):
                octets = bytes((5, 0, 3, 78, PARTS, place)) + encode(words)
                yield {"short_message": octets, "data_coding": coding, "esm_class": _UDHI}
        else:
            for place, words in halves(text):
                tlvs = [
                    smpp34.Tlv(smpp34.TLV_SAR_MSG_REF_NUM, b"\0\x4f"),
                    smpp34.Tlv(smpp34.TLV_SAR_TOTAL_SEGMENTS, bytes((PARTS,))),
                    smpp34.Tlv(smpp34.TLV_SAR_SEGMENT_SEQNUM, bytes((place,))),
                ]
                yield {"short_message": encode(words), "data_coding": coding, "tlvs": tlvs}

    async def _send(self, number: str, **piece: Any) -> Answer:
        answer = await self._carrier.submit_sm(
            number, source_addr=SENDER, dest_addr_ton=1, dest_addr_npi=1, registered_delivery=1, **piece
        )
        return Answer(answer.command_status, answer.message_id or "")

    async def heartbeat(self) -> None:
        """Its timers are out of reach; that the session lives is all that can be seen."""
        assert await self._client.is_alive()

    async def leave(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await self._carrier.unbind()
            await self._reading
            await self._client.stop()


CUSTOMERS: tuple[type[Customer], ...] = (Smpplib, Aiosmpplib, Smpp34)

"""SMPP servers that other people wrote, behind one face, so that our link is tested against each of them."""

from __future__ import annotations

import asyncio
import contextlib
import io
from abc import ABC, abstractmethod
from collections.abc import Callable
from itertools import count
from typing import Any, ClassVar, NamedTuple, Self

import smpp34
from child_processes import free_port
from smpp.pdu import operations as ops
from smpp.pdu import pdu_types as kinds
from smpp.pdu.pdu_encoding import PDUEncoder
from smpp_customers import HOST, PATIENCE

UCS2 = 8


class Submitted(NamedTuple):
    """A submit_sm, as the library reads it. `answer(status, message_id)`."""

    source: str
    destination: str
    coding: int
    esm_class: int
    content: bytes
    validity: bool
    answer: Callable[[int, str], None]


class Deliver(NamedTuple):
    """What to deliver. `receipt_of`: the id of the message that this is a receipt for; `place`: (reference, parts,
    part) in sar parameters; `header`: the content begins with a user data header; `payload`: in message_payload."""

    source: str
    destination: str
    content: bytes
    coding: int = 0
    receipt_of: str = ""
    place: tuple[int, int, int] | None = None
    header: bool = False
    payload: bool = False


class Carrier(ABC):
    """`async with Kind() as carrier`. `speaks`: it decides about logins, heartbeats and unbinds as we tell it."""

    speaks: ClassVar[bool]
    port: int

    def __init__(self) -> None:
        self.submits: asyncio.Queue[Submitted] = asyncio.Queue()
        self.binds: asyncio.Queue[str] = asyncio.Queue()
        self.unbinds: asyncio.Queue[str] = asyncio.Queue()

    @abstractmethod
    async def __aenter__(self) -> Self: ...

    @abstractmethod
    async def __aexit__(self, *_: object) -> None: ...

    @abstractmethod
    async def deliver(self, what: Deliver) -> int:
        """The status that our side answers with."""

    async def bound(self) -> str:
        """Who bound next, by its system_id."""
        async with asyncio.timeout(PATIENCE):
            return await self.binds.get()

    async def unbound(self) -> None:
        """Somebody left."""
        async with asyncio.timeout(PATIENCE):
            await self.unbinds.get()

    async def submit(self) -> Submitted:
        async with asyncio.timeout(PATIENCE):
            return await self.submits.get()


class Smpp34Carrier(Carrier):
    """The server of a library written in Rust."""

    speaks = False

    async def __aenter__(self) -> Self:
        self.port = free_port()
        self._server = smpp34.Server(HOST, self.port, system_id="smpp34")
        await self._server.start()
        self._reading = asyncio.ensure_future(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._reading.cancel()
        await self._server.stop()

    async def _read(self) -> None:
        while True:
            event = await self._server.next()
            if isinstance(event, smpp34.Esme):
                self._esme = event
                self.binds.put_nowait(event.system_id)
            elif isinstance(event, smpp34.Unbound):
                self.unbinds.put_nowait(event.session_id)
            else:
                self.submits.put_nowait(self._submitted(event))

    @staticmethod
    def _submitted(event: smpp34.SubmitSmEvent) -> Submitted:
        def answer(status: int, message_id: str) -> None:
            if status:
                event.reject(status)
            else:
                event.accept(message_id)

        return Submitted(
            event.source_addr,
            event.destination_addr,
            event.data_coding,
            event.esm_class,
            event.short_message,
            True,  # it does not show the validity period
            answer,
        )

    async def deliver(self, what: Deliver) -> int:
        tlvs = []
        if what.receipt_of:
            tlvs.append(smpp34.Tlv(smpp34.TLV_RECEIPTED_MESSAGE_ID, what.receipt_of.encode() + b"\0"))
            tlvs.append(smpp34.Tlv(smpp34.TLV_MESSAGE_STATE, b"\2"))
        if what.place:
            reference, parts, part = what.place
            tlvs.append(smpp34.Tlv(smpp34.TLV_SAR_MSG_REF_NUM, reference.to_bytes(2, "big")))
            tlvs.append(smpp34.Tlv(smpp34.TLV_SAR_TOTAL_SEGMENTS, bytes((parts,))))
            tlvs.append(smpp34.Tlv(smpp34.TLV_SAR_SEGMENT_SEQNUM, bytes((part,))))
        if what.payload:
            tlvs.append(smpp34.Tlv(smpp34.TLV_MESSAGE_PAYLOAD, what.content))
        answered = await asyncio.wait_for(
            self._esme.deliver_sm(
                what.destination,
                b"" if what.payload else what.content,
                source_addr=what.source,
                esm_class=0x04 if what.receipt_of else 0x40 if what.header else 0,
                data_coding=what.coding,
                tlvs=tlvs,
            ),
            PATIENCE,
        )
        return int(answered.command_status)


class Pdu3Carrier(Carrier):
    """A small server on the codec of Jasmin's fork of smpp.pdu: every octet is made and read by it."""

    speaks = True

    _BINDS: ClassVar[dict[type, type]] = {
        ops.BindTransceiver: ops.BindTransceiverResp,
        ops.BindTransmitter: ops.BindTransmitterResp,
        ops.BindReceiver: ops.BindReceiverResp,
    }

    def __init__(self) -> None:
        super().__init__()
        self.refuse = kinds.CommandStatus.ESME_ROK
        """What logins are answered with."""
        self._writer: asyncio.StreamWriter | None = None
        self._sequences = count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        if self._writer is not None:
            self._writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readexactly(4)
                frame = head + await reader.readexactly(int.from_bytes(head, "big") - 4)
                self._take(PDUEncoder().decode(io.BytesIO(frame)))

    def _take(self, pdu: Any) -> None:
        if type(pdu) in self._BINDS:
            self._send(self._BINDS[type(pdu)](pdu.seqNum, self.refuse, system_id="pdu3"))
            if self.refuse is kinds.CommandStatus.ESME_ROK:
                self.binds.put_nowait(pdu.params["system_id"].decode())
        elif isinstance(pdu, ops.SubmitSM):
            self.submits.put_nowait(self._submitted(pdu))
        elif isinstance(pdu, ops.EnquireLink):
            self._send(ops.EnquireLinkResp(pdu.seqNum))
        elif isinstance(pdu, ops.Unbind):
            self._send(ops.UnbindResp(pdu.seqNum))
            self.unbinds.put_nowait("")
        else:
            self._answers.pop(pdu.seqNum).set_result(pdu)

    def _send(self, pdu: Any) -> None:
        assert self._writer is not None
        self._writer.write(PDUEncoder().encode(pdu))

    def _submitted(self, pdu: Any) -> Submitted:
        def answer(status: int, message_id: str) -> None:
            name = kinds.constants.command_status_value_map[status]["name"]
            self._send(ops.SubmitSMResp(pdu.seqNum, kinds.CommandStatus[name], message_id=message_id))

        fields = pdu.params
        return Submitted(
            fields["source_addr"].decode(),
            fields["destination_addr"].decode(),
            UCS2 if fields["data_coding"].schemeData is kinds.DataCodingDefault.UCS2 else 0,
            0x40 if fields["esm_class"].gsmFeatures else 0,
            fields["short_message"],
            fields["validity_period"] is not None,
            answer,
        )

    async def ask(self, pdu: Any) -> Any:
        """Send a request and wait for its answer."""
        pdu.seqNum = next(self._sequences)
        waiting = self._answers[pdu.seqNum] = asyncio.get_running_loop().create_future()
        self._send(pdu)
        async with asyncio.timeout(PATIENCE):
            return await waiting

    async def deliver(self, what: Deliver) -> int:
        more: dict[str, Any] = {}
        if what.receipt_of:
            more |= {"receipted_message_id": what.receipt_of, "message_state": kinds.MessageState.DELIVERED}
        if what.place:
            names = ("sar_msg_ref_num", "sar_total_segments", "sar_segment_seqnum")
            more |= dict(zip(names, what.place, strict=True))
        if what.payload:
            more |= {"message_payload": what.content}
        kind = kinds.EsmClassType.SMSC_DELIVERY_RECEIPT if what.receipt_of else kinds.EsmClassType.DEFAULT
        features = {kinds.EsmClassGsmFeatures.UDHI_INDICATOR_SET} if what.header else set()
        coding = (
            kinds.DataCodingDefault.UCS2
            if what.coding == UCS2
            else kinds.DataCodingDefault.SMSC_DEFAULT_ALPHABET
        )
        answer = await self.ask(
            ops.DeliverSM(
                source_addr_ton=kinds.AddrTon.INTERNATIONAL,
                source_addr_npi=kinds.AddrNpi.ISDN,
                source_addr=what.source,
                dest_addr_ton=kinds.AddrTon.NETWORK_SPECIFIC,
                dest_addr_npi=kinds.AddrNpi.UNKNOWN,
                destination_addr=what.destination,
                esm_class=kinds.EsmClass(kinds.EsmClassMode.DEFAULT, kind, features),
                protocol_id=0,
                priority_flag=kinds.PriorityFlag.LEVEL_0,
                registered_delivery=kinds.RegisteredDelivery(
                    kinds.RegisteredDeliveryReceipt.NO_SMSC_DELIVERY_RECEIPT_REQUESTED
                ),
                replace_if_present_flag=kinds.ReplaceIfPresentFlag.DO_NOT_REPLACE,
                data_coding=kinds.DataCoding(schemeData=coding),
                sm_default_msg_id=0,
                short_message=b"" if what.payload else what.content,
                **more,
            )
        )
        return int(kinds.constants.command_status_name_map[answer.status.name])


CARRIERS: tuple[type[Carrier], ...] = (Smpp34Carrier, Pdu3Carrier)

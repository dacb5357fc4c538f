"""SMPP codecs of the packages that the tests run against: the same submit made of its fields, and read."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Any

import aiosmpplib
import smpp34
import smpplib.client
import smpplib.smpp
from smpp.pdu.pdu_encoding import PDUEncoder

from hongyan.protocols.smpp import Pdu, decode

Other = tuple[str, Callable[[], bytes], Callable[[bytes], Any]]


def others(frame: bytes) -> Iterator[Other]:
    """(name, encode, decode) of each."""
    pdu = decode(frame)
    assert isinstance(pdu, Pdu)
    yield from (_smpp34(pdu), _pdu3(frame), _smpplib(pdu), _aiosmpplib(pdu, frame))


def _smpp34(pdu: Pdu) -> Other:
    fields, sequence = pdu.fields, pdu.sequence

    def encode() -> bytes:
        return smpp34.SubmitSm(**fields, sequence_number=sequence).encode()

    return f"smpp34 {version('smpp34')} (Rust)", encode, smpp34.decode


def _pdu3(frame: bytes) -> Other:
    encoder = PDUEncoder()
    made = encoder.decode(io.BytesIO(frame))
    kind, fields, sequence = type(made), made.params, made.seqNum

    def encode() -> bytes:
        return bytes(encoder.encode(kind(sequence, **fields)))

    return (
        f"smpp.pdu3 {version('smpp.pdu3')}",
        encode,
        lambda frame: encoder.decode(io.BytesIO(frame)),
    )


def _smpplib(pdu: Pdu) -> Other:
    client = smpplib.client.Client("", 0, allow_unknown_opt_params=True)
    fields = {name: value or None if isinstance(value, str) else value for name, value in pdu.fields.items()}

    def encode() -> bytes:
        made = smpplib.smpp.make_pdu("submit_sm", client=client, **fields)
        made.sequence = pdu.sequence
        return bytes(made.generate())

    def read(frame: bytes) -> Any:
        return smpplib.smpp.parse_pdu(frame, client=client, allow_unknown_opt_params=True)

    return f"smpplib {version('smpplib')}", encode, read


def _aiosmpplib(pdu: Pdu, frame: bytes) -> Other:
    kind = aiosmpplib.SubmitSm
    header = kind.parse_header(frame)
    made = kind.from_pdu(frame, header, "gsm0338", None)
    assert isinstance(made, kind)

    def encode() -> bytes:
        return kind(
            short_message=made.short_message,
            source=made.source,
            destination=made.destination,
            esm_class=made.esm_class,
            validity_period=made.validity_period,
            encoding=made.encoding,
            sequence_num=pdu.sequence,
        ).pdu()

    return (
        f"aiosmpplib {version('aiosmpplib')}",
        encode,
        lambda frame: kind.from_pdu(frame, kind.parse_header(frame), "gsm0338", None),
    )

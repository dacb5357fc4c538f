"""Message encoders specialised for one channel: what never changes there is checked and encoded once.

One number per submit: a group of numbers shares one Msg_Id range and one refusal, and many gateways take none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from hongyan.protocols.cmpp.codec import CODECS
from hongyan.protocols.cmpp.pdus import Layout
from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.fields import Field, FixedText, Repeated
from hongyan.protocols.wire.writers import compile_writer


class SubmitEncoder(Protocol):
    """Makes a SUBMIT body. All arguments may be left out (0 or empty) except the parts, which count from 1;
    FieldError names one that does not fit."""

    def __call__(
        self,
        pk_total: int,
        pk_number: int,
        tp_udhi: int = 0,
        msg_fmt: int = 0,
        valid_time: str = "",
        src_id: str = "",
        dest_terminal_id: str = "",
        msg_content: bytes = b"",
        /,
    ) -> bytes: ...


class DeliverEncoder(Protocol):
    """Makes a DELIVER body. `registered_delivery` 1 is a report (`report_content`)."""

    def __call__(
        self,
        msg_id: bytes,
        dest_id: str = "",
        tp_udhi: int = 0,
        msg_fmt: int = 0,
        src_terminal_id: str = "",
        registered_delivery: int = 0,
        msg_content: bytes = b"",
        /,
    ) -> bytes: ...


_PER_SUBMIT = frozenset(
    {
        "Pk_total",
        "Pk_number",
        "TP_udhi",
        "Msg_Fmt",
        "ValId_Time",
        "Src_Id",
        "Dest_terminal_Id",
        "content",
    }
)
_PER_DELIVER = frozenset(
    {"Msg_Id", "Dest_Id", "TP_udhi", "Msg_Fmt", "Src_terminal_Id", "Registered_Delivery", "content"}
)


_SUBMIT_DEFAULTS: dict[str, object] = {
    "Msg_Id": bytes(8),  # the gateway gives it
    "Registered_Delivery": 1,
    "Msg_level": 0,
    "Service_Id": "",
    "Fee_UserType": 2,  # the SP pays
    "Fee_terminal_Id": "",
    "Fee_terminal_type": 0,
    "TP_pId": 0,
    "Msg_src": "",
    "FeeType": "01",
    "FeeCode": "000000",
    "At_Time": "",
    "DestUsr_tl": 1,
    "Dest_terminal_type": 0,
    "Reserve": "",
    "LinkID": "",
}
_DELIVER_DEFAULTS: dict[str, object] = {
    "Service_Id": "",
    "TP_pid": 0,
    "Src_terminal_type": 0,
    "Reserve": "",
    "LinkID": "",
}


def submit_encoder(layout: Layout, **constants: int | str) -> SubmitEncoder:
    """For `ClientSession.submit`. `constants`: fields of SUBMIT that are the same for the whole channel, at least
    Msg_src (the SP_Id) and what the carrier's account sheet says of Service_Id and fees. Defaults: a report is
    wanted, the SP pays, FeeType "01", FeeCode "000000"; everything else is 0 or empty.

    Raises:  FieldError.
    """
    encoder: SubmitEncoder = _encoder(layout, "CMPP_SUBMIT", _PER_SUBMIT, _SUBMIT_DEFAULTS, constants)
    return encoder


def deliver_encoder(layout: Layout, **constants: int | str) -> DeliverEncoder:
    """For `ServerSession.deliver`; `constants` such as Service_Id. Raises FieldError."""
    encoder: DeliverEncoder = _encoder(layout, "CMPP_DELIVER", _PER_DELIVER, _DELIVER_DEFAULTS, constants)
    return encoder


def _encoder(
    layout: Layout,
    name: str,
    per_message: frozenset[str],
    defaults: Mapping[str, object],
    constants: Mapping[str, int | str],
) -> Callable[..., bytes]:
    spec = CODECS[layout].spec_of(name)
    for key in constants.keys() & (per_message | spec.computed):
        raise FieldError(name, key, "changes with every message")
    fields = tuple(_single(each) for each in spec.fields)
    fixed = {key: value for key, value in defaults.items() if any(each.name == key for each in fields)}
    return compile_writer(fields, name, {**fixed, **constants})


def _single(each: Field) -> Field:
    """The list of numbers becomes the one number."""
    if isinstance(each, Repeated):
        assert isinstance(each.item, FixedText)
        return FixedText(each.name, each.item.width)
    return each

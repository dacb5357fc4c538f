"""Message encoders specialised for one channel: what never changes there is checked and encoded once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from hongyan.protocols.smpp.codec import spec_of
from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.writers import compile_writer

UDHI = 0x40
"""esm_class bit: the content begins with a user data header (5.2.12)."""

RECEIPT = 0x04
"""esm_class of a delivery receipt (5.2.12)."""

_PER_MESSAGE = frozenset(
    {"source_addr", "destination_addr", "esm_class", "validity_period", "data_coding", "short_message"}
)


class MessageEncoder(Protocol):
    """Makes a body. All arguments may be left out (0 or empty); FieldError names one that does not fit."""

    def __call__(
        self,
        source_addr: str = "",
        destination_addr: str = "",
        esm_class: int = 0,
        validity_period: str = "",
        data_coding: int = 0,
        short_message: bytes = b"",
    ) -> bytes: ...


def _encoder(name: str, constants: Mapping[str, int | str]) -> MessageEncoder:
    for key in _PER_MESSAGE & constants.keys():
        raise FieldError(name, key, "changes with every message")
    fixed: dict[str, object] = {
        "service_type": "",
        "source_addr_ton": 0,
        "source_addr_npi": 0,
        "dest_addr_ton": 1,
        "dest_addr_npi": 1,
        "protocol_id": 0,
        "priority_flag": 0,
        "schedule_delivery_time": "",
        "registered_delivery": 0,
        "replace_if_present_flag": 0,
        "sm_default_msg_id": 0,
        **constants,
    }
    encoder: MessageEncoder = compile_writer(spec_of(name).fields, name, fixed)
    return encoder


def submit_encoder(**constants: int | str) -> MessageEncoder:
    """For `ClientSession.submit`. `constants`: fields of submit_sm that are the same for the whole channel, such as
    source_addr_ton, source_addr_npi, service_type, registered_delivery. Defaults: destination ton and npi 1
    (international, E.164), everything else 0 or empty; registered_delivery 1 asks for receipts.

    Raises:  FieldError.
    """
    return _encoder("submit_sm", {"registered_delivery": 1, **constants})


def deliver_encoder(**constants: int | str) -> MessageEncoder:
    """For `ServerSession.deliver`; source ton and npi default to 1 (the handset), the destination's to 0."""
    ends: dict[str, int | str] = {
        "source_addr_ton": 1,
        "source_addr_npi": 1,
        "dest_addr_ton": 0,
        "dest_addr_npi": 0,
    }
    return _encoder("deliver_sm", ends | constants)

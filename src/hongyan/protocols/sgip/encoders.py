"""Message encoders specialised for one channel: what never changes there is checked and encoded once.

One number per submit: many gateways refuse more (Result 114), and one bad number refuses all. Numbers of handsets
get the 86 that SGIP requires (Result 6 without it).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from hongyan.protocols.sgip.codec import spec_of
from hongyan.protocols.sgip.report import ABOUT_SUBMIT, state_of, submit_octets
from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.fields import Blob, Field, FixedText, Repeated
from hongyan.protocols.wire.writers import compile_writer

COUNTRY = "86"
CONTENT_LIMIT = 160
"""Octets of one short message. SGIP 1.2 names no limit; gateways take 140, and up to 160 of ASCII."""


class SubmitEncoder(Protocol):
    """Makes a SUBMIT body. All arguments may be left out (0 or empty); FieldError names one that does not fit.
    `user_number` with or without 86, + and 00."""

    def __call__(
        self,
        sp_number: str = "",
        user_number: str = "",
        tp_udhi: int = 0,
        expire_time: str = "",
        message_coding: int = 0,
        content: bytes = b"",
    ) -> bytes: ...


class DeliverEncoder(Protocol):
    """Makes a DELIVER body, a text from a handset; arguments as in SubmitEncoder."""

    def __call__(
        self,
        user_number: str = "",
        sp_number: str = "",
        tp_udhi: int = 0,
        message_coding: int = 0,
        content: bytes = b"",
    ) -> bytes: ...


class ReportEncoder(Protocol):
    """Makes a REPORT body. `message_id`: 24 hex digits of the submit; `stat`: DELIVRD, ACCEPTD for waiting, any
    other word for a failure, which `error_code` explains."""

    def __call__(self, message_id: str, user_number: str, stat: str, error_code: int = 0) -> bytes: ...


def international(number: str) -> str:
    """A mainland number as SGIP wants it: "8613000000001" for that, "13000000001", "+86…" and "0086…"."""
    digits = number[1:] if number.startswith("+") else number.removeprefix("00")
    return digits if digits.startswith(COUNTRY) or not digits else COUNTRY + digits


_PER_SUBMIT = ("SPNumber", "UserNumber", "ExpireTime", "TP_udhi", "MessageCoding", "content")
_SUBMIT_DEFAULTS: dict[str, int | str] = {
    "UserCount": 1,
    "ChargeNumber": "",  # the receiver's
    "CorpId": "",
    "ServiceType": "",
    "FeeType": 1,  # free
    "FeeValue": "0",
    "GivenValue": "0",
    "AgentFlag": 0,
    "MorelatetoMTFlag": 2,  # not caused by a message of the handset
    "Priority": 0,
    "ScheduleTime": "",
    "ReportFlag": 1,  # always; 0 would report failures only
    "TP_pid": 0,
    "MessageType": 0,
    "Reserve": "",
}
_PER_DELIVER = ("UserNumber", "SPNumber", "TP_udhi", "MessageCoding", "content")


def submit_encoder(**constants: int | str) -> SubmitEncoder:
    """For `ClientSession.submit`. `constants`: fields of SUBMIT that are the same for the whole channel, at least
    CorpId, and what the carrier's account sheet says of ServiceType, ChargeNumber and fees. Defaults: every outcome
    is reported, FeeType 1 (free), values "0", MorelatetoMTFlag 2; everything else is 0 or empty.

    Raises:  FieldError.
    """
    write = _writer("SGIP_SUBMIT", _PER_SUBMIT, _SUBMIT_DEFAULTS, constants)

    def encode(
        sp_number: str = "",
        user_number: str = "",
        tp_udhi: int = 0,
        expire_time: str = "",
        message_coding: int = 0,
        content: bytes = b"",
    ) -> bytes:
        return write(sp_number, international(user_number), expire_time, tp_udhi, message_coding, content)

    return encode


def deliver_encoder(**constants: int | str) -> DeliverEncoder:
    """For `ReverseClientSession.deliver`; `constants` such as TP_pid. Raises FieldError."""
    write = _writer("SGIP_DELIVER", _PER_DELIVER, {"TP_pid": 0, "Reserve": ""}, constants)

    def encode(
        user_number: str = "",
        sp_number: str = "",
        tp_udhi: int = 0,
        message_coding: int = 0,
        content: bytes = b"",
    ) -> bytes:
        return write(international(user_number), sp_number, tp_udhi, message_coding, content)

    return encode


def report_encoder() -> ReportEncoder:
    """For `ReverseClientSession.report`."""
    fixed = {"ReportType": ABOUT_SUBMIT, "Reserve": ""}
    write = compile_writer(spec_of("SGIP_REPORT").fields, "SGIP_REPORT", fixed)

    def encode(message_id: str, user_number: str, stat: str, error_code: int = 0) -> bytes:
        return write(submit_octets(message_id), international(user_number), state_of(stat), error_code)

    return encode


def _writer(
    name: str,
    per_message: tuple[str, ...],
    defaults: Mapping[str, int | str],
    constants: Mapping[str, int | str],
) -> Callable[..., bytes]:
    for key in constants:
        if key in per_message or key in spec_of(name).computed:
            raise FieldError(name, key, "changes with every message", "随每条消息而变，不能预设")
    fields = tuple(_of_one_message(each) for each in spec_of(name).fields)
    return compile_writer(fields, name, {**defaults, **constants})


def _of_one_message(each: Field) -> Field:
    """The list of numbers becomes the one number; the content has the limit of a short message."""
    if isinstance(each, Repeated):
        assert isinstance(each.item, FixedText)
        return FixedText(each.name, each.item.width)
    return Blob(each.name, each.length, CONTENT_LIMIT) if isinstance(each, Blob) else each

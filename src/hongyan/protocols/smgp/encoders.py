"""Message encoders specialised for one channel: what never changes there is checked and encoded once.

One number per submit: a group of numbers shares one MsgID and one refusal, and many gateways take none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from hongyan.kernel.clock import BEIJING, Millis
from hongyan.protocols.smgp.codec import spec_of
from hongyan.protocols.smgp.pdus import MT, SUBMIT_TO_ONE, TLVS
from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.mainland import UDHI
from hongyan.protocols.wire.tlv import TlvValue
from hongyan.protocols.wire.writers import compile_writer


class SubmitEncoder(Protocol):
    """Makes a SUBMIT body. Of a part of a long message (`pk_total` above 1) the content begins with its user data header.
    FieldError names a value that does not fit; content has at most 140 octets."""

    def __call__(
        self,
        msg_format: int,
        valid_time: str,
        src_term_id: str,
        dest_term_id: str,
        msg_content: bytes,
        pk_total: int = 1,
        pk_number: int = 1,
        /,
    ) -> bytes: ...


class DeliverEncoder(Protocol):
    """Makes a DELIVER body. `is_report` 1 is a report (`report_content`); parts as in a SUBMIT."""

    def __call__(
        self,
        msg_id: bytes,
        is_report: int,
        msg_format: int,
        recv_time: str,
        src_term_id: str,
        dest_term_id: str,
        msg_content: bytes,
        pk_total: int = 1,
        pk_number: int = 1,
        /,
    ) -> bytes: ...


_PER_SUBMIT = frozenset(
    {"MsgFormat", "ValidTime", "SrcTermID", "DestTermID", "DestTermIDCount", "MsgContent"}
)
_SUBMIT_DEFAULTS: dict[str, object] = {
    "MsgType": MT,
    "NeedReport": 1,
    "Priority": 1,
    "ServiceID": "",
    "FeeType": "00",  # free
    "FeeCode": "000000",
    "FixedFee": "000000",
    "AtTime": "",
    "ChargeTermID": "",
    "DestTermIDCount": 1,
    "Reserve": "",
}
_PART_TLVS = frozenset({"TP_pid", "TP_udhi", "PkTotal", "PkNumber"})


def submit_encoder(tlvs: Mapping[str, TlvValue] | None = None, **constants: int | str) -> SubmitEncoder:
    """For `ClientSession.submit`. `constants`: fields of SUBMIT that are the same for the whole channel, such as ServiceID
    and what the carrier's account sheet says of fees; `tlvs`: optional parameters by name, such as MsgSrc, which accounts
    in the mobile network usually need. Defaults: a report is wanted, priority 1, FeeType "00" and no fees.

    Raises:  FieldError.
    """
    name = "SMGP_SUBMIT"
    for key in constants.keys() & _PER_SUBMIT:
        raise _changes(name, key)
    write = compile_writer(SUBMIT_TO_ONE, name, _SUBMIT_DEFAULTS | constants)
    tail = _constant_tlvs(name, tlvs)

    def encode(
        msg_format: int,
        valid_time: str,
        src_term_id: str,
        dest_term_id: str,
        msg_content: bytes,
        pk_total: int = 1,
        pk_number: int = 1,
        /,
    ) -> bytes:
        body = write(msg_format, valid_time, src_term_id, dest_term_id, msg_content) + tail
        return body if pk_total == 1 else body + _part_tlvs(name, pk_total, pk_number)

    return encode


def deliver_encoder(tlvs: Mapping[str, TlvValue] | None = None) -> DeliverEncoder:
    """For `ServerSession.deliver`; `tlvs`: the same for every message. Raises FieldError."""
    name = "SMGP_DELIVER"
    write = compile_writer(spec_of(name).fields, name, {"Reserve": ""})
    tail = _constant_tlvs(name, tlvs)

    def encode(
        msg_id: bytes,
        is_report: int,
        msg_format: int,
        recv_time: str,
        src_term_id: str,
        dest_term_id: str,
        msg_content: bytes,
        pk_total: int = 1,
        pk_number: int = 1,
        /,
    ) -> bytes:
        body = write(msg_id, is_report, msg_format, recv_time, src_term_id, dest_term_id, msg_content) + tail
        return body if pk_total == 1 else body + _part_tlvs(name, pk_total, pk_number)

    return encode


def recv_time(ms: Millis) -> str:
    """RecvTime of a DELIVER: "YYYYMMDDHHMMSS" in Beijing time."""
    return f"{datetime.fromtimestamp(ms // 1000, BEIJING):%Y%m%d%H%M%S}"


def _constant_tlvs(name: str, tlvs: Mapping[str, TlvValue] | None) -> bytes:
    for key in _PART_TLVS & (tlvs or {}).keys():
        raise _changes(name, key)
    return TLVS.write(tlvs or {}, name)


@lru_cache(maxsize=1024)
def _part_tlvs(name: str, pk_total: int, pk_number: int) -> bytes:
    """What says that the content is a part; handsets join by its header, gateways may look here."""
    return TLVS.write({"TP_pid": 0, "TP_udhi": UDHI, "PkTotal": pk_total, "PkNumber": pk_number}, name)


def _changes(name: str, key: str) -> FieldError:
    return FieldError(name, key, "changes with every message", "随每条消息变化，不能固定")

"""The PDUs of CMPP 2.0 and 3.0, as data. 2.1 is written like 2.0.

Section numbers are those of China Mobile's interface document of 2.0 (April 2002); 3.0 (QB-GF-028-2003) has the
same PDUs with wider fields. Field names are the documents' own, unchanged; Reserve of 2.0 is LinkID in 3.0.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from hongyan.protocols.wire.fields import Blob, Field, FixedText, Octets, PduSpec, Repeated, UInt

RESPONSE = 0x80000000
"""Set in the command id of every response."""

CONNECT = 0x00000001
TERMINATE = 0x00000002
SUBMIT = 0x00000004
DELIVER = 0x00000005
QUERY = 0x00000006
CANCEL = 0x00000007
ACTIVE_TEST = 0x00000008

CONNECT_RESP = CONNECT | RESPONSE
TERMINATE_RESP = TERMINATE | RESPONSE
SUBMIT_RESP = SUBMIT | RESPONSE
DELIVER_RESP = DELIVER | RESPONSE
QUERY_RESP = QUERY | RESPONSE
ACTIVE_TEST_RESP = ACTIVE_TEST | RESPONSE

BETWEEN_GATEWAYS: dict[int, str] = {
    0x00000009: "CMPP_FWD",
    0x00000010: "CMPP_MT_ROUTE",
    0x00000011: "CMPP_MO_ROUTE",
    0x00000012: "CMPP_GET_MT_ROUTE",
    0x00000013: "CMPP_MT_ROUTE_UPDATE",
    0x00000014: "CMPP_MO_ROUTE_UPDATE",
    0x00000015: "CMPP_PUSH_MT_ROUTE_UPDATE",
    0x00000016: "CMPP_PUSH_MO_ROUTE_UPDATE",
    0x00000017: "CMPP_GET_MO_ROUTE",
}
"""Commands that gateways send each other and no service provider sees; they are named, not read (7.5, 7.6)."""

CONTENT_LIMIT = 255
"""What Msg_Length can count. Gateways take 140 octets, and of ASCII up to 159 (Msg_Length in 7.4.3.1)."""


class Layout(Enum):
    """How the octets lie. The value is the version as people write it."""

    V20 = "2.0"
    V30 = "3.0"


_FIRST_VERSION_OF_V30 = 0x30


def layout_of(version: int) -> Layout:
    """The layout of a version octet: 0x20 and 0x21 share one, 0x30 has its own (7.4.1.1)."""
    return Layout.V30 if version >= _FIRST_VERSION_OF_V30 else Layout.V20


class _Widths(NamedTuple):
    """`result`: octets of a status. `number`: octets of a handset's number, long enough for a pseudo code in 3.0.
    `tail`: what ends SUBMIT and DELIVER. `typed`: whether numbers say if they are pseudo codes."""

    result: int
    number: int
    tail: FixedText
    typed: bool


_WIDTHS = {
    Layout.V20: _Widths(1, 21, FixedText("Reserve", 8), typed=False),
    Layout.V30: _Widths(4, 32, FixedText("LinkID", 20), typed=True),
}

RESULT_WIDTH = {layout: widths.result for layout, widths in _WIDTHS.items()}
"""Octets of Status, Result and Success_Id."""

_MSG_ID = Octets("Msg_Id", 8)
_CONTENT = (UInt("Msg_Length"), Blob("content", "Msg_Length", CONTENT_LIMIT))
_QUERY_SUBJECT = (FixedText("Time", 8), UInt("Query_Type"), FixedText("Query_Code", 10))


def report_fields(layout: Layout) -> tuple[Field, ...]:
    """What the content of a DELIVER holds when Registered_Delivery is 1 (7.4.5.1)."""
    return (
        _MSG_ID,
        FixedText("Stat", 7),
        FixedText("Submit_time", 10),
        FixedText("Done_time", 10),
        FixedText("Dest_terminal_Id", _WIDTHS[layout].number),
        UInt("SMSC_sequence", 4),
    )


def specs(layout: Layout) -> tuple[PduSpec, ...]:
    """All PDUs of one version."""
    result, number, tail, typed = _WIDTHS[layout]

    def type_of(name: str) -> tuple[Field, ...]:
        return (UInt(name),) if typed else ()

    def answer(name: str, request: int, *fields: Field, empty: bool = False) -> PduSpec:
        return PduSpec(name, request | RESPONSE, fields, empty_body_allowed=empty)

    return (
        PduSpec(
            "CMPP_CONNECT",
            CONNECT,
            (
                FixedText("Source_Addr", 6),
                Octets("AuthenticatorSource", 16),
                UInt("Version"),
                UInt("Timestamp", 4),
            ),
        ),  # 7.4.1.1
        answer(
            "CMPP_CONNECT_RESP",
            CONNECT,
            UInt("Status", result),
            Octets("AuthenticatorISMG", 16),
            UInt("Version"),
        ),  # 7.4.1.2
        PduSpec("CMPP_TERMINATE", TERMINATE),  # 7.4.2.1
        PduSpec("CMPP_TERMINATE_RESP", TERMINATE_RESP),  # 7.4.2.2
        PduSpec(
            "CMPP_SUBMIT",
            SUBMIT,
            (
                _MSG_ID,
                UInt("Pk_total"),
                UInt("Pk_number"),
                UInt("Registered_Delivery"),
                UInt("Msg_level"),
                FixedText("Service_Id", 10),
                UInt("Fee_UserType"),
                FixedText("Fee_terminal_Id", number),
                *type_of("Fee_terminal_type"),
                UInt("TP_pId"),
                UInt("TP_udhi"),
                UInt("Msg_Fmt"),
                FixedText("Msg_src", 6),
                FixedText("FeeType", 2),
                FixedText("FeeCode", 6),
                FixedText("ValId_Time", 17),
                FixedText("At_Time", 17),
                FixedText("Src_Id", 21),
                UInt("DestUsr_tl"),
                Repeated("Dest_terminal_Id", "DestUsr_tl", FixedText("number", number)),
                *type_of("Dest_terminal_type"),  # one for the whole list
                *_CONTENT,
                tail,
            ),
        ),  # 7.4.3.1
        answer("CMPP_SUBMIT_RESP", SUBMIT, _MSG_ID, UInt("Result", result)),  # 7.4.3.2
        PduSpec(
            "CMPP_QUERY", QUERY, (*_QUERY_SUBJECT, FixedText(tail.name, 8))
        ),  # 7.4.4.1: the tail has 8 octets in 3.0 too
        answer(
            "CMPP_QUERY_RESP",
            QUERY,
            *_QUERY_SUBJECT,
            UInt("MT_TLMsg", 4),
            UInt("MT_Tlusr", 4),
            UInt("MT_Scs", 4),
            UInt("MT_WT", 4),
            UInt("MT_FL", 4),
            UInt("MO_Scs", 4),
            UInt("MO_WT", 4),
            UInt("MO_FL", 4),
        ),  # 7.4.4.2
        PduSpec(
            "CMPP_DELIVER",
            DELIVER,
            (
                _MSG_ID,
                FixedText("Dest_Id", 21),
                FixedText("Service_Id", 10),
                UInt("TP_pid"),
                UInt("TP_udhi"),
                UInt("Msg_Fmt"),
                FixedText("Src_terminal_Id", number),
                *type_of("Src_terminal_type"),
                UInt("Registered_Delivery"),
                *_CONTENT,
                tail,
            ),
        ),  # 7.4.5.1
        answer("CMPP_DELIVER_RESP", DELIVER, _MSG_ID, UInt("Result", result)),  # 7.4.5.2
        PduSpec("CMPP_CANCEL", CANCEL, (_MSG_ID,)),  # 7.4.6.1
        answer("CMPP_CANCEL_RESP", CANCEL, UInt("Success_Id", result)),  # 7.4.6.2
        PduSpec("CMPP_ACTIVE_TEST", ACTIVE_TEST),  # 7.4.7.1
        answer("CMPP_ACTIVE_TEST_RESP", ACTIVE_TEST, UInt("Reserved"), empty=True),  # 7.4.7.2
    )

"""The PDUs of SGIP 1.2, as data.

Source: China Unicom's interface document SGIP 1.2 (October 2001), one paragraph for each command; rows marked 1.3 are
explained in the next edition only. Field names are the documents' own, unchanged. Every body ends with the eight
octets Reserve, which later editions use for a LinkID.
"""

from __future__ import annotations

from hongyan.protocols.wire.fields import Blob, Field, FixedText, Octets, PduSpec, Repeated, UInt

RESPONSE = 0x80000000
"""Set in the command id of every response (1.2 prints MODIFYSMG_RESP without it: a misprint)."""

BIND = 0x00000001
UNBIND = 0x00000002
SUBMIT = 0x00000003
DELIVER = 0x00000004
REPORT = 0x00000005
CHECKUSER = 0x00000010
USERRPT = 0x00000011
TRACE = 0x00001000

BIND_RESP = BIND | RESPONSE
UNBIND_RESP = UNBIND | RESPONSE
SUBMIT_RESP = SUBMIT | RESPONSE
DELIVER_RESP = DELIVER | RESPONSE
REPORT_RESP = REPORT | RESPONSE

BETWEEN_GATEWAYS: dict[int, str] = {
    0x00000006: "SGIP_ADDSP",
    0x00000007: "SGIP_MODIFYSP",
    0x00000008: "SGIP_DELETESP",
    0x00000009: "SGIP_QUERYROUTE",
    0x0000000A: "SGIP_ADDTELESEG",
    0x0000000B: "SGIP_MODIFYTELESEG",
    0x0000000C: "SGIP_DELETETELESEG",
    0x0000000D: "SGIP_ADDSMG",
    0x0000000E: "SGIP_MODIFYSMG",
    0x0000000F: "SGIP_DELETESMG",
}
"""Routing commands that gateways and their name server send each other; they are named, not read."""

SEQUENCE_SIZE = 12
"""Octets of a sequence number, in the header and where a body refers to a message."""

CONTENT_LIMIT = 0xFFFF
"""What the codec takes. What one short message holds is for the encoders of a channel."""

_RESERVE = FixedText("Reserve", 8)
_SP_NUMBER = FixedText("SPNumber", 21)
_USER_NUMBER = FixedText("UserNumber", 21)
_CONTENT = (UInt("MessageLength", 4), Blob("content", "MessageLength", CONTENT_LIMIT))
_OF_SUBMIT = Octets("SubmitSequenceNumber", SEQUENCE_SIZE)


def _answer(request: PduSpec, *fields: Field) -> PduSpec:
    """A response that says Result, and what else it has."""
    return PduSpec(f"{request.name}_RESP", request.command_id | RESPONSE, (UInt("Result"), *fields, _RESERVE))


_BIND = PduSpec(
    "SGIP_BIND",
    BIND,
    (UInt("LoginType"), FixedText("LoginName", 16), FixedText("LoginPassword", 16), _RESERVE),
)
_SUBMIT = PduSpec(
    "SGIP_SUBMIT",
    SUBMIT,
    (
        _SP_NUMBER,
        FixedText("ChargeNumber", 21),
        UInt("UserCount"),
        Repeated("UserNumber", "UserCount", _USER_NUMBER),
        FixedText("CorpId", 5),
        FixedText("ServiceType", 10),
        UInt("FeeType"),
        FixedText("FeeValue", 6),
        FixedText("GivenValue", 6),
        UInt("AgentFlag"),
        UInt("MorelatetoMTFlag"),
        UInt("Priority"),
        FixedText("ExpireTime", 16),
        FixedText("ScheduleTime", 16),
        UInt("ReportFlag"),
        UInt("TP_pid"),
        UInt("TP_udhi"),
        UInt("MessageCoding"),
        UInt("MessageType"),
        *_CONTENT,
        _RESERVE,
    ),
)
_DELIVER = PduSpec(
    "SGIP_DELIVER",
    DELIVER,
    (_USER_NUMBER, _SP_NUMBER, UInt("TP_pid"), UInt("TP_udhi"), UInt("MessageCoding"), *_CONTENT, _RESERVE),
)
_REPORT = PduSpec(
    "SGIP_REPORT",
    REPORT,
    (_OF_SUBMIT, UInt("ReportType"), _USER_NUMBER, UInt("State"), UInt("ErrorCode"), _RESERVE),
)
_CHECKUSER = PduSpec(
    "SGIP_CHECKUSER",
    CHECKUSER,
    (FixedText("UserName", 16), FixedText("Password", 16), _USER_NUMBER, _RESERVE),
)
_USERRPT = PduSpec(
    "SGIP_USERRPT", USERRPT, (_SP_NUMBER, _USER_NUMBER, UInt("UserCondition"), _RESERVE)
)  # 1.3
_TRACE = PduSpec("SGIP_TRACE", TRACE, (_OF_SUBMIT, _USER_NUMBER, _RESERVE))

_TRACED = (
    UInt("Result"),
    FixedText("NodeId", 6),
    FixedText("ReceiveTime", 16),
    FixedText("SendTime", 16),
    _RESERVE,
)

SPECS: tuple[PduSpec, ...] = (
    _BIND,
    _answer(_BIND),
    PduSpec("SGIP_UNBIND", UNBIND),
    PduSpec("SGIP_UNBIND_RESP", UNBIND_RESP),
    _SUBMIT,
    _answer(_SUBMIT),
    _DELIVER,
    _answer(_DELIVER),
    _REPORT,
    _answer(_REPORT),
    _CHECKUSER,
    _answer(_CHECKUSER, UInt("Status")),
    _USERRPT,
    _answer(_USERRPT),
    _TRACE,
    PduSpec("SGIP_TRACE_RESP", TRACE | RESPONSE, (UInt("Count"), Repeated("items", "Count", _TRACED))),
)

"""The PDUs and optional parameters of SMGP 3.0.3, as data.

The source is China Telecom's interface document SMGP V3.0.3; field names are its own, unchanged. The numbers of the
commands are not those of CMPP: Exit is 6, and ActiveTest has no body in either direction.
"""

from __future__ import annotations

from hongyan.protocols.wire.fields import Blob, Field, FixedText, Octets, PduSpec, Repeated, UInt
from hongyan.protocols.wire.tlv import Kind, Tlv, TlvTable

RESPONSE = 0x80000000
"""Set in the request id of every response."""

LOGIN = 0x00000001
SUBMIT = 0x00000002
DELIVER = 0x00000003
ACTIVE_TEST = 0x00000004
EXIT = 0x00000006
QUERY = 0x00000007

LOGIN_RESP = LOGIN | RESPONSE
SUBMIT_RESP = SUBMIT | RESPONSE
DELIVER_RESP = DELIVER | RESPONSE
ACTIVE_TEST_RESP = ACTIVE_TEST | RESPONSE
EXIT_RESP = EXIT | RESPONSE
QUERY_RESP = QUERY | RESPONSE

BETWEEN_GATEWAYS: dict[int, str] = {
    0x00000005: "SMGP_FORWARD",
    0x00000008: "SMGP_QUERY_TE_ROUTE",
    0x00000009: "SMGP_QUERY_SP_ROUTE",
    0x0000000A: "SMGP_PAYMENT_REQUEST",
    0x0000000B: "SMGP_PAYMENT_AFFIRM",
    0x0000000C: "SMGP_QUERY_USERSTATE",
    0x0000000D: "SMGP_GET_ALL_TE_ROUTE",
    0x0000000E: "SMGP_GET_ALL_SP_ROUTE",
    0x0000000F: "SMGP_UPDATE_TE_ROUTE",
    0x00000010: "SMGP_UPDATE_SP_ROUTE",
    0x00000011: "SMGP_PUSH_UPDATE_TE_ROUTE",
    0x00000012: "SMGP_PUSH_UPDATE_SP_ROUTE",
}
"""Commands among the carrier's own gateways, name servers and billing, which no service provider sees; they are named,
not read."""

MESSAGE_ID_SIZE = 10

CONTENT_LIMIT = 255
"""What MsgLength can count; some gateways send more than the document's 140."""

SUBMIT_CONTENT_LIMIT = 140
"""What a gateway takes in a SUBMIT (MsgLength)."""

_MESSAGE_ID = Octets("MsgID", MESSAGE_ID_SIZE)
_STATUS = UInt("Status", 4)
_RESERVE = FixedText("Reserve", 8)
_NUMBER_SIZE = 21
_QUERY_SUBJECT = (FixedText("QueryTime", 8), UInt("QueryType"), FixedText("QueryCode", 10))
_COUNTERS = ("MT_TLMsg", "MT_Tlusr", "MT_Scs", "MT_WT", "MT_FL", "MO_Scs", "MO_WT", "MO_FL")

MT = 6
"""MsgType of a message to a handset; 0 is from one, 7 between two."""


def _submit(destinations: Field, content_limit: int) -> tuple[Field, ...]:
    return (
        UInt("MsgType"),
        UInt("NeedReport"),
        UInt("Priority"),
        FixedText("ServiceID", 10),
        FixedText("FeeType", 2),
        FixedText("FeeCode", 6),
        FixedText("FixedFee", 6),
        UInt("MsgFormat"),
        FixedText("ValidTime", 17),
        FixedText("AtTime", 17),
        FixedText("SrcTermID", _NUMBER_SIZE),
        FixedText("ChargeTermID", _NUMBER_SIZE),
        UInt("DestTermIDCount"),
        destinations,
        UInt("MsgLength"),
        Blob("MsgContent", "MsgLength", content_limit),
        _RESERVE,
    )


_DESTINATION = FixedText("DestTermID", _NUMBER_SIZE)

SUBMIT_TO_ONE = _submit(_DESTINATION, SUBMIT_CONTENT_LIMIT)
"""A SUBMIT to one number, as an encoder of a channel writes it: DestTermIDCount is a field to be set to 1."""

SPECS: tuple[PduSpec, ...] = (
    PduSpec(
        "SMGP_LOGIN",
        LOGIN,
        (
            FixedText("ClientID", 8),
            Octets("AuthenticatorClient", 16),
            UInt("LoginMode"),
            UInt("TimeStamp", 4),
            UInt("ClientVersion"),
        ),
    ),
    PduSpec(
        "SMGP_LOGIN_RESP", LOGIN_RESP, (_STATUS, Octets("AuthenticatorServer", 16), UInt("ServerVersion"))
    ),
    PduSpec(
        "SMGP_SUBMIT", SUBMIT, _submit(Repeated("DestTermID", "DestTermIDCount", _DESTINATION), CONTENT_LIMIT)
    ),
    PduSpec("SMGP_SUBMIT_RESP", SUBMIT_RESP, (_MESSAGE_ID, _STATUS)),
    PduSpec(
        "SMGP_DELIVER",
        DELIVER,
        (
            _MESSAGE_ID,
            UInt("IsReport"),
            UInt("MsgFormat"),
            FixedText("RecvTime", 14),
            FixedText("SrcTermID", _NUMBER_SIZE),
            _DESTINATION,
            UInt("MsgLength"),
            Blob("MsgContent", "MsgLength", CONTENT_LIMIT),
            _RESERVE,
        ),
    ),
    PduSpec("SMGP_DELIVER_RESP", DELIVER_RESP, (_MESSAGE_ID, _STATUS)),
    PduSpec("SMGP_ACTIVE_TEST", ACTIVE_TEST),
    PduSpec("SMGP_ACTIVE_TEST_RESP", ACTIVE_TEST_RESP),
    PduSpec("SMGP_EXIT", EXIT),
    PduSpec("SMGP_EXIT_RESP", EXIT_RESP),
    PduSpec("SMGP_QUERY", QUERY, _QUERY_SUBJECT),
    PduSpec(
        "SMGP_QUERY_RESP", QUERY_RESP, (*_QUERY_SUBJECT, *(UInt(name, 4) for name in _COUNTERS), _RESERVE)
    ),
)

TP_UDHI = 0x0002
PK_TOTAL = 0x0009
PK_NUMBER = 0x000A


def _octet(tag: int, name: str) -> Tlv:
    return Tlv(tag, name, Kind.NUMBER, 1)


def _text(tag: int, name: str) -> Tlv:
    return Tlv(tag, name, Kind.PLAIN_TEXT)


TLVS = TlvTable(
    (
        _octet(0x0001, "TP_pid"),
        _octet(TP_UDHI, "TP_udhi"),  # 1: MsgContent begins with a user data header
        _text(0x0003, "LinkID"),  # 20 octets
        _octet(0x0004, "ChargeUserType"),  # 0 receiver pays, 1 sender, 2 provider, 3 ChargeTermID
        _octet(0x0005, "ChargeTermType"),
        _text(0x0006, "ChargeTermPseudo"),
        _octet(0x0007, "DestTermType"),
        _text(0x0008, "DestTermPseudo"),
        _octet(PK_TOTAL, "PkTotal"),
        _octet(PK_NUMBER, "PkNumber"),  # from 1
        _octet(0x000B, "SubmitMsgType"),  # 0 normal, 1-4 subscription notices, 5 notice of a monthly fee
        _octet(0x000C, "SPDealResult"),
        _octet(0x000D, "SrcTermType"),
        _text(0x000E, "SrcTermPseudo"),
        _octet(0x000F, "NodesCount"),
        _text(0x0010, "MsgSrc"),  # 8 octets: the provider's enterprise code
        _octet(0x0011, "SrcType"),
        _text(0x0012, "MServiceID"),  # 21 octets
    )
)
"""Text goes out in its natural length: gateways read the length, and one of them would keep a NUL as text."""

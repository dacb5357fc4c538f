"""Frames put together octet by octet from the tables of the documents, beside no codec of ours, for what no vector shows.

`fields`: how a frame is shown, by analogy with the vectors.
"""

from __future__ import annotations

from struct import pack
from typing import Any, NamedTuple

ID, HEX_ID = bytes.fromhex("37a9478029c20001"), "37a9478029c20001"
DIGEST, HEX_DIGEST = bytes(range(16)), bytes(range(16)).hex()
SMGP_ID = "01006103151020012345"
FOREVER = "000007000000000R"
HEAD6, HEAD7 = bytes.fromhex("0500035a0201"), bytes.fromhex("06080412340201")
PORTS = bytes.fromhex("0605040b8423f0")
PORTED_PART = bytes.fromhex("0b05040b8423f00003010201")


class Frame(NamedTuple):
    """`known`: how it is told apart in a report of failures."""

    protocol: str
    known: str
    octets: bytes
    pdu: str
    fields: dict[str, Any]


def fixed(text: str, width: int) -> bytes:
    return text.encode("latin-1").ljust(width, b"\0")


def tlv(tag: int, value: bytes) -> bytes:
    return pack(">HH", tag, len(value)) + value


FRAMES: list[Frame] = []


def _plain(protocol: str, known: str, command: int, body: bytes, pdu: str, fields: dict[str, Any]) -> None:
    size = 12 + len(body)
    header = {"Total_Length": size, "Command_Id": f"0x{command:08x}", "Sequence_Id": 7}
    FRAMES.append(Frame(protocol, known, pack(">III", size, command, 7) + body, pdu, header | fields))


# --- CMPP ------------------------------------------------------------------------------------------------


def _cmpp_submit(
    protocol: str, known: str, content: bytes, numbers: int = 1, pk: tuple[int, int] = (1, 1), **other: Any
) -> None:
    new = protocol == "cmpp3"
    width, tail, tail_width = (32, "LinkID", 20) if new else (21, "Reserve", 8)
    listed = [f"1380013800{n}" for n in range(numbers)]
    values: dict[str, Any] = {
        "Registered_Delivery": 1, "Msg_level": 0, "Fee_UserType": 2, "Fee_terminal_Id": "", "TP_pId": 0,
        "TP_udhi": 0, "Msg_Fmt": 8, "FeeType": "01", "FeeCode": "000000", "ValId_Time": "", "At_Time": "",
        tail: "", "Msg_Id": HEX_ID,
    } | ({"Fee_terminal_type": 0, "Dest_terminal_type": 0} if new else {}) | other  # fmt: skip
    body = (
        bytes.fromhex(values["Msg_Id"])
        + bytes((*pk, values["Registered_Delivery"], values["Msg_level"]))
        + fixed("SVC01", 10)
        + bytes((values["Fee_UserType"],))
        + fixed(values["Fee_terminal_Id"], width)
        + (bytes((values["Fee_terminal_type"],)) if new else b"")
        + bytes((values["TP_pId"], values["TP_udhi"], values["Msg_Fmt"]))
        + fixed("901234", 6)
        + fixed(values["FeeType"], 2)
        + fixed(values["FeeCode"], 6)
        + fixed(values["ValId_Time"], 17)
        + fixed(values["At_Time"], 17)
        + fixed("106900001234567890123", 21)
        + bytes((numbers,))
        + b"".join(fixed(number, width) for number in listed)
        + (bytes((values["Dest_terminal_type"],)) if new else b"")
        + bytes((len(content),))
        + content
        + fixed(values[tail], tail_width)
    )
    assert len(body) == (151 + 32 * numbers if new else 126 + 21 * numbers) + len(content)
    shown = values | {
        "Pk_total": pk[0], "Pk_number": pk[1], "Service_Id": "SVC01", "Msg_src": "901234",
        "Src_Id": "106900001234567890123", "DestUsr_tl": numbers, "Dest_terminal_Id": listed,
        "Msg_Length": len(content), "content_hex": content.hex(),
    }  # fmt: skip
    _plain(protocol, known, 4, body, "CMPP_SUBMIT", shown)


def _cmpp_deliver(protocol: str, known: str, content: bytes, **other: Any) -> None:
    new = protocol == "cmpp3"
    width, tail, tail_width = (32, "LinkID", 20) if new else (21, "Reserve", 8)
    values: dict[str, Any] = {"TP_pid": 0, "TP_udhi": 0, "Msg_Fmt": 0, "Registered_Delivery": 0, tail: ""} | (
        {"Src_terminal_type": 0} if new else {}
    )
    values |= other
    body = (
        ID
        + fixed("106900001234", 21)
        + fixed("SVC01", 10)
        + bytes((values["TP_pid"], values["TP_udhi"], values["Msg_Fmt"]))
        + fixed("13800138000", width)
        + (bytes((values["Src_terminal_type"],)) if new else b"")
        + bytes((values["Registered_Delivery"], len(content)))
        + content
        + fixed(values[tail], tail_width)
    )
    assert len(body) == (97 if new else 73) + len(content)
    shown = values | {
        "Msg_Id": HEX_ID, "Dest_Id": "106900001234", "Service_Id": "SVC01", "Src_terminal_Id": "13800138000",
        "Msg_Length": len(content), "content_hex": content.hex(),
    }  # fmt: skip
    _plain(protocol, known, 5, body, "CMPP_DELIVER", shown)


def _cmpp_report(protocol: str, known: str, width: int, stat: str) -> None:
    content = ID + fixed(stat, 7) + b"24031510202403151021" + fixed("13800138000", width) + pack(">I", 99)
    report = {
        "Msg_Id": HEX_ID, "Stat": stat, "Submit_time": "2403151020", "Done_time": "2403151021",
        "Dest_terminal_Id": "13800138000", "SMSC_sequence": 99,
    }  # fmt: skip
    _cmpp_deliver(protocol, known, content, Registered_Delivery=1, report=report)


for _p in ("cmpp2", "cmpp3"):
    _cmpp_submit(_p, "two numbers", b"hi", 2, Msg_Fmt=0)
    _cmpp_submit(_p, "part by its header of 7", HEAD7 + b"N-", 1, (2, 1), TP_udhi=1, udh_hex=HEAD7.hex())
    _cmpp_submit(_p, "part by Pk alone", b"\x4e\x2d", 1, (3, 2))
    _cmpp_submit(_p, "ports in the header", PORTS + b"\1", 1, Msg_Fmt=4, TP_udhi=1, udh_hex=PORTS.hex())
    _cmpp_submit(_p, "somebody else pays, until a time", b"A", Msg_Fmt=0, Fee_UserType=3,
                 Fee_terminal_Id="13800138009", FeeType="03", FeeCode="000100", ValId_Time=FOREVER)  # fmt: skip
    _cmpp_submit(_p, "flash, no content", b"", Msg_Fmt=24, Registered_Delivery=0, Msg_level=9)
    _cmpp_deliver(_p, "empty", b"")
    _cmpp_deliver(_p, "GBK", "退订".encode("gbk"), Msg_Fmt=15)
    _cmpp_deliver(
        _p, "ports first, then a part", PORTED_PART + b"N-", Msg_Fmt=8, TP_udhi=1, udh_hex=PORTED_PART.hex()
    )
    _cmpp_report(_p, "report of 60 octets", 21, "EXPIRED")
    _cmpp_report(_p, "report of 71 octets", 32, "MK00001")
    _cmpp_deliver(_p, "a report that is none", ID + b"DELIVRD", Registered_Delivery=1)
    _plain(_p, "log in, version 2.1", 1, fixed("901234", 6) + DIGEST + b"\x21" + pack(">I", 1231235959),
           "CMPP_CONNECT", {"Source_Addr": "901234", "AuthenticatorSource": HEX_DIGEST, "Version": 0x21,
                            "Timestamp": 1231235959})  # fmt: skip
    for _width, _status in ((1, 4), (4, 4), (4, 0x10000)):
        _plain(_p, f"answer to a login, status of {_width}", 0x80000001,
               _status.to_bytes(_width, "big") + DIGEST + b"\x20", "CMPP_CONNECT_RESP",
               {"Status": _status, "AuthenticatorISMG": HEX_DIGEST, "Version": 0x20})  # fmt: skip
        for _command, _name in ((4, "SUBMIT"), (5, "DELIVER")):
            _plain(_p, f"result of {_width}", _command | 0x80000000, ID + _status.to_bytes(_width, "big"),
                   f"CMPP_{_name}_RESP", {"Msg_Id": HEX_ID, "Result": _status})  # fmt: skip
        _plain(_p, f"cancelled, {_width}", 0x80000007, _status.to_bytes(_width, "big"), "CMPP_CANCEL_RESP",
               {"Success_Id": _status})  # fmt: skip
    _plain(_p, "lives, without its octet", 0x80000008, b"", "CMPP_ACTIVE_TEST_RESP", {})
    _plain(_p, "totals", 6, fixed("20240315", 8) + b"\0" + fixed("", 18), "CMPP_QUERY",
           {"Time": "20240315", "Query_Type": 0, "Query_Code": "",
            "LinkID" if _p == "cmpp3" else "Reserve": ""})  # fmt: skip
_cmpp_submit("cmpp3", "pseudo codes and a LinkID", b"A", 3, Msg_Fmt=0, Fee_terminal_type=1, Dest_terminal_type=1,
             LinkID="12345678901234567890")  # fmt: skip
_cmpp_deliver("cmpp3", "pseudo code and a LinkID", b"TD", Src_terminal_type=1, LinkID="L1")

# --- SGIP ------------------------------------------------------------------------------------------------

TRIPLE = (3010012345, 315102030, 0xFFFFFFFF)


def _sgip(known: str, command: int, body: bytes, pdu: str, fields: dict[str, Any]) -> None:
    size = 20 + len(body)
    header = {"Total_Length": size, "Command_Id": f"0x{command:08x}", "Sequence_Number": list(TRIPLE)}
    FRAMES.append(
        Frame("sgip", known, pack(">IIIII", size, command, *TRIPLE) + body, f"SGIP_{pdu}", header | fields)
    )


RESERVE = bytes(8)
USER = "8613000000001"
for _command, _name in ((1, "BIND"), (3, "SUBMIT"), (4, "DELIVER"), (5, "REPORT"), (0x11, "USERRPT")):
    _sgip("the highest result", _command | 0x80000000, b"\xff" + RESERVE, f"{_name}_RESP", {"Result": 255})
_sgip("a test login, fields that are full", 1, b"\x0b" + b"n" * 16 + b"p" * 16 + RESERVE, "BIND",
      {"LoginType": 11, "LoginName": "n" * 16, "LoginPassword": "p" * 16})  # fmt: skip
for _known, _head, _coding, _udhi, _reserve in (
    ("header of 6, a LinkID", HEAD6, 8, {"udh_hex": HEAD6.hex()}, "LINK0001"),
    ("header of 7", HEAD7, 8, {"udh_hex": HEAD7.hex()}, ""),
    ("plain", b"", 0, {}, ""),
):
    _content = _head + b"N-"
    _sgip(f"text, {_known}", 4,
          fixed(USER, 21) + fixed("10655012345", 21) + bytes((0, bool(_head), _coding))
          + pack(">I", len(_content)) + _content + fixed(_reserve, 8), "DELIVER",
          {"UserNumber": USER, "SPNumber": "10655012345", "TP_pid": 0, "TP_udhi": int(bool(_head)),
           "MessageCoding": _coding, "MessageLength": len(_content), "content_hex": _content.hex(), **_udhi}
          | ({"Reserve": _reserve} if _reserve else {}))  # fmt: skip
    _sgip(f"submit, {_known}", 3,
          fixed("10655012345", 21) + fixed("0" * 21, 21) + b"\2" + fixed(USER, 21) + fixed("8618600000002", 21)
          + fixed("12345", 5) + fixed("SVC01", 10) + b"\2" + fixed("99999", 6) + fixed("10", 6) + bytes((1, 0, 9))
          + fixed("240316102030032+", 16) + fixed("", 16) + bytes((1, 0, bool(_head), _coding, 0))
          + pack(">I", len(_content)) + _content + fixed(_reserve, 8), "SUBMIT",
          {"SPNumber": "10655012345", "ChargeNumber": "0" * 21, "UserCount": 2,
           "UserNumber": [USER, "8618600000002"], "CorpId": "12345", "ServiceType": "SVC01", "FeeType": 2,
           "FeeValue": "99999", "GivenValue": "10", "AgentFlag": 1, "MorelatetoMTFlag": 0, "Priority": 9,
           "ExpireTime": "240316102030032+", "ScheduleTime": "", "ReportFlag": 1, "TP_pid": 0,
           "TP_udhi": int(bool(_head)), "MessageCoding": _coding, "MessageType": 0,
           "MessageLength": len(_content), "content_hex": _content.hex(), "Reserve": _reserve, **_udhi})  # fmt: skip
for _type, _state, _code in ((0, 0, 0), (0, 1, 0), (0, 2, 182), (1, 2, 255)):
    _sgip(f"report {_type} {_state}", 5,
          pack(">III", 1, 2, 3) + bytes((_type,)) + fixed(USER, 21) + bytes((_state, _code)) + RESERVE, "REPORT",
          {"SubmitSequenceNumber": [1, 2, 3], "ReportType": _type, "UserNumber": USER, "State": _state,
           "ErrorCode": _code})  # fmt: skip
_sgip("is this subscriber known?", 0x10, fixed("u", 16) + fixed("p", 16) + fixed(USER, 21) + RESERVE, "CHECKUSER",
      {"UserName": "u", "Password": "p", "UserNumber": USER})  # fmt: skip
_sgip("the subscriber is", 0x80000010, b"\0\1" + RESERVE, "CHECKUSER_RESP", {"Result": 0, "Status": 1})
_TRACED = {"Result": 0, "NodeId": "101000", "ReceiveTime": "240315102030032+", "SendTime": "240315102031032+"}
_OCTETS = b"\0" + b"101000" + b"240315102030032+" + b"240315102031032+" + RESERVE
for _count in (0, 1, 3):
    _sgip(f"{_count} steps", 0x80001000, bytes((_count,)) + _OCTETS * _count, "TRACE_RESP",
          {"items": [_TRACED] * _count})  # fmt: skip

# --- SMGP ------------------------------------------------------------------------------------------------


def _tlvs(*pairs: tuple[int, bytes]) -> tuple[bytes, list[dict[str, Any]]]:
    shown = [{"tag": f"0x{tag:04x}", "length": len(value), "value_hex": value.hex()} for tag, value in pairs]
    return b"".join(tlv(*pair) for pair in pairs), shown


def _smgp_submit(
    known: str, content: bytes, *pairs: tuple[int, bytes], coding: int = 8, **other: Any
) -> None:
    octets, shown = _tlvs(*pairs)
    values: dict[str, Any] = {"NeedReport": 1, "Priority": 3, "FeeType": "02", "FeeCode": "000100"} | other
    reserve = values.get("Reserve", "")
    body = (
        bytes((6, values["NeedReport"], values["Priority"])) + fixed("SVC01", 10) + fixed(values["FeeType"], 2)
        + fixed(values["FeeCode"], 6) + fixed("000500", 6) + bytes((coding,)) + fixed(FOREVER, 17)
        + fixed("", 17) + fixed("1069012345", 21) + fixed("18900000009", 21) + b"\2"
        + fixed("18900000001", 21) + fixed("1" * 21, 21) + bytes((len(content),)) + content + fixed(reserve, 8)
    )  # fmt: skip
    assert len(body) == 114 + 42 + len(content)
    fields = values | {
        "MsgType": 6, "ServiceID": "SVC01", "FixedFee": "000500", "MsgFormat": coding, "ValidTime": FOREVER,
        "AtTime": "", "SrcTermID": "1069012345", "ChargeTermID": "18900000009", "DestTermIDCount": 2,
        "DestTermID": ["18900000001", "1" * 21], "MsgLength": len(content), "content_hex": content.hex(),
        "TLVs": shown,
    }  # fmt: skip
    _plain("smgp", known, 2, body + octets, "SMGP_SUBMIT", fields)


def _smgp_deliver(
    known: str, content: bytes, *pairs: tuple[int, bytes], coding: int = 8, **other: Any
) -> None:
    octets, shown = _tlvs(*pairs)
    is_report = int("report" in other)
    body = (
        bytes.fromhex(SMGP_ID) + bytes((is_report, coding)) + b"20240315102030" + fixed("18900000001", 21)
        + fixed("1069012345", 21) + bytes((len(content),)) + content + RESERVE
    )  # fmt: skip
    assert len(body) == 77 + len(content)
    fields = other | {
        "MsgID": SMGP_ID, "IsReport": is_report, "MsgFormat": coding, "RecvTime": "20240315102030",
        "SrcTermID": "18900000001", "DestTermID": "1069012345", "DestTermIDCount": 10,
        "MsgLength": len(content), "content_hex": content.hex(), "TLVs": shown,
    }  # fmt: skip
    _plain("smgp", known, 3, body + octets, "SMGP_DELIVER", fields)


_smgp_submit("every parameter", b"TD", (1, b"\0"), (2, b"\0"), (3, fixed("LINK", 20)), (4, b"\2"), (5, b"\1"),
             (6, b"pseudo"), (7, b"\1"), (8, b"pseudo\0"), (9, b"\1"), (10, b"\1"), (11, b"\5"), (12, b"\0"),
             (13, b"\1"), (14, b"p"), (15, b"\3"), (16, b"10001234"), (17, b"\1"), (18, b"MSERVICE"),
             coding=15)  # fmt: skip
_smgp_submit(
    "unknown and repeated parameters, none in order",
    b"",
    (0x7777, b"\1\2\3"),
    (16, b""),
    (16, b"2"),
    (1, b"\0"),
)
_smgp_submit("a part, header of 7", HEAD7 + b"N-", (2, b"\1"), (9, b"\2"), (10, b"\1"), udh_hex=HEAD7.hex())
_smgp_submit("a Reserve that holds something", b"A", coding=0, Reserve="R1")
_smgp_deliver("a part, header of 6", HEAD6 + b"N-", (2, b"\1"), (9, b"\2"), (10, b"\1"), udh_hex=HEAD6.hex())
_smgp_deliver("what a deliver may say", b"TD", (3, fixed("LINK", 20)), (13, b"\0"), (14, b"x"), (11, b"\1"),
              (12, b"\0"), coding=0)  # fmt: skip
_LINE = b"id:%s sub:001 dlvrd:%s %s:2403151020 %s:2403151021 stat:%s err:%s %s:%s"
_SAID = {"sub": "001", "submit_date": "2403151020", "done_date": "2403151021"}
for _known, _id, _labels in (
    ("raw id", bytes.fromhex(SMGP_ID), (b"Submit date", b"done date", b"Text")),
    ("raw id, other spelling", bytes.fromhex(SMGP_ID), (b"submit_date", b"done_date", b"text")),
    ("id of hex digits", SMGP_ID.encode(), (b"submit date", b"done date", b"text")),
    ("id that looks like labels", b" stat:err:", (b"Submit date", b"done date", b"Text")),
):
    for _dlvrd, _stat, _err in ((b"001", b"DELIVRD", b"000"), (b"000", b"UNDELIV", b"601")):
        _text = fixed("002TD", 20)
        _content = _LINE % (_id, _dlvrd, *_labels[:2], _stat, _err, _labels[2], _text)
        _smgp_deliver(f"report, {_known}, {_stat.decode()}", _content, coding=0,
                      report=_SAID | {"id": _id.hex() if len(_id) == 10 else SMGP_ID, "dlvrd": _dlvrd.decode(),
                                      "stat": _stat.decode(), "err": _err.decode(), "text": "002TD"})  # fmt: skip
for _mode in (0, 1, 2):
    _plain("smgp", f"login mode {_mode}", 1, fixed("10001234", 8) + DIGEST + bytes((_mode,)) + pack(">I", 5) + b"\x30",
           "SMGP_LOGIN", {"ClientID": "10001234", "AuthenticatorClient": HEX_DIGEST, "LoginMode": _mode,
                          "TimeStamp": 5, "ClientVersion": 48})  # fmt: skip
for _command, _name in ((2, "SUBMIT"), (3, "DELIVER")):
    _plain("smgp", "a status of four octets", _command | 0x80000000, bytes.fromhex(SMGP_ID) + pack(">I", 0xDEADBEEF),
           f"SMGP_{_name}_RESP", {"MsgID": SMGP_ID, "Status": 0xDEADBEEF})  # fmt: skip

# --- SMPP ------------------------------------------------------------------------------------------------


def c(text: str) -> bytes:
    return text.encode("latin-1") + b"\0"


def _smpp(known: str, command: int, body: bytes, pdu: str, fields: dict[str, Any], status: int = 0) -> None:
    size = 16 + len(body)
    header = {
        "command_length": size, "command_id": f"0x{command:08x}", "command_status": status, "sequence_number": 7,
    }  # fmt: skip
    FRAMES.append(
        Frame("smpp34", known, pack(">IIII", size, command, status, 7) + body, pdu, header | fields)
    )


_SOURCE = {"source_addr_ton": 5, "source_addr_npi": 0, "source_addr": "HONGYAN"}
_TARGET = {"dest_addr_ton": 1, "dest_addr_npi": 1, "destination_addr": "8613800138000"}
_FROM, _TO = b"\5\0" + c("HONGYAN"), b"\1\1" + c("8613800138000")


def _tail(esm_class: int, coding: int, content: bytes) -> tuple[bytes, dict[str, Any]]:
    octets = (
        bytes((esm_class, 0x7F, 3)) + c("") + c(FOREVER) + bytes((0x11, 1, coding, 2, len(content))) + content
    )
    shown = {
        "esm_class": esm_class, "protocol_id": 0x7F, "priority_flag": 3, "schedule_delivery_time": "",
        "validity_period": FOREVER, "registered_delivery": 0x11, "replace_if_present_flag": 1,
        "data_coding": coding, "sm_default_msg_id": 2, "sm_length": len(content),
        "short_message_hex": content.hex(),
    }  # fmt: skip
    return octets, shown


def _smpp_message(
    known: str, command: int, esm_class: int, coding: int, content: bytes, optional: bytes = b"", **shown: Any
) -> None:
    octets, fields = _tail(esm_class, coding, content)
    pdu = {4: "submit_sm", 5: "deliver_sm"}[command]
    body = c("CMT") + _FROM + _TO + octets + optional
    _smpp(known, command, body, pdu, {"service_type": "CMT"} | _SOURCE | _TARGET | fields | shown)


for _command in (4, 5):
    _smpp_message("the longest content", _command, 0, 0, b"a" * 254)
    _smpp_message("header of 7", _command, 0x40, 8, HEAD7 + b"N-", udh_hex=HEAD7.hex())
    _smpp_message("receipt with a header", _command, 0x44, 0, HEAD6 + b"id:1", udh_hex=HEAD6.hex())
    _smpp_message("ports, message class", _command, 0x43, 0xF6, PORTS + b"\1", udh_hex=PORTS.hex())
    _smpp_message("parts by parameters", _command, 0, 8, b"N-", tlv(0x20C, b"\1\2") + tlv(0x20E, b"\3") + tlv(0x20F, b"\2"),
                  tlvs={"sar_msg_ref_num": 258, "sar_total_segments": 3, "sar_segment_seqnum": 2})  # fmt: skip
    _smpp_message("payload with a header", _command, 0x40, 0, b"", tlv(0x424, HEAD6 + b"hi"), udh_hex=HEAD6.hex(),
                  tlvs={"message_payload": (HEAD6 + b"hi").hex()})  # fmt: skip
    _smpp_message("a receipt's parameters", _command, 4, 0, b"",
                  _tlvs((0x1E, c("7C9F")), (0x427, b"\5"), (0x423, b"\3\0\x1b"), (0x425, b"\1"), (0x1D, c("why")))[0],
                  tlvs={"receipted_message_id": "7C9F", "message_state": 5, "network_error_code": "03001b",
                        "delivery_failure_reason": 1, "additional_status_info_text": "why"})  # fmt: skip
    _smpp_message("numbers of every size", _command, 0, 0, b"",
                  _tlvs((0x17, pack(">I", 60)), (0x204, b"\1\0"), (0x20A, b"\x0b\x84"), (0x426, b"\1"), (0x1203, b"\0\1"))[0],
                  tlvs={"qos_time_to_live": 60, "user_message_reference": 256, "source_port": 0xB84,
                        "more_messages_to_send": 1, "sms_signal": 1})  # fmt: skip
    _smpp_message("octets, none, a vendor's", _command, 0, 0, b"",
                  _tlvs((0x381, b"\1\2"), (0x130C, b""), (0x202, b"\xa0"), (0x1400, b"x"))[0],
                  tlvs={"callback_num": "0102", "alert_on_message_delivery": "", "source_subaddress": "a0",
                        "0x1400": "78"})  # fmt: skip

_DESTINATIONS = [{"dest_flag": 1, **_TARGET}, {"dest_flag": 2, "dl_name": "friends"}]
for _known, _esm_class, _coding, _content, _more in (
    ("UCS-2", 0, 8, "中文".encode("utf-16-be"), {"text": "中文"}),
    ("Latin-1", 0, 3, b"caf\xe9", {"text": "café"}),
    ("a header", 0x40, 0, HEAD6 + b"hi", {"udh_hex": HEAD6.hex()}),
    ("octets", 0, 4, b"\1\2", {}),
):
    _octets, _shown = _tail(_esm_class, _coding, _content)
    _smpp(f"a number and a list, {_known}", 0x21, c("") + _FROM + b"\2\1" + _TO + b"\2" + c("friends") + _octets,
          "submit_multi", {"service_type": "", **_SOURCE, "number_of_dests": 2, "dest_address": _DESTINATIONS}
          | _shown | _more)  # fmt: skip
_FAILED = {**_TARGET, "error_status_code": 0x0B}
for _count in (0, 2):
    _smpp(f"{_count} failed", 0x80000021, c("M1") + bytes((_count,)) + (_TO + pack(">I", 0x0B)) * _count,
          "submit_multi_resp", {"message_id": "M1", "no_unsuccess": _count, "unsuccess_sme": [_FAILED] * _count})  # fmt: skip
_smpp("data", 0x103, c("") + _FROM + _TO + b"\x40\1\0" + tlv(0x424, HEAD6 + b"hi") + tlv(0x19, b"\0"), "data_sm",
      {"service_type": "", **_SOURCE, **_TARGET, "esm_class": 0x40, "registered_delivery": 1, "data_coding": 0,
       "udh_hex": HEAD6.hex(), "tlvs": {"message_payload": (HEAD6 + b"hi").hex(), "payload_type": 0}})  # fmt: skip
for _command, _name, _field in (
    (1, "bind_receiver", "system_id"), (2, "bind_transmitter", "system_id"), (9, "bind_transceiver", "system_id"),
    (4, "submit_sm", "message_id"), (5, "deliver_sm", "message_id"), (0x103, "data_sm", "message_id"),
):  # fmt: skip
    _smpp("refused, without a body", _command | 0x80000000, b"", f"{_name}_resp", {}, 0x0D)
    _smpp("refused, with an empty text", _command | 0x80000000, b"\0", f"{_name}_resp", {_field: ""}, 0x0D)
    _smpp("with parameters", _command | 0x80000000, c("A") + tlv(0x210, b"\x34") + tlv(0x428, b"\x5a"), f"{_name}_resp",
          {_field: "A", "tlvs": {"sc_interface_version": 52, "congestion_state": 90}})  # fmt: skip
_smpp("not final", 0x80000003, c("M") + c("") + b"\1\0", "query_sm_resp",
      {"message_id": "M", "final_date": "", "message_state": 1, "error_code": 0})  # fmt: skip
_smpp("a text anew", 7, c("M") + _FROM + c("") + c(FOREVER) + b"\1\0\3new", "replace_sm",
      {"message_id": "M", **_SOURCE, "schedule_delivery_time": "", "validity_period": FOREVER,
       "registered_delivery": 1, "sm_default_msg_id": 0, "sm_length": 3, "short_message_hex": "6e6577"})  # fmt: skip

"""What SMPP's values mean, in words for people. Section numbers are those of SMPP 3.4 (issue 1.2)."""

from __future__ import annotations

from typing import Any

from hongyan.protocols.dialects import Dialect, Messages
from hongyan.protocols.smpp.codec import FRAME_LIMIT, decode, encode_pdu
from hongyan.protocols.smpp.content import read_content, user_data_header
from hongyan.protocols.smpp.json_form import from_json, to_json
from hongyan.protocols.smpp.pdus import SPECS, TLVS
from hongyan.protocols.smpp.receipt import MESSAGE_STATES, is_receipt, parse_receipt
from hongyan.protocols.smpp.status import status_of
from hongyan.protocols.wire.fields import Field, UInt
from hongyan.protocols.wire.meanings import (
    NOT_DEFINED,
    YES_NO,
    Meanings,
    Words,
    choices,
    commands,
    message_time,
    version,
)

HEADER: tuple[Field, ...] = tuple(
    UInt(name, 4) for name in ("command_length", "command_id", "command_status", "sequence_number")
)

_REQUESTS = {
    "bind_receiver": ("log in to receive", "绑定接收端"),
    "bind_transmitter": ("log in to send", "绑定发送端"),
    "bind_transceiver": ("log in to send and receive", "绑定收发端"),
    "outbind": ("the carrier asks for a log-in", "运营商请求绑定"),
    "unbind": ("log out", "解除绑定"),
    "submit_sm": ("send a message", "提交短信"),
    "submit_multi": ("send a message to several numbers", "群发提交"),
    "deliver_sm": ("a message or a report from the carrier", "运营商下发：上行短信或状态报告"),
    "data_sm": ("a message or a report, either way", "数据短信"),
    "query_sm": ("ask what became of a message", "查询短信状态"),
    "cancel_sm": ("cancel a message", "取消短信"),
    "replace_sm": ("replace a message", "替换短信"),
    "enquire_link": ("is anybody there?", "链路检测"),
    "alert_notification": ("a handset can be reached again", "手机恢复可达通知"),
}
COMMANDS = commands(_REQUESTS, answer="_resp", unanswered=("outbind", "alert_notification")) | {
    "generic_nack": Words("refusal of a whole frame", "通用否定应答")
}

_TON = choices(
    {
        0: ("unknown", "未知"),
        1: ("international", "国际号码"),
        2: ("national", "国内号码"),
        3: ("network-specific", "网络专用号码"),
        4: ("subscriber number", "用户号码"),
        5: ("alphanumeric", "字母数字"),
        6: ("abbreviated", "短号码"),
    }
)  # 5.2.5
_NPI = choices(
    {
        0: ("unknown", "未知"),
        1: ("ISDN, E.164", "ISDN（E.164）"),
        3: ("data, X.121", "数据（X.121）"),
        4: ("telex, F.69", "用户电报（F.69）"),
        6: ("land mobile, E.212", "陆地移动（E.212）"),
        8: ("national", "国内"),
        9: ("private", "专用"),
        10: ("ERMES", "ERMES"),
        14: ("internet, IP", "互联网（IP）"),
        18: ("WAP client id", "WAP 客户端标识"),
    }
)  # 5.2.6

_MODES = (
    ("default mode", "默认模式"),
    ("datagram", "数据报模式"),
    ("forward", "转发模式"),
    ("store and forward", "存储转发模式"),
)
_TYPES = {
    0x00: ("message", "普通短信"),
    0x04: ("delivery receipt", "状态报告"),
    0x08: ("delivery acknowledgement", "终端送达确认"),
    0x10: ("user acknowledgement", "用户手动确认"),
    0x18: ("conversation abort", "会话终止"),
    0x20: ("intermediate notification", "中间状态通知"),
}
_FLAGS = ((0x40, "user data header", "含用户数据头"), (0x80, "reply path", "应答路径"))


def _esm_class(value: Any) -> Words:
    """5.2.12."""
    parts = [_MODES[value & 0x03], _TYPES.get(value & 0x3C, tuple(NOT_DEFINED))]
    parts += [(en, zh) for bit, en, zh in _FLAGS if value & bit]
    return Words(", ".join(part[0] for part in parts), "，".join(part[1] for part in parts))


_RECEIPTS = (
    ("no report wanted", "不要状态报告"),
    ("report success and failure", "成功和失败都要状态报告"),
    ("report failure only", "仅失败时要状态报告"),
    ("report success only (SMPP 5.0)", "仅成功时要状态报告（SMPP 5.0）"),
)
_ACKNOWLEDGEMENTS = (
    (0x04, "delivery acknowledgement", "终端送达确认"),
    (0x08, "user acknowledgement", "用户手动确认"),
    (0x10, "intermediate notification", "中间状态通知"),
)


def _registered_delivery(value: Any) -> Words:
    """5.2.17."""
    parts = [_RECEIPTS[value & 0x03]] + [(en, zh) for bit, en, zh in _ACKNOWLEDGEMENTS if value & bit]
    return Words(", ".join(part[0] for part in parts), "，".join(part[1] for part in parts))


_CODINGS = {
    0x00: ("the carrier's default alphabet, usually GSM 7-bit", "运营商默认编码，一般为 GSM 7-bit"),
    0x01: ("ASCII", "ASCII"),
    0x02: ("8-bit data", "8 位二进制"),
    0x03: ("Latin-1", "Latin-1"),
    0x04: ("8-bit data", "8 位二进制"),
    0x05: ("JIS", "JIS"),
    0x06: ("Cyrillic, ISO 8859-5", "西里尔字母（ISO 8859-5）"),
    0x07: ("Hebrew, ISO 8859-8", "希伯来字母（ISO 8859-8）"),
    0x08: ("UCS-2", "UCS-2"),
    0x09: ("pictograms", "象形文字编码"),
    0x0A: ("ISO-2022-JP", "ISO-2022-JP"),
    0x0D: ("extended Kanji JIS", "扩展汉字 JIS"),
    0x0E: ("KS C 5601", "KS C 5601"),
    0x10: ("GSM 7-bit, flash", "GSM 7-bit，闪信"),
    0x18: ("UCS-2, flash", "UCS-2，闪信"),
}
_WAITING = range(0xC0, 0xE0)
_CLASSES = range(0xF0, 0x100)


def _data_coding(value: Any) -> Words:
    """5.2.19."""
    if value in _WAITING:
        return Words("message waiting indication", "消息等待指示")
    if value in _CLASSES:
        alphabet = "8-bit" if value & 0x04 else "GSM 7-bit"
        flash = (", flash", "（闪信）") if not value & 0x03 else ("", "")
        return Words(
            f"class {value & 0x03}{flash[0]}, {alphabet}", f"{value & 0x03} 类{flash[1]}，{alphabet}"
        )
    return Words(*_CODINGS.get(value, NOT_DEFINED))


def _status(value: Any) -> Words:
    row = status_of(value)
    return Words(f"{row.name}: {row.en}", f"{row.name}：{row.zh}")


def _no_status(value: Any) -> Words | None:
    """Requests carry 0 (3.2)."""
    return Words("must be 0 in a request", "请求中应为 0") if value else None


_STATES = choices({row.value: (f"{row.stat}: {row.en}", f"{row.stat}：{row.zh}") for row in MESSAGE_STATES})
_NETWORKS = {1: "ANSI-136", 2: "IS-95", 3: "GSM", 4: "reserved"}
_ERROR_SIZE = 6


def _network_error(shown: Any) -> Words | None:
    """5.3.2.31, as hex."""
    if len(shown) != _ERROR_SIZE:
        return NOT_DEFINED
    octets = bytes.fromhex(shown)
    network, code = _NETWORKS.get(octets[0], f"{octets[0]}"), int.from_bytes(octets[1:], "big")
    return Words(f"network {network}, error {code}", f"网络 {network}，错误码 {code}")


_FREE, _LOADED, _FULL = 30, 90, 100


def _congestion(value: Any) -> Words:
    """SMPP 5.0, 4.8.4.18."""
    if value < _FREE:
        return Words("idle or low load", "空闲或低负载")
    if value < _LOADED:
        return Words("loaded", "正常负载")
    return Words("congested: slow down", "拥塞，应降低速度") if value <= _FULL else NOT_DEFINED


_IMMEDIATELY = message_time(Words("at once", "立即发送"))
_VALIDITY = message_time(Words("the carrier's default", "运营商默认有效期"))

FIELDS: Meanings = {
    "command_status": _status,
    **dict.fromkeys((f"{name}.command_status" for name in _REQUESTS), _no_status),
    "error_status_code": _status,
    "interface_version": version,
    "addr_ton": _TON,
    "addr_npi": _NPI,
    "source_addr_ton": _TON,
    "source_addr_npi": _NPI,
    "dest_addr_ton": _TON,
    "dest_addr_npi": _NPI,
    "esme_addr_ton": _TON,
    "esme_addr_npi": _NPI,
    "esm_class": _esm_class,
    "priority_flag": choices(
        {0: ("lowest", "最低"), 1: ("higher", "较高"), 2: ("high", "高"), 3: ("highest", "最高")}
    ),
    "schedule_delivery_time": _IMMEDIATELY,
    "validity_period": _VALIDITY,
    "registered_delivery": _registered_delivery,
    "replace_if_present_flag": YES_NO,
    "data_coding": _data_coding,
    "dest_flag": choices({1: ("number", "号码"), 2: ("distribution list", "群发列表")}),
    "final_date": message_time(Words("not final yet", "尚无最终状态")),
    "message_state": _STATES,
    "sc_interface_version": version,
    "network_error_code": _network_error,
    "delivery_failure_reason": choices(
        {
            0: ("destination unavailable", "目的地不可达"),
            1: ("destination address invalid", "目的地址无效"),
            2: ("permanent network error", "网络永久错误"),
            3: ("temporary network error", "网络临时错误"),
        }
    ),  # 5.3.2.33
    "ms_availability_status": choices(
        {0: ("available", "可达"), 1: ("denied", "被拒绝"), 2: ("unavailable", "不可达")}
    ),  # 5.3.2.30
    "more_messages_to_send": YES_NO,
    "payload_type": choices({0: ("default", "默认"), 1: ("WCMP", "WCMP")}),
    "congestion_state": _congestion,
    "set_dpf": YES_NO,
    "privacy_indicator": choices(
        {
            0: ("not restricted", "无限制"),
            1: ("restricted", "受限"),
            2: ("confidential", "机密"),
            3: ("secret", "绝密"),
        }
    ),  # 5.3.2.14
}


DIALECTS = {
    "smpp34": Dialect(
        name="smpp34",
        title="SMPP 3.4",
        header=HEADER,
        frame_limit=FRAME_LIMIT,
        specs={spec.command_id: spec for spec in SPECS},
        decode=decode,
        encode=encode_pdu,
        to_json=to_json,
        from_json=from_json,
        commands=COMMANDS,
        meanings=FIELDS,
        messages=Messages(
            content=frozenset({"data_coding", "short_message"}),
            read_content=read_content,
            user_data_header=user_data_header,
            is_report=is_receipt,
            parse_report=parse_receipt,
            states=MESSAGE_STATES,
            text_of_report=True,
        ),
        shown_names={"short_message": "short_message_hex"},
        tlvs=TLVS,
    )
}

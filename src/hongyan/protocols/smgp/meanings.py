"""What SMGP's values mean, in words for people. Source: SMGP 3.0.3."""

from __future__ import annotations

from typing import Any

from hongyan.protocols.dialects import Dialect, Messages
from hongyan.protocols.smgp.codec import FRAME_LIMIT, decode, encode_pdu
from hongyan.protocols.smgp.content import read_content, user_data_header
from hongyan.protocols.smgp.json_form import from_json, to_json
from hongyan.protocols.smgp.msg_id import NO_ID, MsgId
from hongyan.protocols.smgp.pdus import BETWEEN_GATEWAYS, SPECS, TLVS
from hongyan.protocols.smgp.report import STATS, is_report, parse_report
from hongyan.protocols.smgp.status import status_of
from hongyan.protocols.wire.fields import Field, UInt
from hongyan.protocols.wire.json_form import MAINLAND_HEADER
from hongyan.protocols.wire.meanings import (
    CONTENT_CODING,
    NUMBER_TYPE,
    QUERY_TYPE,
    REPORT_OR_MESSAGE,
    TIME_IF_SET,
    UDHI,
    YES_NO,
    Meanings,
    Words,
    choices,
    commands,
    gateway_id,
    plain,
    report_date,
    stamp,
    stat,
    status,
    version,
)
from hongyan.protocols.wire.tlv import join_tlvs

HEADER: tuple[Field, ...] = tuple(UInt(name, 4) for name in MAINLAND_HEADER)

_REQUESTS = {
    "SMGP_LOGIN": ("log in", "登录"),
    "SMGP_SUBMIT": ("send a message", "提交短信"),
    "SMGP_DELIVER": ("a message or a report from the carrier", "运营商下发：上行短信或状态报告"),
    "SMGP_ACTIVE_TEST": ("is anybody there?", "链路检测"),
    "SMGP_EXIT": ("log out", "断开连接"),
    "SMGP_QUERY": ("ask how much was sent", "查询发送统计"),
}
COMMANDS = commands(_REQUESTS)


def _message_id(shown: Any) -> Words | None:
    """The parts of an id, unless a gateway fills it freely."""
    octets = bytes.fromhex(shown)
    parts = MsgId.of(octets)
    if parts is None or octets == NO_ID:
        return None
    month, day, hour, minute = (parts.time[at : at + 2] for at in range(0, 8, 2))
    return gateway_id(f"{month}-{day} {hour}:{minute}", parts.gateway, parts.sequence)


def _received(text: Any) -> Words | None:
    """YYYYMMDDHHMMSS."""
    return report_date(text[2:]) if len(text) == len("YYYYMMDDHHMMSS") else None


_TLV_VALUES: Meanings = {
    "TP_udhi": UDHI,
    "ChargeUserType": choices(
        {
            0: ("the receiver pays", "对接收方计费"),
            1: ("the sender pays", "对发送方计费"),
            2: ("the service provider pays", "对 SP 计费"),
            3: ("see ChargeTermID", "以 ChargeTermID 为准"),
        }
    ),
    "ChargeTermType": NUMBER_TYPE,
    "DestTermType": NUMBER_TYPE,
    "SrcTermType": NUMBER_TYPE,
    "SubmitMsgType": choices(
        {
            0: ("ordinary message", "普通短消息"),
            1: ("notice of a subscription on the web", "WEB 方式订购通知"),
            2: ("notice of a cancellation on the web", "WEB 方式退订通知"),
            3: ("notice of a subscription by handset", "终端方式订购通知"),
            4: ("notice of a cancellation by handset", "终端方式退订通知"),
            5: ("notice of a monthly fee", "包月扣费通知"),
        }
    ),
}


def _tlv(shown: Any) -> Words:
    """Name and value of one optional parameter."""
    tag, octets = int(shown["tag"], 16), bytes.fromhex(shown["value_hex"])
    name = TLVS.name_of(tag)
    means = _TLV_VALUES.get(name)
    words = means(octets[0]) if means is not None and len(octets) == 1 else None
    if words is not None:
        return Words(f"{name}: {words.en}", f"{name}：{words.zh}")
    ((name, value),) = TLVS.read(join_tlvs([(tag, octets)]), 0).items()
    return plain(name if isinstance(value, bytes) else f"{name} {value}")


_NOT_ON_THE_WIRE = Words("not on the wire: characters of DestTermID", "报文中无此字段：DestTermID 的字符数")

FIELDS: Meanings = {
    "LoginMode": choices(
        {0: ("send", "发送短消息"), 1: ("receive", "接收短消息"), 2: ("send and receive", "收发短消息")}
    ),
    "TimeStamp": stamp,
    "ClientVersion": version,
    "ServerVersion": version,
    "Status": status(status_of),
    "MsgID": _message_id,
    "SMGP_DELIVER.DestTermIDCount": lambda _: _NOT_ON_THE_WIRE,
    "MsgType": choices(
        {0: ("from a handset", "MO"), 6: ("to a handset", "MT"), 7: ("between two handsets", "点对点")}
    ),
    "NeedReport": YES_NO,
    "IsReport": REPORT_OR_MESSAGE,
    "FeeType": choices(
        {
            "00": ("free", "免费"),
            "01": ("per message", "按条"),
            "02": ("monthly", "包月"),
            "03": ("capped", "封顶"),
        }
    ),
    "MsgFormat": CONTENT_CODING,
    "ValidTime": TIME_IF_SET,
    "AtTime": TIME_IF_SET,
    "RecvTime": _received,
    "QueryType": QUERY_TYPE,
    "stat": stat(STATS),
    "submit_date": report_date,
    "done_date": report_date,
    "TLVs": _tlv,
}


DIALECTS = {
    "smgp": Dialect(
        name="smgp",
        title="SMGP 3.0",
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
            content=frozenset({"MsgContent"}),
            read_content=read_content,
            user_data_header=user_data_header,
            is_report=is_report,
            parse_report=parse_report,
            states=STATS,
        ),
        shown_names={"MsgContent": "content_hex"},
        tlvs=TLVS,
        not_read=BETWEEN_GATEWAYS,
    )
}

"""What SGIP's values mean, in words for people. Source: SGIP 1.2, one paragraph for each command."""

from __future__ import annotations

from typing import Any

from hongyan.protocols.dialects import Dialect, Messages
from hongyan.protocols.sgip.codec import FRAME_LIMIT, decode, encode_pdu
from hongyan.protocols.sgip.content import read_content, user_data_header
from hongyan.protocols.sgip.json_form import from_json, to_json
from hongyan.protocols.sgip.pdus import BETWEEN_GATEWAYS, SEQUENCE_SIZE, SPECS
from hongyan.protocols.sgip.report import MESSAGE_STATES, is_report, parse_report
from hongyan.protocols.sgip.sequence import triple
from hongyan.protocols.sgip.status import status_of
from hongyan.protocols.wire.fields import Field, Octets, UInt
from hongyan.protocols.wire.meanings import (
    CONTENT_CODING,
    TIME_IF_SET,
    UDHI,
    Meanings,
    Words,
    choices,
    commands,
    report_date,
    stamp,
    status,
)

HEADER: tuple[Field, ...] = (
    UInt("Total_Length", 4),
    UInt("Command_Id", 4),
    Octets("Sequence_Number", SEQUENCE_SIZE),
)

_REQUESTS = {
    "SGIP_BIND": ("log in", "登录"),
    "SGIP_UNBIND": ("log out", "断开连接"),
    "SGIP_SUBMIT": ("send a message", "提交短信"),
    "SGIP_DELIVER": ("a message from a handset", "上行短信"),
    "SGIP_REPORT": ("delivery report", "状态报告"),
    "SGIP_CHECKUSER": ("check a subscriber", "用户鉴权"),
    "SGIP_USERRPT": ("state of a subscriber", "用户状态通知"),
    "SGIP_TRACE": ("ask for the way of a message", "跟踪短信"),
}
COMMANDS = commands(_REQUESTS)


def _sequence(shown: Any) -> Words:
    """Node, time and counter: the message's id; hex digits in a frame that cannot be read."""
    node, time, counter = triple(int(shown, 16)) if isinstance(shown, str) else shown
    moment = stamp(time)
    assert moment is not None
    return Words(f"node {node}, {moment.en}, number {counter}", f"节点 {node}，{moment.zh}，序号 {counter}")


def _traced(text: Any) -> Words | None:
    """Times of TRACE_RESP; gateways also write them without zone."""
    return report_date(text) or TIME_IF_SET(text)


FIELDS: Meanings = {
    "Sequence_Number": _sequence,
    "SubmitSequenceNumber": _sequence,
    "LoginType": choices(
        {
            1: ("SP to gateway", "SP 到 SMG"),
            2: ("gateway to SP", "SMG 到 SP"),
            3: ("between gateways", "SMG 之间"),
            4: ("gateway to name server", "SMG 到 GNS"),
            5: ("name server to gateway", "GNS 到 SMG"),
            6: ("between name servers", "GNS 之间"),
            11: ("test", "测试"),
        }
    ),
    "Result": status(status_of),
    "ErrorCode": status(status_of),
    "FeeType": choices(
        {
            0: ("no information fee", "无信息费，仅扣通道费"),
            1: ("free", "免费"),
            2: ("per message", "按条"),
            3: ("monthly", "包月"),
            4: ("charged by the service provider", "由 SP 收取"),
        }
    ),
    "AgentFlag": choices({0: ("receivable", "应收"), 1: ("received", "实收")}),
    "MorelatetoMTFlag": choices(
        {
            0: ("first message caused by one from a handset", "MO 引起的第一条 MT"),
            1: ("a later message caused by one from a handset", "MO 引起的非第一条 MT"),
            2: ("not caused by a message from a handset", "非 MO 引起的 MT"),
            3: ("feedback of the system", "系统反馈引起的 MT"),
        }
    ),
    "ExpireTime": TIME_IF_SET,
    "ScheduleTime": TIME_IF_SET,
    "ReceiveTime": _traced,
    "SendTime": _traced,
    "ReportFlag": choices(
        {
            0: ("report failure only", "仅失败时返回状态报告"),
            1: ("report always", "始终返回状态报告"),
            2: ("report never", "不返回状态报告"),
            3: ("record of a monthly fee, no report", "仅携带包月计费信息，不返回状态报告"),
        }
    ),
    "TP_udhi": UDHI,
    "MessageCoding": CONTENT_CODING,
    "MessageType": choices({0: ("short message", "短消息")}),
    "ReportType": choices(
        {0: ("about a submit", "对 Submit 的报告"), 1: ("about a deliver", "对 Deliver 的报告")}
    ),
    "State": choices({row.value: (row.en, row.zh) for row in MESSAGE_STATES}),
    "UserCondition": choices(
        {0: ("closed", "销户"), 1: ("suspended, in debt", "欠费停机"), 2: ("restored", "恢复正常")}
    ),
}


DIALECTS = {
    "sgip": Dialect(
        name="sgip",
        title="SGIP 1.2",
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
            content=frozenset({"content"}),
            read_content=read_content,
            user_data_header=user_data_header,
            is_report=is_report,
            parse_report=parse_report,
            states=MESSAGE_STATES,
        ),
        shown_names={"content": "content_hex"},
        not_read=BETWEEN_GATEWAYS,
    )
}

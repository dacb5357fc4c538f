"""What CMPP's values mean, in words for people. Section numbers are those of CMPP 2.0 (April 2002)."""

from __future__ import annotations

from functools import partial
from typing import Any

from hongyan.protocols.cmpp.codec import CODECS, FRAME_LIMIT, Pdu, encode_pdu
from hongyan.protocols.cmpp.content import read_content, user_data_header
from hongyan.protocols.cmpp.json_form import from_json, to_json
from hongyan.protocols.cmpp.msg_id import MsgId
from hongyan.protocols.cmpp.pdus import BETWEEN_GATEWAYS, Layout
from hongyan.protocols.cmpp.report import STATS, is_report, parse_report
from hongyan.protocols.cmpp.status import connect_status_of, status_of
from hongyan.protocols.dialects import Dialect, DialectName, Messages
from hongyan.protocols.wire.fields import Field, PduSpec, UInt
from hongyan.protocols.wire.json_form import MAINLAND_HEADER
from hongyan.protocols.wire.meanings import (
    CONTENT_CODING,
    NUMBER_TYPE,
    QUERY_TYPE,
    REPORT_OR_MESSAGE,
    TIME_IF_SET,
    UDHI,
    Meanings,
    Words,
    choices,
    commands,
    gateway_id,
    report_date,
    stamp,
    stat,
    status,
    version,
)

HEADER: tuple[Field, ...] = tuple(UInt(name, 4) for name in MAINLAND_HEADER)

_REQUESTS = {
    "CMPP_CONNECT": ("log in", "登录"),
    "CMPP_TERMINATE": ("log out", "断开连接"),
    "CMPP_SUBMIT": ("send a message", "提交短信"),
    "CMPP_DELIVER": ("a message or a report from the carrier", "运营商下发：上行短信或状态报告"),
    "CMPP_QUERY": ("ask how much was sent", "查询发送统计"),
    "CMPP_CANCEL": ("cancel a message", "删除短信"),
    "CMPP_ACTIVE_TEST": ("is anybody there?", "链路检测"),
}
COMMANDS = commands(_REQUESTS)


def _msg_id(shown: Any) -> Words | None:
    """The parts of an id (7.4.3.2), unless a gateway fills it freely."""
    month, day, hour, minute, second, gateway, sequence = MsgId.of(bytes.fromhex(shown))
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 60):
        return None
    moment = f"{month:02d}-{day:02d} {hour:02d}:{minute:02d}:{second:02d}"
    return gateway_id(moment, gateway, sequence)


FIELDS: Meanings = {
    "Version": version,
    "Timestamp": stamp,
    "CMPP_CONNECT_RESP.Status": status(connect_status_of),
    "Result": status(status_of),
    "Success_Id": choices({0: ("cancelled", "成功"), 1: ("failed", "失败")}),
    "Msg_Id": _msg_id,
    "CMPP_SUBMIT.Registered_Delivery": choices(
        {
            0: ("no report wanted", "不要状态报告"),
            1: ("report wanted", "要状态报告"),
            2: ("bill record", "产生 SMC 话单"),
        }
    ),
    "CMPP_DELIVER.Registered_Delivery": REPORT_OR_MESSAGE,
    "Fee_UserType": choices(
        {
            0: ("the destination pays", "对目的终端计费"),
            1: ("the source pays", "对源终端计费"),
            2: ("the service provider pays", "对 SP 计费"),
            3: ("see Fee_terminal_Id", "以 Fee_terminal_Id 为准"),
        }
    ),
    "Fee_terminal_type": NUMBER_TYPE,
    "Dest_terminal_type": NUMBER_TYPE,
    "Src_terminal_type": NUMBER_TYPE,
    "TP_udhi": UDHI,
    "Msg_Fmt": CONTENT_CODING,
    "FeeType": choices(
        {
            "01": ("free", "免费"),
            "02": ("per message", "按条"),
            "03": ("monthly", "包月"),
            "04": ("capped", "封顶"),
            "05": ("paid by the service provider", "由 SP 付费"),
        }
    ),
    "ValId_Time": TIME_IF_SET,
    "At_Time": TIME_IF_SET,
    "Query_Type": QUERY_TYPE,
    "Stat": stat(STATS),
    "Submit_time": report_date,
    "Done_time": report_date,
}


def _spec_of(pdu: Pdu) -> PduSpec:
    """An answer may come in the other version's layout."""
    return CODECS[pdu.layout].spec_of(pdu.name)


def _dialect(name: DialectName, layout: Layout) -> Dialect:
    codec = CODECS[layout]
    return Dialect(
        name=name,
        title=f"CMPP {layout.value}",
        header=HEADER,
        frame_limit=FRAME_LIMIT,
        specs={spec.command_id: spec for spec in codec.specs},
        decode=codec.decode,
        encode=encode_pdu,
        to_json=to_json,
        from_json=partial(from_json, layout=layout),
        commands=COMMANDS,
        meanings=FIELDS,
        messages=Messages(
            content=frozenset({"content"}),
            read_content=read_content,
            user_data_header=user_data_header,
            is_report=is_report,
            parse_report=parse_report,
            states=STATS,
        ),
        shown_names={"content": "content_hex"},
        not_read=BETWEEN_GATEWAYS,
        spec_of=_spec_of,
    )


DIALECTS = {
    "cmpp2": _dialect("cmpp2", Layout.V20),
    "cmpp3": _dialect("cmpp3", Layout.V30),
}

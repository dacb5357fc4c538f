"""Every field of a channel's settings: what it means, what it may be, and who says so.

From these rows come the checks and their sentences, the help of `hongyan channel`, and docs/channels.md. Types and
defaults stand in `settings`; a test holds both together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from hongyan.carriers.channels.kinds import (
    ACCOUNTS,
    COUNTRIES,
    FILE,
    FLAG,
    HOST,
    Kind,
    characters,
    digits,
    one_of,
    secret,
    some_of,
    text_like,
    whole,
)
from hongyan.carriers.channels.settings import SETTINGS, ProtocolName
from hongyan.kernel.money import UNITS
from hongyan.messaging.dispatch import MOST_UNSTORED
from hongyan.messaging.route import LONGEST_SENDER, MOST_WEIGHT
from hongyan.protocols.smpp.content import ALPHABETS
from hongyan.protocols.smpp.message_ids import WRITINGS

CMPP, SGIP, SMGP, SMPP = PROTOCOLS = tuple(SETTINGS)
_CHINESE = (CMPP, SGIP, SMGP)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of these protocols. `en`, `zh`: what it is. `routing`: only chooses messages, so that a change of it
    leaves the links alone."""

    name: str
    protocols: tuple[ProtocolName, ...]
    en: str
    zh: str
    kind: Kind
    source: str
    routing: bool = False


_SHEET = "the carrier's account sheet"
_OURS = "ours"
_ROUTING = "ours: messaging.route"
_CMPP_SUBMIT = "CMPP 2.0, 7.4.3.1"
_SGIP_SUBMIT = "SGIP 1.2, Submit"
_SMGP_SUBMIT = "SMGP 3.0.3, Submit"
_USUAL_FEE = "usual value for ordinary traffic, the account sheet overrides it"

_NONE = "; 0 for no limit"
_NONE_ZH = "，0 表示不限"

FIELDS: Final[tuple[Field, ...]] = (
    # -- where, and as whom --------------------------------------------------------------------------------
    Field("host", PROTOCOLS, "the carrier's gateway", "运营商网关地址", HOST, _SHEET),
    Field("port", PROTOCOLS, "its port", "网关端口", whole(1, 65_535), "default: the port of each document"),
    Field(
        "login",
        (CMPP,),
        "SP_Id (Source_Addr)",
        "企业代码 SP_Id（Source_Addr）",
        characters(6, 6),
        "CMPP 2.0, 7.4.1.1",
    ),
    Field(
        "login", (SGIP,), "Login Name of our Bind", "我方 Bind 的登录名", characters(1, 16), "SGIP 1.2, Bind"
    ),
    Field("login", (SMGP,), "ClientID", "客户端编号 ClientID", characters(1, 8), "SMGP 3.0.3, Login"),
    Field("login", (SMPP,), "system_id", "系统标识 system_id", characters(1, 15), "SMPP 3.4, 4.1.1"),
    Field(
        "access_number",
        _CHINESE,
        "the number that messages come from; extension codes are appended",
        "接入号，扩展码接在其后",
        digits(3, LONGEST_SENDER),
        "at most 20 digits on the networks, extension code included",
    ),
    Field(
        "access_number",
        (SMPP,),
        "the sender: a number, or a name with source_ton=5",
        "发送方：号码，或名称（此时 source_ton=5）",
        text_like(
            r"[0-9]{3,20}|(?=.*[A-Za-z])(?! )[A-Za-z0-9 &'._-]{1,11}(?<! )",
            "3 to 20 digits, or a name of at most 11 letters, digits, blanks and & ' . _ -",
            "3 到 20 位数字，或由字母、数字、空格及 & ' . _ - 组成的名称（最多 11 个字符）",
        ),
        "SMPP 3.4, 5.2.5 and 5.2.8: ton 5 has at most 11 characters",
    ),
    # -- how much ------------------------------------------------------------------------------------------
    Field("connections", PROTOCOLS, "links at a time", "同时建立的链路数", whole(1, 16), _SHEET),
    Field(
        "window",
        PROTOCOLS,
        "submits without an answer on one link",
        "单条链路上未应答的提交数",
        whole(1, MOST_UNSTORED),
        "default: W of each document (CMPP 16, SGIP 32, SMGP 16); at most what a link may have unstored",
    ),
    Field(
        "rate",
        PROTOCOLS,
        f"parts a second on all links together{_NONE}",
        f"所有链路合计每秒条数{_NONE_ZH}",
        whole(0, 100_000),
        _SHEET,
    ),
    Field(
        "link_rate",
        PROTOCOLS,
        f"parts a second on one link{_NONE}",
        f"单条链路每秒条数{_NONE_ZH}",
        whole(0, 100_000),
        _SHEET,
    ),
    Field(
        "answer_timeout_seconds",
        PROTOCOLS,
        "how long a submit waits for its answer",
        "提交等待应答的秒数",
        whole(1, 600),
        "T of CMPP and SMGP is 60 s",
    ),
    Field(
        "heartbeat_seconds",
        (CMPP, SMGP, SMPP),
        "silence before a heartbeat; 0 sends none",
        "链路静默多少秒后发送心跳，0 表示不发送",
        whole(0, 3_600),
        "C of CMPP and SMGP is 180 s at most; SGIP has no heartbeat",
    ),
    # -- which messages ------------------------------------------------------------------------------------
    Field(
        "countries",
        PROTOCOLS,
        "countries that the channel serves",
        "通道可达的国家/地区",
        COUNTRIES,
        _ROUTING,
        routing=True,
    ),
    Field(
        "carriers",
        PROTOCOLS,
        "carriers of mainland numbers that it serves",
        "通道可达的国内运营商",
        some_of("mobile", "unicom", "telecom", "broadnet"),
        _ROUTING,
        routing=True,
    ),
    Field(
        "categories",
        PROTOCOLS,
        "categories of messages that it takes",
        "通道接收的短信类别",
        some_of("code", "notice", "marketing", "international"),
        _ROUTING,
        routing=True,
    ),
    Field(
        "accounts",
        PROTOCOLS,
        "tenants that it is reserved for",
        "通道专供的租户账号",
        ACCOUNTS,
        _ROUTING,
        routing=True,
    ),
    Field(
        "priority",
        PROTOCOLS,
        "the lowest goes first",
        "优先级，数值小者优先",
        whole(0, 99),
        _ROUTING,
        routing=True,
    ),
    Field(
        "weight",
        PROTOCOLS,
        "share of the turns among equals",
        "同等条件下的分流权重",
        whole(1, MOST_WEIGHT),
        _ROUTING,
        routing=True,
    ),
    Field(
        "cost",
        PROTOCOLS,
        "what a segment costs, in 1/10,000 yuan; of equal priority the cheapest goes first",
        "每条成本（万分之一元）；优先级相同时低者优先",
        whole(0, 1_000 * UNITS),
        _ROUTING,
        routing=True,
    ),
    # -- what every submit says ----------------------------------------------------------------------------
    Field(
        "version",
        (CMPP,),
        "version of the protocol",
        "协议版本",
        one_of("2.0", "2.1", "3.0"),
        "CMPP 2.0, 7.4.1.1",
    ),
    Field(
        "version",
        (SMGP,),
        "ClientVersion",
        "客户端版本 ClientVersion",
        whole(0x30, 0x3F, hexadecimal=True),
        "SMGP 3.0.3, Login: high nibble 3, low nibble minor",
    ),
    Field(
        "service_id",
        (CMPP,),
        "Service_Id: the business code",
        "业务代码 Service_Id",
        characters(0, 10),
        _CMPP_SUBMIT,
    ),
    Field(
        "service_id",
        (SMGP,),
        "ServiceID: the business code",
        "业务代码 ServiceID",
        characters(0, 10),
        _SMGP_SUBMIT,
    ),
    Field(
        "msg_src",
        (CMPP,),
        "Msg_src; empty for the login",
        "信息内容来源 Msg_src，空则同 login",
        characters(0, 6),
        _CMPP_SUBMIT,
    ),
    Field(
        "msg_src",
        (SMGP,),
        "optional parameter MsgSrc; empty sends none",
        "可选参数 MsgSrc，空则不发送",
        characters(0, 8),
        "SMGP 3.0.3, tag 0x0010; accounts on the mobile network usually need it",
    ),
    Field(
        "fee_user_type",
        (CMPP,),
        "Fee_UserType: 0 the receiver pays, 1 the sender, 2 the SP",
        "计费用户类型 Fee_UserType：0 目的终端，1 源终端，2 SP",
        one_of(0, 1, 2),
        f"{_CMPP_SUBMIT}; 3 names a payer of its own, which a channel has not",
    ),
    Field(
        "fee_type",
        (CMPP,),
        "FeeType: 01 free, 02 per message, 03 monthly, 04 capped, 05 the SP pays",
        "资费类别 FeeType：01 免费，02 按条，03 包月，04 封顶，05 由 SP 付费",
        one_of("01", "02", "03", "04", "05"),
        f"{_CMPP_SUBMIT}; {_USUAL_FEE}",
    ),
    Field(
        "fee_type",
        (SGIP,),
        "FeeType: 0 no information fee, 1 free, 2 per message, 3 monthly, 4 charged by the SP",
        "计费类型 FeeType：0 不计信息费，1 免费，2 按条，3 包月，4 由 SP 收费",
        one_of(0, 1, 2, 3, 4),
        f"{_SGIP_SUBMIT}; {_USUAL_FEE}",
    ),
    Field(
        "fee_type",
        (SMGP,),
        "FeeType: 00 free, 01 per message, 02 monthly, 03 capped",
        "收费类型 FeeType：00 免费，01 按条，02 包月，03 封顶",
        one_of("00", "01", "02", "03"),
        f"{_SMGP_SUBMIT}; {_USUAL_FEE}",
    ),
    Field(
        "fee_code",
        (CMPP,),
        "FeeCode, in fen",
        "资费代码 FeeCode（分）",
        digits(1, 6),
        f"{_CMPP_SUBMIT}; {_USUAL_FEE}",
    ),
    Field(
        "fee_code",
        (SMGP,),
        "FeeCode, in fen",
        "资费代码 FeeCode（分）",
        digits(1, 6),
        f"{_SMGP_SUBMIT}; {_USUAL_FEE}",
    ),
    Field(
        "fixed_fee",
        (SMGP,),
        "FixedFee, in fen",
        "包月费/封顶费 FixedFee（分）",
        digits(1, 6),
        f"{_SMGP_SUBMIT}; {_USUAL_FEE}",
    ),
    Field(
        "login_mode",
        (SMGP,),
        "LoginMode: 0 only sends, 1 only receives, 2 both; pair: a connection of mode 0 with one of mode 1 beside it",
        "登录模式 LoginMode：0 仅发送，1 仅接收，2 收发；pair：模式 0 与模式 1 各一条连接",
        one_of(0, 1, 2, "pair"),
        "SMGP 3.0.3, Login; a channel with 0 alone gets no reports",
    ),
    Field(
        "node",
        (SGIP,),
        "source node number, part of every sequence: 3, area code in 4 digits, enterprise code",
        "源节点编号（序列号的一部分）：3 + 四位区号 + 企业代码",
        whole(1, 0xFFFFFFFF),
        "SGIP 1.2, Sequence Number",
    ),
    Field(
        "corp_id", (SGIP,), "CorpId: the enterprise code", "企业代码 CorpId", characters(1, 5), _SGIP_SUBMIT
    ),
    Field(
        "service_type",
        (SGIP,),
        "ServiceType: the business code",
        "业务代码 ServiceType",
        characters(0, 10),
        _SGIP_SUBMIT,
    ),
    Field(
        "fee_value",
        (SGIP,),
        "FeeValue, in fen",
        "收费值 FeeValue（分）",
        digits(1, 5),
        f"{_SGIP_SUBMIT}: 0 to 99999; {_USUAL_FEE}",
    ),
    Field(
        "given_value",
        (SGIP,),
        "GivenValue, in fen",
        "赠送话费 GivenValue（分）",
        digits(1, 5),
        f"{_SGIP_SUBMIT}; {_USUAL_FEE}",
    ),
    Field(
        "agent_flag",
        (SGIP,),
        "AgentFlag: 0 receivable, 1 received",
        "代收费标志 AgentFlag：0 应收，1 实收",
        one_of(0, 1),
        _SGIP_SUBMIT,
    ),
    Field(
        "more_late_to_mt",
        (SGIP,),
        "MorelatetoMTFlag: 0 first answer to a reply, 1 later ones, 2 not caused by one",
        "引起 MT 的原因 MorelatetoMTFlag：0 MO 引起的首条，1 非首条，2 非 MO 引起",
        one_of(0, 1, 2),
        f"{_SGIP_SUBMIT}; 3 is refused with error 115 (SGIP 1.3)",
    ),
    Field(
        "listen_host",
        (SGIP,),
        "where we listen for the carrier's reports and replies",
        "接收运营商状态报告与上行的监听地址",
        HOST,
        "SGIP 1.2: the carrier dials for them",
    ),
    Field(
        "listen_port",
        (SGIP,),
        "port there; 0 for none, and then reports and replies never come",
        "监听端口；0 表示不监听，此时收不到状态报告与上行",
        whole(0, 65_535),
        "SGIP 1.2: 8801 in both directions",
    ),
    Field(
        "listen_login",
        (SGIP,),
        "Login Name of the carrier's Bind; empty for ours",
        "运营商 Bind 的登录名，空则与我方相同",
        characters(0, 16),
        "SGIP 1.2, Bind",
    ),
    Field(
        "mode",
        (SMPP,),
        "one connection for both directions, or a transmitter with a receiver beside it",
        "transceiver 收发共用连接；pair 发送与接收分开连接",
        one_of("transceiver", "pair"),
        "SMPP 3.4, 4.1",
    ),
    Field(
        "system_type",
        (SMPP,),
        "system_type of the bind",
        "绑定的 system_type",
        characters(0, 12),
        "SMPP 3.4, 4.1.1",
    ),
    Field(
        "source_ton",
        (SMPP,),
        "type of the access number: 1 international, 3 network specific, 5 a name, 6 abbreviated",
        "接入号类型：1 国际号码，3 网络特定，5 名称，6 短号",
        whole(0, 6),
        "SMPP 3.4, 5.2.5; 3 for a short code",
    ),
    Field(
        "source_npi",
        (SMPP,),
        "numbering plan of the access number",
        "接入号的编号方案",
        one_of(0, 1, 3, 4, 6, 8, 9, 10, 14, 18),
        "SMPP 3.4, 5.2.6",
    ),
    Field(
        "receipt_ids",
        (SMPP,),
        "how receipts write the message id of the answer: as_is the same text; number the same number, leading zeros and"
        " case aside; hex_to_decimal, decimal_to_hex: hexadecimal in one and decimal in the other, the answer named first",
        "状态报告中的消息编号与提交应答中的对应方式：as_is 原样相同；number 数值相同（忽略前导零与大小写）；"
        "hex_to_decimal、decimal_to_hex 应答与报告分别为十六进制、十进制（应答在前）",
        one_of(*WRITINGS),
        "practice: SMPP 3.4, 5.2.23 leaves the form to the SMSC; ask, or compare an answer with its receipt",
    ),
    Field(
        "default_alphabet",
        (SMPP,),
        "what data_coding 0 is to the carrier, both ways: gsm is GSM 03.38, a septet in each octet",
        "运营商 data_coding 0 的字符集（收发相同）：gsm 为 GSM 03.38，每字节一个七位码元",
        one_of(*ALPHABETS),
        "SMPP 3.4, 5.2.19: the SMSC's default alphabet; the account sheet says which",
    ),
    Field(
        "ia5_alphabet",
        (SMPP,),
        "what data_coding 1 is in texts from handsets: ascii by the document, gsm at some carriers",
        "上行短信 data_coding 1 的字符集：协议为 ascii，部分运营商实为 gsm",
        one_of(*ALPHABETS),
        "SMPP 3.4, 5.2.19: IA5; practice for the others",
    ),
    Field(
        "tls",
        (SMPP,),
        "encrypt the connection",
        "使用 TLS 加密连接",
        FLAG,
        "practice: a second port of the carrier",
    ),
    Field(
        "tls_verify",
        (SMPP,),
        "check the carrier's certificate and its name",
        "校验运营商证书及主机名",
        FLAG,
        _OURS,
    ),
    Field(
        "tls_ca",
        (SMPP,),
        "certificates of authorities to trust; empty for the system's",
        "信任的 CA 证书文件，空则使用系统证书",
        FILE,
        _OURS,
    ),
)

_BY_PROTOCOL: Final[dict[ProtocolName, dict[str, Field]]] = {
    protocol: {row.name: row for row in FIELDS if protocol in row.protocols} for protocol in PROTOCOLS
}


def fields_of(protocol: ProtocolName) -> dict[str, Field]:
    """The rows of one protocol by name, in their order."""
    return _BY_PROTOCOL[protocol]


REQUIRED: Final = msgspec.NODEFAULT


SECRETS: Final[dict[ProtocolName, Kind]] = {
    CMPP: secret(64),  # only a digest of it travels: no document limits it
    SGIP: secret(16),  # SGIP 1.2, Bind: Login Password
    SMGP: secret(15),  # SMGP 3.0.3, Login
    SMPP: secret(64),  # SMPP 3.4, 4.1.1 has room for 8; many carriers give longer ones
}
"""What a password may be. It is no field: it is sealed, and nobody gets to see it again."""


def default_of(protocol: ProtocolName, name: str) -> Any:
    """What a field is when nothing is said, or REQUIRED."""
    (default,) = (each.default for each in msgspec.structs.fields(SETTINGS[protocol]) if each.name == name)
    return default


def shared_fields() -> list[Field]:
    """Rows that every protocol has alike, with the same default."""
    first, *others = PROTOCOLS
    return [
        row
        for name, row in fields_of(first).items()
        if row.protocols == PROTOCOLS
        and all(default_of(other, name) == default_of(first, name) for other in others)
    ]


def own_fields(protocol: ProtocolName) -> list[Field]:
    """The other rows of one protocol."""
    shared = {row.name for row in shared_fields()}
    return [row for name, row in fields_of(protocol).items() if name not in shared]

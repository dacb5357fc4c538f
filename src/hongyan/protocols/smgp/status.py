"""Status values: what they are called, who must act, and words for people.

Source: SMGP 3.0.3, the table of Status; one number space for all responses. The document has no code for "too fast":
gateways answer 1, or a code of their own.
"""

from __future__ import annotations

from hongyan.protocols.wire.statuses import Kind, Status

OK = 0
BUSY = 1
STRUCTURE = 10
COMMAND = 11
SEQUENCE = 12
AUTHENTICATION = 21
VERSION_TOO_HIGH = 22

_V303 = "SMGP 3.0.3, table of Status"
_VENDOR = range(128, 256)


def _row(code: int, kind: Kind, en: str, zh: str, source: str = _V303) -> Status:
    return Status(code, f"SMGP:{code}", kind, en, zh, source)


STATUSES: tuple[Status, ...] = (
    _row(0, "ok", "no error", "成功"),
    _row(1, "throttled", "system is busy, slow down", "系统忙"),
    _row(2, "login", "too many connections", "超过最大连接数"),
    _row(10, "refused", "message structure is wrong", "消息结构错"),
    _row(11, "refused", "command is wrong", "命令字错"),
    _row(12, "retry", "sequence number is repeated", "序列号重复"),
    _row(20, "login", "this IP address is not allowed", "IP 地址错"),
    _row(21, "login", "authentication failed", "认证错"),
    _row(22, "login", "version is too high", "版本太高"),
    _row(30, "refused", "message type (MsgType) is illegal", "非法消息类型（MsgType）"),
    _row(31, "refused", "priority is illegal", "非法优先级（Priority）"),
    _row(32, "refused", "fee type is illegal", "非法资费类型（FeeType）"),
    _row(33, "refused", "fee code is illegal", "非法资费代码（FeeCode）"),
    _row(34, "refused", "message format is illegal", "非法短消息格式（MsgFormat）"),
    _row(35, "refused", "time format is illegal", "非法时间格式"),
    _row(36, "refused", "message length is illegal", "非法短消息长度（MsgLength）"),
    _row(37, "refused", "validity has passed", "有效期已过"),
    _row(38, "refused", "query type is illegal", "非法查询类别（QueryType）"),
    _row(39, "refused", "routing error", "路由错误"),
    _row(40, "refused", "fixed fee is illegal", "非法包月费或封顶费（FixedFee）"),
    _row(41, "refused", "update type is illegal", "非法更新类型（UpdateType）"),
    _row(42, "refused", "route id is illegal", "非法路由编号（RouteId）"),
    _row(43, "refused", "service id is illegal", "非法服务代码（ServiceId）"),
    _row(44, "refused", "validity is illegal", "非法有效期（ValidTime）"),
    _row(45, "refused", "scheduled time is illegal", "非法定时发送时间（AtTime）"),
    _row(46, "refused", "sender number is illegal", "非法发送用户号码（SrcTermId）"),
    _row(47, "refused", "destination number is illegal", "非法接收用户号码（DestTermId）"),
    _row(48, "refused", "charged number is illegal", "非法计费用户号码（ChargeTermId）"),
    _row(49, "refused", "provider's service code is illegal", "非法 SP 服务代码（SPCode）"),
    _row(56, "refused", "source gateway is illegal", "非法源网关代码（SrcGatewayID）"),
    _row(57, "refused", "queried number is illegal", "非法查询号码（QueryTermID）"),
    _row(58, "refused", "no route matches", "没有匹配路由"),
    _row(59, "refused", "provider type is illegal", "非法 SP 类型（SPType）"),
    _row(60, "refused", "last route id is illegal", "非法上一条路由编号（LastRouteID）"),
    _row(61, "refused", "route type is illegal", "非法路由类型（RouteType）"),
    _row(62, "refused", "target gateway is illegal", "非法目标网关代码（DestGatewayID）"),
    _row(63, "refused", "target gateway's address is illegal", "非法目标网关 IP（DestGatewayIP）"),
    _row(64, "refused", "target gateway's port is illegal", "非法目标网关端口（DestGatewayPort）"),
    _row(65, "refused", "number range is illegal", "非法路由号码段（TermRangeID）"),
    _row(66, "refused", "province is illegal", "非法终端所属省代码（ProvinceCode）"),
    _row(67, "refused", "user type is illegal", "非法用户类型（UserType）"),
    _row(68, "refused", "this node takes no route updates", "本节点不支持路由更新"),
    _row(69, "refused", "provider's enterprise code is illegal", "非法 SP 企业代码（SPID）"),
    _row(70, "refused", "provider's access type is illegal", "非法 SP 接入类型（SPAccessType）"),
    _row(71, "refused", "route update failed", "路由信息更新失败"),
    _row(72, "refused", "timestamp is illegal", "非法时间戳（Time）"),
    _row(73, "refused", "MServiceID is illegal", "非法业务代码（MServiceID）"),
    _row(74, "refused", "provider may not send at this hour", "SP 禁止下发时段"),
    _row(75, "refused", "provider is over its daily volume", "SP 发送超过日流量"),
    _row(76, "login", "provider's account has expired", "SP 账号已过有效期"),
)

_BY_CODE = {row.code: row for row in STATUSES}


def status_of(code: int) -> Status:
    """The row of a Status; one that is in no table counts as refused."""
    row = _BY_CODE.get(code)
    if row is not None:
        return row
    if code in _VENDOR:
        return _row(code, "refused", "error of this carrier", "运营商自定义错误", _V303)
    return _row(code, "refused", "unknown status", "未知状态码", "in no table")

"""Result and ErrorCode values: what they are called, who must act, and words for people.

One number space for the Result of responses (1 to 20 by the document) and the ErrorCode of REPORT (from 21), which
gateways mix. Editions and carriers disagree about 32 to 34:
as an answer to a submit they are temporary in every reading.
"""

from __future__ import annotations

from hongyan.protocols.wire.statuses import Kind, Status

OK = 0
ILLEGAL_LOGIN = 1
REPEATED_LOGIN = 2
TOO_MANY_CONNECTIONS = 3
LOGIN_TYPE = 4
COMMAND = 7
LENGTH = 8
SEQUENCE = 9
NODE_BUSY = 11

_V12 = "SGIP 1.2, table of error codes"
_V13 = "SGIP 1.3, table of error codes"
_FIELD = "error list of China Unicom's gateways"


def _row(code: int, kind: Kind, en: str, zh: str, source: str = _V12) -> Status:
    return Status(code, f"SGIP:{code}", kind, en, zh, source)


STATUSES: tuple[Status, ...] = (
    _row(0, "ok", "no error", "成功"),
    _row(1, "login", "login name or password is wrong", "非法登录，登录名或口令错误"),
    _row(2, "login", "logged in already", "重复登录"),
    _row(3, "login", "too many connections", "连接过多"),
    _row(4, "login", "login type is wrong", "登录类型错"),
    _row(5, "refused", "a parameter has a wrong format", "参数格式错"),
    _row(6, "refused", "phone number is illegal", "非法手机号码"),
    _row(7, "refused", "command is wrong", "消息 ID 错"),
    _row(8, "refused", "message length is wrong", "信息长度错"),
    _row(9, "retry", "sequence number is illegal or repeated", "非法序列号"),
    _row(10, "refused", "illegal operation on the name server", "非法操作 GNS"),
    _row(11, "throttled", "node is busy", "节点忙"),
    _row(21, "refused", "destination is unreachable", "目的地址不可达"),
    _row(22, "refused", "routing error", "路由错"),
    _row(23, "refused", "no route", "路由不存在"),
    _row(24, "refused", "charged number is invalid", "计费号码无效"),
    _row(25, "refused", "handset is off or out of coverage", "用户不能通信（关机或不在服务区）"),
    _row(26, "refused", "memory of the handset is full", "手机内存不足"),
    _row(27, "refused", "handset cannot take short messages", "手机不支持短消息"),
    _row(28, "refused", "handset failed while receiving", "手机接收短消息出现错误"),
    _row(29, "refused", "subscriber is unknown", "不知道的用户"),
    _row(30, "refused", "function is not provided", "不提供此功能"),
    _row(31, "refused", "device is illegal", "非法设备"),
    _row(32, "throttled", "system failure or queue full", "系统失败或队列已满"),
    _row(33, "throttled", "queue of the message centre is full, or too fast", "短信中心队列满或超过流量限制"),
    _row(
        34,
        "retry",
        "logged in too often; prepaid account could not be charged",
        "登录过于频繁；预付费扣费失败",
        _FIELD,
    ),
    _row(50, "refused", "content is illegal", "内容非法", _V13),
    _row(51, "retry", "not connected", "未连接", _V13),
    _row(52, "login", "not logged in", "未登录", _V13),
    _row(53, "refused", "sending failed", "发送失败", _V13),
    _row(
        54,
        "refused",
        "no answer in time, often because of a wrong TP_udhi",
        "超时未收到响应（常因 TP_udhi 错误）",
        _V13,
    ),
    _row(55, "refused", "no report in time", "等待状态报告超时", _V13),
    _row(56, "refused", "state of the subscriber is abnormal", "用户状态异常或不在白名单", _V13),
    _row(61, "refused", "validity is over", "有效时间已过期", _V13),
    _row(62, "refused", "scheduled time has passed", "定时发送时间已过期", _V13),
    _row(63, "refused", "FeeType is unknown", "不能识别的 FeeType", _V13),
    _row(64, "refused", "sending node is not authorised", "发送源地址鉴权失败", _V13),
    _row(65, "refused", "destination is not authorised", "发送目的地址鉴权失败", _V13),
    _row(
        66,
        "refused",
        "source is not authorised, or too much waits for the handset",
        "接收源地址鉴权失败或用户待收消息过多",
        _V13,
    ),
    _row(67, "refused", "destination is not authorised for receiving", "接收目的地址鉴权失败", _V13),
    _row(68, "refused", "subscriber is not authorised", "用户鉴权失败", _V13),
    _row(69, "refused", "subscriber is on the blacklist", "黑名单用户", _V13),
    _row(70, "retry", "connection inside the network is broken", "网络断连", _V13),
    _row(72, "refused", "no route", "路由不存在", _V13),
    _row(73, "refused", "answer inside the network timed out", "等待响应超时", _V13),
    _row(76, "refused", "information-security check failed", "信息安全鉴权失败", _V13),
    _row(77, "throttled", "too many submits", "提交过多", _V13),
    _row(78, "refused", "SP number is empty", "SPID 为空", _V13),
    _row(79, "refused", "service type is empty", "业务类型为空", _V13),
    _row(80, "refused", "CPCode is wrong", "CPCode 错误", _V13),
    _row(82, "refused", "message runs in a loop", "消息循环", _V13),
    _row(83, "refused", "message is longer than the receiver takes", "超过接收方最大长度", _V13),
    _row(88, "throttled", "flow control, over the limit", "超过流量限制", _V13),
    _row(92, "refused", "MorelatetoMTFlag is wrong", "MorelatetoMTFlag 错误", _V13),
    _row(93, "refused", "node number is wrong", "SP 节点编号错误", _V13),
    _row(94, "refused", "subscriber has no account", "用户没有账户", _V13),
    _row(101, "refused", "SPNumber and CorpId do not match", "SP 号码与企业代码不符", _V13),
    _row(102, "refused", "SPNumber is not allocated", "SP 号码未分配", _V13),
    _row(103, "refused", "service code is not allocated", "业务代码未分配", _V13),
    _row(104, "refused", "tariff type is wrong", "资费类型错误", _V13),
    _row(105, "refused", "tariff value is wrong", "资费错误", _V13),
    _row(106, "refused", "subscriber has not subscribed", "用户未订购", _V13),
    _row(107, "refused", "LinkID does not match", "LinkID 不匹配", _V13),
    _row(108, "refused", "subscriber is suspended", "用户已停机", _V13),
    _row(109, "refused", "charged number is invalid", "计费号码无效", _V13),
    _row(110, "refused", "subscriber is on the blacklist", "用户在黑名单中", _V13),
    _row(114, "refused", "UserCount must be 1", "UserCount 必须为 1", _V13),
    _row(115, "refused", "MorelatetoMTFlag 3 is forbidden", "MorelatetoMTFlag 不得为 3", _V13),
    _row(117, "refused", "web command is unknown", "未知的 Web 指令", _V13),
    _row(182, "refused", "volume of the day is used up", "超过每日提交总量", _V13),
)

_BY_CODE = {row.code: row for row in STATUSES}


def status_of(code: int) -> Status:
    """The row of a Result or ErrorCode; one that is in no table counts as refused."""
    return _BY_CODE.get(code) or _row(code, "refused", "unknown result", "未知结果码", "in no table")

"""command_status values: what they are called, who must act, and words for people.

Source: SMPP 3.4 section 5.1.3; rows from 0x0100 on SMPP 5.0 section 4.7.6.
"""

from __future__ import annotations

from hongyan.protocols.wire.statuses import Kind, Status

RINVCMDLEN = 0x02
RINVCMDID = 0x03
RINVBNDSTS = 0x04
RALYBND = 0x05
RSYSERR = 0x08
RBINDFAIL = 0x0D
RINVPASWD = 0x0E
RINVSYSID = 0x0F
RMSGQFUL = 0x14
RTHROTTLED = 0x58
RX_T_APPN = 0x64
RUNKNOWNERR = 0xFF

_V34 = "SMPP 3.4, 5.1.3"
_V50 = "SMPP 5.0, 4.7.6"


def _row(code: int, name: str, kind: Kind, en: str, zh: str, source: str = _V34) -> Status:
    return Status(code, name, kind, en, zh, source)


STATUSES: tuple[Status, ...] = (
    _row(0x00, "ESME_ROK", "ok", "no error", "成功"),
    _row(0x01, "ESME_RINVMSGLEN", "refused", "message length is invalid", "消息长度无效"),
    _row(0x02, "ESME_RINVCMDLEN", "refused", "command length is invalid", "命令长度无效"),
    _row(0x03, "ESME_RINVCMDID", "refused", "command id is invalid", "命令标识无效"),
    _row(0x04, "ESME_RINVBNDSTS", "login", "wrong bind status for this command", "绑定状态不允许该命令"),
    _row(0x05, "ESME_RALYBND", "login", "already bound", "已经绑定"),
    _row(0x06, "ESME_RINVPRTFLG", "refused", "priority flag is invalid", "优先级标志无效"),
    _row(0x07, "ESME_RINVREGDLVFLG", "refused", "registered delivery flag is invalid", "状态报告标志无效"),
    _row(0x08, "ESME_RSYSERR", "retry", "system error at the carrier", "运营商系统错误"),
    _row(0x0A, "ESME_RINVSRCADR", "refused", "source address is invalid", "源地址无效"),
    _row(0x0B, "ESME_RINVDSTADR", "refused", "destination address is invalid", "目的地址无效"),
    _row(0x0C, "ESME_RINVMSGID", "refused", "message id is invalid", "消息标识无效"),
    _row(0x0D, "ESME_RBINDFAIL", "login", "bind failed", "绑定失败"),
    _row(0x0E, "ESME_RINVPASWD", "login", "password is wrong", "密码错误"),
    _row(0x0F, "ESME_RINVSYSID", "login", "system id is unknown", "系统标识无效"),
    _row(0x11, "ESME_RCANCELFAIL", "refused", "cancel failed", "取消失败"),
    _row(0x13, "ESME_RREPLACEFAIL", "refused", "replace failed", "替换失败"),
    _row(0x14, "ESME_RMSGQFUL", "throttled", "message queue is full", "消息队列已满"),
    _row(0x15, "ESME_RINVSERTYP", "refused", "service type is invalid", "业务类型无效"),
    _row(0x33, "ESME_RINVNUMDESTS", "refused", "number of destinations is invalid", "目的地址数量无效"),
    _row(0x34, "ESME_RINVDLNAME", "refused", "distribution list name is invalid", "群发列表名无效"),
    _row(0x40, "ESME_RINVDESTFLAG", "refused", "destination flag is invalid", "目的地址标志无效"),
    _row(0x42, "ESME_RINVSUBREP", "refused", "submit with replace is invalid", "替换提交请求无效"),
    _row(0x43, "ESME_RINVESMCLASS", "refused", "esm_class is invalid", "esm_class 无效"),
    _row(0x44, "ESME_RCNTSUBDL", "refused", "cannot submit to the list", "无法提交到群发列表"),
    _row(0x45, "ESME_RSUBMITFAIL", "refused", "submit failed", "提交失败"),
    _row(0x48, "ESME_RINVSRCTON", "refused", "source type of number is invalid", "源地址号码类型无效"),
    _row(0x49, "ESME_RINVSRCNPI", "refused", "source numbering plan is invalid", "源地址编码方案无效"),
    _row(0x50, "ESME_RINVDSTTON", "refused", "destination type of number is invalid", "目的地址号码类型无效"),
    _row(0x51, "ESME_RINVDSTNPI", "refused", "destination numbering plan is invalid", "目的地址编码方案无效"),
    _row(0x53, "ESME_RINVSYSTYP", "login", "system type is invalid", "系统类型无效"),
    _row(0x54, "ESME_RINVREPFLAG", "refused", "replace flag is invalid", "替换标志无效"),
    _row(0x55, "ESME_RINVNUMMSGS", "refused", "number of messages is invalid", "消息数量无效"),
    _row(0x58, "ESME_RTHROTTLED", "throttled", "too fast, slow down", "超过流量限制"),
    _row(0x61, "ESME_RINVSCHED", "refused", "schedule time is invalid", "定时发送时间无效"),
    _row(0x62, "ESME_RINVEXPIRY", "refused", "validity period is invalid", "有效期无效"),
    _row(0x63, "ESME_RINVDFTMSGID", "refused", "predefined message is unknown", "预定义消息无效"),
    _row(0x64, "ESME_RX_T_APPN", "retry", "temporary error at the receiver", "接收方临时错误"),
    _row(0x65, "ESME_RX_P_APPN", "refused", "permanent error at the receiver", "接收方永久错误"),
    _row(0x66, "ESME_RX_R_APPN", "refused", "rejected by the receiver", "接收方拒绝"),
    _row(0x67, "ESME_RQUERYFAIL", "refused", "query failed", "查询失败"),
    _row(0xC0, "ESME_RINVOPTPARSTREAM", "refused", "optional parameters are broken", "可选参数格式错误"),
    _row(0xC1, "ESME_ROPTPARNOTALLWD", "refused", "optional parameter not allowed", "不允许的可选参数"),
    _row(0xC2, "ESME_RINVPARLEN", "refused", "parameter length is invalid", "参数长度无效"),
    _row(0xC3, "ESME_RMISSINGOPTPARAM", "refused", "optional parameter is missing", "缺少可选参数"),
    _row(0xC4, "ESME_RINVOPTPARAMVAL", "refused", "optional parameter value is invalid", "可选参数值无效"),
    _row(0xFE, "ESME_RDELIVERYFAILURE", "refused", "delivery failed", "投递失败"),
    _row(0xFF, "ESME_RUNKNOWNERR", "refused", "unknown error at the carrier", "运营商未知错误"),
    _row(0x100, "ESME_RSERTYPUNAUTH", "refused", "service type not authorised", "业务类型未授权", _V50),
    _row(0x101, "ESME_RPROHIBITED", "refused", "operation is prohibited", "禁止该操作", _V50),
    _row(0x102, "ESME_RSERTYPUNAVAIL", "retry", "service type is unavailable", "业务类型暂不可用", _V50),
    _row(0x103, "ESME_RSERTYPDENIED", "refused", "service type is denied", "业务类型被拒绝", _V50),
    _row(0x104, "ESME_RINVDCS", "refused", "data coding is invalid", "编码方式无效", _V50),
)

_BY_CODE = {row.code: row for row in STATUSES}
_VENDOR = range(0x400, 0x500)


def status_of(code: int) -> Status:
    """The row of a command_status; one that is in no table counts as refused."""
    row = _BY_CODE.get(code)
    if row is not None:
        return row
    if code in _VENDOR:
        return _row(code, f"VENDOR_{code:X}", "refused", "error of this carrier", "运营商自定义错误")
    return _row(code, f"0x{code:08X}", "refused", "unknown status", "未知状态码", "in no table")

"""Result codes: what they are called, who must act, and words for people.

Source: CMPP 2.0 and 3.0, the remark on Status or Result of each response. Names say of which answer a number is, because
numbers repeat.
"""

from __future__ import annotations

from hongyan.protocols.wire.statuses import Status

OK = 0
STRUCTURE = 1
COMMAND = 2
SEQUENCE = 3
FLOW_CONTROL = 8
OTHER = 9
"""Of a DELIVER_RESP: not taken, deliver again (7.4.5.2). In a SUBMIT_RESP the same number means something else."""

SOURCE_ADDRESS = 2
AUTHENTICATION = 3
VERSION_TOO_HIGH = 4
CONNECT_OTHER = 5
"""Of a CONNECT_RESP."""

CANCEL_FAILED = 1
"""Success_Id of a CANCEL_RESP."""

_CONNECT = "CMPP 2.0, 7.4.1.2"
_V20 = "CMPP 2.0, 7.4.3.2"
_V30 = "CMPP 3.0, CMPP_SUBMIT_RESP"
_FIRST_OF_VENDORS = 100


RESULTS: tuple[Status, ...] = (
    Status(0, "CMPP:0", "ok", "no error", "正确", _V20),
    Status(1, "CMPP:1", "refused", "message structure is wrong", "消息结构错", _V20),
    Status(2, "CMPP:2", "refused", "command word is wrong", "命令字错", _V20),
    Status(3, "CMPP:3", "retry", "sequence number is repeated", "消息序号重复", _V20),
    Status(4, "CMPP:4", "refused", "message length is wrong", "消息长度错", _V20),
    Status(5, "CMPP:5", "refused", "fee code is wrong", "资费代码错", _V20),
    Status(6, "CMPP:6", "refused", "message is longer than allowed", "超过最大信息长", _V20),
    Status(7, "CMPP:7", "refused", "service id is wrong", "业务代码错", _V20),
    Status(8, "CMPP:8", "throttled", "too fast, slow down", "流量控制错", _V20),
    Status(
        9,
        "CMPP:9",
        "refused",
        "the gateway does not serve this number, perhaps because it was ported",
        "本网关不负责服务此计费号码（可能已携号转网）",
        _V30,
    ),
    Status(10, "CMPP:10", "refused", "sender number (Src_Id) is wrong", "Src_Id 错误", _V30),
    Status(11, "CMPP:11", "refused", "Msg_src is wrong", "Msg_src 错误", _V30),
    Status(12, "CMPP:12", "refused", "Fee_terminal_Id is wrong", "Fee_terminal_Id 错误", _V30),
    Status(13, "CMPP:13", "refused", "destination number is wrong", "Dest_terminal_Id 错误", _V30),
)
"""Result of SUBMIT_RESP; up to 8 also of DELIVER_RESP."""

CONNECT_STATUSES: tuple[Status, ...] = (
    Status(0, "CMPP_CONNECT:0", "ok", "no error", "正确", _CONNECT),
    Status(1, "CMPP_CONNECT:1", "login", "message structure is wrong", "消息结构错", _CONNECT),
    Status(2, "CMPP_CONNECT:2", "login", "source address is illegal", "非法源地址", _CONNECT),
    Status(3, "CMPP_CONNECT:3", "login", "authentication failed", "认证错", _CONNECT),
    Status(4, "CMPP_CONNECT:4", "login", "version is too high", "版本太高", _CONNECT),
)
"""Status of CONNECT_RESP; 5 and above are other errors, which may pass."""

_RESULTS = {row.code: row for row in RESULTS}
_CONNECT_STATUSES = {row.code: row for row in CONNECT_STATUSES}


def status_of(code: int) -> Status:
    """The row of a Result; one that is in no table counts as refused."""
    row = _RESULTS.get(code)
    if row is not None:
        return row
    if code >= _FIRST_OF_VENDORS:
        return Status(
            code, f"CMPP:{code}", "refused", "error of this carrier", "运营商自定义错误", "in no table"
        )
    return Status(code, f"CMPP:{code}", "refused", "unknown result", "未知结果码", "in no table")


def connect_status_of(code: int) -> Status:
    """The row of a login's Status; one that is in no table may pass."""
    row = _CONNECT_STATUSES.get(code)
    if row is not None:
        return row
    return Status(
        code, f"CMPP_CONNECT:{code}", "retry", "another error at the carrier", "运营商其他错误", _CONNECT
    )

"""Of freezes: why one is not set or lifted, and why nothing is sent with what is frozen."""

from __future__ import annotations

from typing import Final

FREEZES: Final = {
    "freeze.because_missing": (
        "say why it is frozen: the tenant reads it",
        "请说明冻结原因，租户可以看到",
    ),
    "freeze.because_too_long": ("the reason is too long", "冻结原因过长"),
    "freeze.label": (
        "an account is told by its number alone: leave the label empty",
        "账号仅以账号编号指定，请将 label 留空",
    ),
    "freeze.root": (
        "the platform's own account cannot be frozen: it sends the codes that others need",
        "平台自身的账号不能冻结：其他租户需要的验证码由它发送",
    ),
    "freeze.unknown": ("no such freeze is in force", "不存在该冻结"),
}

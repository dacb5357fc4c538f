"""`hongyan`: one file per command group, imported when its group is used, so that start-up stays fast."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from hongyan.kernel.errors import HongyanError

if TYPE_CHECKING:
    from cyclopts import CycloptsError
    from rich.panel import Panel

GROUPS: dict[str, tuple[str, str]] = {
    "serve": ("serve", "Start the platform. 启动平台。"),
    "demo": ("demo", "One real message, seen end to end. 演示一条短信的全程。"),
    "sandbox": ("sandbox", "A ready-made tenant to try things with. 现成的测试租户。"),
    "inbox": ("inbox", "The sandbox's phones: what arrived, and answering. 沙箱的虚拟手机。"),
    "channel": ("channel", "Channels to the carriers: list, add, edit, test. 运营商通道管理。"),
    "link": ("link", "Links to the carriers as they are now: list, watch. 运营商链路的实时状态。"),
    "number": ("number", "Numbers: carrier, ported numbers, which channel. 号码归属、携号转网与选路。"),
    "message": ("message", "Where a message is, and why there. 短信去向：通道、原因与结果。"),
    "extension": ("extension", "Extension codes of signatures: list, assign, release. 签名的扩展码。"),
    "registration": (
        "registration",
        "Signatures at the carriers: list, start, packs, tests. 签名实名制报备。",
    ),
    "freeze": ("freeze", "Freeze signatures, templates, tenants, and lift it. 冻结与解冻。"),
    "health": ("health", "Health of signatures: what is wrong, what ends when. 签名状态与到期提醒。"),
    "key": ("key", "Access keys: create, list, disable. 访问密钥管理。"),
    "review": ("review", "The reviewer's decisions. 审核。"),
    "paper": ("paper", "What papers say: licences, letters, trademarks. 识别证照、委托书与商标截图。"),
    "letter": ("letter", "Letters of authorization: add, free names. 授权委托书。"),
    "callback": ("callback", "Callbacks to tenants' programs: set, list, deliveries. 租户回调。"),
    "status": ("status", "What the platform counted. 平台统计。"),
    "check": ("check", "What the rules say before you apply. 申请前的合规检查。"),
    "rules": ("rules", "The rules of compliance: list, replay. 合规规则。"),
    "pdu": ("pdu", "Carrier protocol frames: decode and encode. 解析与编码运营商协议报文。"),
    "text": ("text", "A text's alphabet, segments and boundaries. 短信文本的编码、拆分与计费条数。"),
    "explain": ("explain", "What a carrier's code means. 解释运营商状态码。"),
    "simulate": ("simulate", "A simulated carrier in the foreground. 前台运行运营商模拟器。"),
}
"""Command group -> (module of hongyan.cli, help)."""


def main() -> None:
    """Exit codes: 0 done, 1 refused or found wanting, 2 wrong usage, 70 a part of us died, 78 misconfigured."""
    os.umask(0o077)  # whatever we or our processes create is for its owner only
    try:
        _run()
    except KeyboardInterrupt:  # also while the rooms are still being imported
        sys.exit(130)
    except BrokenPipeError:  # `| head` has seen enough; what is still in the buffer goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


def _run() -> None:
    from cyclopts import App, Parameter

    from hongyan import __version__
    from hongyan.cli.failures import exit_code, explain
    from hongyan.cli.language import language

    app = App(
        name="hongyan",
        version=__version__,
        help="Hongyan (鸿雁), a Short Message Service that you run yourself. 可自行运营的短信服务。",
        default_parameter=Parameter(validator=_storable),
        error_formatter=_in_chinese if language() == "zh" else None,
    )
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    for name, (module, words) in GROUPS.items():
        if name == wanted:
            app.command(import_module(f"hongyan.cli.{module}").app, name=name)
        else:
            app.command(App(name=name, help=words))
    try:
        app()
    except HongyanError as error:
        explain(error)
        sys.exit(exit_code(error))


def _in_chinese(error: CycloptsError) -> Panel:
    from hongyan.cli.usage import in_chinese

    return in_chinese(error)


def _storable(_: Any, value: Any) -> None:
    """A validator of every parameter: no database has integers of more than 64 bits."""
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError("It has at most 64 bits.")

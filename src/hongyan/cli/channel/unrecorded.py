"""The platform for a command about one channel, and why channels without a record are none that it could change."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hongyan.bootstrap import Platform
from hongyan.cli.context import Data, opened
from hongyan.kernel.errors import Refused
from hongyan.server.configured_channels import MAIN_NAME, SANDBOX


@asynccontextmanager
async def opened_for(data: Data, name: str) -> AsyncIterator[Platform]:
    """Raises Refused("channel.of_environment", "channel.of_sandbox") in place of "channel.unknown"."""
    async with opened(data) as platform:
        try:
            yield platform
        except Refused as error:
            if error.code == "channel.unknown" and (unrecorded := _unrecorded(platform, name)) is not None:
                raise unrecorded from None
            raise


def _unrecorded(platform: Platform, name: str) -> Refused | None:
    if name == MAIN_NAME and not platform.sandbox:
        return Refused(
            "channel.of_environment",
            en=f"{name} is the channel that HONGYAN_SMPP makes: it has no record, so it is neither shown nor paused, drained or"
            f" edited here. Add the same carrier as a channel (`hongyan channel add NAME --protocol smpp host=… login=…`) and"
            " start the server without HONGYAN_SMPP; to stop sending now, stop the server",
            zh=f"{name} 是由环境变量 HONGYAN_SMPP 配置的通道，没有通道记录，不能在此查看、暂停、排空或修改。请将同一运营商添加为通道"
            "（hongyan channel add 名称 --protocol smpp host=… login=…），并在不设置 HONGYAN_SMPP 的情况下启动服务；"
            "如需立即停止发送，请停止服务",
            name=name,
        )
    if name in SANDBOX and platform.sandbox:
        return Refused(
            "channel.of_sandbox",
            en=f"{name} is a simulated channel of the sandbox: it has no record, so it cannot be paused, drained or edited."
            " What it answers says a scenario (`hongyan simulate --help`); `hongyan channel add` makes one that can",
            zh=f"{name} 是沙箱的模拟通道，没有通道记录，不能暂停、排空或修改。其应答由场景文件决定（hongyan simulate --help）；"
            "可用 hongyan channel add 添加可管理的通道",
            name=name,
        )
    return None

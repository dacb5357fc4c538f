"""`hongyan status`: what the platform counted."""

from __future__ import annotations

import asyncio

from cyclopts import App

from hongyan.cli.context import Data, Json, opened
from hongyan.cli.output import print_json
from hongyan.config import read_settings
from hongyan.kernel.money import format_amount
from hongyan.server.address import read_address

app = App(name="status", help="What the platform counted. 平台统计。")

_MONEY = ("held", "charged")


@app.default
def status(*, data: Data = None, json: Json = False) -> None:
    """Messages of all tenants: accepted, delivered, failed, and the uncertain ones.

    `uncertain` counts messages that were submitted again because a crash or a dead link left their answer unknown:
    only these can have reached a handset twice.
    """
    found = asyncio.run(_status(data))
    if json:
        print_json(found)
        return
    for name, value in found.items():
        shown = format_amount(value) if name in _MONEY and isinstance(value, int) else value
        print(f"{name:<10} {shown}")


async def _status(data: Data) -> dict[str, object]:
    address = read_address(read_settings(data=data).data)
    async with opened(data) as platform:
        usage = await platform.messaging.usage(None, 0)
    running = {"running": address is not None, "url": address.url if address else None}
    return {**running, "sandbox": platform.sandbox, **usage}

"""`hongyan sandbox`: what every tester wants first."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

import msgspec
from cyclopts import App

from hongyan.cli.context import Data, Json, opened
from hongyan.cli.output import print_json
from hongyan.compliance.sandbox import seed_sandbox
from hongyan.config import read_settings
from hongyan.kernel.errors import Refused
from hongyan.server.address import read_address

app = App(name="sandbox", help="A ready-made tenant to try things with. 现成的测试租户。")


@app.command
def seed(*, data: Data = None, json: Json = False) -> None:
    """An enterprise tenant with an approved qualification, signature and templates; the same one every time."""
    found = asyncio.run(_seed(data))
    if json:
        print_json(found)
        return
    width = max(map(len, found))
    for name, value in found.items():
        words = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        print(f"{name:<{width}}  {words}")


async def _seed(data: Data) -> dict[str, object]:
    settings = read_settings(data=data)
    address = read_address(settings.data)
    if address is not None and address.production:
        raise Refused(
            "sandbox.production",
            en="this platform has a real carrier and manual review; a tenant there applies like everybody",
            zh="该平台已接入真实运营商并由人工审核；请按正常流程为租户申请",
        )
    async with opened(data) as platform:
        tenant = await seed_sandbox(platform.identity, platform.compliance)
    endpoint = address.endpoint if address else f"{settings.host}:{settings.port}"
    return {"endpoint": endpoint, **asdict(tenant)}

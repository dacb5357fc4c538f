"""`hongyan sandbox`: what every tester wants first."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from hongyan.cli.actor import cli_actor
from hongyan.cli.context import Data, Json, opened
from hongyan.cli.language import say
from hongyan.cli.output import print_json
from hongyan.compliance.sandbox import seed_sandbox
from hongyan.config import read_settings
from hongyan.kernel.errors import Refused
from hongyan.server.address import read_address

app = App(name="sandbox", help="A ready-made tenant to try things with. 现成的测试租户。")

Sure = Annotated[bool, Parameter(help="Do it. 确认执行。", negative=())]


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


@app.command
def reopen(*, yes: Sure = False, data: Data = None) -> None:
    """Make a data folder that has been served with a carrier a sandbox again. The audit trail tells of it.

    Its tenants stay. Applications are decided by rules alone from then on, messages go to simulated phones, and registrations that
    were simulated count again.
    """
    asyncio.run(_reopen(data, sure=yes))
    print(say("已恢复为沙箱。", "It is a sandbox again."))


async def _reopen(data: Data, *, sure: bool) -> None:
    settings = read_settings(data=data)
    if settings.smpp:
        raise Refused(
            "production.configured",
            en="HONGYAN_SMPP names a carrier: with it this is no sandbox; unset it first",
            zh="HONGYAN_SMPP 指定了运营商，此时不可能是沙箱；请先取消该设置",
        )
    if read_address(settings.data) is not None:
        raise Refused(
            "production.running",
            en="a server runs on this data folder; stop it first",
            zh="该数据目录上有服务正在运行，请先停止",
        )
    if not sure:
        raise Refused(
            "production.unsure",
            en="real tenants of this store would be reviewed by rules alone, and their messages delivered to nobody; say --yes"
            " if that is meant",
            zh="该数据中的真实租户此后将仅由规则审核，其短信不会送达任何人；确认请加 --yes",
        )
    async with opened(data) as platform:
        await platform.production.unmark(actor=cli_actor())


async def _seed(data: Data) -> dict[str, object]:
    settings = read_settings(data=data)
    address = read_address(settings.data)
    async with opened(data) as platform:
        if settings.review_mode(sandbox=platform.sandbox) == "manual" and not platform.sandbox:
            raise Refused(
                "sandbox.production",
                en="this platform has, or had, a real carrier, and people review; a tenant there applies like everybody",
                zh="该平台已接入或曾接入真实运营商，并由人工审核；请按正常流程为租户申请",
            )
        tenant = await seed_sandbox(platform.identity, platform.compliance)
    endpoint = address.endpoint if address else f"{settings.host}:{settings.port}"
    return {"endpoint": endpoint, **asdict(tenant)}

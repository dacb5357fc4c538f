"""`hongyan demo`: the main job, seen with one's eyes."""

from __future__ import annotations

import asyncio
import re
import sys
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter
from rich.console import Console
from rich.panel import Panel
from rich.table import Column, Table

from hongyan.bootstrap import Platform, open_platform
from hongyan.carriers.simulator.handsets import HandsetText, open_inbox
from hongyan.cli.language import say
from hongyan.config import read_settings
from hongyan.demo.server import DemoServer, demo_server
from hongyan.identity import AccountKind
from hongyan.kernel.clock import beijing
from hongyan.kernel.errors import Misconfigured, Refused
from hongyan.kernel.money import format_amount
from hongyan.messaging.model import MessageView, PartView
from hongyan.server.channels import channel_names

if TYPE_CHECKING:
    from hongyan.demo.tenant import Tenant

app = App(name="demo", help="One real message, seen end to end. 演示一条短信的全程。")

NUMBER = "13800138000"
OTHERS = ("13000130000", "18900189000", "19200192000", "0085261234567")
"""One of each other carrier: Unicom, Telecom, Broadnet, abroad."""
SIGN_NAME = "杭州鸿雁示例"
ADMINISTRATOR = "13900139000"
ARRIVES_WITHIN = 20.0


@app.default
def demo(
    *,
    once: Annotated[
        bool, Parameter(help="Leave afterwards; exit code 0 only when it was delivered.", negative=())
    ] = False,
) -> None:
    """Start a platform of its own, apply for everything a send needs, send one message, watch it, show it.

    Then one message by each other carrier.

    Uses a free port and a temporary data folder, which is removed at the end.
    """
    if find_spec("alibabacloud_dysmsapi20170525") is None:
        raise Misconfigured(
            "demo.sdk",
            en="the official SDK is not installed; run: make setup (or pip install 'hongyan[demo]')",
            zh="未安装官方 SDK；请运行 make setup（或 pip install 'hongyan[demo]'）",
        )
    out = Console(highlight=False)
    with demo_server() as server:
        out.print(
            say(
                f"平台已启动：{server.url}（临时端口），数据在临时目录 {server.data}，结束后删除。",
                f"The platform runs at {server.url} (a free port) with its data in {server.data}, removed at the end.",
            )
        )
        delivered = asyncio.run(_journey(server, out))
        out.print(
            say(
                f"\n控制台  {server.url}/console   用户名 root   密码 {server.password}",
                f"\nConsole  {server.url}/console   user root   password {server.password}",
            )
        )
        if once:
            sys.exit(0 if delivered else 1)
        out.print(say("按 Ctrl-C 结束。", "Ctrl-C ends."))
        try:
            server.process.wait()
        except KeyboardInterrupt:
            out.print(say("正在停止……", "stopping…"))


async def _journey(server: DemoServer, out: Console) -> bool:
    from alibabacloud_tea_openapi.exceptions import AlibabaCloudException

    from hongyan.demo.tenant import Company, Tenant, connect

    async with open_platform(read_settings({}, data=server.data)) as opened:
        platform = opened.platform
        company = Company(
            "杭州鸿雁示例科技有限公司", "91330106MA2CFQ6X8Q", "张三", "110101199003074477", ADMINISTRATOR
        )
        account = await platform.identity.create_account(
            AccountKind.ENTERPRISE, company.name, company_name=company.name, uscc=company.uscc, actor="demo"
        )
        key = await platform.identity.create_key(account.id, "demo", actor="demo")
        _step(
            out, say("企业账号与访问密钥", "enterprise account and access key"), f"{company.name}  {key.id}"
        )
        tenant = Tenant(connect(server.endpoint, key.id, key.secret))
        try:
            sent, code = await asyncio.to_thread(_apply_and_send, tenant, company, server, out)
            message = await platform.messaging.message(sent)
            assert message is not None
            delivered = await _show(platform, message, server, out)
            others = await asyncio.to_thread(_send_to_all_carriers, tenant, code)
        except AlibabaCloudException as error:
            raise Refused("demo.refused", en=str(error), zh=str(error)) from error
        return await _show_routes(platform, [sent, *others], out) and delivered


def _send_to_all_carriers(tenant: Tenant, code: str) -> list[int]:
    """One message by each of the other networks, all delivered."""
    abroad = tenant.apply_template(
        "Order", "Your order ${order} was shipped.", {"order": "others"}, SIGN_NAME, abroad=True
    )
    sent = []
    for number in OTHERS:
        order = {"order": "HY20261121"}
        home = not number.startswith("00")
        params = order | {"time": "18:30"} if home else order
        sent.append((number, tenant.send(number, SIGN_NAME, code if home else abroad, params)[0]))
    today = f"{beijing(int(time.time() * 1000)):%Y%m%d}"
    for number, biz_id in sent:
        tenant.wait_delivered(number, today, biz_id)
    return [int(biz_id.partition("^")[0]) for _, biz_id in sent]


async def _show_routes(platform: Platform, sent: list[int], out: Console) -> bool:
    """Which way each message took."""
    channels = await channel_names(platform)
    table = Table(
        say("号码", "number"),
        say("通道", "channel"),
        say("协议", "protocol"),
        Column(say("运营商消息号", "carrier id"), overflow="fold"),
        say("状态", "state"),
        title=say("每个运营商一条", "one to each carrier"),
        title_justify="left",
    )
    delivered = True
    for message_id in sent:
        message = await platform.messaging.message(message_id)
        assert message is not None
        (part,) = await platform.messaging.parts(message_id)
        name, protocol = channels[part.channel_id]
        table.add_row(message.number, name, protocol.upper(), part.carrier_id, message.receipt_code)
        delivered &= message.state == "delivered"
    out.print(table)
    return delivered


def _apply_and_send(tenant: Tenant, company: object, server: DemoServer, out: Console) -> tuple[int, str]:
    """(message id, template code)."""
    from hongyan.demo.tenant import Company

    assert isinstance(company, Company)
    tenant.ask_phone_code(company.administrator_phone)
    text = _arrived(server, company.administrator_phone).text
    found = re.search(r"\d{6}", text)
    assert found is not None
    _step(out, say("管理员手机收到验证码", "administrator's phone got the code"), text)
    qualification_id = tenant.apply_qualification(company, found[0])
    _step(out, say("资质已通过", "qualification approved"), str(qualification_id))
    tenant.apply_signature(SIGN_NAME, qualification_id)
    _step(out, say("签名已通过", "signature approved"), SIGN_NAME)
    code = tenant.apply_template(
        "订单发货",
        "您的订单${order}已发货，预计${time}送达。",
        {"order": "other_number2", "time": "time"},
        SIGN_NAME,
    )
    _step(out, say("模板已通过", "template approved"), code)
    biz_id, request_id = tenant.send(NUMBER, SIGN_NAME, code, {"order": "HY20261121", "time": "18:30"})
    _step(out, say("已受理（已落盘）", "accepted (durable)"), f"BizId {biz_id}   RequestId {request_id}")
    message_id = int(biz_id.partition("^")[0])
    tenant.wait_delivered(NUMBER, f"{beijing(int(time.time() * 1000)):%Y%m%d}", biz_id)
    return message_id, code


async def _show(platform: Platform, message: MessageView, server: DemoServer, out: Console) -> bool:
    parts = await platform.messaging.parts(message.id)
    for part in parts:
        _step(out, say("已提交运营商", "submitted to the carrier"), _part_words(part))
    text = await asyncio.to_thread(_arrived, server, NUMBER)
    delivered = message.state == "delivered"
    done = f"{beijing(message.done_ms):%H:%M:%S}" if message.done_ms else "-"
    _step(
        out,
        say("已送达", "delivered") if delivered else say("未送达", "not delivered"),
        f"{message.receipt_code}  {done}  " + say("QuerySendDetails 已查到", "seen through QuerySendDetails"),
    )
    facts = Table.grid(padding=(0, 2))
    facts.add_row(say("计费条数", "segments"), str(message.segments))
    facts.add_row(say("价格", "price"), format_amount(message.price))
    out.print(Panel(text.text, title=f"{text.peer} → {text.number}", width=64, expand=False))
    out.print(facts)
    return delivered and text.text == message.content


def _part_words(part: PartView) -> str:
    when = f"{beijing(part.submitted_ms):%H:%M:%S}"
    return say(
        f"第 {part.part}/{part.parts} 段  运营商消息号 {part.carrier_id}  {when}",
        f"part {part.part} of {part.parts}   carrier id {part.carrier_id}   {when}",
    )


def _arrived(server: DemoServer, number: str) -> HandsetText:
    """The newest text on a virtual handset."""
    deadline = time.monotonic() + ARRIVES_WITHIN
    while time.monotonic() < deadline:
        with open_inbox(server.data) as inbox:
            texts = inbox.messages(number, limit=1)
        if texts:
            return texts[0]
        time.sleep(0.05)
    raise Refused("demo.nothing_arrived", en=f"nothing arrived at {number}", zh=f"{number} 没有收到短信")


def _step(out: Console, title: str, words: str) -> None:
    out.print(f"[green]✓[/green] [bold]{title}[/bold]  {words}", soft_wrap=True)

"""Every page of the console as pictures, for looking at: `python tests/console/take_console_pictures.py FOLDER`.

Wide and narrow, Chinese and English, light and dark. Needs a Chromium, see `console_browser.py`.
"""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path

from console_browser import chromium_path, serve
from console_world import LOGIN, PASSWORD, World, part
from playwright.sync_api import Page, sync_playwright

from hongyan.messaging.route import passed_over_in

SIZES = {"wide": (1280, 860), "narrow": (390, 844)}
LANGUAGES = ("zh-CN", "en")
SCHEMES = ("light", "dark")


def furnish(world: World) -> dict[str, str]:
    """A sandbox that has been used for a while; answers page name -> path."""
    for number in range(60):
        world.delivered(f"86138001380{number % 90 + 10}")
    failed = world.message(
        "8613900139004", state="failed", receipt_code="MK:0001", done_ms=world.clock.now_ms() + 1_900
    )
    world.messaging.parts_of[failed.id] = [
        part(failed.accepted_ms + 30, receipt_code="MK:0001", receipt_ms=failed.accepted_ms + 900)
    ]
    refused = world.message(
        "8613500135007",
        state="failed",
        receipt_code="ESME_RINVDSTADR",
        done_ms=world.clock.now_ms() + 1_060,
        channel_id=5,
    )
    world.messaging.parts_of[refused.id] = [
        part(
            refused.accepted_ms + 30,
            channel_id=5,
            outcome=1,
            status=11,
            error="ESME_RINVDSTADR",
            carrier_id="",
        )
    ]
    world.message("8613700137005", state="expired", done_ms=world.clock.now_ms() + 60_000)
    long = world.message(
        "8613600136006",
        state="submitted",
        segments=2,
        price=900,
        uncertain=1,
        category=0,
        content="【云上科技】您正在登录云上科技控制台，验证码 482913，10 分钟内有效。请勿将验证码告诉任何人，"
        "包括自称客服的人员。如非本人操作，请立即修改密码并联系我们。",
        out_id="order-2026-1121",
    )
    world.messaging.parts_of[long.id] = [
        part(
            long.accepted_ms + 35,
            part=1,
            parts=2,
            receipt_code="DELIVRD",
            receipt_ms=long.accepted_ms + 1_400,
        ),
        part(
            long.accepted_ms + 36,
            part=2,
            parts=2,
            attempt=1,
            outcome=2,
            status=9,
            error="CMPP:9",
            carrier_id="",
        ),
        part(long.accepted_ms + 1_036, part=2, parts=2, attempt=2, carrier_id="8F3A00019D"),
    ]
    world.message(
        "85261234567",
        category=3,
        content="【Cloudtop】Your parcel A1024 is on its way. Track it in the app.",
        price=3200,
    )
    moved = world.delivered(
        "8619900000016",
        channel_id=1,
        access_number="106900010188",
        passed_over=passed_over_in("1:carrier 2:carrier 4:carrier 6:account 3:refused"),
    )
    at = moved.accepted_ms
    world.messaging.parts_of[moved.id].insert(
        0, part(at + 25, channel_id=3, outcome=4, status=58, error="SMGP:58", carrier_id="")
    )
    world.messaging.parts_of[moved.id][1] = part(
        at + 60, attempt=2, carrier_id="16340512341234", receipt_code="DELIVRD", receipt_ms=at + 1_240
    )
    done = world.delivered("8613800138000", passed_over=passed_over_in("2:carrier 3:carrier 4:carrier"))
    for hour in range(12):
        world.clock.advance(3_000)
        phone = f"1380013800{hour % 6}"
        world.phones.receive(phone, "【云上科技】您的订单 A1024 已发货，预计明天送达。拒收请回复 R")
    world.phones.receive("13800138000", long.content, parts=2)
    world.phones.keep("out", "13800138000", "10690001", "收到，谢谢", 1)
    world.clock.advance(30)
    world.phones.receive("13800138000", "【云上科技】验证码 482913，10 分钟内有效。", peer="1069000288")
    world.messaging.replies.extend(
        _reply(world, number, text)
        for number, text in (("8613800138000", "收到，谢谢"), ("8613900139004", "R"))
    )
    return {
        "home": "/",
        "messages": "/messages",
        "nothing-found": "/messages?state=submitted&before=1",
        "message-done": f"/messages/{done.id}",
        "message-failed": f"/messages/{failed.id}",
        "message-refused": f"/messages/{refused.id}",
        "message-moved": f"/messages/{moved.id}",
        "message-long": f"/messages/{long.id}",
        "codes": "/codes",
        "codes-one": "/codes?code=SMGP%3A58&protocol=smgp",
        "codes-several": "/codes?code=5",
        "codes-family": "/codes?code=MK:9999",
        "codes-unknown": "/codes?code=nothing",
        "replies": "/replies",
        "inbox": "/inbox",
        "inbox-phone": "/inbox/phones/13800138000",
        "missing": "/nowhere",
    }


def _reply(world: World, number: str, text: str) -> object:
    from hongyan.messaging.model import ReplyView

    return ReplyView(world.ids.next(), 2, number, "10690001", text, world.clock.now_ms())


def main(folder: Path, only: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    world, bare = World(), World()
    paths = furnish(world)
    with serve(world.app) as address, serve(bare.app) as bare_address, sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=chromium_path(), args=["--no-sandbox", "--disable-gpu"]
        )
        for (size, (width, height)), language, scheme in product(SIZES.items(), LANGUAGES, SCHEMES):
            context = browser.new_context(
                viewport={"width": width, "height": height},
                locale=language,
                color_scheme=scheme,
                has_touch=size == "narrow",
            )
            page = context.new_page()
            name = f"{size}-{language}-{scheme}"
            page.goto(f"{address}/console/login")
            _shoot(page, folder / f"login-{name}.png", only)
            _log_in(page)
            for label, path in paths.items():
                page.goto(f"{address}/console{path}")
                _shoot(page, folder / f"{label}-{name}.png", only)
            if size == "narrow":
                page.goto(f"{address}/console/")
                page.locator(".topbar .button").click()
                _shoot(page, folder / f"menu-{name}.png", only, full=False)
            page.goto(f"{bare_address}/console/login")
            _log_in(page)
            for label, path in {
                "home-empty": "/",
                "messages-empty": "/messages",
                "inbox-empty": "/inbox",
            }.items():
                page.goto(f"{bare_address}/console{path}")
                _shoot(page, folder / f"{label}-{name}.png", only)
            context.close()
        browser.close()


def _log_in(page: Page) -> None:
    page.locator("#login").fill(LOGIN)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url("**/console/")


def _shoot(page: Page, path: Path, only: str, *, full: bool = True) -> None:
    if only in path.name:
        page.screenshot(path=path, full_page=full)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")

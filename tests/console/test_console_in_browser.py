"""The console in a real browser: log in, read in two languages, watch the inbox update by itself, reply."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import pytest
from console_browser import HOW_TO_INSTALL, chromium_path, serve
from console_world import LOGIN, PASSWORD, World, part
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from hongyan.messaging.route import passed_over_in

pytestmark = pytest.mark.slow

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PROVOKED = ("status of 422", "status of 401", "net::ERR_FAILED", "Failed to fetch")
"""What the browser writes down when a test makes a request fail."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        warnings.warn(HOW_TO_INSTALL, stacklevel=1)
        pytest.skip(HOW_TO_INSTALL)
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=path, args=QUIET)
        yield started
        started.close()


@pytest.fixture
def world() -> World:
    return World(poll_s=1)


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with serve(world.app) as found:
        yield found


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page of somebody who is logged in. Whatever the browser complains about fails the test."""
    context = browser.new_context(locale="zh-CN", base_url=address)
    opened = context.new_page()
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    opened.on("console", note)
    opened.on("pageerror", lambda fault: complaints.append(str(fault)))
    opened.goto("/console/inbox")
    opened.locator("#login").fill(LOGIN)
    opened.locator("#password").fill(PASSWORD)
    opened.keyboard.press("Enter")
    expect(opened.locator("h1")).to_have_text("虚拟手机")
    yield opened
    context.close()
    assert [text for text in complaints if not any(known in text for known in PROVOKED)] == []


def test_the_language_can_be_switched_and_back(page: Page) -> None:
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Virtual phones")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("h1")).to_have_text("虚拟手机")


def test_the_inbox_updates_by_itself_and_one_can_reply(page: Page, world: World) -> None:
    expect(page.locator(".handsets__none")).to_be_visible()
    world.phones.receive("13800138000", "【云上科技】验证码 482913")
    handset = page.locator(".handset")
    expect(handset).to_contain_text("482913")
    expect(page.locator(".handsets__none")).to_be_hidden()
    handset.click()
    expect(page.locator(".bubble--in")).to_have_count(1)

    draft = page.locator("#reply-text")
    draft.fill("收到")
    world.phones.receive("13800138000", "【云上科技】第二条")
    expect(page.locator(".bubble--in")).to_have_count(2)
    expect(draft).to_have_value("收到")
    expect(draft).to_be_focused()

    draft.press("Enter")
    expect(page.locator(".bubble--out")).to_contain_text("收到")
    expect(page.locator("#reply-text")).to_have_value("")
    assert world.messaging.replies[-1].content == "收到"


def test_the_newest_text_stays_in_view(page: Page, world: World) -> None:
    for number in range(30):
        world.phones.receive("13800138000", f"第 {number} 条")
    page.goto("/console/inbox/phones/13800138000")
    expect(page.locator(".bubble").last).to_be_in_viewport()
    world.phones.receive("13800138000", "最后一条")
    expect(page.get_by_text("最后一条").last).to_be_in_viewport()


def test_a_reply_that_fails_says_why_without_losing_the_text(page: Page, world: World) -> None:
    world.phones.receive("13800138000", "hello")
    page.goto("/console/inbox/phones/13800138000")
    world.phones.answering = False
    page.locator("#reply-text").fill("收到")
    page.locator("#reply-text").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="运营商模拟器未运行")).to_be_visible()
    expect(page.locator("#reply-text")).to_have_value("收到")


def test_a_page_that_nobody_sees_asks_nothing(page: Page) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/news" in request.url:
            asked.append(request.url)

    page.on("request", note)
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => window.away, configurable: true})")
    page.evaluate("window.away = true")
    page.wait_for_timeout(200)
    asked.clear()
    page.wait_for_timeout(2_500)
    assert asked == []
    page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(300)
    assert asked


def test_a_lost_connection_is_said_until_it_is_back(page: Page) -> None:
    notice = page.locator("[data-offline]")
    expect(notice).to_be_hidden()
    page.route("**/news*", lambda route: route.abort())
    expect(notice).to_be_visible()
    page.unroute("**/news*")
    expect(notice).to_be_hidden()


def test_a_login_that_has_ended_leads_back_to_the_same_page(page: Page, world: World) -> None:
    world.identity.sessions.clear()
    expect(page.locator("#login")).to_be_visible()
    expect(page.get_by_text("登录已过期")).to_be_visible()
    page.locator("#login").fill(LOGIN)
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("虚拟手机")


def test_a_number_is_shown_where_it_stands(page: Page, world: World) -> None:
    world.delivered("8613800138000")
    page.goto("/console/messages")
    expect(page.get_by_text("138****8000")).to_be_visible()
    page.get_by_role("button", name="显示完整号码").click()
    expect(page.get_by_text("138 0013 8000")).to_be_visible()
    assert len(world.identity.events) == 1


def test_a_code_is_masked_until_somebody_asks_for_it(page: Page, world: World) -> None:
    message = world.delivered(category=0, content="【云上科技】验证码 482913，请勿告知他人。")
    page.goto(f"/console/messages/{message.id}")
    text = page.locator(".bubble__text")
    expect(text).to_contain_text("验证码 ******")
    page.get_by_role("button", name="显示完整内容").focus()
    page.keyboard.press("Enter")
    expect(text).to_contain_text("482913")
    expect(page.locator(".bubble")).to_be_focused()
    assert [event[2] for event in world.identity.events] == ["console.show_text"]


def test_a_code_of_a_carrier_leads_to_its_meaning_and_back_by_keyboard(page: Page, world: World) -> None:
    message = world.delivered(passed_over=passed_over_in("2:carrier 3:refused"))
    page.goto(f"/console/messages/{message.id}")
    expect(page.get_by_role("table", name="选路").get_by_role("row")).to_have_count(4)
    page.get_by_role("link", name="DELIVRD").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("运营商代码")
    expect(page.get_by_text("已送达手机")).to_be_visible()
    page.keyboard.press("/")
    expect(page.locator("#code")).to_be_focused()
    page.locator("#code").fill("MK:0001")
    page.keyboard.press("Enter")
    expect(page.get_by_text("空号：号码未分配")).to_be_visible()


def test_a_message_travels_before_ones_eyes(page: Page, world: World) -> None:
    message = world.message()
    page.goto(f"/console/messages/{message.id}")
    expect(page.locator(".live")).to_be_visible()
    world.messaging.change(message.id, state="delivered", done_ms=message.accepted_ms + 900)
    expect(page.locator(".stations")).to_contain_text("已送达")
    expect(page.locator(".live")).to_be_hidden()


def test_everything_can_be_reached_with_the_keyboard(page: Page, world: World) -> None:
    world.delivered()
    page.goto("/console/messages")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#number")).to_be_focused()


@pytest.mark.parametrize("language", ["中文", "English"])
@pytest.mark.parametrize("width", [360, 390, 768, 1280])
def test_no_page_is_wider_than_its_screen(page: Page, world: World, width: int, language: str) -> None:
    page.get_by_role("button", name=language).click()
    message = world.delivered(
        out_id="x" * 64, passed_over=passed_over_in("1:carrier 2:signature 9:account 3:refused")
    )
    world.messaging.parts_of[message.id].append(
        part(message.accepted_ms, channel_id=3, outcome=4, error="E" * 64, carrier_id="9" * 64)
    )
    world.phones.receive("13800138000", "y" * 200)
    page.set_viewport_size({"width": width, "height": 800})
    detail = f"/messages/{message.id}"
    codes = f"/codes?code={'9' * 64}"
    for path in (
        "/",
        "/messages",
        detail,
        "/replies",
        codes,
        "/codes?code=5",
        "/inbox",
        "/inbox/phones/13800138000",
    ):
        page.goto(f"/console{path}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width


@pytest.mark.parametrize("width", [390, 1280])
def test_a_long_reply_can_be_read_to_its_end(page: Page, world: World, width: int) -> None:
    world.phones.receive("13800138000", "hello")
    page.goto("/console/inbox/phones/13800138000")
    page.locator("#reply-text").fill("长回复" * 50 + "完")
    page.locator("#reply-text").press("Enter")
    expect(page.locator(".bubble--out")).to_have_count(1)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/console/replies")
    text = page.get_by_role("cell").filter(has_text="长回复")
    assert text.evaluate("cell => cell.scrollWidth <= cell.clientWidth")
    expect(text).to_contain_text("完")


def test_reading_needs_no_script(browser: Browser, address: str, world: World) -> None:
    world.phones.receive("13800138000", "hello")
    message = world.delivered()
    context = browser.new_context(java_script_enabled=False, base_url=address, locale="en")
    page = context.new_page()
    page.goto("/console/")
    page.locator("#login").fill(LOGIN)
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Overview")
    page.goto(f"/console/messages/{message.id}")
    expect(page.locator(".stations")).to_contain_text("Delivered")
    page.goto("/console/inbox/phones/13800138000")
    page.locator("#reply-text").fill("thanks")
    page.locator("#reply-text").press("Enter")
    expect(page.get_by_text("on its way")).to_be_visible()
    expect(page.locator(".bubble--out")).to_contain_text("thanks")
    context.close()

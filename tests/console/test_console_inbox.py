"""The virtual handsets: cheap when nothing is new, whole when something is, and replies that go out."""

from __future__ import annotations

import re

import pytest
from console_world import World

from hongyan.console.pages.inbox import LONGEST_REPLY

HTMX = {"hx-request": "true"}
PHONE = "/console/inbox/phones/13800138000"


async def test_phones_are_listed_with_their_newest_text_the_last_one_first() -> None:
    world = World()
    world.phones.receive("13800138001", "one")
    world.phones.receive("13800138000", "two")
    world.phones.receive("13800138001", "three")
    page = (await (await world.operator()).get("/console/inbox")).text
    assert re.findall(r"handset__number\">([^<]+)", page) == ["138 0013 8001", "138 0013 8000"]
    assert re.findall(r"handset__text\">([^<]+)", page) == ["three", "two"]


async def test_a_conversation_reads_from_top_to_bottom() -> None:
    world = World()
    world.phones.receive("13800138000", "first", parts=2)
    await world.phones.reply("13800138000", "10690001", "second")
    world.phones.receive("13800138001", "elsewhere")
    page = (await (await world.operator()).get(PHONE)).text
    assert re.findall(r'bubble--(\w+)" id="text-\d+"', page) == ["in", "out"]
    assert page.index("first") < page.index('dir="auto">second')
    assert "由 2 段组成" in page
    assert 'aria-current="page">\n<span class="handset__number">138 0013 8000' in page


async def test_looking_again_costs_nothing_while_nothing_is_new() -> None:
    world = World()
    world.phones.receive("13800138000", "first")
    visitor = await world.operator()
    watch = _watch((await visitor.get(PHONE)).text)
    quiet = await visitor.get(watch, HTMX)
    assert quiet.status == 204
    assert quiet.body == b""


async def test_what_arrives_appears_and_the_next_look_knows_it() -> None:
    world = World()
    world.phones.receive("13800138000", "first")
    visitor = await world.operator()
    watch = _watch((await visitor.get(PHONE)).text)
    world.phones.receive("13800138000", "second")
    news = await visitor.get(watch, HTMX)
    assert news.status == 200
    assert "second" in news.text
    assert "<html" not in news.text
    assert re.findall(r'hx-target="(#\w+)" hx-swap="innerMorph"', news.text) == ["#handsets", "#conversation"]
    assert (await visitor.get(_watch(news.text), HTMX)).status == 204


async def test_another_phone_that_rings_appears_in_the_list() -> None:
    world = World()
    visitor = await world.operator()
    watch = _watch((await visitor.get("/console/inbox")).text)
    assert (await visitor.get(watch, HTMX)).status == 204
    world.phones.receive("13800138007", "hello")
    news = (await visitor.get(watch, HTMX)).text
    assert "138 0013 8007" in news
    assert "#conversation" not in news


async def test_a_sandbox_that_was_reset_is_noticed() -> None:
    world = World()
    for _ in range(5):
        world.phones.receive("13800138000", "old")
    visitor = await world.operator()
    watch = _watch((await visitor.get(PHONE)).text)
    world.phones.kept.clear()
    world.phones.receive("13800138000", "fresh")
    assert "fresh" in (await visitor.get(watch, HTMX)).text


async def test_a_sandbox_that_never_ran_says_so() -> None:
    world = World()
    world.phones.there = False
    visitor = await world.operator()
    assert "沙箱从未运行" in (await visitor.get("/console/inbox")).text
    assert (await visitor.get("/console/inbox/news?after=0", HTMX)).status == 204


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
async def test_a_reply_goes_out_and_is_seen(headers: dict[str, str]) -> None:
    world = World()
    world.phones.receive("13800138000", "hello", peer="10690001")
    visitor = await world.operator()
    page = await visitor.get(PHONE)
    to = re.search(r'name="to" value="(\w+)"', page.text)
    assert to is not None
    form = {"csrf": page.csrf(), "to": to[1], "text": "  收到 "}
    answer = await visitor.post(f"{PHONE}/replies", form, headers)
    assert [(text.direction, text.peer, text.text) for text in world.phones.kept[1:]] == [
        ("out", "10690001", "收到")
    ]
    assert world.messaging.replies[-1].content == "收到"
    if headers:
        assert answer.status == 200
        assert answer.header("hx-trigger") == "look-soon"
        assert 'name="text" value=""' in answer.text
    else:
        assert answer.header("location") == PHONE
        assert "回复已发出" in (await visitor.get(PHONE)).text


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"to": "10690001", "text": ""}, "请输入回复内容"),
        ({"to": "10690001", "text": "x" * (LONGEST_REPLY + 1)}, "回复最多 500 个字符"),
        ({"to": "", "text": "hello"}, "没有可以回复的接入号"),
        ({"to": "1069 0001; --", "text": "hello"}, "没有可以回复的接入号"),
    ],
)
async def test_a_reply_that_cannot_go_says_why_and_keeps_what_was_typed(
    headers: dict[str, str], form: dict[str, str], words: str
) -> None:
    world = World()
    world.phones.receive("13800138000", "hello")
    visitor = await world.operator()
    answer = await visitor.submit(PHONE, f"{PHONE}/replies", form, headers)
    assert answer.status == 422
    assert words in answer.text
    assert f'value="{form["text"]}"' in answer.text
    assert ("<html" in answer.text) == (not headers)
    assert len(world.phones.kept) == 1


async def test_a_carrier_that_does_not_run_is_named() -> None:
    world = World()
    world.phones.receive("13800138000", "hello")
    world.phones.answering = False
    visitor = await world.operator()
    answer = await visitor.submit(PHONE, f"{PHONE}/replies", {"to": "10690001", "text": "hi"})
    assert answer.status == 422
    assert "运营商模拟器未运行" in answer.text


async def test_with_two_senders_one_chooses_whom_to_answer() -> None:
    world = World()
    world.phones.receive("13800138000", "a", peer="10690001")
    world.phones.receive("13800138000", "b", peer="10690002")
    page = (await (await world.operator()).get(PHONE)).text
    assert re.findall(r'<option value="(\d+)"', page) == ["10690002", "10690001"]


@pytest.mark.parametrize("number", ["x", "12", "1" * 21, "138%2f..", "%2b8613800138000"])
async def test_what_is_no_number_is_no_phone(number: str) -> None:
    visitor = await World().operator()
    assert (await visitor.get(f"/console/inbox/phones/{number}")).status == 404


async def test_a_phone_that_never_rang_is_empty_and_cannot_answer() -> None:
    page = (await (await World().operator()).get(PHONE)).text
    assert "这部手机还没有收到短信" in page
    assert "reply-text" not in page


def _watch(page: str) -> str:
    found = re.search(r'id="inbox-watch"[^>]* hx-get="([^"]+)"', page)
    assert found is not None
    return found[1].replace("&amp;", "&")

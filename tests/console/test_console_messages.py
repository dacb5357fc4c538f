"""The list of messages, the search, one message and its way, and numbers that stay hidden."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from console_world import ROOT, TENANT, World, part

from hongyan.console.search import LOOK_AT_MOST
from hongyan.messaging.model import MessageView
from hongyan.messaging.route import REASONS, passed_over_in

HTMX = {"hx-request": "true"}


async def test_messages_are_listed_newest_first_in_pages() -> None:
    world = World(page_size=2)
    oldest, middle, newest = (world.delivered(f"861380013800{digit}") for digit in range(3))
    visitor = await world.operator()
    first = (await visitor.get("/console/messages")).text
    assert _ids(first) == [newest.id, middle.id]
    older = re.search(r'href="(/console/messages\?before=\d+)"', first)
    assert older is not None
    second = (await visitor.get(older[1])).text
    assert _ids(second) == [oldest.id]
    assert "更早" not in second
    assert "回到最新" in second


async def test_a_full_last_page_leads_nowhere() -> None:
    world = World(page_size=2)
    world.delivered()
    world.delivered()
    assert "更早" not in (await (await world.operator()).get("/console/messages")).text


async def test_numbers_are_masked_everywhere() -> None:
    world = World()
    message = world.delivered("8613800138000")
    await world.phones.reply("8613800138000", "10690001", "收到")
    visitor = await world.operator()
    for path in ("/", "/messages", f"/messages/{message.id}", "/replies"):
        page = (await visitor.get(f"/console{path}")).text
        assert "138****8000" in page
        assert "13800138000" not in page
        assert "138 0013 8000" not in page


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
async def test_a_number_is_shown_on_request_and_that_is_recorded(headers: dict[str, str]) -> None:
    world = World()
    message = world.delivered("8613800138000")
    visitor = await world.operator()
    path = f"/console/messages/{message.id}"
    assert world.identity.events == []
    answer = await visitor.submit(path, f"{path}/number", {}, headers)
    assert answer.status == 200
    assert "138 0013 8000" in answer.text
    assert ("<html" in answer.text) == (not headers)
    assert answer.header("cache-control") == "no-store"
    assert world.identity.events == [
        (TENANT.id, "person:root", "console.show_number", f"message:{message.id}", {"source": "127.0.0.1"})
    ]


async def test_a_number_stays_hidden_when_it_cannot_be_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    message = world.delivered("8613800138000")
    visitor = await world.operator()

    async def full_disk(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(world.identity, "record_event", full_disk)
    path = f"/console/messages/{message.id}"
    with pytest.raises(OSError, match="no space"):
        await visitor.submit(path, f"{path}/number", {})
    assert "138 0013 8000" not in visitor.last.text


async def test_looking_does_not_show_a_number() -> None:
    world = World()
    message = world.delivered()
    visitor = await world.operator()
    assert (await visitor.get(f"/console/messages/{message.id}/number")).status == 405


async def test_a_search_for_a_number_leaves_no_number_in_addresses() -> None:
    world = World(page_size=1)
    wanted = [world.delivered("8613800138000").id for _ in range(2)]
    world.delivered("8613900139000")
    visitor = await world.operator()
    form = {"number": "+86 138-0013-8000", "state": ""}
    found = await visitor.submit("/console/messages", "/console/messages/search", form)
    assert found.status == 200
    assert _ids(found.text) == [wanted[1]]
    assert re.findall(r'(?:href|action)="[^"]*138', found.text) == []
    before = re.findall(r'name="before" value="(\d+)"', found.text)
    page_two = await visitor.submit(
        "/console/messages", "/console/messages/search", {**form, "before": before[0]}
    )
    assert _ids(page_two.text) == [wanted[0]]


async def test_a_search_for_nonsense_says_so_beside_the_field() -> None:
    visitor = await World().operator()
    form = {"number": "12ab", "state": "failed"}
    answer = await visitor.submit("/console/messages", "/console/messages/search", form)
    assert answer.status == 422
    assert 'aria-invalid="true"' in answer.text
    assert 'id="number-error"' in answer.text
    assert '<option value="failed" selected>' in answer.text
    assert 'value="12ab"' in answer.text


async def test_a_search_for_a_state_is_an_address() -> None:
    world = World()
    failed = world.message(state="failed")
    world.delivered()
    visitor = await world.operator()
    form = {"number": "", "state": "failed"}
    answer = await visitor.submit("/console/messages", "/console/messages/search", form)
    assert answer.header("location") == "/console/messages?state=failed"
    page = (await visitor.get("/console/messages?state=failed")).text
    assert _ids(page) == [failed.id]
    assert "查看了 2 条" in page


async def test_a_search_looks_through_a_bounded_number_of_messages_and_goes_on() -> None:
    world = World()
    rare = world.message(state="expired")
    for _ in range(LOOK_AT_MOST + 10):
        world.message()
    visitor = await world.operator()
    world.messaging.reads = 0
    page = (await visitor.get("/console/messages?state=expired")).text
    assert _ids(page) == []
    assert world.messaging.reads == 8
    assert "可以继续查找更早的短信" in page
    older = re.search(r'href="(/console/messages\?state=expired&amp;before=\d+)"', page)
    assert older is not None
    assert _ids((await visitor.get(older[1].replace("&amp;", "&"))).text) == [rare.id]


@pytest.mark.parametrize("query", ["state=nonsense", "before=x", "before=" + "9" * 400, "state=%00"])
async def test_nonsense_in_an_address_shows_the_newest(query: str) -> None:
    world = World()
    message = world.delivered()
    page = await (await world.operator()).get(f"/console/messages?{query}")
    assert _ids(page.text) == [message.id]


async def test_a_message_tells_its_way() -> None:
    world = World()
    message = world.delivered(out_id="order-1", category=0)
    page = (await (await world.operator()).get(f"/console/messages/{message.id}")).text
    for shown in (
        "8F3A00017C",
        "DELIVRD",
        "已送达手机",
        "1.2 秒",
        "¥0.045",
        "SMS_100000001",
        "order-1",
        "验证码",
    ):
        assert shown in page
    assert message.request_id in page
    assert str(message.biz_id) in page
    assert "云上科技" in page
    assert "时间均为北京时间" in page


async def test_parts_and_attempts_are_told_apart_and_uncertain_ones_marked() -> None:
    world = World()
    message = world.message(state="submitted", segments=2, uncertain=1)
    at = message.accepted_ms
    world.messaging.parts_of[message.id] = [
        part(at + 10, part=1, parts=2, receipt_code="MK:0001", receipt_ms=at + 900),
        part(at + 11, part=2, parts=2, outcome=2, status=88, carrier_id=""),
        part(at + 1_011, part=2, parts=2, attempt=2),
    ]
    page = (await (await world.operator()).get(f"/console/messages/{message.id}")).text
    for shown in ("第 1/2 段已提交运营商", "第 2/2 段", "稍后重试", "88", "第几次提交", "空号"):
        assert shown in page
    assert "有 1 次提交未收到应答" in page
    assert "收件人可能收到两次" in page


@pytest.mark.parametrize(
    ("uncertain", "code", "station"), [(0, "NO_CHANNEL", "未提交"), (5, "NO_ANSWER", "未获应答")]
)
async def test_what_has_ended_waits_for_nothing(uncertain: int, code: str, station: str) -> None:
    world = World()
    done_ms = world.clock.now_ms() + 60_000
    message = world.message(state="failed", receipt_code=code, uncertain=uncertain, done_ms=done_ms)
    visitor = await world.operator()
    page = (await visitor.get(f"/console/messages/{message.id}")).text
    assert f'<span class="station__time">{station}</span>' in page
    assert "等待" not in page
    waits = world.message()
    assert "等待中" in (await visitor.get(f"/console/messages/{waits.id}")).text


@pytest.mark.parametrize(
    ("language", "cause", "advice"),
    [
        ("zh-CN", "空号：号码未分配", "租户：核对号码，确认后从发送名单中移除。"),
        (
            "en",
            "unknown subscriber: number not assigned",
            "tenant: Check the number and take it off the list.",
        ),
    ],
)
async def test_a_receipt_is_explained_beside_its_code(language: str, cause: str, advice: str) -> None:
    world = World()
    message = world.message(state="failed", receipt_code="MK:0001")
    at = message.accepted_ms
    world.messaging.parts_of[message.id] = [part(at + 10, receipt_code="MK:0001", receipt_ms=at + 900)]
    visitor = await world.operator()
    await visitor.submit("/console/", "/console/language", {"language": language, "next": "/console/"})
    page = (await visitor.get(f"/console/messages/{message.id}")).text
    assert f"<code>MK:0001</code></a> {cause}" in page
    assert f"<dd>{advice}</dd>" in page


async def test_a_message_that_never_got_a_receipt_says_why_it_ended() -> None:
    world = World()
    message = world.message(state="failed", receipt_code="ESME_RINVDSTADR", done_ms=world.clock.now_ms() + 60)
    world.messaging.parts_of[message.id] = [
        part(message.accepted_ms + 10, outcome=1, status=11, error="ESME_RINVDSTADR")
    ]
    page = (await (await world.operator()).get(f"/console/messages/{message.id}")).text
    assert page.count("<code>ESME_RINVDSTADR</code></a> 目的地址无效") == 1
    assert "<code>11</code>" in page
    assert "租户：核对号码。" in page


async def test_a_code_leads_to_all_that_is_known_of_it() -> None:
    world = World()
    message = world.message(state="failed", receipt_code="MK:0001", channel_id=3)
    at = message.accepted_ms
    world.messaging.parts_of[message.id] = [
        part(at + 10, channel_id=3, receipt_code="MK:0001", receipt_ms=at + 900)
    ]
    visitor = await world.operator()
    page = (await visitor.get(f"/console/messages/{message.id}")).text
    link = re.search(r'href="(/console/codes\?[^"]+)"', page)
    assert link is not None
    assert link[1] == "/console/codes?code=MK%3A0001&amp;protocol=smgp"
    assert "空号：号码未分配" in (await visitor.get(link[1].replace("&amp;", "&"))).text


# -- the route --------------------------------------------------------------------------------------------


def moved(world: World) -> MessageView:
    """Refused by telecom's gateway, delivered by mobile's, which did not come into question at first."""
    message = world.delivered(
        access_number="106900010188",
        passed_over=passed_over_in("1:carrier 2:carrier 4:account 3:refused"),
    )
    at = message.accepted_ms
    refused = part(at + 20, channel_id=3, outcome=4, status=58, error="SMGP:58", carrier_id="")
    world.messaging.parts_of[message.id] = [
        refused,
        *(replace(taken, attempt=2) for taken in world.messaging.parts_of[message.id]),
    ]
    return message


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_the_route_names_the_chosen_channel_and_why_the_others_were_passed_over(language: str) -> None:
    world = World()
    message = moved(world)
    visitor = await world.operator()
    await visitor.submit("/console/", "/console/language", {"language": language, "next": "/console/"})
    page = (await visitor.get(f"/console/messages/{message.id}")).text
    rows = _route(page)
    assert [row[0] for row in rows] == ["mobile CMPP", "telecom SMGP", "unicom SGIP", "4"]
    told = {name: why for name, _, why in rows}
    assert "106900010188" in told["mobile CMPP"]
    assert REASONS["carrier"].words(language) in told["mobile CMPP"]
    for name, code in (("telecom SMGP", "refused"), ("unicom SGIP", "carrier"), ("4", "account")):
        assert told[name] == REASONS[code].words(language)
    decisions = {"zh-CN": ["已选用", "已尝试"], "en": ["Chosen", "Tried"]}[language]
    assert [row[1] for row in rows][:2] == decisions


async def test_every_attempt_says_its_channel_and_what_the_carrier_answered() -> None:
    world = World()
    message = moved(world)
    visitor = await world.operator()
    page = (await visitor.get(f"/console/messages/{message.id}")).text
    first, second = re.findall(r"已提交运营商</strong>(.*?)</li>", page, re.DOTALL)
    for shown in ("telecom", "可改道发送", "SMGP:58", "没有匹配的路由", "<dt>第几次提交</dt><dd>1</dd>"):
        assert shown in first
    for shown in ("mobile", "8F3A00017C", "<dt>第几次提交</dt><dd>2</dd>"):
        assert shown in second


async def test_a_message_that_takes_another_way_says_so_by_itself() -> None:
    world = World()
    message = world.message(channel_id=3)
    visitor = await world.operator()
    page = (await visitor.get(f"/console/messages/{message.id}")).text
    assert [row[0] for row in _route(page)] == ["telecom SMGP"]
    assert "没有通道被排除" in page
    refused = part(message.accepted_ms + 20, channel_id=3, outcome=4, status=58, error="SMGP:58")
    world.messaging.parts_of[message.id] = [refused]
    world.messaging.change(message.id, channel_id=1, passed_over=passed_over_in("3:refused"))
    news = await visitor.get(_poll(page), HTMX)
    assert [row[0] for row in _route(news.text)] == ["mobile CMPP", "telecom SMGP"]


async def test_which_channels_there_are_is_not_told_to_tenants() -> None:
    world = World()
    message = moved(world)
    member = await world.member()
    for path in ("", "/progress"):
        page = (await member.get(f"/console/messages/{message.id}{path}")).text
        assert "SMGP:58" in page
        for hidden in ("telecom", "mobile", "unicom", REASONS["account"].zh):
            assert hidden not in page


# -- texts with codes in them -----------------------------------------------------------------------------

CODE = {"category": 0, "content": "【云上科技】验证码 482913，请勿告知他人。"}


async def test_codes_are_masked_everywhere() -> None:
    world = World()
    message = world.delivered(**CODE)
    visitor = await world.operator()
    for path in ("/", "/messages", f"/messages/{message.id}"):
        page = (await visitor.get(f"/console{path}")).text
        assert "验证码 ******，请勿告知他人" in page
        assert "482913" not in page


async def test_what_has_no_code_is_not_masked() -> None:
    world = World()
    message = world.delivered()
    page = (await (await world.operator()).get(f"/console/messages/{message.id}")).text
    assert "您的订单 A1024 已发货" in page
    assert "显示验证码" not in page


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
async def test_a_text_is_shown_whole_on_request_and_that_is_recorded(headers: dict[str, str]) -> None:
    world = World()
    message = world.delivered("8613800138000", **CODE)
    visitor = await world.operator()
    path = f"/console/messages/{message.id}"
    answer = await visitor.submit(path, f"{path}/text", {}, headers)
    assert answer.status == 200
    assert "482913" in answer.text
    assert "138 0013 8000" not in answer.text
    assert ("<html" in answer.text) == (not headers)
    assert answer.header("cache-control") == "no-store"
    assert world.identity.events == [
        (TENANT.id, "person:root", "console.show_text", f"message:{message.id}", {"source": "127.0.0.1"})
    ]


@pytest.mark.parametrize("what", ["number", "text"])
async def test_what_is_another_tenants_is_neither_shown_nor_recorded(what: str) -> None:
    world = World()
    other = world.delivered(account_id=ROOT.id, **CODE)
    member = await world.member()
    answer = await member.submit("/console/", f"/console/messages/{other.id}/{what}", {})
    assert answer.status == 404
    assert world.identity.events == []


async def test_a_message_on_its_way_updates_by_itself_until_it_has_arrived() -> None:
    world = World()
    message = world.message()
    visitor = await world.operator()
    page = (await visitor.get(f"/console/messages/{message.id}")).text
    path = _poll(page)
    assert (await visitor.get(path, HTMX)).status == 204
    world.messaging.change(message.id, state="delivered", done_ms=message.accepted_ms + 500)
    news = await visitor.get(path, HTMX)
    assert news.status == 200
    assert "已送达" in news.text
    assert "<html" not in news.text
    assert "hx-get" not in news.text


async def test_people_of_a_tenant_see_their_own_messages_only() -> None:
    world = World()
    own = world.delivered()
    other = world.delivered(account_id=ROOT.id)
    world.messaging.replies.clear()
    member, operator = await world.member(), await world.operator()
    assert _ids((await member.get("/console/messages")).text) == [own.id]
    assert _ids((await operator.get("/console/messages")).text) == [other.id, own.id]
    for path in ("", "/progress"):
        assert (await member.get(f"/console/messages/{other.id}{path}")).status == 404
        assert (await operator.get(f"/console/messages/{other.id}{path}")).status == 200


@pytest.mark.parametrize("message_id", ["1", "0", "x", "9" * 30])
async def test_a_message_that_is_not_there_is_a_page_that_is_not_there(message_id: str) -> None:
    answer = await (await World().operator()).get(f"/console/messages/{message_id}")
    assert answer.status == 404
    assert "找不到这个页面" in answer.text


async def test_home_counts_what_is_there_and_invents_nothing() -> None:
    world = World()
    visitor = await world.operator()
    assert "还没有短信" in (await visitor.get("/console/")).text
    for _ in range(3):
        world.delivered()
    world.message(state="failed", done_ms=world.clock.now_ms() + 2_000)
    page = (await visitor.get("/console/")).text
    assert "最近 4 条短信" in page
    assert "<strong>1.2 秒</strong>" in page
    assert re.findall(r'<rect class="sharebar__(\w+)" x="(\d+)" y="0" width="(\d+)"', page) == [
        ("good", "0", "750"),
        ("bad", "750", "250"),
    ]
    assert "localhost:8480" in page


async def test_replies_are_listed_newest_first() -> None:
    world = World(page_size=1)
    await world.phones.reply("8613800138000", "10690001", "first")
    await world.phones.reply("8613800138000", "10690001", "second")
    visitor = await world.operator()
    page = (await visitor.get("/console/replies")).text
    assert "second" in page
    assert "first" not in page
    assert "first" in (await visitor.get("/console/replies?before=2")).text


def _ids(page: str) -> list[int]:
    return [int(found) for found in re.findall(r'table__link" href="/console/messages/(\d+)"', page)]


def _route(page: str) -> list[tuple[str, str, str]]:
    """Channel, decision and reasons of each row."""
    section = page[page.index('aria-labelledby="route-title"') :]
    rows = re.findall(r"<tr.*?</tr>", section[: section.index("</section>")], re.DOTALL)[1:]
    cells = (re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows)
    return [tuple(_text(cell) for cell in row) for row in cells]  # type: ignore[misc]


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def _poll(page: str) -> str:
    found = re.search(r'hx-get="(/console/[^"]+)" hx-trigger="every', page)
    assert found is not None
    return found[1].replace("&amp;", "&")

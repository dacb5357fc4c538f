"""Logging in, logging out, and the language before and after."""

from __future__ import annotations

from console_world import OPERATOR, World

from hongyan.console.security import FLASH_COOKIE, SESSION_COOKIE, VISITOR_COOKIE


async def test_the_right_password_opens_a_session() -> None:
    world = World()
    visitor = world.visitor()
    answer = await visitor.log_in()
    assert answer.status == 303
    assert answer.header("location") == "/console/"
    assert visitor.cookies[SESSION_COOKIE] in world.identity.sessions
    assert VISITOR_COOKIE not in visitor.cookies
    assert (await visitor.get("/console/")).status == 200


async def test_a_wrong_login_and_a_wrong_password_read_the_same() -> None:
    world = World()
    answers = [await world.visitor().log_in("root", "wrong"), await world.visitor().log_in("nobody", "wrong")]
    for answer in answers:
        assert answer.status == 422
        assert "登录名或密码不正确" in answer.text
        assert SESSION_COOKIE not in answer.cookies()
    assert 'value="nobody"' in answers[1].text
    assert "wrong" not in answers[0].text


async def test_too_many_failures_are_said_in_the_rooms_words() -> None:
    world = World()
    world.identity.throttled = True
    answer = await world.visitor().log_in()
    assert answer.status == 429
    assert "请 30 秒后再试" in answer.text


async def test_a_login_never_leads_to_another_site() -> None:
    answer = await World().visitor().log_in(target="//evil.example/console/")
    assert answer.header("location") == "/console/"


async def test_who_is_logged_in_is_not_asked_again() -> None:
    visitor = await World().operator()
    answer = await visitor.get("/console/login?next=/console/replies")
    assert answer.header("location") == "/console/replies"


async def test_logging_out_ends_the_session_for_good() -> None:
    world = World()
    visitor = await world.operator()
    token = visitor.cookies[SESSION_COOKIE]
    answer = await visitor.submit("/console/", "/console/logout", {})
    assert answer.header("location") == "/console/login"
    assert token not in world.identity.sessions
    assert SESSION_COOKIE not in visitor.cookies


async def test_what_just_happened_is_said_once() -> None:
    visitor = await World().operator()
    await visitor.submit("/console/", "/console/logout", {})
    assert "已退出登录" in (await visitor.get("/console/login")).text
    assert "已退出登录" not in (await visitor.get("/console/login")).text


async def test_nobody_can_put_words_on_our_pages() -> None:
    visitor = World().visitor()
    visitor.cookies[FLASH_COOKIE] = "<b>call+900+now</b>"
    assert "call" not in (await visitor.get("/console/login")).text


async def test_the_browser_decides_the_language_until_the_visitor_does() -> None:
    visitor = World().visitor()
    english = {"accept-language": "en-GB,en;q=0.9,zh;q=0.1"}
    page = await visitor.get("/console/login", english)
    assert '<html lang="en">' in page.text
    form = {"csrf": page.csrf(), "language": "zh-CN", "next": "/console/login?next=%2Fconsole%2Freplies"}
    answer = await visitor.post("/console/language", form, english)
    assert answer.header("location") == "/console/login?next=%2Fconsole%2Freplies"
    assert '<html lang="zh-CN">' in (await visitor.get("/console/login", english)).text


async def test_the_choice_of_a_language_is_remembered_with_the_person() -> None:
    world = World()
    visitor = await world.operator()
    await visitor.submit("/console/", "/console/language", {"language": "en", "next": "/console/"})
    assert world.identity.languages == {OPERATOR.id: "en"}
    assert '<html lang="en">' in (await visitor.get("/console/")).text


async def test_a_language_that_we_do_not_speak_is_refused() -> None:
    visitor = World().visitor()
    answer = await visitor.submit("/console/login", "/console/language", {"language": "tlh"})
    assert answer.status == 400

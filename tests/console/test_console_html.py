"""Rules that hold for every page file, so that the content security policy never has to be loosened."""

from __future__ import annotations

import re

import pytest
from console_world import World
from starlette.routing import Route

from hongyan.console import navigation
from hongyan.console.rendering import HTML
from hongyan.console.security import BASE

FILES = [path.relative_to(HTML).as_posix() for path in sorted(HTML.rglob("*.html"))]

FORBIDDEN = {
    "a script of its own": r"<script(?![^>]*\bsrc=)",
    "a style of its own": r"<style|\sstyle=",
    "a handler of its own": r"\son[a-z]+=|hx-on",
    "code for htmx to run": r"hx-trigger=\"[^\"]*\[|\bjs:|javascript:",
    "a way around escaping": r"\|\s*safe|Markup|autoescape",
    "a foreign address": r"(?:src|href|action)=\"(?:https?:)?//",
}


@pytest.mark.parametrize("what", FORBIDDEN)
@pytest.mark.parametrize("file", FILES)
def test_no_page_has(file: str, what: str) -> None:
    assert re.search(FORBIDDEN[what], (HTML / file).read_text()) is None


@pytest.mark.parametrize(
    ("what", "bad"),
    [
        ("a script of its own", "<script>alert(1)</script>"),
        ("a style of its own", '<p style="color:red">'),
        ("a handler of its own", '<p onclick="x()">'),
        ("code for htmx to run", '<p hx-trigger="every 2s [x]">'),
        ("a way around escaping", "{{ text|safe }}"),
        ("a foreign address", '<script src="https://cdn.example/x.js">'),
    ],
)
def test_the_rule_sees_it(what: str, bad: str) -> None:
    assert re.search(FORBIDDEN[what], bad)


@pytest.mark.parametrize("file", FILES)
def test_every_post_form_carries_the_token(file: str) -> None:
    page = (HTML / file).read_text()
    if file != "components/form.html":
        assert 'method="post"' not in page, "use the component `form`"


async def test_every_page_lights_exactly_one_entry() -> None:
    routes = {route.name for route in World().app.routes if isinstance(route, Route)}
    lights = [name for entry in navigation.entries() for name in entry.lights]
    assert len(lights) == len(set(lights)), "a route lights two entries"
    without_page = {"static", "language.choose", "login.leave", "messages.progress", "inbox.news"}
    assert set(lights) | navigation.WITHOUT_ENTRY | without_page == routes


@pytest.mark.parametrize("entry", list(navigation.entries()), ids=lambda entry: entry.path)
async def test_an_entry_leads_to_the_page_that_lights_it(entry: navigation.Entry) -> None:
    visitor = await World().operator()
    page = await visitor.get(BASE + entry.path)
    assert page.status == 200
    lit = re.findall(r'menu__entry" href="([^"]+)" aria-current="page"', page.text)
    assert lit == [BASE + entry.path]


async def test_outside_of_the_sandbox_there_are_no_handsets() -> None:
    world = World(sandbox=False)
    visitor = await world.operator()
    home = await visitor.get("/console/")
    assert "/console/inbox" not in home.text
    assert "sandbox" not in home.text
    for path in ("/console/inbox", "/console/inbox/phones/13800138000", "/console/inbox/news?after=0"):
        assert (await visitor.get(path)).status == 404
    form = {"to": "10690001", "text": "hello"}
    answer = await visitor.submit("/console/", "/console/inbox/phones/13800138000/replies", form)
    assert answer.status == 404


async def test_what_people_write_is_text_on_every_page() -> None:
    world = World()
    evil = '<img src=x onerror=alert(1)>" data-hx-get=/x'
    message = world.delivered(
        content=evil, sign_name=evil, out_id=evil, request_id=evil, access_number="1069"
    )
    world.phones.receive("13800138000", evil)
    await world.phones.reply("13800138000", "10690001", evil)
    visitor = await world.operator()
    paths = ["/", "/messages", f"/messages/{message.id}", "/replies", "/inbox", "/inbox/phones/13800138000"]
    for path in [*paths, "/inbox/news?after=0&number=13800138000"]:
        page = await visitor.get(BASE + path)
        assert page.status == 200
        assert "<img" not in page.text
        assert '" data-hx-get' not in page.text

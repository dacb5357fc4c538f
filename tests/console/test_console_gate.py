"""The gate: who gets in, with what, and what every answer carries."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from console_world import PASSWORD, Visitor, World
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from hongyan.console import forms, gate, security
from hongyan.console.forms import MAX_BODY, MAX_FIELDS

FORM = {"content-type": "application/x-www-form-urlencoded"}

OPEN_TO_STRANGERS = frozenset(
    {
        ("GET", "/console/login"),
        ("HEAD", "/console/login"),
        ("POST", "/console/login"),
        ("POST", "/console/language"),
        ("GET", "/console/static/0"),
        ("HEAD", "/console/static/0"),
    }
)
"""Written down a second time on purpose: opening a page to strangers takes a change here, too."""


def doors(app: Starlette) -> Iterator[tuple[str, str]]:
    """(method, path) of every route, with 0 in each place of a path."""
    for route in app.routes:
        assert isinstance(route, Route), f"{route} is no plain route: teach this guard to walk it"
        path = security.BASE + re.sub(r"\{\w+(:\w+)?\}", "0", route.path)
        for method in sorted(route.methods or ()):
            yield method, path


async def open_doors(app: Starlette) -> set[tuple[str, str]]:
    """Routes that answer a stranger with anything but the way to the login."""
    found = set()
    for method, path in doors(app):
        answer = await Visitor(app).request(method, path, FORM)
        sent_away = answer.status == 303 and (answer.header("location") or "").startswith("/console/login?")
        if not sent_away:
            found.add((method, path))
    return found


async def test_strangers_get_nowhere_but_to_the_login_page() -> None:
    assert await open_doors(World().app) == OPEN_TO_STRANGERS


async def test_a_page_that_somebody_forgot_to_protect_is_protected() -> None:
    app = World().app
    app.router.routes.append(Route("/forgotten", _forgotten))
    assert await open_doors(app) == OPEN_TO_STRANGERS


async def test_the_guard_sees_a_page_that_was_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "PUBLIC", gate.PUBLIC | {("GET", "/messages")})
    assert await open_doors(World().app) > OPEN_TO_STRANGERS


async def test_the_guard_sees_a_console_without_a_gate() -> None:
    bare = Starlette(routes=[Route("/console/forgotten", _forgotten)])
    found = await Visitor(bare).get("/console/forgotten")
    assert found.text == "secret"


async def _forgotten(request: Request) -> Response:
    return PlainTextResponse("secret")


async def test_a_stranger_comes_back_to_where_he_wanted_to_go() -> None:
    visitor = World().visitor()
    answer = await visitor.get("/console/messages?state=failed")
    assert answer.header("location") == "/console/login?next=%2Fconsole%2Fmessages%3Fstate%3Dfailed"
    done = await visitor.log_in(target="/console/messages?state=failed")
    assert done.header("location") == "/console/messages?state=failed"


async def test_a_fragment_whose_login_has_ended_takes_the_whole_page_along() -> None:
    world = World()
    visitor = await world.operator()
    world.identity.sessions.clear()
    headers = {"hx-request": "true", "hx-current-url": "http://localhost:8480/console/inbox?a=1"}
    answer = await visitor.get("/console/inbox/news?after=0", headers)
    assert answer.status == 401
    assert answer.header("hx-redirect") == "/console/login?next=%2Fconsole%2Finbox%3Fa%3D1"
    assert answer.header("location") is None
    assert security.SESSION_COOKIE not in visitor.cookies
    assert "登录已过期" in (await visitor.get("/console/login")).text


async def test_an_address_that_is_none_is_no_place_to_come_back_to() -> None:
    headers = {"hx-request": "true", "hx-current-url": "http://["}
    answer = await Visitor(World().app).request("GET", "/console/inbox/news", headers)
    assert answer.status == 401
    assert answer.header("hx-redirect") == "/console/login?next=%2Fconsole%2F"


@pytest.mark.parametrize(
    "path", ["/console/login", "/console/messages", "/console/nowhere", "/console/static/nothing"]
)
async def test_every_answer_carries_the_headers(path: str) -> None:
    answer = await World().visitor().get(path)
    assert answer.header("content-security-policy") == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert answer.header("x-frame-options") == "DENY"
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("referrer-policy") == "same-origin"
    assert answer.header("cache-control") == "no-store"


async def test_a_fault_nobody_expected_says_nothing_and_keeps_the_headers() -> None:
    world = World()
    visitor = await world.operator()
    world.messaging.messages.append(None)  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        await visitor.get("/console/messages")
    answer = visitor.last
    assert answer.status == 500
    assert "平台内部错误" in answer.text
    assert "AttributeError" not in answer.text
    assert answer.header("x-frame-options") == "DENY"
    assert answer.header("cache-control") == "no-store"


async def test_a_post_without_the_page_it_belongs_to_is_refused() -> None:
    world = World()
    visitor = await world.operator()
    for form in ({}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": "é"}):
        answer = await visitor.post("/console/logout", form)
        assert answer.status == 403
        assert "页面已失效" in answer.text
    assert len(world.identity.sessions) == 1


async def test_a_token_is_worth_nothing_in_another_session() -> None:
    world = World()
    first, second = await world.operator(), await world.operator()
    token = (await first.get("/console/")).csrf()
    assert (await second.post("/console/logout", {"csrf": token})).status == 403
    assert (await first.post("/console/logout", {"csrf": token})).status == 303


async def test_the_login_form_is_bound_to_the_browser_that_opened_it() -> None:
    world = World()
    opened, other = world.visitor(), world.visitor()
    token = (await opened.get("/console/login")).csrf()
    await other.get("/console/login")
    form = {"csrf": token, "login": "root", "password": PASSWORD}
    assert (await other.post("/console/login", form)).status == 403
    assert (await world.visitor().post("/console/login", form)).status == 403
    assert (await opened.post("/console/login", form)).status == 303


async def test_a_token_may_come_as_a_header() -> None:
    visitor = await World().operator()
    token = (await visitor.get("/console/")).csrf()
    answer = await visitor.post("/console/logout", {}, {"x-csrf-token": token})
    assert answer.status == 303


@pytest.mark.parametrize(("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 303)])
async def test_a_post_that_another_site_started_is_refused(site: str, status: int) -> None:
    visitor = await World().operator()
    answer = await visitor.submit("/console/", "/console/logout", {}, {"sec-fetch-site": site})
    assert answer.status == status


async def test_large_forms_are_refused_before_they_are_read() -> None:
    visitor = await World().operator()
    answer = await visitor.post("/console/logout", {"csrf": "x" * MAX_BODY})
    assert answer.status == 413


async def test_forms_with_too_many_fields_are_refused() -> None:
    visitor = await World().operator()
    answer = await visitor.post("/console/logout", {f"f{number}": "" for number in range(MAX_FIELDS + 1)})
    assert answer.status == 400


@pytest.mark.parametrize("body", [b"csrf=%ff", "csrf=é".encode()])
async def test_forms_that_are_no_text_are_refused(body: bytes) -> None:
    visitor = await World().operator()
    assert (await visitor.request("POST", "/console/logout", FORM, body)).status == 400


async def test_a_form_that_does_not_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "READ_SECONDS", 0.01)
    visitor = World().visitor()
    assert (await visitor.request("POST", "/console/login", FORM, None)).status == 408


async def test_a_visitor_who_hangs_up_is_no_fault_of_ours() -> None:
    visitor = await World().operator()
    answer = await visitor.request("POST", "/console/logout", FORM, b"", hang_up=True)
    assert answer.status == 400


async def test_nothing_but_a_plain_form_is_read() -> None:
    visitor = await World().operator()
    for content_type in ("application/json", "multipart/form-data; boundary=x", "text/plain"):
        answer = await visitor.request("POST", "/console/logout", {"content-type": content_type}, b"{}")
        assert answer.status == 415


async def test_other_methods_need_a_token_too() -> None:
    visitor = await World().operator()
    assert (await visitor.request("DELETE", "/console/messages", FORM)).status == 403
    token = (await visitor.get("/console/")).csrf()
    answer = await visitor.request("DELETE", "/console/messages", {**FORM, "x-csrf-token": token})
    assert answer.status == 405


async def test_the_console_answers_with_and_without_the_slash() -> None:
    visitor = await World().operator()
    assert (await visitor.get("/console")).text == (await visitor.get("/console/")).text


async def test_it_works_mounted_as_well() -> None:
    outer = Starlette()
    outer.mount("/console", World().app)
    visitor = Visitor(outer)
    await visitor.log_in()
    assert (await visitor.get("/console/messages")).status == 200

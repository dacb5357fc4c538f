"""The small decisions: where `next` may lead, what cookies look like, which ids exist."""

from __future__ import annotations

import pytest
from console_world import World
from hypothesis import given
from hypothesis import strategies as st

from hongyan.console.ids import LARGEST, parse_id
from hongyan.console.security import csrf_matches, csrf_token, safe_next

HOME = "/console/"


@pytest.mark.parametrize(
    "target",
    ["/console", "/console/", "/console/messages?state=failed&before=12", "/console/inbox/phones/138"],
)
def test_places_in_the_console_are_kept(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [
        "",
        "/",
        "/consolation",
        "//evil.example/console/",
        "///evil.example/console/",
        "https://evil.example/console/",
        "javascript:alert(1)//console/",
        "\\\\evil.example/console/",
        "/\\evil.example",
        "/console/\\evil",
        "/console/../secret",
        "/console//evil.example",
        "/console/\r\nset-cookie: a=b",
        "/console/\t",
        "http:///console/",
        "//[evil/console/",
        "/console/" + "a" * 600,
        "console/",
    ],
)
def test_other_places_lead_home(target: str) -> None:
    assert safe_next(target) == HOME


@given(st.text(max_size=60))
def test_next_never_leaves_the_console(target: str) -> None:
    assert safe_next(target) == HOME or target.startswith("/console")
    assert not safe_next("//" + target).startswith("//")


COOKIES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
"""No NUL: a cookie holds none, and HMAC pads short keys with it."""


@given(COOKIES, COOKIES)
def test_only_the_right_token_matches(secret: str, other: str) -> None:
    token = csrf_token(secret)
    assert csrf_matches(secret, token)
    assert secret == other or not csrf_matches(other, token)
    assert not secret or secret not in token or len(secret) < 3


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        (str(LARGEST), LARGEST),
        (str(LARGEST + 1), None),
        ("9" * 5000, None),
        ("", None),
        ("-1", None),
        ("1e3", None),
        ("٣", None),
        ("1 ", None),
    ],
)
def test_ids_are_digits_that_a_store_can_hold(text: str, value: int | None) -> None:
    assert parse_id(text) == value


async def test_cookies_stay_away_from_scripts_other_sites_and_other_paths() -> None:
    visitor = World().visitor()
    for answer in (await visitor.get("/console/login"), await visitor.log_in()):
        cookies = answer.cookies()
        assert cookies
        for line in cookies.values():
            assert "HttpOnly" in line
            assert "SameSite=lax" in line
            assert "Path=/console" in line
            assert "Secure" not in line


async def test_cookies_are_secure_when_the_page_is() -> None:
    world = World()
    visitor = world.visitor()
    visitor.scheme = "https"
    assert all("Secure" in line for line in (await visitor.get("/console/login")).cookies().values())
    behind_a_proxy = World(https=True).visitor()
    assert all("Secure" in line for line in (await behind_a_proxy.get("/console/login")).cookies().values())


async def test_the_session_cookie_ends_with_the_browser() -> None:
    line = (await World().visitor().log_in()).cookies()["hongyan_session"]
    assert "Max-Age" not in line
    assert "expires" not in line.lower()

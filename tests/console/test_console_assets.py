"""Static files: named by content, kept for ever, and htmx exactly as published."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

from console_world import World

from hongyan.console.assets import Assets

STATIC = Path(__file__).parents[2] / "src/hongyan/console/static"

HTMX_SHA256 = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"
"""htmx.org 4.0.1 in the npm registry, dist/htmx.min.js."""


async def test_what_a_page_needs_is_served_and_may_be_kept_for_ever() -> None:
    visitor = World().visitor()
    page = await visitor.get("/console/login")
    needed = re.findall(r'(?:href|src)="(/console/static/[^"]+)"', page.text)
    assert len(needed) == 4
    types = set()
    for path in needed:
        answer = await visitor.get(path)
        assert answer.status == 200
        assert answer.header("cache-control") == "public, max-age=31536000, immutable"
        types.add(answer.header("content-type"))
    assert types == {"text/css; charset=utf-8", "text/javascript; charset=utf-8", "image/svg+xml"}


async def test_only_the_name_with_the_hash_is_served() -> None:
    visitor = World().visitor()
    for name in ("console.css", "../app.py", "vendor/htmx-LICENSE.txt", "console.000000000000.css"):
        assert (await visitor.get(f"/console/static/{name}")).status in (303, 404)


def test_a_changed_file_gets_a_new_name(tmp_path: Path) -> None:
    file = tmp_path / "console.css"
    file.write_text("a {}")
    before = Assets(tmp_path).public_name("console.css")
    file.write_text("b {}")
    assert Assets(tmp_path).public_name("console.css") != before


def test_htmx_is_the_published_file() -> None:
    content = (STATIC / "vendor/htmx-4.0.1.min.js").read_bytes()
    assert sha256(content).hexdigest() == HTMX_SHA256
    assert "Zero-Clause BSD" in (STATIC / "vendor/htmx-LICENSE.txt").read_text()

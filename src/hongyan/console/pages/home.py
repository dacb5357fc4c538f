"""The first page: today in numbers, how the newest messages fared, and how to send one."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from hongyan.console.overview import SAMPLE, overview
from hongyan.console.visit import Visit, page_route
from hongyan.kernel.clock import day_of

SHOWN: Final = 8
"""Messages and replies that are shown in short."""


async def show(visit: Visit) -> Response:
    messaging = visit.console.messaging
    today = await messaging.usage(visit.account_scope, day_of(visit.console.clock.now_ms()))
    messages = await messaging.recent_messages(visit.account_scope, None, SAMPLE)
    replies = await messaging.recent_replies(visit.account_scope, None, SHOWN)
    url = visit.request.url
    return visit.page(
        "pages/home.html",
        today=today,
        overview=overview(messages),
        messages=messages[:SHOWN],
        replies=replies,
        endpoint=url.netloc,
        scheme=url.scheme,
    )


ROUTES = [page_route("/", "home", show)]

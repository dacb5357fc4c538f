"""The virtual handsets: what arrived, as their owners see it, and their answers.

These phones are simulated, so their numbers are shown whole.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from hongyan.console.handsets import InboxLook, look, look_again
from hongyan.console.ids import parse_id
from hongyan.console.security import BASE
from hongyan.console.visit import Visit, page_route
from hongyan.kernel.errors import HongyanError, Misconfigured, Refused, RemoteFault

LONGEST_REPLY: Final = 500
"""Characters."""

_NUMBER = re.compile(r"[0-9]{3,20}").fullmatch
_ACCESS_NUMBER = re.compile(r"[0-9A-Za-z]{1,20}").fullmatch
_NOTHING = InboxLook(0, (), None, ())


async def phones(visit: Visit) -> Response:
    return await _page(visit, None)


async def phone(visit: Visit) -> Response:
    return await _page(visit, _number(visit))


async def news(visit: Visit) -> Response:
    """What has changed since the page looked last; nothing at all most of the time."""
    _in_sandbox(visit)
    query = visit.request.query_params
    number = query.get("number") or None
    if number is not None and not _NUMBER(number):
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    try:
        seen = await look_again(visit.console.inbox_factory, number, parse_id(query.get("after", "")) or 0)
    except Misconfigured:
        return visit.nothing_new()  # no handsets yet: the page says so already
    return visit.nothing_new() if seen is None else visit.fragment("fragments/inbox_news.html", look=seen)


async def reply(visit: Visit) -> Response:
    number = _number(visit)
    to, text = visit.form.get("to", ""), visit.form.get("text", "")
    error = _complaint(visit, to, text)
    if not error:
        try:
            await visit.console.reply(number, to, text)
        except (Refused, Misconfigured, RemoteFault) as fault:
            error = fault.words(visit.language)
    if error:
        return await _again(visit, number, to=to, text=text, error=error)
    if visit.wants_fragment:
        seen, _ = await _look(visit, number)
        fragment = visit.fragment(
            "fragments/reply_form.html", look=seen, longest=LONGEST_REPLY, to=to, text="", error=""
        )
        fragment.headers["hx-trigger"] = "look-soon"
        return fragment
    return visit.redirect(f"{BASE}/inbox/phones/{number}", flash="reply_sent")


async def _again(visit: Visit, number: str, **form: str) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if not visit.wants_fragment:
        return await _page(visit, number, status=status, **form)
    seen, _ = await _look(visit, number)
    return visit.fragment(
        "fragments/reply_form.html", status=status, look=seen, longest=LONGEST_REPLY, **form
    )


async def _page(
    visit: Visit, number: str | None, *, status: int = 200, to: str = "", text: str = "", error: str = ""
) -> Response:
    _in_sandbox(visit)
    seen, missing = await _look(visit, number)
    return visit.page(
        "pages/inbox.html",
        status=status,
        look=seen,
        missing=missing,
        longest=LONGEST_REPLY,
        to=to,
        text=text,
        error=error,
    )


async def _look(visit: Visit, number: str | None) -> tuple[InboxLook, HongyanError | None]:
    """What there is to see; without handsets an empty look and the reason."""
    try:
        return await look(visit.console.inbox_factory, number), None
    except Misconfigured as fault:
        return _NOTHING, fault


def _complaint(visit: Visit, to: str, text: str) -> str:
    """What is wrong with a reply, "" when nothing is."""
    if not text:
        return visit.words("inbox.reply_empty")
    if len(text) > LONGEST_REPLY:
        return visit.words("inbox.reply_too_long", most=LONGEST_REPLY)
    return "" if _ACCESS_NUMBER(to) else visit.words("inbox.reply_to_nobody")


def _number(visit: Visit) -> str:
    _in_sandbox(visit)
    number: str = visit.request.path_params["number"]
    if not _NUMBER(number):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return number


def _in_sandbox(visit: Visit) -> None:
    if not visit.console.settings.sandbox:
        raise HTTPException(HTTPStatus.NOT_FOUND)


ROUTES = [
    page_route("/inbox", "inbox.phones", phones),
    page_route("/inbox/news", "inbox.news", news),
    page_route("/inbox/phones/{number}", "inbox.phone", phone),
    page_route("/inbox/phones/{number}/replies", "inbox.reply", reply, method="POST"),
]

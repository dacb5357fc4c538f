"""Messages: the list, the search, one message with its way, and its whole number and text on request.

Numbers are masked, and codes in texts. A search for a number is a POST, so that the number stays out of addresses,
histories and logs. Showing a whole number or text is a POST too, and is written into the audit trail before it leaves.
"""

from __future__ import annotations

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from hongyan.console.formatters import MESSAGE_STATES
from hongyan.console.ids import parse_id
from hongyan.console.journey import Journey, journey
from hongyan.console.search import Wish, find_messages
from hongyan.console.security import BASE
from hongyan.console.visit import Visit, page_route
from hongyan.kernel.errors import Refused
from hongyan.kernel.numbers import parse_number, vendor_form
from hongyan.messaging.model import MessageView


async def list_newest(visit: Visit) -> Response:
    query = visit.request.query_params
    return await _list(visit, Wish(state=_state(query.get("state", ""))), parse_id(query.get("before", "")))


async def search(visit: Visit) -> Response:
    raw, state = visit.form.get("number", ""), _state(visit.form.get("state", ""))
    if not raw:
        return visit.redirect(f"{BASE}/messages" + (f"?state={state}" if state else ""))
    try:
        number = vendor_form(parse_number(raw).e164)
    except Refused as fault:
        return visit.page(
            "pages/messages.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
            found=None,
            wish=Wish(state=state),
            typed=raw,
            error=fault.words(visit.language),
            first_page=True,
        )
    return await _list(visit, Wish(number, state), parse_id(visit.form.get("before", "")), typed=raw)


async def _list(visit: Visit, wish: Wish, before_id: int | None, *, typed: str = "") -> Response:
    settings, messaging = visit.console.settings, visit.console.messaging
    found = await find_messages(messaging, visit.account_scope, wish, before_id, settings.page_size)
    return visit.page(
        "pages/messages.html",
        found=found,
        wish=wish,
        typed=typed,
        error="",
        first_page=before_id is None,
    )


async def detail(visit: Visit) -> Response:
    return await _detail(visit, await _message(visit))


async def progress(visit: Visit) -> Response:
    """The part of the detail page that updates by itself."""
    message = await _message(visit)
    seen = await _journey(visit, message)
    if visit.request.query_params.get("seen") == seen.mark:
        return visit.nothing_new()
    return visit.fragment("fragments/progress.html", message=message, journey=seen, operator=_operator(visit))


async def show_number(visit: Visit) -> Response:
    return await _show(visit, "number")


async def show_text(visit: Visit) -> Response:
    return await _show(visit, "text")


async def _show(visit: Visit, what: str) -> Response:
    """The number or the text, whole, once the audit trail of the message's account says who looks at it."""
    message = await _message(visit)
    await visit.console.identity.record_event(
        message.account_id,
        f"person:{visit.person.login}",
        f"console.show_{what}",
        f"message:{message.id}",
        source=visit.source,
    )
    if visit.wants_fragment:
        return visit.fragment(f"fragments/{what}.html", message=message)
    return await _detail(visit, message, shown=what)


async def _detail(visit: Visit, message: MessageView, *, shown: str = "") -> Response:
    account = await visit.console.identity.account(message.account_id)
    return visit.page(
        "pages/message.html",
        message=message,
        journey=await _journey(visit, message),
        account=account,
        shown=shown,
        operator=_operator(visit),
    )


async def _journey(visit: Visit, message: MessageView) -> Journey:
    parts = await visit.console.messaging.parts(message.id)
    return journey(message, parts, await visit.console.channel_names())


def _operator(visit: Visit) -> bool:
    """Whether to name channels: which there are, and for whom, is not the tenants' to know."""
    return visit.account_scope is None


async def _message(visit: Visit) -> MessageView:
    """The message of the address, if this person may see it: otherwise there is none."""
    message_id = parse_id(visit.request.path_params["message_id"])
    message = await visit.console.messaging.message(message_id) if message_id is not None else None
    if message is None or visit.account_scope not in (None, message.account_id):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return message


def _state(value: str) -> str:
    return value if value in MESSAGE_STATES else ""


ROUTES = [
    page_route("/messages", "messages.list", list_newest),
    page_route("/messages/search", "messages.search", search, method="POST"),
    page_route("/messages/{message_id}", "messages.detail", detail),
    page_route("/messages/{message_id}/progress", "messages.progress", progress),
    page_route("/messages/{message_id}/number", "messages.number", show_number, method="POST"),
    page_route("/messages/{message_id}/text", "messages.text", show_text, method="POST"),
]

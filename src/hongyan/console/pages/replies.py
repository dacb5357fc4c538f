"""What came back from phones (MO)."""

from __future__ import annotations

from starlette.responses import Response

from hongyan.console.ids import parse_id
from hongyan.console.visit import Visit, page_route


async def list_newest(visit: Visit) -> Response:
    before_id = parse_id(visit.request.query_params.get("before", ""))
    limit = visit.console.settings.page_size
    replies = await visit.console.messaging.recent_replies(visit.account_scope, before_id, limit + 1)
    return visit.page(
        "pages/replies.html",
        replies=replies[:limit],
        older=replies[limit - 1].id if len(replies) > limit else None,
        first_page=before_id is None,
    )


ROUTES = [page_route("/replies", "replies.list", list_newest)]

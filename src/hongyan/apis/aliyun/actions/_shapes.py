"""What the management actions have in common: pages, times, who acts, review states as the vendor says them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, TypeVar

from hongyan.apis.aliyun.call import MAX_PAGE, Call
from hongyan.apis.aliyun.registry import Answer, Services
from hongyan.compliance import LabelledDesk, Recorded, Standing, State, Viewed
from hongyan.compliance.papers import Bearer
from hongyan.identity import Actor
from hongyan.kernel.clock import Millis, beijing

DOOR: Final = "aliyun"
"""How rules and limits call this door."""
V = TypeVar("V", bound=Viewed)

MAX_PAGE_SIZE: Final = 50


class AuditState(NamedTuple):
    """A review state as GetSms… says it (a number) and as QuerySms…List does (a word)."""

    number: int
    word: str


_REVIEWING: Final = AuditState(0, "AUDIT_STATE_INIT")
AUDIT_STATES: Final[Mapping[State, AuditState]] = {
    State.PENDING: _REVIEWING,
    State.CHANGING: _REVIEWING,
    State.IN_REVIEW: _REVIEWING,
    State.APPROVED: AuditState(1, "AUDIT_STATE_PASS"),
    State.REJECTED: AuditState(2, "AUDIT_STATE_NOT_PASS"),
    State.INCOMPLETE: AuditState(2, "AUDIT_STATE_NOT_PASS"),
    State.WITHDRAWN: AuditState(10, "AUDIT_STATE_CANCEL"),
}
"""Source: GetSmsSign.SignStatus, QuerySmsSignList.AuditStatus, and the same of templates."""


_REFUSED: Final = frozenset({State.REJECTED, State.INCOMPLETE})
"""The vendor has no word for signatures and templates of which a reviewer wants to know more."""


def audit_state(standing: Standing) -> AuditState:
    """An object that has an approved revision is shown with it, and as approved, whatever became of a later edit."""
    return AUDIT_STATES[State.APPROVED if standing.usable else standing.state]


def reject_info(standing: Standing) -> str:
    """Why the shown state is a rejection; empty when it is none."""
    return standing.reason if not standing.usable and standing.state in _REFUSED else ""


def reason(standing: Standing) -> Answer:
    """The Reason object of the lists."""
    info = reject_info(standing)
    return {
        "RejectDate": beijing_time(standing.decided_ms) if info else "",
        "RejectInfo": info,
        "RejectSubInfo": "",
    }


class Page(NamedTuple):
    number: int
    size: int

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size


def page_of(call: Call, number: str, *, default_size: int = 10) -> Page:
    """Pages count from 1; at most MAX_PAGE_SIZE rows each."""
    return Page(
        call.integer(number, 1, least=1, most=MAX_PAGE),
        call.integer("PageSize", default_size, least=1, most=MAX_PAGE_SIZE),
    )


async def listed(call: Call, desk: LabelledDesk[Any, V], name: str, row: Callable[[V], Answer]) -> Answer:
    """A page of the account's objects, as the list `name` of the answer."""
    page = page_of(call, "PageIndex")
    total, found = await desk.page(call.account_id, limit=page.size, offset=page.offset)
    return {
        "TotalCount": total,
        "CurrentPage": page.number,
        "PageSize": page.size,
        name: [_submission(view.standing) | row(view) for view in found],
    }


def _submission(standing: Standing) -> Answer:
    return {
        "AuditStatus": audit_state(standing).word,
        "CreateDate": beijing_time(standing.created_ms),
        "OrderId": str(standing.order_id),
        "Reason": reason(standing),
    }


def audit(standing: Standing) -> Answer:
    """The fields that tell of the newest submission where one object is shown."""
    return {
        "CreateDate": beijing_time(standing.created_ms),
        "OrderId": str(standing.order_id),
        "AuditInfo": {
            "AuditDate": beijing_time(standing.decided_ms),
            "RejectInfo": reject_info(standing),
        },
    }


def beijing_time(at: Millis | None) -> str:
    """`2026-01-31 08:05:00` in Beijing; empty for None."""
    return "" if at is None else beijing(at).strftime("%Y-%m-%d %H:%M:%S")


def actor(call: Call, door: str = DOOR) -> Actor:
    """Who acts, as change records and the audit trail write it."""
    return Actor(f"key:{call.access_key_id}", door, call.address)


def bearer(call: Call) -> Bearer:
    """Who upload tickets and links to papers are given to."""
    return Bearer(call.account_id, call.access_key_id)


async def paper_links(
    services: Services, call: Call, kind: Recorded, object_id: int, revision: int
) -> dict[str, str]:
    """Key -> URL under which the caller sees the paper, of all papers of a revision."""
    links = await services.compliance.papers.links(kind, object_id, revision, bearer(call))
    return {key: call.origin() + link for key, link in links.items()}

"""Change records: everything that happened to an object, for those whose it is, and for the operator.

A tenant sees which of his access keys acted; of the operator's people he sees what they did, and not who and from where.
"""

from __future__ import annotations

from typing import Final

from hongyan.apis.rest.call import Call, Services
from hongyan.apis.rest.reading import read_cursor
from hongyan.apis.rest.route import Output, Route
from hongyan.apis.rest.shapes import ChangeShown, Page, paged, shown
from hongyan.compliance import Kind, ProofKind, Recorded
from hongyan.compliance.review import change_facts

KINDS: Final[dict[str, Recorded]] = {each.value: each for each in (*Kind, *ProofKind)}
_SOMEBODY: Final = {"actor": "platform", "door": "", "address": ""}
"""Whoever is none of a tenant's own access keys."""


class Changes(Output, frozen=True):
    """Steps in their order."""

    items: list[ChangeShown]
    next: str | None


async def changes(services: Services, call: Call) -> Changes:
    """A page of an object's steps."""
    page: Page = call.query
    (after,) = read_cursor(page.cursor, 0)
    found = await services.compliance.changes(
        KINDS[call.place["kind"]], call.place["id"], call.scope, after=after, limit=page.limit + 1
    )
    records, following = paged(found, page.limit)
    facts = [change_facts(each) for each in records]
    if not call.operator:
        own = {f"key:{key.id}" for key in await services.identity.list_keys(call.account.id)}
        facts = [each if each["actor"] in own else each | _SOMEBODY for each in facts]
    return Changes(items=[shown(each, ChangeShown) for each in facts], next=following)


CHANGES: Final = (
    Route(
        method="GET",
        path="/changes/{kind}/{id}",
        en="Everything that happened to an object, with the fields that changed",
        zh="对象的变更记录，含变更字段",
        answer=changes,
        query=Page,
        shows=Changes,
        words={"kind": tuple(KINDS)},
        errors=("object.unknown",),
    ),
)

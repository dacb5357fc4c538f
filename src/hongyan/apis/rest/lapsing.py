"""What lapses because nothing is sent, over REST: a tenant's own, the operator's of all."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta

from hongyan.apis.rest.call import Call, Services
from hongyan.apis.rest.reading import read_cursor, write_cursor
from hongyan.apis.rest.registrations import Registrations, RegistrationShown
from hongyan.apis.rest.route import Route
from hongyan.apis.rest.shapes import Page, shown
from hongyan.compliance.registration import registration_facts


class LapsingWanted(Page, frozen=True):
    """Whose registrations."""

    account_id: Annotated[int, Meta(ge=0, description="For the operator: of one tenant.")] = 0


async def lapsing(services: Services, call: Call) -> Registrations:
    """A page of them, the longest silence first."""
    wanted: LapsingWanted = call.query
    account_id = call.tenants(wanted.account_id) or 0
    (start,) = read_cursor(wanted.cursor, 0)
    end = start + wanted.limit
    found = await services.compliance.registration_views.lapsing(account_id)
    return Registrations(
        items=[shown(registration_facts(each), RegistrationShown) for each in found[start:end]],
        total=len(found),
        next=write_cursor(end) if end < len(found) else None,
    )


LAPSING: Final = (
    Route(
        method="GET",
        path="/lapsing-registrations",
        en="What was not sent for 120 days or more, and lapses after six months; the longest silence first",
        zh="临近失效的报备：120 天以上未发送，满 6 个月失效",
        answer=lapsing,
        query=LapsingWanted,
        shows=Registrations,
    ),
)

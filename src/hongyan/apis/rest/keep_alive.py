"""Keeping registrations alive over REST: a tenant for its own signatures, the operator for anybody's.

The messages are the tenant's and charged as such. The operator's canary phones are the operator's to use.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from hongyan.apis.rest.call import Call, Services
from hongyan.apis.rest.registrations import Name
from hongyan.apis.rest.route import Input, Nothing, Output, Route
from hongyan.apis.rest.shapes import Bilingual, Moment, shown
from hongyan.apis.rest.test_sends import AccountId, Params, Phone, Template, no_canaries
from hongyan.compliance.registration.keeping import (
    AFTER_DAYS,
    MOST_A_DAY,
    MOST_AFTER,
    MOST_PHONES,
    USUAL_A_DAY,
    Arrangement,
    Draft,
    KeepEvent,
    arrangement_facts,
    draft_facts,
    item_facts,
    plan_facts,
)
from hongyan.kernel.clock import beijing
from hongyan.kernel.cn_prefixes import Carrier

_ALL: Final = 0
Phones = Annotated[
    tuple[Phone, ...],
    Meta(max_length=MOST_PHONES, description="Of the tenant's own and its team's, one for each carrier."),
]
After = Annotated[int, Meta(ge=1, le=MOST_AFTER, description="Days of silence after which a message is due.")]


class KeepWanted(Input, frozen=True):
    """What falls silent, and what would keep it. Without phones and template: what is arranged."""

    signature: Name = ""
    account_id: AccountId = 0
    phones: Phones = ()
    template: Template = ""
    params: Params = msgspec.field(default_factory=dict)
    after: After | None = None
    per_day: Annotated[int, Meta(ge=1, le=MOST_A_DAY, description="Messages to one phone in a day.")] = (
        USUAL_A_DAY
    )
    canary: Annotated[
        bool,
        Meta(description="For the operator: to his own phones, of carriers of which the tenant names none."),
    ] = False


class ArrangementWanted(Input, frozen=True):
    """With what signatures are kept alive. `signature` left out: all that have no arrangement of their own."""

    phones: Phones
    template: Template
    signature: Name = ""
    account_id: AccountId = 0
    params: Params = msgspec.field(default_factory=dict)
    after: After = AFTER_DAYS
    automatic: Annotated[bool, Meta(description="Plan what falls due each morning.")] = False


class Forgotten(Input, frozen=True):
    """Which arrangement."""

    signature: Name = ""
    account_id: AccountId = 0


class OfTenant(Input, frozen=True):
    """Whose."""

    account_id: AccountId = 0


class PlaceShown(Output, frozen=True):
    """A signature at a carrier under a number, and the message that would keep it, or why there is none."""

    registration: int
    account_id: int
    signature: str
    network: Carrier
    sender: str
    last_used: Moment
    silent_days: int
    signature_silent_days: int
    lapses_on: str
    days_left: int
    due_on: str
    phone: str | None
    at: Moment | None
    template_code: str | None
    segments: int
    price: Annotated[int, Meta(description="At list prices, in 1/10,000 yuan.")]
    why: str | None
    words: Bilingual | None
    refused: Annotated[str | None, Meta(description="The code of what hinders sending.")]


class Places(Output, frozen=True):
    """What lapses first comes first. Nothing is stored."""

    places: list[PlaceShown]


class KeepPlanShown(Output, frozen=True):
    """A plan."""

    plan: int
    account_id: int
    made: Moment
    by: str
    state: Literal["running", "paused", "cancelled", "done"]
    messages: int
    waiting: int


class KeepPlans(Output, frozen=True):
    """The newest hundred, the newest first."""

    items: list[KeepPlanShown]


class KeepItemShown(Output, frozen=True):
    """A message of a plan, and what became of it."""

    signature: str
    network: Carrier
    sender: str
    phone: str
    template_code: str
    due: Moment
    outcome: Annotated[
        Literal["waiting", "handed", "sent", "kept", "refused", "skipped", "cancelled"],
        Meta(description="sent: not, or not yet, from the number that it was to keep."),
    ]
    why: str | None
    message_id: int | None
    last_used: Moment | None


class KeepPlanWithItems(KeepPlanShown, frozen=True):
    """With its messages."""

    items: list[KeepItemShown]


class ArrangementShown(Output, frozen=True):
    """An arrangement; `signature` None: of those that have none of their own."""

    account_id: int
    signature: str | None
    phones: list[str]
    template_code: str
    params: dict[str, str]
    automatic: bool
    after_days: int
    set_by: str
    set: Moment


class Arrangements(Output, frozen=True):
    """A tenant's, or of all."""

    items: list[ArrangementShown]


async def draft(services: Services, call: Call) -> Places:
    """A dry run."""
    today = beijing(services.clock.now_ms()).date()
    found = await _draft(services, call, call.body)
    return Places(places=[shown(draft_facts(each, today), PlaceShown) for each in found])


async def start(services: Services, call: Call) -> None:
    """A running server sends them when they are due."""
    await services.keep_alive.start(await _draft(services, call, call.body), call.actor, also=call.once)


async def started(services: Services, call: Call) -> KeepPlans:
    """With the new ones first."""
    return await _plans(services, call.tenants(call.body.account_id) or _ALL)


async def plans(services: Services, call: Call) -> KeepPlans:
    """As far as people look back."""
    return await _plans(services, call.tenants(call.query.account_id) or _ALL)


async def one(services: Services, call: Call) -> KeepPlanWithItems:
    """As it is now."""
    book, number = services.keep_alive.book, call.place["plan"]
    found = await book.plan(number, call.scope)
    items = [item_facts(each) for each in await book.items(number)]
    return shown(plan_facts(found) | {"items": items}, KeepPlanWithItems)


async def pause(services: Services, call: Call) -> None:
    """What was sent stays sent."""
    await _move(services, call, KeepEvent.PAUSE)


async def resume(services: Services, call: Call) -> None:
    """What is due goes at once."""
    await _move(services, call, KeepEvent.RESUME)


async def cancel(services: Services, call: Call) -> None:
    """What was sent stays sent."""
    await _move(services, call, KeepEvent.CANCEL)


async def arrangements(services: Services, call: Call) -> Arrangements:
    """What is arranged."""
    return await _arrangements(services, call.tenants(call.query.account_id) or _ALL)


async def arrange(services: Services, call: Call) -> None:
    """In place of what was arranged before."""
    said: ArrangementWanted = call.body
    wanted = Arrangement(
        *(call.tenant(said.account_id), said.signature, said.phones, said.template, said.params),
        *(said.automatic, said.after),
    )
    await services.keep_alive.arrange(wanted, call.actor, also=call.once)


async def forget(services: Services, call: Call) -> None:
    """Plans that were made go on."""
    said: Forgotten = call.body
    await services.keep_alive.forget(call.tenant(said.account_id), said.signature, call.actor, also=call.once)


async def arranged(services: Services, call: Call) -> Arrangements:
    """As it is now."""
    return await _arrangements(services, call.tenant(call.body.account_id))


async def _draft(services: Services, call: Call, said: KeepWanted) -> list[Draft]:
    no_canaries(call, canary=said.canary)
    instead = None
    if said.phones or said.template:
        key = call.tenant(said.account_id), said.signature, said.phones, said.template, said.params
        instead = await services.keep_alive.checked(Arrangement(*key))
    account_id = call.tenants(said.account_id) or _ALL if instead is None else instead.account_id
    return await services.keep_alive.draft(
        account_id,
        said.signature,
        instead=instead,
        after_days=said.after,
        a_day=said.per_day,
        canary=said.canary,
    )


async def _plans(services: Services, account_id: int) -> KeepPlans:
    found = await services.keep_alive.book.plans(account_id)
    return KeepPlans(items=[shown(plan_facts(each), KeepPlanShown) for each in found])


async def _arrangements(services: Services, account_id: int) -> Arrangements:
    found = await services.keep_alive.book.arrangements(account_id)
    return Arrangements(items=[shown(arrangement_facts(each), ArrangementShown) for each in found])


async def _move(services: Services, call: Call, event: KeepEvent) -> None:
    await services.keep_alive.move(
        call.place["plan"], event, call.actor, account_id=call.scope, also=call.once
    )


_DRAFT_ERRORS: Final = (
    "registration.keep_phones",
    "registration.trial_phone",
    "number.malformed",
    "registration.trial_canary",
)
_UNKNOWN: Final = ("registration.keep_plan_unknown",)
_VERBS: Final = (
    ("pause", "Let nothing more of a keep-alive plan be sent", "暂停保活计划", pause),
    ("resume", "Go on with a paused keep-alive plan", "恢复已暂停的保活计划", resume),
    ("cancel", "Give a keep-alive plan up", "取消保活计划", cancel),
)

KEEP_ALIVE: Final = (
    Route(
        method="POST",
        path="/keep-alive-plans/draft",
        en="What falls silent, and the messages that would keep it, with their price; nothing is stored",
        zh="预览保活计划：长期未发送的报备、保活短信安排与费用，不保存",
        answer=draft,
        body=KeepWanted,
        shows=Places,
        errors=_DRAFT_ERRORS,
    ),
    Route(
        method="POST",
        path="/keep-alive-plans",
        en="Schedule the messages that keep registrations alive; they are the tenant's and charged as such",
        zh="安排保活短信，由租户付费",
        change=start,
        answer=started,
        body=KeepWanted,
        shows=KeepPlans,
        errors=(*_DRAFT_ERRORS, "registration.nothing_to_keep"),
    ),
    Route(
        method="GET",
        path="/keep-alive-plans",
        en="Keep-alive plans, the newest first",
        zh="保活计划列表",
        answer=plans,
        query=OfTenant,
        shows=KeepPlans,
    ),
    Route(
        method="GET",
        path="/keep-alive-plans/{plan}",
        en="A keep-alive plan, and what became of each message",
        zh="保活计划及每条短信的结果",
        answer=one,
        shows=KeepPlanWithItems,
        errors=_UNKNOWN,
    ),
    *(
        Route(
            method="POST",
            path=f"/keep-alive-plans/{{plan}}/{name}",
            en=en,
            zh=zh,
            change=change,
            answer=one,
            body=Nothing,
            shows=KeepPlanWithItems,
            errors=_UNKNOWN,
        )
        for name, en, zh, change in _VERBS
    ),
    Route(
        method="GET",
        path="/keep-alive-arrangements",
        en="With which phones and which template signatures are kept alive",
        zh="保活号码与模板的登记列表",
        answer=arrangements,
        query=OfTenant,
        shows=Arrangements,
    ),
    Route(
        method="POST",
        path="/keep-alive-arrangements",
        en="Arrange with which phones and which template signatures are kept alive, and whether by themselves",
        zh="登记保活号码与模板，可设为自动",
        change=arrange,
        answer=arranged,
        body=ArrangementWanted,
        shows=Arrangements,
        errors=(
            *("registration.keep_phones", "registration.trial_phone", "number.malformed"),
            *("registration.trial_template", "registration.trial_category", "registration.trial_params"),
        ),
    ),
    Route(
        method="POST",
        path="/keep-alive-arrangements/forget",
        en="Forget an arrangement for keeping signatures alive",
        zh="删除保活登记",
        change=forget,
        answer=arranged,
        body=Forgotten,
        shows=Arrangements,
        errors=("registration.keep_unarranged",),
    ),
)

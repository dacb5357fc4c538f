"""Many registrations begun piece by piece, over REST, for the operator: `hongyan registration waves`."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta

from hongyan.apis.rest.call import Call, Services
from hongyan.apis.rest.reading import read_cursor, write_cursor
from hongyan.apis.rest.route import Input, Nothing, Output, Route, Who
from hongyan.apis.rest.shapes import Bilingual, Moment, Page, shown
from hongyan.compliance.registration.filing import (
    MOST_DAYS,
    MOST_PLANNED,
    PlanEvent,
    item_facts,
    plan_facts,
    unplanned_facts,
)
from hongyan.kernel.cn_prefixes import Carrier


class WavesWanted(Input, frozen=True):
    """What is not registered or has lapsed, in waves; signatures with most traffic first."""

    networks: Annotated[
        tuple[Carrier, ...], Meta(max_length=4, description="Left out: all that are counted.")
    ] = ()
    account_id: Annotated[int, Meta(ge=0, description="Only signatures of this tenant.")] = 0
    size: Annotated[int, Meta(ge=1, le=MOST_PLANNED, description="Registrations of a wave.")] = 50
    days: Annotated[
        int,
        Meta(ge=1, le=MOST_DAYS, description="After which the next wave begins, answered or not."),
    ] = 10


class ItemShown(Output, frozen=True):
    """A signature at a carrier. `traffic`: messages of 30 days."""

    wave: int
    account_id: int
    signature: str
    network: Carrier
    traffic: int
    state: Literal["waiting", "started", "skipped"]
    why: Annotated[str | None, Meta(description="The code of what hindered a skipped one.")]


class LeftOutShown(Output, frozen=True):
    """A signature that no carrier would take as it is."""

    account_id: int
    signature: str
    reason: Literal["UNBINDING_QUA", "BINDING_INCOMPLETE_QUA"]
    words: Bilingual
    advice: Bilingual


class WavesDraft(Output, frozen=True):
    """What a plan would hold, and what it leaves out. Nothing is kept."""

    waves: int
    items: list[ItemShown]
    left_out: list[LeftOutShown]


class PlanShown(Output, frozen=True):
    """A plan. `wave`: the one that has begun, 0 before the first."""

    plan: int
    made: Moment
    by: str
    size: int
    days: int
    waves: int
    state: Literal["planned", "running", "paused", "done"]
    wave: int
    wave_began: Moment | None


class Plans(Output, frozen=True):
    """The newest hundred, the newest first."""

    items: list[PlanShown]


class WaveCounts(Output, frozen=True):
    """What became of a wave."""

    wave: int
    waiting: int
    started: int
    skipped: int


class PlanWithCounts(PlanShown, frozen=True):
    """A plan with what became of its waves."""

    counts: list[WaveCounts]


class PlanItems(Output, frozen=True):
    """In their order."""

    items: list[ItemShown]
    next: str | None


async def draft(services: Services, call: Call) -> WavesDraft:
    """A dry run."""
    wanted: WavesWanted = call.body
    drafted = await services.filing.waves.draft(
        wanted.networks, wanted.size, wanted.days, account_id=wanted.account_id
    )
    return WavesDraft(
        waves=drafted.items[-1].wave if drafted.items else 0,
        items=[shown(item_facts(each), ItemShown) for each in drafted.items],
        left_out=[shown(unplanned_facts(each), LeftOutShown) for each in drafted.left_out],
    )


async def plan(services: Services, call: Call) -> str:
    """A plan begins when somebody starts it. Its number."""
    wanted: WavesWanted = call.body
    desk = services.filing.waves
    drafted = await desk.draft(wanted.networks, wanted.size, wanted.days, account_id=wanted.account_id)
    made = await desk.plan(drafted.items, wanted.size, wanted.days, call.actor, also=call.once_making)
    return str(made.id)


async def planned(services: Services, call: Call) -> PlanWithCounts:
    """The one that was made."""
    return await _one(services, int(call.made))


async def plans(services: Services, call: Call) -> Plans:
    """All of them, as far as people look back."""
    found = await services.filing.waves.plans()
    return Plans(items=[shown(plan_facts(each), PlanShown) for each in found])


async def one(services: Services, call: Call) -> PlanWithCounts:
    """As it is now."""
    return await _one(services, call.place["plan"])


async def _one(services: Services, number: int) -> PlanWithCounts:
    desk = services.filing.waves
    found, counts = await desk.get(number), await desk.counts(number)
    none = dict.fromkeys(("waiting", "started", "skipped"), 0)
    waves = [
        {**none, "wave": wave, **{state.value: count for state, count in of_wave.items()}}
        for wave, of_wave in counts.items()
    ]
    return shown(plan_facts(found) | {"counts": waves}, PlanWithCounts)


async def items_of(services: Services, call: Call) -> PlanItems:
    """A page of them."""
    page: Page = call.query
    desk, number = services.filing.waves, call.place["plan"]
    await desk.get(number)
    (start,) = read_cursor(page.cursor, 0)
    end = start + page.limit
    found = await desk.items(number)
    return PlanItems(
        items=[shown(item_facts(each), ItemShown) for each in found[start:end]],
        next=write_cursor(end) if end < len(found) else None,
    )


async def begin(services: Services, call: Call) -> None:
    """A running server carries it on."""
    await _move(services, call, PlanEvent.START)


async def pause(services: Services, call: Call) -> None:
    """What has begun goes on."""
    await _move(services, call, PlanEvent.PAUSE)


async def resume(services: Services, call: Call) -> None:
    """Where it stood."""
    await _move(services, call, PlanEvent.RESUME)


async def _move(services: Services, call: Call, event: PlanEvent) -> None:
    await services.filing.waves.move(call.place["plan"], event, call.actor, also=call.once)


_UNKNOWN: Final = ("registration.plan_unknown",)
_VERBS: Final = (
    ("start", "Begin a plan of waves", "启动分批报备计划", begin),
    ("pause", "Let nothing more of a plan begin", "暂停分批报备计划", pause),
    ("resume", "Go on with a paused plan", "恢复已暂停的分批报备计划", resume),
)

WAVES: Final = (
    Route(
        method="GET",
        path="/registration-waves",
        en="Plans by which many registrations begin",
        zh="分批报备计划列表",
        answer=plans,
        shows=Plans,
        who=Who.OPERATOR,
    ),
    Route(
        method="POST",
        path="/registration-waves/draft",
        en="What a plan would hold; nothing is kept",
        zh="预览分批报备计划，不保存",
        answer=draft,
        body=WavesWanted,
        shows=WavesDraft,
        who=Who.OPERATOR,
        errors=("registration.wave_size", "identity.no_account"),
    ),
    Route(
        method="POST",
        path="/registration-waves",
        en="Plan waves of what is not registered or has lapsed; nothing begins yet",
        zh="将未报备或已失效的签名分批，保存为计划，不会自动开始",
        change=plan,
        answer=planned,
        body=WavesWanted,
        shows=PlanWithCounts,
        who=Who.OPERATOR,
        errors=("registration.wave_size", "registration.nothing_to_plan", "identity.no_account"),
    ),
    Route(
        method="GET",
        path="/registration-waves/{plan}",
        en="A plan, and what became of its waves",
        zh="分批报备计划及各批进展",
        answer=one,
        shows=PlanWithCounts,
        who=Who.OPERATOR,
        errors=_UNKNOWN,
    ),
    Route(
        method="GET",
        path="/registration-waves/{plan}/items",
        en="What a plan holds, and what became of each of it",
        zh="分批报备计划的明细与结果",
        answer=items_of,
        query=Page,
        shows=PlanItems,
        who=Who.OPERATOR,
        errors=_UNKNOWN,
    ),
    *(
        Route(
            method="POST",
            path=f"/registration-waves/{{plan}}/{name}",
            en=en,
            zh=zh,
            change=change,
            answer=one,
            body=Nothing,
            shows=PlanWithCounts,
            who=Who.OPERATOR,
            errors=_UNKNOWN,
        )
        for name, en, zh, change in _VERBS
    ),
)

"""The health of signatures over REST, and freezes: an account's own; the operator's, of any account."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated, Final, Literal

from msgspec import Meta

from hongyan.apis.rest.call import Call, File, Services
from hongyan.apis.rest.reading import read_cursor, write_cursor
from hongyan.apis.rest.route import Input, Output, Route, Who
from hongyan.apis.rest.shapes import Bilingual, Moment, Page, shown
from hongyan.compliance.freezes import FrozenBy, FrozenKind, freeze_facts
from hongyan.compliance.health import Checkup, calendar, checkup_facts, coming_facts, waiting_facts
from hongyan.kernel.errors import Refused

AccountId = Annotated[int, Meta(ge=0, description="For the operator: of which tenant.")]
Kind = Literal["signature", "template", "account"]
By = Literal["platform", "customer", "penalty"]


class OfAccount(Page, frozen=True):
    """Whose signatures."""

    account_id: AccountId = 0


class OfSignature(Input, frozen=True):
    """Which signature."""

    signature: Annotated[str, Meta(description="Its name.", max_length=100)]
    account_id: AccountId = 0


class OfCalendar(Input, frozen=True):
    """Whose calendar."""

    account_id: AccountId = 0


class Frozen(Input, frozen=True):
    """What is frozen, or is not any more. `by`: the operator says for whom he acts; a tenant is the customer."""

    kind: Kind
    label: Annotated[
        str,
        Meta(description="The signature's name, the template's code; empty for an account.", max_length=100),
    ] = ""
    by: By | Literal[""] = ""
    account_id: AccountId = 0


class ToFreeze(Frozen, frozen=True, kw_only=True):
    """With the reason."""

    because: Annotated[str, Meta(description="Why; the tenant reads it.", min_length=1, max_length=500)]


class ReasonShown(Output, frozen=True):
    """Why a signature is not simply available."""

    id: str
    status: Literal["abnormal", "unavailable"]
    words: Bilingual
    explanation: Bilingual
    since: Moment
    whose: Literal["nobody", "tenant", "operator", "carrier"]
    cure: str
    what_to_do: Bilingual


class EndShown(Output, frozen=True):
    """What ends. `days`: to its last good day, negative when that is over."""

    id: str
    words: Bilingual
    day: str
    days: int
    what_to_do: Bilingual


class ComingShown(Output, frozen=True):
    """A reason that will hold. `day`: from when; null when it does as soon as rules that wait are accepted."""

    id: str
    words: Bilingual
    day: str | None


class CheckupShown(Output, frozen=True):
    """One signature."""

    account_id: int
    signature: str
    usability: Literal["available", "available_abnormal", "unavailable", "in_review", "unknown"]
    problem: Annotated[str, Meta(description="Why it cannot be looked at; empty mostly.")]
    reasons: list[ReasonShown]
    coming: list[ComingShown]
    ends: list[EndShown]


class Checkups(Output, frozen=True):
    """A page of an account's signatures, the newest first."""

    items: list[CheckupShown]
    total: int
    next: str | None


class SignatureAhead(Output, frozen=True):
    """One signature that rules to come make abnormal."""

    account_id: int
    signature: str
    coming: list[ComingShown]


class Aheads(Output, frozen=True):
    """A page of them, the oldest first."""

    items: list[SignatureAhead]
    next: str | None


class WaitingRules(Output, frozen=True):
    """Rules that a new version or setting brought. `changed`: what they say otherwise; `signatures`: how many they make
    abnormal once they are accepted."""

    edition: str
    changed: list[str]
    signatures: int
    since: Moment


class RulesShown(Output, frozen=True):
    """`waiting`: null when nothing does."""

    waiting: WaitingRules | None


class ToAccept(Input, frozen=True):
    """Which rules; another edition than the one that waits is refused."""

    edition: Annotated[str, Meta(description="As `GET /signature-health/rules` names it.", max_length=40)]


class RulesAccepted(Output, frozen=True):
    """They are in force. `signatures`: how many become abnormal."""

    edition: str
    signatures: int


class FreezeShown(Output, frozen=True):
    """One freeze in force."""

    kind: Kind
    account_id: int
    label: str
    by: By
    words: Bilingual
    because: str
    since: Moment
    actor: str


class FreezeMade(FreezeShown, frozen=True):
    """`already`: the same had frozen it before, and only the reason is new."""

    already: bool


class FreezesShown(Output, frozen=True):
    """The newest first."""

    items: list[FreezeShown]


class Lifted(Output, frozen=True):
    """It is not frozen by this one any more."""

    kind: Kind
    label: str
    by: By


async def checkups(services: Services, call: Call) -> Checkups:
    """A page of an account's signatures."""
    wanted: OfAccount = call.query
    (offset,) = read_cursor(wanted.cursor, 0)
    total, found = await services.compliance.health.page(
        call.tenant(wanted.account_id), limit=wanted.limit, offset=offset
    )
    after = offset + len(found)
    return Checkups(
        items=[_seen(call, each) for each in found],
        total=total,
        next=write_cursor(after) if after < total else None,
    )


async def checkup(services: Services, call: Call) -> CheckupShown:
    """One signature, looked at now."""
    wanted: OfSignature = call.query
    found = await services.compliance.health.checkup(call.tenant(wanted.account_id), wanted.signature)
    return _seen(call, found)


async def ahead(services: Services, call: Call) -> Aheads:
    """What a tenant sees has a day: whether rules are accepted is the operator's."""
    wanted: OfAccount = call.query
    (after,) = read_cursor(wanted.cursor, 0)
    account_id = call.tenants(wanted.account_id)
    items: list[SignatureAhead] = []
    last = after
    async for called, coming in services.compliance.health.ahead(account_id, after=after):
        if len(items) == wanted.limit:
            return Aheads(items=items, next=write_cursor(last))
        last = called.id
        facts = [coming_facts(each) for each in coming if each.day or call.operator]
        if facts:
            item = {"account_id": called.account_id, "signature": called.name, "coming": facts}
            items.append(shown(item, SignatureAhead))
    return Aheads(items=items, next=None)


async def rules(services: Services, _call: Call) -> RulesShown:
    """Whether a change of the rules waits."""
    waiting = await services.compliance.health.switching.waiting()
    return RulesShown(waiting=shown(waiting_facts(waiting), WaitingRules) if waiting else None)


async def accept(services: Services, call: Call) -> RulesAccepted:
    """What they find is noticed from now on."""
    wanted: ToAccept = call.body
    accepted = await services.compliance.health.switching.accept(wanted.edition, call.actor)
    return RulesAccepted(edition=accepted.number, signatures=accepted.signatures)


async def endings(services: Services, call: Call) -> File:
    """For calendar programs, which ask again and again."""
    wanted: OfCalendar = call.query
    account_id = call.tenant(wanted.account_id)
    found = [each async for each in services.compliance.health.checkups(account_id)]
    feed = calendar(found, call.language, services.clock.now_ms())
    headers = (
        (b"content-type", b"text/calendar; charset=utf-8"),
        (b"content-length", b"%d" % len(feed)),
        (b"cache-control", b"private, no-store"),
    )

    async def content() -> AsyncIterator[bytes]:
        yield feed

    return File(headers, content())


async def freezes(services: Services, call: Call) -> FreezesShown:
    """Of the account; the operator sees all."""
    found = await services.compliance.freezes.all(call.scope)
    return FreezesShown(items=[shown(freeze_facts(each), FreezeShown) for each in found])


async def freeze(services: Services, call: Call) -> FreezeMade:
    """From now on nothing is sent with it."""
    wanted: ToFreeze = call.body
    made, already = await services.compliance.freezes.freeze(
        FrozenKind(wanted.kind),
        call.tenant(wanted.account_id),
        wanted.label,
        by=_by(call, wanted.by),
        because=wanted.because,
        actor=call.actor,
    )
    return shown({**freeze_facts(made), "already": already}, FreezeMade)


async def lift(services: Services, call: Call) -> Lifted:
    """What somebody else has frozen stays frozen."""
    wanted: Frozen = call.body
    by = _by(call, wanted.by)
    await services.compliance.freezes.lift(
        FrozenKind(wanted.kind),
        call.tenant(wanted.account_id),
        wanted.label,
        by=by,
        actor=call.actor,
    )
    return Lifted(kind=wanted.kind, label=wanted.label, by=by.value)


def _seen(call: Call, found: Checkup) -> CheckupShown:
    """A tenant is not told of rules that the operator has not accepted."""
    coming = tuple(each for each in found.coming if each.day or call.operator)
    return shown(checkup_facts(replace(found, coming=coming)), CheckupShown)


def _by(call: Call, wanted: str) -> FrozenBy:
    """A tenant freezes as the customer. Raises Refused("freeze.not_yours")."""
    if call.operator:
        return FrozenBy(wanted or FrozenBy.PLATFORM.value)
    if wanted not in ("", FrozenBy.CUSTOMER.value):
        raise Refused(
            "freeze.not_yours",
            en="a tenant freezes and lifts as the customer; the platform's freezes are the operator's",
            zh="租户只能以客户身份冻结与解冻；平台的冻结由运营方处理",
        )
    return FrozenBy.CUSTOMER


_EXISTING: Final = ("signature.unknown", "template.unknown", "identity.no_account")
HEALTH: Final = (
    Route(
        method="GET",
        path="/signature-health",
        en="What is wrong with an account's signatures, and what ends when",
        zh="账号下签名的状态原因与到期时间",
        answer=checkups,
        query=OfAccount,
        shows=Checkups,
    ),
    Route(
        method="GET",
        path="/signature-health/one",
        en="What is wrong with one signature, and what ends when",
        zh="单个签名的状态原因与到期时间",
        answer=checkup,
        query=OfSignature,
        shows=CheckupShown,
        errors=("signature.unknown",),
    ),
    Route(
        method="GET",
        path="/signature-health/calendar.ics",
        en="What ends when, as a calendar (iCalendar)",
        zh="到期日历（iCalendar）",
        answer=endings,
        query=OfCalendar,
        shows=None,
    ),
    Route(
        method="GET",
        path="/signature-health/ahead",
        en="Which signatures rules to come make abnormal, and when",
        zh="规则变化后将变为异常的签名及时间",
        answer=ahead,
        query=OfAccount,
        shows=Aheads,
    ),
    Route(
        method="GET",
        path="/signature-health/rules",
        en="The change of the rules that waits to be accepted",
        zh="待确认的规则变更",
        answer=rules,
        who=Who.OPERATOR,
        shows=RulesShown,
    ),
    Route(
        method="PUT",
        path="/signature-health/rules/accepted",
        en="Accept a change of the rules, and look at all signatures again",
        zh="确认规则变更，并重新检查所有签名",
        answer=accept,
        who=Who.OPERATOR,
        body=ToAccept,
        shows=RulesAccepted,
        errors=("health.nothing_waits", "health.other_edition"),
    ),
    Route(
        method="GET",
        path="/freezes",
        en="What is frozen",
        zh="冻结列表",
        answer=freezes,
        shows=FreezesShown,
    ),
    Route(
        method="PUT",
        path="/freezes",
        en="Freeze a signature, a template or a tenant",
        zh="冻结签名、模板或租户",
        answer=freeze,
        body=ToFreeze,
        shows=FreezeMade,
        errors=(
            "freeze.root",
            "freeze.label",
            "freeze.because_missing",
            "freeze.because_too_long",
            "freeze.not_yours",
            *_EXISTING,
        ),
    ),
    Route(
        method="PUT",
        path="/freezes/lifted",
        en="Lift a freeze",
        zh="解除冻结",
        answer=lift,
        body=Frozen,
        shows=Lifted,
        errors=("freeze.unknown", "freeze.not_yours"),
    ),
)

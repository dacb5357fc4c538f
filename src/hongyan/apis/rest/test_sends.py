"""Test sends over REST, and what arrives: a tenant verifies its own signatures, the operator anybody's.

They are messages of the tenant and charged as such. The operator's canary phones are the operator's to use.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from hongyan.apis.rest.call import Call, Services
from hongyan.apis.rest.reading import read_cursor
from hongyan.apis.rest.registrations import Name, State
from hongyan.apis.rest.route import Input, Nothing, Output, Route
from hongyan.apis.rest.shapes import Moment, Page, paged, shown
from hongyan.compliance.registration.filing import (
    MOST_AT_ONCE,
    MOST_TO_A_NUMBER,
    Trial,
    TrialState,
    TrialWish,
)
from hongyan.kernel.clock import moment
from hongyan.kernel.cn_prefixes import Carrier
from hongyan.kernel.errors import Refused

AccountId = Annotated[int, Meta(ge=0, description="For the operator: of which tenant.")]
Phone = Annotated[str, Meta(max_length=20)]
Template = Annotated[
    str, Meta(max_length=64, description="Code of an approved template for codes or notices.")
]
Params = Annotated[
    dict[Annotated[str, Meta(max_length=64)], Annotated[str, Meta(max_length=200)]],
    Meta(max_length=50, description="Of the template; those of a code's may be left out."),
]
Sent = Literal["waiting", "sent", "refused", "cancelled"]
_NEWEST: Final = 2**63 - 1
_MINUTE_MS: Final = 60_000
_MOST_MINUTES: Final = 24 * 60


class TestsWanted(Page, frozen=True):
    """Which test sends to list."""

    account_id: AccountId = 0
    signature: Name = ""
    state: Sent | Literal[""] = ""


class TestsAsked(Input, frozen=True):
    """Test messages of a signature, to phones of one's own or of one's team."""

    signature: Name
    template: Template
    phones: Annotated[
        tuple[Phone, ...], Meta(max_length=MOST_AT_ONCE, description="One at least for each carrier.")
    ] = ()
    params: Params = msgspec.field(default_factory=dict)
    times: Annotated[int, Meta(ge=1, le=MOST_TO_A_NUMBER, description="Messages to each phone.")] = 1
    every: Annotated[int, Meta(ge=0, le=_MOST_MINUTES, description="Minutes between two to a phone.")] = 60
    canary: Annotated[bool, Meta(description="For the operator: to his own phones too.")] = False
    extension_code: Annotated[str, Meta(max_length=20, pattern="^[0-9]*$")] = ""
    account_id: AccountId = 0


class TestShown(Output, frozen=True):
    """One test message."""

    id: int
    account_id: int
    sign_name: str
    network: Annotated[str, Meta(description="Of the number, when it was asked for.")]
    number: str
    template_code: str
    due: Moment
    state: Sent
    message_id: Annotated[int | None, Meta(description="Of the message that it became.")]
    refusal: Annotated[str, Meta(description="The code of what refused to send it.")]


class TestSends(Output, frozen=True):
    """The newest first."""

    items: list[TestShown]
    next: str | None


class EvidenceWanted(Input, frozen=True):
    """Of which signature."""

    signature: Name
    account_id: AccountId = 0


class EvidenceShown(Output, frozen=True):
    """What arrives of a registration, what that says, and what is missing."""

    registration_id: int
    network: Carrier
    sender: str
    state: State
    doubt: bool
    evidence: Annotated[dict[str, Any], Meta(description="As `hongyan registration show --json` has it.")]


class Evidence(Output, frozen=True):
    """Of the registrations of a signature of which messages say something."""

    items: list[EvidenceShown]


async def listed(services: Services, call: Call) -> TestSends:
    """A page of them."""
    wanted: TestsWanted = call.query
    (before,) = read_cursor(wanted.cursor, _NEWEST)
    return await _page(services, call.tenants(wanted.account_id), wanted, before)


async def ask(services: Services, call: Call) -> None:
    """A running server sends them when they are due. Raises Refused("registration.trial_canary")."""
    said: TestsAsked = call.body
    no_canaries(call, canary=said.canary)
    wish = TrialWish(
        account_id=call.tenant(said.account_id),
        sign_name=said.signature,
        template_code=said.template,
        phones=said.phones,
        params=said.params,
        times=said.times,
        every_ms=said.every * _MINUTE_MS,
        extension_code=said.extension_code,
    )
    await services.trials.ask(wish, canary=said.canary, actor=call.actor, also=call.once)


async def asked(services: Services, call: Call) -> TestSends:
    """Those of the signature, with the new ones first."""
    said: TestsAsked = call.body
    wanted = TestsWanted(signature=said.signature, limit=MOST_AT_ONCE)
    return await _page(services, call.tenant(said.account_id), wanted, _NEWEST)


async def one(services: Services, call: Call) -> TestShown:
    """As it is now."""
    return _shown(await services.trials.get(call.place["test"], call.scope))


async def cancel(services: Services, call: Call) -> None:
    """One that waits; a cancelled one stays so."""
    await services.trials.cancel(call.place["test"], account_id=call.scope, actor=call.actor, also=call.once)


async def evidence(services: Services, call: Call) -> Evidence:
    """Of one signature."""
    wanted: EvidenceWanted = call.query
    rows = await services.compliance.registrations.matrix(call.tenant(wanted.account_id), wanted.signature)
    views = await services.verification.views(rows)
    items = [
        EvidenceShown(
            registration_id=row.id,
            network=row.network,
            sender=row.sender,
            state=row.state.value,
            doubt=row.doubt,
            evidence=views[row.id].facts(),
        )
        for row in rows
        if row.id in views
    ]
    return Evidence(items=items)


async def _page(services: Services, account_id: int | None, wanted: TestsWanted, before: int) -> TestSends:
    found = await services.trials.page(
        account_id,
        sign_name=wanted.signature,
        state=TrialState(wanted.state) if wanted.state else None,
        before=before,
        limit=wanted.limit + 1,
    )
    page, following = paged(found, wanted.limit)
    return TestSends(items=[_shown(each) for each in page], next=following)


def no_canaries(call: Call, *, canary: bool) -> None:
    """They are the operator's. Raises Refused("registration.trial_canary")."""
    if canary and not call.operator:
        raise Refused(
            "registration.trial_canary",
            en="the canary phones are the operator's; name phones of your own or of your team",
            zh="运营方的测试号码仅供运营方使用，请指定本人或团队成员的手机号",
        )


def _shown(trial: Trial) -> TestShown:
    return shown(trial.facts() | {"due": moment(trial.due_ms)}, TestShown)


TEST_SENDS: Final = (
    Route(
        method="GET",
        path="/test-sends",
        en="Test messages that were asked for, the newest first",
        zh="测试短信列表",
        answer=listed,
        query=TestsWanted,
        shows=TestSends,
    ),
    Route(
        method="POST",
        path="/test-sends",
        en="Ask for test messages that verify where a signature is registered; charged as any message",
        zh="安排测试短信以验证签名报备，按普通短信计费",
        change=ask,
        answer=asked,
        body=TestsAsked,
        shows=TestSends,
        errors=(
            *("registration.trial_canary", "number.malformed", "registration.trial_no_phone"),
            *("registration.trial_phone", "registration.trial_too_many", "registration.trial_number_full"),
            "registration.trial_pace",
            *("registration.trial_signature_full", "registration.trial_signature"),
            *("registration.trial_template", "registration.trial_category", "registration.trial_params"),
        ),
    ),
    Route(
        method="GET",
        path="/test-sends/{test}",
        en="One test message",
        zh="单条测试短信",
        answer=one,
        shows=TestShown,
        errors=("registration.trial_unknown",),
    ),
    Route(
        method="POST",
        path="/test-sends/{test}/cancel",
        en="Cancel a test message that waits",
        zh="取消待发送的测试短信",
        change=cancel,
        answer=one,
        body=Nothing,
        shows=TestShown,
        errors=("registration.trial_unknown",),
    ),
    Route(
        method="GET",
        path="/signature-evidence",
        en="What arrives of a signature, carrier by carrier, and how many deliveries are missing",
        zh="签名在各运营商的送达情况、结论与尚缺的送达条数",
        answer=evidence,
        query=EvidenceWanted,
        shows=Evidence,
        errors=("registration.not_approved",),
    ),
)

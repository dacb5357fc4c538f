"""Registrations with the carriers over REST: where each signature stands at each of them, why, and what helps."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from msgspec import Meta, convert

from hongyan.apis.rest.call import Call, Services
from hongyan.apis.rest.reading import read_cursor, write_cursor
from hongyan.apis.rest.route import Input, Output, Route, Who
from hongyan.apis.rest.shapes import Bilingual, Moment, Page, shown
from hongyan.compliance.registration import (
    BEFORE_ALL,
    Position,
    ReasonCode,
    RegistrationFilter,
    RegistrationState,
    Scope,
    hear,
    registration_facts,
    standing_facts,
    step_facts,
)
from hongyan.kernel.cn_prefixes import Carrier

State = Literal["not_registered", "registering", "awaiting_verification", "success", "failed", "lapsed"]
Name = Annotated[str, Meta(description="A signature's name.", max_length=100)]
Number = Annotated[str, Meta(description="Access number and extension code together.", max_length=21)]
Past = Annotated[
    bool, Meta(description="Also numbers that a signature has no more, or whose channel is gone.")
]
Reason = Literal[
    "UNBINDING_QUA",
    "BINDING_INCOMPLETE_QUA",
    "NON_REGISTER",
    "REGISTERING",
    "DETECTING",
    "DETECT_SUCCESS",
    "QUALIFICATION_ERROR",
    "SIGNATURE_ERROR",
    "SIGNATURE_QUALIFICATION_ERROR",
    "ONE_CODE_MULTIPLE_SIGN",
    "OTHERS_ERROR",
    "REGISTER_TIMEOUT",
    "NO_SEND_RECORD",
    "EXT_CODE_RECYCLE",
    "SUBPORT_RECYCLE",
]


class Wanted(Page, frozen=True):
    """Which places of the matrix to list; what is left out filters nothing."""

    account_id: Annotated[int, Meta(ge=0, description="For the operator: of one tenant.")] = 0
    signature: Name = ""
    network: Carrier | Literal[""] = ""
    state: State | Literal[""] = ""
    reason: Reason | Literal[""] = ""
    sender: Number = ""
    unfiled: Annotated[bool, Meta(description="Only those that wait for their registrar.")] = False
    past: Past = False
    deleted: Annotated[bool, Meta(description="Of deleted signatures, and of no others.")] = False


class OfSignature(Input, frozen=True):
    """A signature, told by its name. `account_id`: whose; the operator says it for tenants."""

    signature: Name
    account_id: Annotated[int, Meta(ge=0)] = 0


class MatrixWanted(OfSignature, frozen=True):
    """Of which signature, and how much of it."""

    past: Past = False


class Start(OfSignature, frozen=True):
    """Where to begin; nothing named: everywhere."""

    networks: Annotated[tuple[Carrier, ...], Meta(max_length=4)] = ()
    senders: Annotated[tuple[Number, ...], Meta(max_length=100)] = ()


class Answered(Input, frozen=True):
    """What a carrier, or its people on the phone, has said."""

    answer: Literal["filed", "accepted", "refused", "campaign", "recycled"]
    reason: Annotated[
        Reason | Literal[""], Meta(description="Of a refusal; without it `words` are read.")
    ] = ""
    words: Annotated[str, Meta(description="The carrier's own.", max_length=2000)] = ""
    reference: Annotated[str, Meta(description="The carrier's.", max_length=200)] = ""


class WaitShown(Output, frozen=True):
    """How long the carrier has had it, in Chinese working days."""

    elapsed: int
    least: int
    usual: int
    most: int
    samples: Annotated[int, Meta(description="Of our own filings; 0: what `source` says.")]
    heard: Annotated[
        int, Meta(description="Answers to our own filings of the last half year; 20 are enough.")
    ]
    source: str
    overdue_after: str
    overdue: bool
    times_out: str | None
    calendar_final: Annotated[
        bool, Meta(description="False when it reaches into a year whose working days are not announced.")
    ]
    words: Bilingual


class SilenceShown(Output, frozen=True):
    """How long nothing was sent."""

    days: int
    here_days: Annotated[int, Meta(description="The same of this network and number alone.")]
    lapses_on: str
    warning: Literal[0, 120, 150, 170]


class RegistrationShown(Output, frozen=True):
    """A signature at one carrier under one number. `id` 0: nothing began there yet."""

    id: int
    account_id: int
    signature_id: int
    signature: str
    network: Carrier
    sender: str
    access_number: str
    extension_code: str
    channel_id: int
    state: State
    vendor_status: Annotated[int, Meta(description="GetSmsSign, RegisterStatus.")]
    reason: Reason
    words: Bilingual
    advice: Bilingual
    cure: str
    whose: Literal["nobody", "tenant", "operator", "carrier"]
    signature_revision: int
    qualification_id: int | None
    qualification_revision: int
    registrar: str
    simulated: bool
    started: Moment | None
    filed: Moment | None
    reference: str
    answered: Moment | None
    since: Moment | None
    inferred: Annotated[
        Literal["", "refused", "accepted"], Meta(description="What its silence likely means; no answer.")
    ]
    because: Annotated[dict[str, Any], Meta(description="Facts behind an inference or a doubt.")]
    doubt: bool
    wait: WaitShown | None
    silence: SilenceShown | None
    past: Annotated[bool, Meta(description="The signature has this number no more, or its channel is gone.")]
    deleted: Annotated[bool, Meta(description="The signature is deleted.")]


class Registrations(Output, frozen=True):
    """The matrix by signature, number and carrier, with the places where nothing began."""

    items: list[RegistrationShown]
    total: Annotated[int, Meta(description="On all pages, as of the first one.")]
    next: str | None


class NetworkShown(Output, frozen=True):
    """What the numbers of a signature come to at one carrier."""

    network: Carrier
    name: Bilingual
    state: State
    vendor_status: int
    reasons: list[Reason]
    answered: Moment | None
    senders: int


class Matrix(Output, frozen=True):
    """A signature at every carrier under every number."""

    signature: str
    register_result: Annotated[int, Meta(description="GetSmsSign, RegisterResult.")]
    networks: list[NetworkShown]
    registrations: list[RegistrationShown]


class StepShown(Output, frozen=True):
    """Who, when, what was sent, what came back."""

    at: Moment
    actor: str
    door: str
    address: str
    event: str
    before: State
    after: State
    reason: Reason
    registrar: str
    sent: dict[str, Any]
    came_back: dict[str, Any]


class History(Output, frozen=True):
    """A page of steps in order."""

    items: list[StepShown]
    next: str | None


_FIRST_PAGE: Final[tuple[int | str, ...]] = (0, *BEFORE_ALL)
"""Of a cursor: how many there are, and where the page before ended."""
_SCOPES: Final = {
    (False, False): Scope.CURRENT,
    (True, False): Scope.WITH_PAST,
    (False, True): Scope.DELETED,
    (True, True): Scope.DELETED,
}
"""By `past` and `deleted`. Whatever there was of a deleted signature is past."""


async def listed(services: Services, call: Call) -> Registrations:
    """A page of them."""
    wanted: Wanted = call.query
    known, *position = read_cursor(wanted.cursor, *_FIRST_PAGE)
    total, found = await services.compliance.registration_views.page(
        RegistrationFilter(
            account_id=call.tenants(wanted.account_id) or 0,
            sign_name=wanted.signature,
            network=wanted.network,
            state=RegistrationState(wanted.state) if wanted.state else None,
            reason=ReasonCode(wanted.reason) if wanted.reason else None,
            sender=wanted.sender,
            unfiled=wanted.unfiled,
            scope=_SCOPES[wanted.past, wanted.deleted],
        ),
        after=convert(position, Position),
        limit=wanted.limit + 1,
        total=int(known) if wanted.cursor else None,
    )
    page = found[: wanted.limit]
    following = write_cursor(total, *page[-1].position) if len(found) > wanted.limit else None
    items = [shown(registration_facts(each), RegistrationShown) for each in page]
    return Registrations(items=items, total=total, next=following)


async def one(services: Services, call: Call) -> RegistrationShown:
    """As it is now."""
    view = await services.compliance.registration_views.one(call.place["registration"], call.scope)
    return shown(registration_facts(view), RegistrationShown)


async def history(services: Services, call: Call) -> History:
    """A page of its steps."""
    page: Page = call.query
    desk = services.compliance.registrations
    row = await desk.get(call.place["registration"], call.scope)
    (after,) = read_cursor(page.cursor, 0)
    found = await desk.history(row.id, after=after, limit=page.limit + 1)
    following = write_cursor(found[page.limit - 1].id) if len(found) > page.limit else None
    items = [shown(step_facts(each), StepShown) for each in found[: page.limit]]
    return History(items=items, next=following)


async def matrix(services: Services, call: Call) -> Matrix:
    """Of one signature."""
    wanted: MatrixWanted = call.query
    return await _matrix(services, call, wanted, _SCOPES[wanted.past, False])


async def start(services: Services, call: Call) -> None:
    """Where nothing began yet, and where it has lapsed."""
    said: Start = call.body
    await services.compliance.registrations.start(
        call.tenant(said.account_id),
        said.signature,
        networks=said.networks,
        senders=said.senders,
        actor=call.actor,
        also=call.once,
    )


async def started(services: Services, call: Call) -> Matrix:
    """As it is now."""
    return await _matrix(services, call, call.body)


async def answer(services: Services, call: Call) -> None:
    """What came back by another way than the registrar's."""
    said: Answered = call.body
    await hear(
        services.compliance.registrations,
        call.place["registration"],
        said.answer,
        reason=ReasonCode(said.reason) if said.reason else None,
        words=said.words,
        reference=said.reference,
        actor=call.actor,
        also=call.once,
    )


async def _matrix(services: Services, call: Call, said: OfSignature, scope: Scope = Scope.CURRENT) -> Matrix:
    account_id = call.tenant(said.account_id)
    views = await services.compliance.registration_views.matrix(account_id, said.signature, scope)
    standing = await services.compliance.registrations.standing(account_id, said.signature)
    facts = standing_facts(standing) | {
        "signature": said.signature,
        "registrations": [registration_facts(view) for view in views],
    }
    return shown(facts, Matrix)


_START_ERRORS: Final = (
    *("registration.not_approved", "registration.no_qualification", "registration.qualification_unfit"),
    *("registration.no_place", "registration.not_counted", "registration.running", "registration.done"),
    *("registration.edit_first", "extension.none_free", "extension.too_many"),
)

REGISTRATIONS: Final = (
    Route(
        method="GET",
        path="/registrations",
        en="The matrix of all signatures, carriers and numbers, also where nothing began: the state, why, and what helps",
        zh="签名报备列表：各运营商、各子端口的状态（含未报备）、原因与处理建议",
        answer=listed,
        query=Wanted,
        shows=Registrations,
    ),
    Route(
        method="GET",
        path="/registrations/{registration}",
        en="One registration",
        zh="单条报备",
        answer=one,
        shows=RegistrationShown,
        errors=("registration.unknown",),
    ),
    Route(
        method="GET",
        path="/registrations/{registration}/history",
        en="The history of a registration: who, when, what was sent, what came back",
        zh="报备记录：操作人、时间、提交内容与运营商反馈",
        answer=history,
        query=Page,
        shows=History,
        errors=("registration.unknown",),
    ),
    Route(
        method="GET",
        path="/signature-registrations",
        en="One signature at every carrier under every number",
        zh="单个签名在各运营商、各号码下的报备情况",
        answer=matrix,
        query=MatrixWanted,
        shows=Matrix,
        errors=("registration.not_approved",),
    ),
    Route(
        method="POST",
        path="/signature-registrations",
        en="Start a registration where nothing began yet, or where it has lapsed",
        zh="发起报备：用于未报备或报备失效的运营商与号码",
        change=start,
        answer=started,
        body=Start,
        shows=Matrix,
        errors=_START_ERRORS,
    ),
    Route(
        method="POST",
        path="/registrations/{registration}/answer",
        en="Say what a carrier has answered by another way",
        zh="登记运营商的反馈结果",
        change=answer,
        answer=one,
        body=Answered,
        shows=RegistrationShown,
        who=Who.OPERATOR,
        errors=(
            *("registration.unknown", "registration.changed", "registration.reason_unfit"),
            *("registration.never_filed", "registration.reference_stale"),
        ),
    ),
)

"""The reviewer's desk over REST, for the operator: `hongyan review`, with claims that two people cannot both have."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from msgspec import Meta

from hongyan.apis.paper_files import paper_headers
from hongyan.apis.rest.call import Call, File, Services
from hongyan.apis.rest.paper_shapes import ReadingShown
from hongyan.apis.rest.reading import read_cursor
from hongyan.apis.rest.route import Change, Input, Nothing, Output, Route, Who
from hongyan.apis.rest.shapes import (
    Bilingual,
    ChangeShown,
    Moment,
    Page,
    ReportShown,
    paged,
    shown,
)
from hongyan.compliance import Verdict
from hongyan.compliance.review import QUEUE_START, checklist_facts, order_facts, second_look_facts
from hongyan.compliance.rules import Industry

Kind = Literal["qualification", "signature", "template"]


class Look(Input, frozen=True):
    """How much of an order to show."""

    reveal: Annotated[
        bool, Meta(description="ID and phone numbers in full; that you looked is in the audit trail.")
    ] = False


class Approval(Input, frozen=True):
    """An approval needs no words."""

    remark: Annotated[str, Meta(description="For the record; the applicant reads it.", max_length=2000)] = ""


class Objection(Input, frozen=True):
    """Why an order is not approved. One of both is needed."""

    reasons: Annotated[
        tuple[str, ...], Meta(description="Ids of the checklist's `reasons`.", max_length=50)
    ] = ()
    text: Annotated[
        str, Meta(description="Words of your own: what is wrong, and how to put it right.", max_length=2000)
    ] = ""


class Classification(Input, frozen=True):
    """What the sender of a signature does, as far as it decides papers and risks."""

    industry: Annotated[Industry | None, Meta(description="Null: nobody knows.")]


class PaperKinds(Input, frozen=True):
    """What further papers of a signature are."""

    kinds: Annotated[
        dict[str, str | None],
        Meta(
            description="The key or number of a paper -> its kind, as `signature.papers_…` rules call them; null: nobody knows.",
            min_length=1,
            max_length=50,
        ),
    ]


class SecondFinding(Input, frozen=True):
    """What a second look found."""

    right_so: Annotated[bool, Meta(description="Whether the policy was right to approve.")]
    remark: Annotated[str, Meta(description="Needed when it was not.", max_length=2000)] = ""


class ClaimShown(Output, frozen=True):
    """Who works on an order."""

    by: str
    until: Moment


class OrderShown(Output, frozen=True):
    """One submission on its way through review."""

    order: int
    kind: Kind
    name: Annotated[str, Meta(description="The name or code that people know it by.")]
    account_id: int
    revision: int
    submitted: Moment
    promised: Annotated[str, Meta(description="When it is promised to be decided; ISO 8601, Beijing time.")]
    claimed: ClaimShown | None
    first_approver: Annotated[
        str | None, Meta(description="Who has approved it already, where two people must.")
    ]
    verdict: Literal["approve", "reject", "ask", "withdraw"] | None
    reviewer: str | None
    reason: str | None
    decided: Moment | None


class Queue(Output, frozen=True):
    """Orders that wait for a verdict; what is promised first comes first."""

    items: list[OrderShown]
    next: str | None


class ApplicantShown(Output, frozen=True):
    """The account that applies. `company`, `organization_code`: what it was verified as."""

    id: int
    name: str
    kind: Literal["root", "enterprise", "individual"]
    company: str | None
    organization_code: str | None


class RiskShown(Output, frozen=True):
    """Why two people must approve."""

    id: str
    name: Bilingual


class PaperShown(Output, frozen=True):
    """An uploaded paper; its content is at `/reviews/{order}/papers/{id}`."""

    id: int
    key: str
    format: str
    size: Annotated[int, Meta(description="Bytes.")]
    width: Annotated[int, Meta(description="Of a picture; 0 for documents.")]
    height: int
    pages: int
    sha256: str
    uploaded: Moment
    uploader: str
    address: str


class OwnPaperShown(PaperShown, frozen=True):
    """A paper of an order."""

    kind: Annotated[
        str | None,
        Meta(description="What a further paper of a signature is; null where nobody has said it."),
    ]


class EvidenceShown(PaperShown, frozen=True):
    """A paper of what an order leans on."""

    of: Literal["letter", "trademark", "app_record", "qualification"]
    of_id: int


class ReasonShown(Output, frozen=True):
    """A reason to choose from."""

    id: str
    message: Bilingual
    fix: Bilingual


class PrecedentShown(Output, frozen=True):
    """What became of a name that looks or sounds alike."""

    order: int
    account_id: int
    name: str
    likeness: Annotated[int, Meta(description="Of 100.")]
    verdict: str
    reviewer: str
    reason: str
    decided: Moment


class SameName(Output, frozen=True):
    """A signature of another tenant that is called the same."""

    account_id: int
    state: str


class SameAdmin(Output, frozen=True):
    """A qualification with the same administrator."""

    account_id: int
    qualification_id: int


class ChecklistShown(OrderShown, frozen=True):
    """An order with everything that helps to decide."""

    state: str
    account: ApplicantShown
    material: Annotated[dict[str, Any], Meta(description="What it was applied for with.")]
    report: ReportShown
    readings: Annotated[
        list[ReadingShown],
        Meta(description="What was read on the papers, and where it differs from the form."),
    ]
    risks: list[RiskShown]
    two_needed: bool
    papers: list[OwnPaperShown]
    evidence: Annotated[
        list[EvidenceShown],
        Meta(
            description="Of a signature: its letter, trademark and app record, its qualification's licences."
        ),
    ]
    reasons: list[ReasonShown]
    precedents: list[PrecedentShown]
    same_name: list[SameName]
    enterprises_of_admin: int | None
    same_admin: list[SameAdmin]
    history: list[ChangeShown]


class SecondLookShown(Output, frozen=True):
    """What a policy approved and a person looks at afterwards. `right_so` is null until then."""

    order: int
    kind: Kind
    name: str
    account_id: int
    policy: str
    approved: Moment
    looked: Moment | None
    looker: str | None
    right_so: bool | None
    remark: str | None


class SecondLooks(Output, frozen=True):
    """What nobody has looked at yet, the oldest first."""

    items: list[SecondLookShown]
    next: str | None


# -- looking -------------------------------------------------------------------------------------------------


async def queue(services: Services, call: Call) -> Queue:
    """A page of the queue."""
    page: Page = call.query
    first, second, third = read_cursor(page.cursor, *QUEUE_START)
    found = await services.compliance.desk.queue(after=(first, second, third), limit=page.limit + 1)
    orders, following = paged(found, page.limit)
    return Queue(items=[shown(order_facts(each), OrderShown) for each in orders], next=following)


async def checklist(services: Services, call: Call) -> ChecklistShown:
    """One order with what helps to decide."""
    look: Look = call.query
    revealed_to = call.actor if look.reveal else None
    found = await services.compliance.desk.checklist(call.place["order"], revealed_to=revealed_to)
    return shown(checklist_facts(found, reveal=look.reveal), ChecklistShown)


async def paper(services: Services, call: Call) -> File:
    """The file; that the reviewer looked is written down."""
    papers = services.compliance.papers
    found = await services.compliance.desk.paper(call.place["order"], call.place["paper"], call.actor)
    return File(paper_headers(found), papers.content(found))


async def second_looks(services: Services, call: Call) -> SecondLooks:
    """A page of what waits for a second look."""
    page: Page = call.query
    first, second = read_cursor(page.cursor, -1, -1)
    found = await services.compliance.desk.second_looks(after=(first, second), limit=page.limit + 1)
    looks, following = paged(found, page.limit)
    return SecondLooks(
        items=[shown(second_look_facts(each), SecondLookShown) for each in looks], next=following
    )


# -- deciding ------------------------------------------------------------------------------------------------


async def claim(services: Services, call: Call) -> None:
    """For half an hour."""
    await services.compliance.desk.claim(call.place["order"], call.actor, call.once)


async def release(services: Services, call: Call) -> None:
    """Back into the queue."""
    await services.compliance.desk.release(call.place["order"], call.actor, call.once)


async def classify(services: Services, call: Call) -> None:
    """Rules and risks follow."""
    said: Classification = call.body
    await services.compliance.desk.classify(call.place["order"], said.industry, call.actor, call.once)


async def name_papers(services: Services, call: Call) -> None:
    """What an industry still needs follows."""
    said: PaperKinds = call.body
    await services.compliance.desk.name_papers(call.place["order"], said.kinds, call.actor, call.once)


async def approve(services: Services, call: Call) -> None:
    """By one of two, where two must."""
    said: Approval = call.body
    await services.compliance.desk.decide(
        call.place["order"], Verdict.APPROVE, call.actor, text=said.remark, also=call.once
    )


async def reject(services: Services, call: Call) -> None:
    """With a reason."""
    await _object(services, call, Verdict.REJECT)


async def ask(services: Services, call: Call) -> None:
    """For more, with a reason."""
    await _object(services, call, Verdict.ASK)


async def _object(services: Services, call: Call, verdict: Verdict) -> None:
    said: Objection = call.body
    await services.compliance.desk.decide(
        call.place["order"], verdict, call.actor, reasons=said.reasons, text=said.text, also=call.once
    )


async def look_again(services: Services, call: Call) -> None:
    """What was found."""
    found: SecondFinding = call.body
    await services.compliance.desk.look_again(
        call.place["order"],
        right_so=found.right_so,
        remark=found.remark,
        reviewer=call.actor,
        also=call.once,
    )


async def order(services: Services, call: Call) -> OrderShown:
    """As it is now."""
    return shown(order_facts(await services.compliance.desk.order(call.place["order"])), OrderShown)


async def second_look(services: Services, call: Call) -> SecondLookShown:
    """As it is now."""
    found = await services.compliance.desk.second_look(call.place["order"])
    return shown(second_look_facts(found), SecondLookShown)


_OPEN: Final = ("review.unknown", "review.decided", "review.claimed")
_REASONS: Final = (*_OPEN, "review.reason_missing", "review.reason_unknown")


def _verb(
    name: str, en: str, zh: str, change: Change, errors: tuple[str, ...], body: type[Input] = Nothing
) -> Route:
    return Route(
        method="POST",
        path=f"/reviews/{{order}}/{name}",
        en=en,
        zh=zh,
        change=change,
        answer=order,
        body=body,
        shows=OrderShown,
        who=Who.OPERATOR,
        errors=errors,
    )


REVIEWS: Final = (
    Route(
        method="GET",
        path="/reviews",
        en="What waits for a reviewer; what is promised first comes first",
        zh="待审核队列，按承诺时间排序",
        answer=queue,
        query=Page,
        shows=Queue,
        who=Who.OPERATOR,
    ),
    Route(
        method="GET",
        path="/reviews/{order}",
        en="One order: material, rules, papers, precedents, reasons, history",
        zh="审核工单详情：申请材料、规则结果、证件、先例、可选理由与变更记录",
        answer=checklist,
        query=Look,
        shows=ChecklistShown,
        who=Who.OPERATOR,
        errors=("review.unknown",),
    ),
    Route(
        method="GET",
        path="/reviews/{order}/papers/{paper}",
        en="A paper of an order; that you looked is written down",
        zh="查看工单的证件，查看行为会被记录",
        answer=paper,
        shows=None,
        who=Who.OPERATOR,
        errors=("review.unknown", "paper.unknown"),
    ),
    _verb(
        "claim",
        "Have an order for yourself for half an hour",
        "领取工单，半小时内由您处理",
        claim,
        (*_OPEN, "review.second_reviewer"),
    ),
    _verb("release", "Give an order back", "释放工单", release, (*_OPEN, "review.not_claimed")),
    _verb(
        "industry",
        "Say of which industry a signature's sender is; rules and risks follow",
        "登记签名所属行业，规则与风险随之而定",
        classify,
        (*_OPEN, "review.no_industry"),
        Classification,
    ),
    _verb(
        "paper-kinds",
        "Say what further papers of a signature are; what its industry still needs follows",
        "登记签名更多资料的材料类型，行业所缺材料随之而定",
        name_papers,
        (*_OPEN, "review.no_paper_kinds", "paper.unknown", "paper.kind_unknown"),
        PaperKinds,
    ),
    _verb(
        "approve",
        "Approve; where two people must, the first or the second time",
        "通过；高风险行业须两人分别通过",
        approve,
        (*_OPEN, "review.second_reviewer"),
        Approval,
    ),
    _verb("reject", "Reject, and say how to put it right", "驳回并说明修改办法", reject, _REASONS, Objection),
    _verb("ask", "Ask the applicant for more", "要求申请人补充材料", ask, _REASONS, Objection),
    Route(
        method="GET",
        path="/second-looks",
        en="What policies approved and a person looks at afterwards",
        zh="策略自动通过、待人工复核的工单",
        answer=second_looks,
        query=Page,
        shows=SecondLooks,
        who=Who.OPERATOR,
    ),
    Route(
        method="POST",
        path="/second-looks/{order}",
        en="Say what a second look found",
        zh="提交复核结果",
        change=look_again,
        answer=second_look,
        body=SecondFinding,
        shows=SecondLookShown,
        who=Who.OPERATOR,
        errors=("second_look.unknown", "second_look.done", "review.reason_missing"),
    ),
)

"""The reviewer's desk: a queue by promised time, claims, a checklist that the rules have filled in, verdicts with reasons.

An order of a risky industry needs two people's approval; one rejection is enough. Who may review is for the doors to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import structlog

from hongyan.compliance.change_log import ChangeLog, field_changes
from hongyan.compliance.model import (
    ChangeRecord,
    Kind,
    ProofKind,
    Qualification,
    Recorded,
    ReviewOrder,
    SignatureView,
    Verdict,
)
from hongyan.compliance.papers import Papers, StoredPaper
from hongyan.compliance.qualifications import AdministratorTies, Ties
from hongyan.compliance.refusals import refusal
from hongyan.compliance.review.judging import OrderJudge, Reviewed, Subject
from hongyan.compliance.review.policies import Policy
from hongyan.compliance.review.precedents import Precedent, Precedents
from hongyan.compliance.review.reasons import Reason, compose, reasons_for
from hongyan.compliance.reviews import QUEUE_START, Decision, Position, Reviews
from hongyan.compliance.rules import Industry
from hongyan.compliance.signatures import encode_kinds, is_paper_kind
from hongyan.identity import Actor, Identity, Statement, again_on_conflict, commit_change
from hongyan.kernel.clock import Clock, Millis
from hongyan.kernel.errors import Refused
from hongyan.storage.port import Store, one

log = structlog.get_logger(__name__)

SECOND_LOOK: Final = "second_look"
CLASSIFY: Final = "classify"
NAME_PAPERS: Final = "name_papers"
"""Events in the change record."""
_REVEAL: Final = "compliance.reveal_personal_data"
Also: TypeAlias = Sequence[Statement]
"""Statements that belong into the same change."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A paper, and the revision that it proves."""

    kind: Recorded
    object_id: int
    revision: int
    paper: StoredPaper


@dataclass(frozen=True, slots=True)
class Checklist:
    """What a reviewer looks at. `papers`: of the application itself; `evidence`: of what it leans on, its letter, trademark
    and app record and the licences of its qualification. `ties`: of the qualification's administrator. `same_name`:
    (account, state) of signatures of other tenants that are called alike. `kinds`: what papers of a signature
    are, by key. `before`: what has happened to the object."""

    subject: Subject
    papers: tuple[StoredPaper, ...]
    kinds: Mapping[str, str | None]
    evidence: tuple[Evidence, ...]
    reasons: tuple[Reason, ...]
    precedents: tuple[Precedent, ...]
    ties: Ties | None
    same_name: tuple[tuple[int, str], ...]
    before: tuple[ChangeRecord, ...]


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What a policy approved and a person looks at afterwards. `right_so`: what he found; None until then."""

    order_id: int
    policy: str
    approved_ms: Millis
    account_id: int
    kind: Kind
    label: str
    looked_ms: Millis | None
    looker: str | None
    right_so: bool | None
    remark: str | None

    @property
    def position(self) -> tuple[int, int]:
        """Where it stands among the open ones, for the page after it."""
        return self.approved_ms, self.order_id


class ReviewDesk:
    """`policies`: those in force. `clock` is the business clock, as promises, claims and rules follow its day."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        identity: Identity,
        change_log: ChangeLog,
        reviews: Reviews,
        judge: OrderJudge,
        ties: AdministratorTies,
        papers: Papers,
        *,
        policies: tuple[Policy, ...] = (),
    ) -> None:
        self._store = store
        self._clock = clock
        self._identity = identity
        self._log = change_log
        self._reviews = reviews
        self._judge = judge
        self._ties = ties
        self._papers = papers
        self._policies = policies
        self._precedents = Precedents(store)
        reviews.with_verdicts(self._remember)

    # Looking

    async def queue(self, *, after: Position = QUEUE_START, limit: int = 100) -> list[ReviewOrder]:
        """Orders that wait for a verdict; what is promised first comes first. `after`: the last position of the page before."""
        return await self._reviews.open_orders(after=after, limit=limit)

    async def order(self, order_id: int) -> ReviewOrder:
        """Raises Refused("review.unknown")."""
        return await self._reviews.order(order_id)

    async def checklist(self, order_id: int, *, revealed_to: Actor | None = None) -> Checklist:
        """Everything that helps to decide. `revealed_to`: who sees ID and phone numbers in full, which is in the audit trail
        from then on. Raises Refused("review.unknown")."""
        order = await self.order(order_id)
        subject = await self._judge.subject(order)
        own, evidence = await self._own(order), await self._evidence(subject.view)
        signature = order.kind is Kind.SIGNATURE
        precedents = await self._precedents.like(order.label, but=order.id) if signature else []
        same = (
            await self._store.read("compliance.same_name_elsewhere", order.label, order.account_id)
            if signature
            else []
        )
        if revealed_to is not None:
            await self._identity.record_event(order.account_id, revealed_to.name, _REVEAL, str(order_id))
        qualification = subject.qualification
        return Checklist(
            subject=subject,
            papers=tuple(each.paper for each in own),
            kinds=subject.view.material.kind_of_papers if isinstance(subject.view, SignatureView) else {},
            evidence=tuple(evidence),
            reasons=tuple(reasons_for(order.kind, subject.report)),
            precedents=tuple(precedents),
            ties=await self._ties.of(qualification.id) if isinstance(qualification, Qualification) else None,
            same_name=tuple((account_id, state) for account_id, state in same),
            before=tuple(await self._log.of(order.kind, order.object_id)),
        )

    async def paper(self, order_id: int, named: str | int, reviewer: Actor) -> StoredPaper:
        """A paper of an order, or of what it leans on, by its key or its number; that the reviewer has looked is in the
        audit trail. Raises Refused("review.unknown", "paper.unknown")."""
        order = await self.order(order_id)
        papers = [*await self._own(order), *await self._evidence(await self._judge.reviewed(order))]
        found = next((each for each in papers if named in (each.paper.key, each.paper.id)), None)
        if found is None:
            raise refusal("paper.unknown")
        return await self._papers.show_reviewer(
            found.kind, found.object_id, found.revision, found.paper.id, reviewer=reviewer
        )

    async def _own(self, order: ReviewOrder) -> list[Evidence]:
        return await self._papers_of(order.kind, order.object_id, order.revision)

    async def _evidence(self, view: Reviewed) -> list[Evidence]:
        """Papers of what a signature leans on. Of its qualification only the licences: who looks at a name need not see
        people's ID cards."""
        if not isinstance(view, SignatureView):
            return []
        material, proofs = view.material, view.proofs
        named = (
            (ProofKind.LETTER, material.letter_id, proofs.letter),
            (ProofKind.TRADEMARK, material.trademark_id, proofs.trademark),
            (ProofKind.APP_RECORD, material.app_record_id, proofs.app_record),
        )
        found = [
            each
            for kind, number, revision in named
            if number and revision
            for each in await self._papers_of(kind, number, revision)
        ]
        qualification = await self._judge.qualification(view)
        if qualification is not None:
            licences = {each.key for each in qualification.material.licenses}
            papers = await self._papers_of(Kind.QUALIFICATION, qualification.id, qualification.revision)
            found += [each for each in papers if each.paper.key in licences]
        return found

    async def _papers_of(self, kind: Recorded, object_id: int, revision: int) -> list[Evidence]:
        papers = await self._papers.of_revision(kind, object_id, revision)
        return [Evidence(kind, object_id, revision, paper) for paper in papers]

    # Deciding

    async def claim(self, order_id: int, reviewer: Actor, also: Also = ()) -> None:
        """See `Reviews.claim`."""
        await self._reviews.claim(order_id, reviewer, also)

    async def release(self, order_id: int, reviewer: Actor, also: Also = ()) -> None:
        """See `Reviews.release`."""
        await self._reviews.release(order_id, reviewer, also)

    async def classify(
        self, order_id: int, industry: Industry | None, reviewer: Actor, also: Also = ()
    ) -> None:
        """Say of which industry a signature's sender is, None that nobody knows; its rules and its risks follow.

        Raises Refused("review.unknown", "review.decided", "review.claimed", "review.no_industry").
        """
        order = await self.order(order_id)
        view = await self._judge.reviewed(order)
        if not isinstance(view, SignatureView):
            raise refusal("review.no_industry")
        changed = field_changes(view.material, replace(view.material, industry=industry))
        row = (order.object_id, order.revision, industry.value if industry else None)
        statements = [*also, ("compliance.set_industry", row, 1)]
        await self._reviews.amend(order_id, reviewer, CLASSIFY, changed, statements)

    async def name_papers(
        self, order_id: int, kinds: Mapping[str, str | None], reviewer: Actor, also: Also = ()
    ) -> None:
        """Say what further papers of a signature are, by their keys or numbers; None that nobody knows. The rules follow.

        Raises Refused("review.unknown", "review.decided", "review.claimed", "review.no_paper_kinds", "paper.unknown",
        "paper.kind_unknown").
        """
        order = await self.order(order_id)
        view = await self._judge.reviewed(order)
        if not isinstance(view, SignatureView):
            raise refusal("review.no_paper_kinds")
        numbers = {str(each.paper.id): each.paper.key for each in await self._own(order)}
        said = view.material.kind_of_papers
        for named, kind in kinds.items():
            key = numbers.get(named, named)
            if key not in said:
                raise refusal("paper.unknown")
            if not is_paper_kind(kind):
                raise refusal("paper.kind_unknown")
            said[key] = kind
        after = replace(view.material, paper_kinds=tuple(said.values()))
        changed = field_changes(view.material, after)
        row = (order.object_id, order.revision, encode_kinds(after.paper_kinds))
        statements = [*also, ("compliance.set_paper_kinds", row, 1)]
        await self._reviews.amend(order_id, reviewer, NAME_PAPERS, changed, statements)

    async def decide(
        self,
        order_id: int,
        verdict: Verdict,
        reviewer: Actor,
        *,
        reasons: Sequence[str] = (),
        text: str = "",
        also: Also = (),
    ) -> None:
        """Approve, reject, or ask for more; with reasons of the checklist, and words of his own. An order that nobody has
        claimed is claimed on the way.

        Raises Refused("review.unknown", "review.decided", "review.claimed", "review.second_reviewer",
        "review.reason_missing", "review.reason_unknown").
        """
        order = await self.order(order_id)
        subject = await self._judge.subject(order)
        told = compose(order.kind, subject.report, reasons, text)
        audit = self._identity.event(
            order.account_id,
            reviewer.name,
            f"compliance.{verdict.value}",
            f"{order.kind.value}:{order.object_id}",
            order=order.id,
        )

        async def two_needed(now: ReviewOrder) -> bool:
            judged = subject if now.turn == order.turn else await self._judge.subject(now)
            return bool(judged.risks)

        await self._reviews.decide(
            order_id, verdict, told, reviewer, two_needed=two_needed, also=(*also, audit)
        )

    async def by_policy(self, order: ReviewOrder) -> bool:
        """Approve an order that a policy in force covers; whether one did."""
        if not self._policies:
            return False
        subject = await self._judge.subject(order)
        policy = next((each for each in self._policies if each.covers(subject)), None)
        if policy is None:
            return False
        sample = ("compliance.add_second_look", (order.id, policy.id, self._clock.now_ms()), 1)
        also = (sample,) if policy.samples(order.id) else ()
        try:
            await self._reviews.decide(order.id, Verdict.APPROVE, "", Actor(policy.reviewer), also=also)
        except Refused as refused:
            log.info("a policy left an order", order=order.id, policy=policy.id, code=refused.code)
            return False
        return True

    # Looking again

    async def second_looks(self, *, after: tuple[int, int] = (-1, -1), limit: int = 100) -> list[SecondLook]:
        """What policies approved and nobody has looked at yet, the oldest first. `after`: the last position of the page before."""
        rows = await self._store.read("compliance.open_second_looks", *after, limit)
        return [_second_look(row) for row in rows]

    async def second_look(self, order_id: int) -> SecondLook:
        """Raises Refused("second_look.unknown")."""
        row = one(await self._store.read("compliance.second_look", order_id))
        if row is None:
            raise refusal("second_look.unknown")
        return _second_look(row)

    async def look_again(
        self, order_id: int, *, right_so: bool, remark: str, reviewer: Actor, also: Also = ()
    ) -> None:
        """What a person found of a policy's approval. Raises Refused("second_look.unknown", "second_look.done",
        "review.reason_missing")."""
        remark = remark.strip()
        if not right_so and not remark:
            raise refusal("review.reason_missing")

        async def attempt() -> None:
            if (await self.second_look(order_id)).looked_ms is not None:
                raise refusal("second_look.done")
            order = await self.order(order_id)
            row = (order_id, self._clock.now_ms(), reviewer.name, int(right_so), remark)
            record = self._log.record(
                order.kind,
                order.object_id,
                order.account_id,
                reviewer,
                SECOND_LOOK,
                revision=order.revision,
                order_id=order_id,
                reason=remark,
            )
            await commit_change(self._store, [*also, ("compliance.close_second_look", row, 1), record])

        await again_on_conflict(attempt)

    async def _remember(self, decision: Decision) -> list[Statement]:
        return await self._precedents.remember(decision.order, decision.at_ms)


def _second_look(row: tuple[Any, ...]) -> SecondLook:
    order_id, policy, approved_ms, account_id, kind, label, looked_ms, looker, right_so, remark = row
    found = None if right_so is None else bool(right_so)
    return SecondLook(
        order_id, policy, approved_ms, account_id, Kind(kind), label, looked_ms, looker, found, remark
    )

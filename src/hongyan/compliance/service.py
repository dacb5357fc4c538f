"""The room's front door: what sending looks up, and the desks where tenants apply and reviewers decide."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hongyan.compliance.calendar import WorkingDays, read_overrides
from hongyan.compliance.change_log import ChangeLog
from hongyan.compliance.deletions import DeletionMemory
from hongyan.compliance.extension_codes import ChannelRooms, CodeMemory, ExtensionCodes
from hongyan.compliance.freezes import FreezeMemory, Freezes
from hongyan.compliance.health.desk import Health
from hongyan.compliance.health.gathering import Gathering
from hongyan.compliance.health.switching import Switching
from hongyan.compliance.limits import Limits
from hongyan.compliance.model import (
    ChangeRecord,
    Kind,
    ProofKind,
    Recorded,
    ReviewMode,
    Signature,
    Standing,
    Template,
    Verdict,
    Version,
)
from hongyan.compliance.ocr import Read, Readings
from hongyan.compliance.papers import Papers
from hongyan.compliance.phone_codes import PhoneCodes, SendPhoneCode
from hongyan.compliance.proofs import AppRecords, LetterMaterial, Letters, Trademarks
from hongyan.compliance.qualifications import AdministratorTies, Qualifications, Ties
from hongyan.compliance.refusals import refusal
from hongyan.compliance.registration import (
    BY_PACK,
    Deadlines,
    Registering,
    Registrations,
    RegistrationViews,
)
from hongyan.compliance.registration.evidence.counting import EvidenceCounts
from hongyan.compliance.registration.evidence.ledger import Ledger
from hongyan.compliance.registration.lacking import Lacking
from hongyan.compliance.review import (
    Announce,
    Announcer,
    AutomaticReviewer,
    OrderJudge,
    Policy,
    ReviewDesk,
    nobody,
)
from hongyan.compliance.reviews import Following, Reviews
from hongyan.compliance.road import Road, road_key
from hongyan.compliance.signatures import Binding, Complimentary, Leanings, SignatureJudge, Signatures
from hongyan.compliance.states import Event
from hongyan.compliance.templates import TemplateJudge, Templates, TemplateTags
from hongyan.identity import Actor, Identity, Making, Vault, only_that
from hongyan.kernel.clock import Clock
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import Store


class Compliance:
    """Wired once. `clock` is the business clock: validity, reviews and codes follow the sandbox's day. `channel_rooms`:
    the channels behind whose numbers extension codes must fit. `policies`: what is approved without a person. `read`: what
    reads papers, None without the extra. `announce`: who tells applicants of verdicts. `registering`: how signatures
    are registered with carriers. `sandbox`: nobody reviews what rules cannot decide."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: IdMaker,
        vault: Vault,
        review_mode: ReviewMode,
        *,
        identity: Identity,
        send_phone_code: SendPhoneCode,
        papers: Papers,
        channel_rooms: ChannelRooms = tuple,
        policies: tuple[Policy, ...] = (),
        read: Read | None = None,
        announce: Announce = nobody,
        registering: Registering = BY_PACK,
        sandbox: bool = False,
    ) -> None:
        self._road = Road(store)
        self._review_mode = review_mode
        self._registering = registering
        self._log = ChangeLog(store, clock, ids)
        self._reviews = Reviews(store, clock, self._log)
        for kind in Kind:
            self._reviews.follow(kind, Event.DELETE, self._let_papers_go)
        limits = Limits(store, clock, identity)
        self.papers = papers
        self.phone_codes = PhoneCodes(store, clock, vault, send_phone_code)
        self.qualifications = Qualifications(
            store,
            clock,
            vault,
            identity=identity,
            reviews=self._reviews,
            limits=limits,
            phone_codes=self.phone_codes,
            papers=papers,
            after_submit=self._after_submit,
        )
        self.code_memory = CodeMemory(store, clock)
        self.extension_codes = ExtensionCodes(store, clock, ids, self.code_memory, channel_rooms)
        self.freeze_memory = FreezeMemory(store)
        self.deletion_memory = DeletionMemory(store, clock)
        self.freezes = Freezes(store, clock, ids, identity, self.freeze_memory)
        self.registrations = Registrations(
            store,
            clock,
            ids,
            self._reviews,
            self.extension_codes.of_signature,
            give_code=self._give_code if registering.digits else None,
            registering=registering,
            sandbox=sandbox,
        )
        self.extension_codes.follow_release(self.registrations.code_taken_back)
        days = WorkingDays(read_overrides(registering.overrides))
        deadlines = Deadlines(store, clock, days, registering.time_out)
        self.lacking = Lacking(self.qualifications.find, clock)
        self.registration_views = RegistrationViews(
            store, clock, self.registrations, deadlines, lacks=self.lacking.among
        )
        self._ties = AdministratorTies(store, vault)
        self.letters = Letters(store, clock, vault, self._log, papers)
        self.trademarks = Trademarks(store, clock, vault, self._log, papers)
        self.app_records = AppRecords(store, clock, vault, self._log, papers)
        self.signatures = Signatures(
            store,
            ids,
            vault,
            reviews=self._reviews,
            limits=limits,
            binding=Binding(identity, self.qualifications, self.letters, self.trademarks, self.app_records),
            letters=self.letters,
            extension_codes=self.extension_codes,
            registrations=self.registrations,
            papers=papers,
            after_submit=self._after_submit,
        )
        Complimentary(
            store, self._log, self._reviews, self.qualifications, self.signatures, self.registrations, clock
        )
        self.signature_judge = SignatureJudge(
            clock, self.signatures, Leanings(identity, self.qualifications, self.letters, self.trademarks)
        )
        self.health = Health(
            store,
            clock,
            self.signatures,
            Gathering(
                store,
                clock,
                ties=self._ties,
                judge=self.signature_judge,
                registrations=self.registrations,
                freezes=self.freezes,
                arriving=Ledger(store, clock, EvidenceCounts()),
            ),
            Switching(store, clock, ids, identity),
        )
        self.templates = Templates(
            store,
            clock,
            ids,
            vault,
            identity=identity,
            reviews=self._reviews,
            limits=limits,
            qualifications=self.qualifications,
            signatures=self.signatures,
            papers=papers,
            after_submit=self._after_submit,
        )
        self.template_judge = TemplateJudge(
            clock, identity, templates=self.templates, signatures=self.signatures
        )
        self.template_tags = TemplateTags(store, self._log, self._reviews, self.templates)
        self._versions: Mapping[Recorded, Callable[[int], Awaitable[Sequence[Version[Any]]]]] = {
            Kind.QUALIFICATION: self.qualifications.versions,
            Kind.SIGNATURE: self.signatures.versions,
            Kind.TEMPLATE: self.templates.versions,
            ProofKind.LETTER: self.letters.versions,
            ProofKind.TRADEMARK: self.trademarks.versions,
            ProofKind.APP_RECORD: self.app_records.versions,
        }
        self.readings = Readings(store, clock, vault, self._log, papers, self._versions, read)
        self._judge = OrderJudge(
            clock,
            identity,
            qualifications=self.qualifications,
            signatures=self.signatures,
            signature_judge=self.signature_judge,
            templates=self.templates,
            template_judge=self.template_judge,
            readings=self.readings,
        )
        self.desk = ReviewDesk(
            store,
            clock,
            identity,
            self._log,
            self._reviews,
            self._judge,
            self._ties,
            papers,
            policies=policies,
        )
        self._reviews.with_verdicts(Announcer(self._judge, announce).statements)
        self._automatic = AutomaticReviewer(
            self._reviews,
            self._judge,
            strict=review_mode is ReviewMode.RULES,
            with_people=not sandbox and review_mode is ReviewMode.RULES,
        )

    # For sending

    def peek_signature(self, account_id: int, name: str) -> Signature | None:
        """The signature if it is at hand; None says nothing, ask `signature`."""
        return self._road.signatures.peek(road_key(account_id, name))

    async def signature(self, account_id: int, name: str) -> Signature | None:
        """The account's signature of this name, or None. Check `usable`."""
        return await self._road.signatures.get(road_key(account_id, name))

    def peek_template(self, account_id: int, code: str) -> Template | None:
        """The template if it is at hand; None says nothing, ask `template`."""
        return self._road.templates.peek(road_key(account_id, code))

    async def template(self, account_id: int, code: str) -> Template | None:
        """The account's template of this code, or None. Check `usable`."""
        return await self._road.templates.get(road_key(account_id, code))

    # For tenants

    async def enterprises_of_admin(self, account_id: int, qualification_id: int) -> int:
        """How many enterprises a qualification's administrator stands for, its own included, and not which: more than
        one is an abnormality. Raises Refused("qualification.unknown")."""
        await self.qualifications.get(account_id, qualification_id)
        return (await self._ties.of(qualification_id)).enterprises

    # For reviewers: the rest is `desk`

    async def history(self, kind: Recorded, object_id: int) -> list[ChangeRecord]:
        """Every step of an object, in order: who, when, from where, what, why."""
        return await self._log.of(kind, object_id)

    async def changes(
        self, kind: Recorded, object_id: int, account_id: int | None, *, after: int = 0, limit: int = 100
    ) -> list[ChangeRecord]:
        """A page of the same, behind the record of id `after`; of an account's own object, or with None of anybody's.
        Raises Refused("object.unknown")."""
        found = await self._log.page(kind, object_id, account_id, after=after, limit=limit)
        if not found and not after:
            raise refusal("object.unknown")
        return found

    async def ties(self, qualification_id: int) -> Ties:
        """Which qualifications of all tenants have this one's administrator."""
        return await self._ties.of(qualification_id)

    async def versions(self, kind: Recorded, object_id: int) -> Sequence[Version[Any]]:
        """Every revision of an object with its material, the first one first."""
        return await self._versions[kind](object_id)

    async def decide(self, order_id: int, verdict: Verdict, reason: str, reviewer: Actor) -> None:
        """The verdict of a reviewer, in words of his own. Raises as `ReviewDesk.decide` does."""
        await self.desk.decide(order_id, verdict, reviewer, text=reason)

    async def keep_letter(
        self, order_id: int, named: str | int, said: LetterMaterial, reviewer: Actor, also: Making = only_that
    ) -> int:
        """A letter of authorization that came as a paper of a third-party application, by the paper's key or number, and was
        approved with it: kept for its account, named after its authorizer, passed. `said`: what the reviewer reads in it.

        Raises Refused("review.unknown", "review.no_letter", "paper.unknown", "letter.…").
        """
        order = await self._reviews.order(order_id)
        signature = await self.signatures.of_order(order_id) if order.kind is Kind.SIGNATURE else None
        if signature is None or not signature.material.third_party or order.verdict != Verdict.APPROVE.value:
            raise refusal("review.no_letter")
        paper = await self.desk.paper(order_id, named, reviewer)
        material = replace(said, picture=paper.key)
        return await self.letters.name_unnamed(order.account_id, material, actor=reviewer, also=also)

    async def withdraw(self, account_id: int, order_id: int, *, actor: Actor) -> None:
        """The tenant takes an application back. Raises Refused("review.unknown", "review.decided")."""
        await self._reviews.withdraw(account_id, order_id, actor)

    async def start(self) -> int:
        """Call at start, and whenever you like: with automatic review, look at what was left open. How many."""
        await self._ties.index_missing()
        return 0 if self._review_mode is ReviewMode.MANUAL else await self._automatic.review_open()

    async def _give_code(
        self, account_id: int, signature_id: int, sign_name: str, actor: Actor
    ) -> tuple[str, Following]:
        digits = self._registering.digits
        return await self.extension_codes.give_first(account_id, signature_id, sign_name, digits, actor)

    async def _let_papers_go(self, before: Standing, _actor: Actor) -> Following:
        return Following([self.papers.let_go(before.kind, before.id)])

    async def _after_submit(self, order_id: int) -> None:
        order = await self._reviews.order(order_id)
        if order.verdict is not None:  # nothing new was asked for
            return
        if self._review_mode is ReviewMode.MANUAL:
            await self.desk.by_policy(order)
        else:
            await self._automatic.review(order)

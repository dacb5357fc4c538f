"""The desk of registrations: what begins, what carriers answer, where every signature stands.

`apply` and what follows an approval are the only writers. A signature that is being registered is locked (seed 003, D5);
the desk of signatures asks `is_registering` before it takes an edit.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

import structlog

from hongyan.compliance.model import Kind, SignatureMaterial, Standing
from hongyan.compliance.refusals import refusal
from hongyan.compliance.registration.beginning import (
    Wanted,
    begun,
    new_registration,
    not_started,
    wanted_places,
)
from hongyan.compliance.registration.book import CodesOf, RegistrationBook
from hongyan.compliance.registration.model import (
    Registration,
)
from hongyan.compliance.registration.moving import NOTHING_TOLD, Moved, Told, moved
from hongyan.compliance.registration.networks import Network
from hongyan.compliance.registration.reasons import ReasonCode
from hongyan.compliance.registration.registering import Registering
from hongyan.compliance.registration.rows import add, move, step
from hongyan.compliance.registration.states import REGISTRATION, RegistrationEvent
from hongyan.compliance.registration.subject import Subject, read_subject
from hongyan.compliance.reviews import Following, Reviews
from hongyan.compliance.states import Event
from hongyan.identity import AccountKind, Actor, Statement, Topic, again_on_conflict, commit_change
from hongyan.kernel.clock import Clock
from hongyan.kernel.errors import Refused
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import Store, one

log = structlog.get_logger(__name__)

TOPIC: Final = "registration"
"""Told after each change with the numbers of the signatures that it is about, separated by commas."""
_HINDRANCES: Final = {
    ReasonCode.UNBINDING_QUA: "registration.no_qualification",
    ReasonCode.BINDING_INCOMPLETE_QUA: "registration.qualification_unfit",
}
GiveCode: TypeAlias = Callable[[int, int, str, Actor], Awaitable[tuple[str, Following]]]
"""(account, signature, its name, who wants it) -> its first extension code, and what gives it that."""


class Registrations(RegistrationBook):
    """`clock`: the business clock. `codes_of`: the extension codes that a signature is registered with. `give_code`: gives it
    one before it is filed first; None where bare access numbers are shared. `sandbox`: what was filed with nobody counts."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: IdMaker,
        reviews: Reviews,
        codes_of: CodesOf,
        *,
        give_code: GiveCode | None = None,
        registering: Registering,
        sandbox: bool = False,
    ) -> None:
        super().__init__(
            store,
            codes_of,
            channels=registering.channels,
            networks=registering.networks,
            sandbox=sandbox,
        )
        self._clock = clock
        self._ids = ids
        self._give_code = give_code
        self._registrar = registering.registrar
        reviews.follow(Kind.SIGNATURE, Event.APPROVE, self._signature_approved)
        reviews.follow(Kind.SIGNATURE, Event.DELETE, self._signature_deleted)
        reviews.follow(Kind.QUALIFICATION, Event.APPROVE, self._qualification_approved)

    # Changing

    async def start(
        self,
        account_id: int,
        sign_name: str,
        *,
        networks: Sequence[Network] = (),
        senders: Sequence[str] = (),
        actor: Actor,
        also: Sequence[Statement] = (),
    ) -> list[Registration]:
        """Begin where nothing began yet and where it has lapsed; everywhere, or on these networks and numbers only.

        Raises Refused("registration.not_approved", ".no_qualification", ".qualification_unfit", ".no_place",
        ".not_counted"), and when there is nothing to begin: ".running", ".done", ".edit_first".
        """
        if set(networks) - set(self.networks):
            raise refusal("registration.not_counted")

        async def attempt() -> list[Registration]:
            subject = await self._subject(account_id, sign_name)
            if (hindrance := subject.hindrance) is not None:
                raise refusal(_HINDRANCES[hindrance], reason=hindrance.value)
            codes, given = await self._codes_with_first(subject, actor)
            wanted = wanted_places(await self._places(subject, codes), networks, senders)
            if not wanted:
                raise refusal("registration.no_place")
            rows = await self._rows(subject, wanted)
            refusals = [not_started(row.state) for row in rows]
            able = [row for row, no in zip(rows, refusals, strict=True) if no is None]
            if not able and refusals[0] is not None:
                raise refusals[0]
            chains, turns = await self._begun(able, subject, actor)
            hold: Statement = ("compliance.hold_signature", (subject.signature_id, subject.version), 1)
            stored = [*also, hold, *given.statements, *turns, *self._stored(chains)]
            await commit_change(self._store, stored, [*given.topics, _topic([subject.signature_id])])
            return [_stored_row(chain) for chain in chains]

        return await again_on_conflict(attempt)

    async def apply(
        self,
        registration_id: int,
        event: RegistrationEvent,
        *,
        actor: Actor,
        told: Told = NOTHING_TOLD,
        version: int | None = None,
        also: Sequence[Statement] = (),
    ) -> Registration:
        """One event on one registration, with its step in the history. `version`: that it was decided by; None for what is
        true whatever happened since. Raises IllegalTransition, Refused("registration.unknown", ".changed", ".reason_unfit",
        ".never_filed")."""

        async def attempt() -> Registration:
            row = await self.get(registration_id)
            if version not in (None, row.version):
                raise refusal("registration.changed")
            chain = [moved(row, event, actor, self._clock.now_ms(), told)]
            statements = [*also, *self._stored([chain])]
            await commit_change(self._store, statements, [_topic([row.signature_id])])
            return _stored_row(chain)

        return await again_on_conflict(attempt)

    async def import_filing(
        self,
        account_id: int,
        sign_name: str,
        network: Network,
        sender: str,
        *,
        actor: Actor,
        told: Told,
    ) -> Registration:
        """A filing that the operator brings along: its place is awaiting verification instead of being filed again. Raises
        Refused("registration.not_approved", ".no_place"), IllegalTransition."""

        async def attempt() -> Registration:
            subject = await self._subject(account_id, sign_name)
            places = await self._places(subject, await self._codes_of(subject.signature_id))
            wanted = wanted_places(places, (network,), (sender,))
            if not wanted:
                raise refusal("registration.no_place")
            (row,) = await self._rows(subject, wanted)
            chain = [moved(row, RegistrationEvent.IMPORTED, actor, self._clock.now_ms(), told)]
            await commit_change(self._store, self._stored([chain]), [_topic([subject.signature_id])])
            return _stored_row(chain)

        return await again_on_conflict(attempt)

    # What follows from elsewhere, as statements for its transaction

    async def given(
        self, standing: Standing, material: SignatureMaterial, qualification_revision: int, actor: Actor
    ) -> Following:
        """What a signature that the platform gives to a verified enterprise begins."""
        subject = Subject(
            signature_id=standing.id,
            account_id=standing.account_id,
            sign_name=standing.label,
            version=standing.version,
            revision=standing.revision,
            third_party=material.third_party,
            qualification_id=material.qualification_id,
            qualification_revision=qualification_revision,
            account_kind=AccountKind.ENTERPRISE,
        )
        return await self._approved(subject, actor)

    async def _approved(self, subject: Subject, actor: Actor, *, first_code: bool = True) -> Following:
        """What an approval begins: every number on every network, again where something began before. Without `first_code`
        a signature that has no extension code gets none."""
        if subject.hindrance is not None or not await self._places(subject, ()):
            return Following()
        codes, given = await self._codes_of(subject.signature_id), Following()
        if first_code:
            try:
                codes, given = await self._codes_with_first(subject, actor)
            except (
                Refused
            ) as refused:  # nobody's approval fails because codes are used up: it is started by hand
                log.warning("a registration does not begin", signature=subject.sign_name, why=refused.code)
                return Following()
        wanted = wanted_places(await self._places(subject, codes))
        rows = await self._rows(subject, wanted)
        chains, turns = await self._begun(rows, subject, actor, again=RegistrationEvent.RESTART)
        if not chains:
            return Following()
        topics = [*given.topics, _topic([subject.signature_id])]
        return Following([*given.statements, *turns, *self._stored(chains)], topics)

    async def code_taken_back(self, signature_id: int, code: str, actor: Actor) -> Following:
        """What the release of an extension code brings: nothing is registered under its numbers any more."""
        return await self._everywhere(signature_id, RegistrationEvent.CODE_TAKEN_BACK, actor, code)

    async def _signature_approved(self, before: Standing, reviewer: Actor) -> Following:
        (row,) = await self._store.read("compliance.registration_subject", before.id, before.revision)
        return await self._approved(read_subject(row), reviewer)

    async def _signature_deleted(self, before: Standing, actor: Actor) -> Following:
        return await self._everywhere(before.id, RegistrationEvent.END, actor)

    async def _qualification_approved(self, before: Standing, reviewer: Actor) -> Following:
        """The approval of an edit registers its signatures again (D11)."""
        if not before.approved_revision:
            return Following()
        rows = await self._store.read("compliance.registration_subjects_on", before.id)
        subjects = (replace(read_subject(row), qualification_revision=before.revision) for row in rows)
        found = [await self._approved(each, reviewer, first_code=False) for each in subjects]
        return Following.all(found)

    async def _everywhere(
        self, signature_id: int, event: RegistrationEvent, actor: Actor, code: str | None = None
    ) -> Following:
        """One event wherever the table allows it."""
        now_ms = self._clock.now_ms()
        chains = [
            [moved(row, event, actor, now_ms)]
            for row in await self.of_signature(signature_id)
            if code in (None, row.extension_code) and REGISTRATION.allows(row.state, event)
        ]
        return Following(self._stored(chains), [_topic([signature_id])] if chains else [])

    # What they share

    async def _codes_with_first(self, subject: Subject, actor: Actor) -> tuple[Sequence[str], Following]:
        """The signature's codes; its first one is given before anything is filed."""
        codes = await self._codes_of(subject.signature_id)
        if codes or self._give_code is None:
            return codes, Following()
        code, given = await self._give_code(
            subject.account_id, subject.signature_id, subject.sign_name, actor
        )
        return (code,), given

    async def _rows(self, subject: Subject, wanted: Sequence[Wanted]) -> list[Registration]:
        """What stands at these places; a new one where nothing did, of version 0."""
        known = {(each.network, each.sender): each for each in await self.of_signature(subject.signature_id)}
        now_ms = self._clock.now_ms()
        return [
            replace(found, channel_id=place.channel_id)
            if (found := known.get((network, place.sender))) is not None
            else new_registration(self._ids.next(), subject, place, network, now_ms)
            for place, network in wanted
        ]

    async def _begun(
        self,
        rows: Sequence[Registration],
        subject: Subject,
        actor: Actor,
        again: RegistrationEvent = RegistrationEvent.START,
    ) -> tuple[list[list[Moved]], list[Statement]]:
        """`again`: the event where something began before. The second: turns at the numbers that nobody may share, which touch
        no row when another signature began at one of them since we looked; in one order, so that nobody waits for ever."""
        chains: list[list[Moved]] = []
        turns: dict[tuple[str, Network], int] = {}
        for row in rows:
            event = again if row.version else RegistrationEvent.START
            shared: Sequence[str] = ()
            if self._give_code is not None or row.extension_code:
                turns[row.sender, row.network] = await self._turn(row)
                shared = await self.sharing(row)
            now_ms = self._clock.now_ms()
            chains.append(begun(row, event, subject, self._registrar, actor, now_ms, shared_with=shared))
        taken: list[Statement] = [
            ("compliance.turn_sender", (*place, turn), 1) for place, turn in sorted(turns.items())
        ]
        return chains, taken

    async def _turn(self, row: Registration) -> int:
        found = one(await self._store.read("compliance.sender_turn", row.sender, row.network))
        return 0 if found is None else int(found[0])

    def _stored(self, chains: Sequence[Sequence[Moved]]) -> list[Statement]:
        statements: list[Statement] = []
        for chain in chains:
            first, last = chain[0].before, chain[-1].after
            statements.append(move(first, last) if first.version else add(last))
            statements += [step(self._ids.next(), each) for each in chain]
        return statements


def _stored_row(chain: Sequence[Moved]) -> Registration:
    return replace(chain[-1].after, version=chain[0].before.version + 1)


def _topic(signature_ids: Sequence[int]) -> Topic:
    return TOPIC, ",".join(map(str, signature_ids))

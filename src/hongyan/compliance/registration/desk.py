"""The desk of registrations: what begins, what carriers answer, where every signature stands.

`apply` and what follows an approval are the only writers. A signature that is being registered is locked (seed 003, D5);
the desk of signatures asks `is_registering` before it takes an edit.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import structlog

from hongyan.compliance.model import Kind, SignatureMaterial, Standing
from hongyan.compliance.refusals import refusal
from hongyan.compliance.registration.beginning import (
    PACK,
    PLATFORM,
    RegistrarChoice,
    Wanted,
    begun,
    new_registration,
    not_started,
    wanted_places,
)
from hongyan.compliance.registration.model import (
    Place,
    Registration,
    RegistrationFilter,
    RegistrationStep,
)
from hongyan.compliance.registration.moving import NOTHING_TOLD, Moved, Told, moved
from hongyan.compliance.registration.networks import COUNTED, Network
from hongyan.compliance.registration.places import ChannelPlaces, no_channels, places_of
from hongyan.compliance.registration.reasons import ReasonCode
from hongyan.compliance.registration.roll_up import SignatureStanding, rolled_up
from hongyan.compliance.registration.rows import add, move, read_registration, read_step, step
from hongyan.compliance.registration.states import REGISTRATION, RegistrationEvent, RegistrationState
from hongyan.compliance.registration.subject import Subject, read_subject
from hongyan.compliance.reviews import Following, Reviews
from hongyan.compliance.states import Event
from hongyan.identity import AccountKind, Actor, Statement, Topic, again_on_conflict, commit_change
from hongyan.kernel.clock import Clock, Millis
from hongyan.kernel.errors import Refused
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import Store, one

log = structlog.get_logger(__name__)

TOPIC: Final = "registration"
"""Told after each change with the numbers of the signatures that it is about, separated by commas."""
_AT_ONCE: Final = 1_000
_HINDRANCES: Final = {
    ReasonCode.UNBINDING_QUA: "registration.no_qualification",
    ReasonCode.BINDING_INCOMPLETE_QUA: "registration.qualification_unfit",
}


@dataclass(frozen=True, slots=True)
class Registering:
    """How this platform registers. `channels`: those that are configured. `networks`: those that count. `registrar`: who
    files what begins from now on. `digits`: of the extension code that a signature is given before it is filed first; 0
    gives none. `time_out`: working days until a filing without an answer has failed, 0 for never. `overrides`: of the
    calendar, see `calendar.read_overrides`."""

    channels: ChannelPlaces = no_channels
    networks: tuple[Network, ...] = COUNTED
    registrar: RegistrarChoice = PACK
    digits: int = 0
    time_out: int = 30
    overrides: str = ""


BY_PACK: Final = Registering()


CodesOf: TypeAlias = Callable[[int], Awaitable[Sequence[str]]]
"""Signature -> its extension codes."""
GiveCode: TypeAlias = Callable[[int, int, str, Actor], Awaitable[tuple[str, Following]]]
"""(account, signature, its name, who wants it) -> its first extension code, and what gives it that."""


class Registrations:
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
        self._store = store
        self._clock = clock
        self._ids = ids
        self._codes_of = codes_of
        self._give_code = give_code
        self._channels = registering.channels
        self.networks = registering.networks
        self._registrar = registering.registrar
        self.sandbox = sandbox
        reviews.follow(Kind.SIGNATURE, Event.APPROVE, self._signature_approved)
        reviews.follow(Kind.SIGNATURE, Event.DELETE, self._signature_deleted)
        reviews.follow(Kind.QUALIFICATION, Event.APPROVE, self._qualification_approved)

    # Looking

    async def get(self, registration_id: int, account_id: int | None = None) -> Registration:
        """Of an account, or with None of anybody. Raises Refused("registration.unknown")."""
        row = one(await self._store.read("compliance.registration", registration_id))
        if row is None or account_id not in (None, row[1]):
            raise refusal("registration.unknown", registration_id=registration_id)
        return self._read(row)

    async def at(self, signature_id: int, network: Network, sender: str) -> Registration | None:
        """The one of this place, when anything ever began there."""
        row = one(await self._store.read("compliance.registration_at", signature_id, network, sender))
        return None if row is None else self._read(row)

    async def of_signature(self, signature_id: int) -> list[Registration]:
        """Whatever began for a signature."""
        rows = await self._store.read("compliance.registrations_of", signature_id)
        return [self._read(row) for row in rows]

    async def page(
        self, wanted: RegistrationFilter, *, after: int = 0, limit: int = 100
    ) -> tuple[int, list[Registration]]:
        """How many there are, and those behind the one of id `after`, in the order in which they began."""
        key = (*_key(wanted), int(self.sandbox))
        ((total,),) = await self._store.read("compliance.count_registrations", *key)
        rows = await self._store.read("compliance.registrations_where", *key, after, limit)
        return total, [self._read(row) for row in rows]

    async def all(self, wanted: RegistrationFilter) -> AsyncIterator[Registration]:
        """All of them, some at a time."""
        after = 0
        while True:
            _, found = await self.page(wanted, after=after, limit=_AT_ONCE)
            for each in found:
                yield each
            if len(found) < _AT_ONCE:
                return
            after = found[-1].id

    async def silent(self, before_ms: Millis, account_id: int = 0) -> AsyncIterator[Registration]:
        """Those that lapse one day, of signatures that were not sent since a time; some are younger than that."""
        after = 0
        while True:
            key = account_id, before_ms, int(self.sandbox), after, _AT_ONCE
            rows = await self._store.read("compliance.silent_registrations", *key)
            for row in rows:
                yield self._read(row)
            if len(rows) < _AT_ONCE:
                return
            after = rows[-1][0]

    async def history(
        self, registration_id: int, *, after: int = 0, limit: int = 100
    ) -> list[RegistrationStep]:
        """Its steps in order, behind the one of id `after`."""
        rows = await self._store.read("compliance.registration_steps", registration_id, after, limit)
        return [read_step(row) for row in rows]

    async def places(self, account_id: int, sign_name: str) -> list[Place]:
        """The numbers that an approved signature has on the channels that are configured. Raises
        Refused("registration.not_approved")."""
        subject = await self._subject(account_id, sign_name)
        return await self._places(subject, await self._codes_of(subject.signature_id))

    async def matrix(self, account_id: int, sign_name: str) -> list[Registration]:
        """Every number on every network: what began, and the places where nothing did, with id 0. Raises
        Refused("registration.not_approved")."""
        subject = await self._subject(account_id, sign_name)
        known = await self.of_signature(subject.signature_id)
        seen = {(each.network, each.sender) for each in known}
        reason = subject.hindrance or ReasonCode.NON_REGISTER
        places = await self._places(subject, await self._codes_of(subject.signature_id))
        new = [
            replace(new_registration(0, subject, place, network, 0), reason=reason)
            for place, network in wanted_places(places)
            if (network, place.sender) not in seen
        ]
        return sorted([*known, *new], key=lambda each: (each.sender, self._rank(each.network)))

    async def standing(self, account_id: int, sign_name: str) -> SignatureStanding:
        """Per network, and as the vendor's single result; of a signature that was never approved: not registered."""
        row = one(await self._store.read("compliance.registration_subject_named", account_id, sign_name))
        if row is None:
            return rolled_up((), self.networks, ReasonCode.NON_REGISTER)
        subject = read_subject(row)
        rows = await self.of_signature(subject.signature_id)
        return rolled_up(rows, self.networks, subject.hindrance or ReasonCode.NON_REGISTER)

    async def is_registering(self, signature_id: int) -> bool:
        """Whether some carrier has not answered: nothing of it can be edited."""
        ((count,),) = await self._store.read("compliance.registering_count", signature_id, int(self.sandbox))
        return bool(count)

    async def counts(self) -> dict[tuple[Network, RegistrationState], int]:
        """How many there are on each network in each state."""
        found = {(network, state): 0 for network in self.networks for state in RegistrationState}
        for network, state, simulated, count in await self._store.read("compliance.registrations_by_state"):
            seen = RegistrationState(state) if self.sandbox or not simulated else REGISTRATION.first
            if (network, seen) in found:
                found[network, seen] += count
        return found

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
            chains = [await self._begun(row, RegistrationEvent.START, subject, actor) for row in able]
            hold: Statement = ("compliance.hold_signature", (subject.signature_id, subject.version), 1)
            stored = [*also, hold, *given.statements, *self._stored(chains)]
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
        event = RegistrationEvent.RESTART
        chains = [
            await self._begun(row, event if row.version else RegistrationEvent.START, subject, actor)
            for row in await self._rows(subject, wanted)
        ]
        if not chains:
            return Following()
        topics = [*given.topics, _topic([subject.signature_id])]
        return Following([*given.statements, *self._stored(chains)], topics)

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

    def _read(self, row: tuple[Any, ...]) -> Registration:
        return read_registration(row, sandbox=self.sandbox)

    def _rank(self, network: Network) -> int:
        return self.networks.index(network) if network in self.networks else len(self.networks)

    async def _subject(self, account_id: int, sign_name: str) -> Subject:
        row = one(await self._store.read("compliance.registration_subject_named", account_id, sign_name))
        if row is None:
            raise refusal("registration.not_approved")
        return read_subject(row)

    async def _codes_with_first(self, subject: Subject, actor: Actor) -> tuple[Sequence[str], Following]:
        """The signature's codes; its first one is given before anything is filed."""
        codes = await self._codes_of(subject.signature_id)
        if codes or self._give_code is None:
            return codes, Following()
        code, given = await self._give_code(
            subject.account_id, subject.signature_id, subject.sign_name, actor
        )
        return (code,), given

    async def _places(self, subject: Subject, codes: Sequence[str]) -> list[Place]:
        return places_of(subject.account_id, codes, await self._channels(), self.networks)

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
        self, row: Registration, event: RegistrationEvent, subject: Subject, actor: Actor
    ) -> list[Moved]:
        shares = self._give_code is None and not row.extension_code
        shared = () if shares else await self.sharing(row)
        return begun(row, event, subject, self._registrar, actor, self._clock.now_ms(), shared_with=shared)

    async def sharing(self, row: Registration) -> tuple[str, ...]:
        """Names of other signatures that are, or shall be, registered under the same number on the same network."""
        found = await self._store.read(
            "compliance.signatures_at_sender", row.sender, row.network, row.signature_id, int(self.sandbox)
        )
        return tuple(name for _, name in found)

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


def _key(wanted: RegistrationFilter) -> tuple[Any, ...]:
    return (
        *(wanted.account_id, wanted.signature_id, wanted.sign_name, wanted.network),
        wanted.state.value if wanted.state else "",
        wanted.reason.value if wanted.reason else "",
        *(wanted.sender, wanted.registrar, int(wanted.unfiled)),
    )


__all__ = ["PLATFORM", "TOPIC", "Registrations"]

"""The book of registrations: where everything stands. Reads only; `desk` writes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias

from hongyan.compliance.refusals import refusal
from hongyan.compliance.registration.matrix.cells import RegistrationMatrix
from hongyan.compliance.registration.matrix.model import BEFORE_ALL, Cell, Position, position_of
from hongyan.compliance.registration.model import (
    Place,
    Registration,
    RegistrationFilter,
    RegistrationStep,
    Scope,
)
from hongyan.compliance.registration.networks import Network
from hongyan.compliance.registration.places import ChannelPlace, ChannelPlaces, places_of
from hongyan.compliance.registration.reasons import QUALIFICATION_CURES, REASONS, ReasonCode
from hongyan.compliance.registration.roll_up import SignatureStanding, rolled_up
from hongyan.compliance.registration.rows import read_registration, read_step
from hongyan.compliance.registration.states import REGISTRATION, RegistrationState
from hongyan.compliance.registration.subject import Subject, read_subject
from hongyan.kernel.clock import Millis
from hongyan.storage.port import Store, json_list, one

_AT_ONCE: Final = 1_000
CodesOf: TypeAlias = Callable[[int], Awaitable[Sequence[str]]]
"""Signature -> its extension codes."""


class RegistrationBook:
    """`codes_of`: the extension codes that a signature is registered with. `networks`: those that count. `sandbox`: what was
    filed with nobody counts."""

    def __init__(
        self,
        store: Store,
        codes_of: CodesOf,
        *,
        channels: ChannelPlaces,
        networks: tuple[Network, ...],
        sandbox: bool,
    ) -> None:
        self._store = store
        self._codes_of = codes_of
        self._channels = channels
        self._matrix = RegistrationMatrix(store, channels, networks)
        self.networks = networks
        self.sandbox = sandbox

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
        key = (*wanted.key, int(self.sandbox))
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
        """Every number on every network: what began, also under numbers that it has no more, and the places where nothing
        did, with id 0. Raises Refused("registration.not_approved")."""
        cells = await self.cells_of(account_id, sign_name, Scope.WITH_PAST)
        return [cell.registration for cell in cells]

    async def cells_of(self, account_id: int, sign_name: str, scope: Scope = Scope.CURRENT) -> list[Cell]:
        """The matrix of an approved signature, by number and network. Raises Refused("registration.not_approved")."""
        subject = await self._subject(account_id, sign_name)
        wanted = RegistrationFilter(signature_id=subject.signature_id, scope=scope)
        return await self._matrix.all(wanted, sandbox=self.sandbox)

    async def cells(
        self, wanted: RegistrationFilter, *, after: Position = BEFORE_ALL, limit: int = 100
    ) -> list[Cell]:
        """A page of the matrix of all signatures, behind a position: by signature, number and network."""
        return await self._matrix.page(wanted, sandbox=self.sandbox, after=after, limit=limit)

    async def all_cells(self, wanted: RegistrationFilter) -> AsyncIterator[Cell]:
        """All of them, some at a time."""
        after = BEFORE_ALL
        while True:
            found = await self.cells(wanted, after=after, limit=_AT_ONCE)
            for each in found:
                yield each
            if len(found) < _AT_ONCE:
                return
            after = position_of(found[-1].registration)

    async def count_cells(self, wanted: RegistrationFilter) -> int:
        """How many there are on all pages."""
        return await self._matrix.count(wanted, sandbox=self.sandbox)

    async def cell(self, registration_id: int, account_id: int | None = None) -> Cell:
        """Where a registration stands in the matrix. Raises Refused("registration.unknown")."""
        row = await self.get(registration_id, account_id)
        wanted = RegistrationFilter(
            signature_id=row.signature_id, network=row.network, sender=row.sender, scope=Scope.EVERYTHING
        )
        found = await self._matrix.all(wanted, sandbox=self.sandbox)
        return next((replace(cell, registration=row) for cell in found), Cell(row, past=True))

    async def standing(self, account_id: int, sign_name: str) -> SignatureStanding:
        """Per network, and as the vendor's single result; of a signature that was never approved: not registered."""
        row = one(await self._store.read("compliance.registration_subject_named", account_id, sign_name))
        if row is None:
            return rolled_up((), self.networks, ReasonCode.NON_REGISTER)
        subject = read_subject(row)
        standings = await self._standings([subject.signature_id], {subject.signature_id: subject})
        return standings[subject.signature_id][0]

    async def subjects(self, signature_ids: Sequence[int]) -> dict[int, Subject]:
        """Of those that are approved, by their ids, in one question."""
        rows = await self._store.read("compliance.registration_subjects_among", json_list(signature_ids))
        return {each.signature_id: each for each in map(read_subject, rows)}

    async def standings(
        self, signature_ids: Sequence[int]
    ) -> dict[int, tuple[SignatureStanding, list[Registration]]]:
        """The same of several, in three questions, with what began for each."""
        return await self._standings(signature_ids, await self.subjects(signature_ids))

    async def _standings(
        self, signature_ids: Sequence[int], subjects: Mapping[int, Subject]
    ) -> dict[int, tuple[SignatureStanding, list[Registration]]]:
        """`subjects`: those of them that are approved."""
        asked, channels = json_list(signature_ids), await self._channels()
        begun: dict[int, list[Registration]] = {signature_id: [] for signature_id in signature_ids}
        codes: dict[int, list[str]] = {signature_id: [] for signature_id in signature_ids}
        for row in await self._store.read("compliance.registrations_among", asked):
            each = self._read(row)
            begun[each.signature_id].append(each)
        for signature_id, code in await self._store.read("compliance.codes_among", asked):
            codes[signature_id].append(code)
        return {
            signature_id: (
                self._rolled_up(subjects.get(signature_id), codes[signature_id], registrations, channels),
                registrations,
            )
            for signature_id, registrations in begun.items()
        }

    def _rolled_up(
        self,
        subject: Subject | None,
        codes: Sequence[str],
        registrations: Sequence[Registration],
        channels: Sequence[ChannelPlace],
    ) -> SignatureStanding:
        if subject is None:
            return rolled_up((), self.networks, ReasonCode.NON_REGISTER)
        places = places_of(subject.account_id, codes, channels, self.networks)
        numbers = {(place.sender, network) for place in places for network in place.networks}
        counted = [each for each in registrations if self.sandbox or not each.simulated]
        return rolled_up(
            [each for each in counted if (each.sender, each.network) in numbers],
            self.networks,
            subject.hindrance or ReasonCode.NON_REGISTER,
            past=[each for each in counted if (each.sender, each.network) not in numbers],
        )

    async def is_registering(self, signature_id: int) -> bool:
        """Whether some carrier has not answered for a number that it has: nothing of it can be edited."""
        wanted = RegistrationFilter(signature_id=signature_id, state=RegistrationState.REGISTERING)
        return bool(await self._matrix.all(wanted, sandbox=self.sandbox))

    async def is_qualification_refused(self, signature_id: int) -> bool:
        """Whether some carrier has refused it for its qualification as it is, under a number that it has."""
        wanted = RegistrationFilter(signature_id=signature_id, state=RegistrationState.FAILED)
        found = await self._matrix.all(wanted, sandbox=self.sandbox)
        return any(REASONS[cell.registration.reason].cure in QUALIFICATION_CURES for cell in found)

    async def counts(self) -> dict[tuple[Network, RegistrationState], int]:
        """How many there are on each network in each state."""
        found = {(network, state): 0 for network in self.networks for state in RegistrationState}
        for network, state, simulated, count in await self._store.read("compliance.registrations_by_state"):
            seen = RegistrationState(state) if self.sandbox or not simulated else REGISTRATION.first
            if (network, seen) in found:
                found[network, seen] += count
        return found

    async def sharing(self, row: Registration) -> tuple[str, ...]:
        """Names of other signatures that are, or shall be, registered under the same number on the same network."""
        found = await self._store.read(
            "compliance.signatures_at_sender", row.sender, row.network, row.signature_id, int(self.sandbox)
        )
        return tuple(name for _, name in found)

    def _read(self, row: tuple[Any, ...]) -> Registration:
        return read_registration(row, sandbox=self.sandbox)

    async def _subject(self, account_id: int, sign_name: str) -> Subject:
        row = one(await self._store.read("compliance.registration_subject_named", account_id, sign_name))
        if row is None:
            raise refusal("registration.not_approved")
        return read_subject(row)

    async def _places(self, subject: Subject, codes: Sequence[str]) -> list[Place]:
        return places_of(subject.account_id, codes, await self._channels(), self.networks)

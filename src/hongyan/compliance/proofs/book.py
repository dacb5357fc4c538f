"""What letters, trademarks and app records have in common: kept per account, every revision for ever, every change
recorded. Nobody reviews them by themselves: a signature that names one is reviewed with it.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, ClassVar, Final, Generic, TypeVar

from hongyan.compliance.change_log import ChangeLog, field_changes
from hongyan.compliance.model import ProofKind, Version
from hongyan.compliance.numbers import record_number
from hongyan.compliance.papers import Papers
from hongyan.compliance.proofs.model import Proof
from hongyan.compliance.refusals import refusal
from hongyan.compliance.sealing import RevisionSeal
from hongyan.identity import (
    Actor,
    Making,
    Nonce,
    Statement,
    Vault,
    again_on_conflict,
    commit_change,
    only_that,
)
from hongyan.kernel.clock import Clock, beijing
from hongyan.storage.port import Store, json_list, one

CREATE: Final = "create"
EDIT: Final = "edit"
_AT_ONCE: Final = 200
"""Rows of one read."""

M = TypeVar("M")
P = TypeVar("P", bound=Proof[Any])


class Book(ABC, Generic[M, P]):
    """Records of one kind: `M` is what they say, `P` a record with it."""

    kind: ClassVar[ProofKind]

    def __init__(self, store: Store, clock: Clock, vault: Vault, log: ChangeLog, papers: Papers) -> None:
        self._store = store
        self._clock = clock
        self._vault = vault
        self._log = log
        self._papers = papers

    @property
    def today(self) -> date:
        """The business day in Beijing."""
        return beijing(self._clock.now_ms()).date()

    # Reading

    async def get(self, account_id: int, proof_id: int) -> P:
        """With its newest material. Raises Refused("<kind>.unknown"), for other accounts' records as well."""
        row = one(await self._store.read(f"compliance.{self.kind.value}", proof_id, account_id))
        if row is None:
            raise refusal(f"{self.kind.value}.unknown")
        return self._proof(row)

    async def all(self, account_id: int) -> list[P]:
        """Everything of an account, in the order of numbers."""
        return await self._all(f"compliance.{self.kind.value}s_of", account_id)

    async def versions(self, proof_id: int) -> list[Version[M]]:
        """Every revision, the first one first; whoever made it."""
        rows = await self._store.read(f"compliance.{self.kind.value}_revisions", proof_id)
        return [Version(revision, self._proof(row).material, None) for revision, row in enumerate(rows, 1)]

    async def said(self, proof_id: int, revision: int) -> M:
        """What a revision says; the first one is 1. Whoever made it."""
        return (await self.versions(proof_id))[revision - 1].material

    async def among(self, proof_ids: Iterable[int]) -> dict[tuple[int, int], P]:
        """Anybody's by number and revision, every revision of each, in one question."""
        numbers = sorted(set(proof_ids))
        if not numbers:
            return {}
        rows = await self._store.read(f"compliance.{self.kind.value}s_among", json_list(numbers))
        return {(each.id, each.revision): each for each in map(self._proof, rows)}

    async def _all(self, statement: str, *parameters: Any) -> list[P]:
        """Every row of a statement that takes them, an id to begin after, and how many."""
        found: list[P] = []
        while rows := await self._store.read(statement, *parameters, found[-1].id if found else 0, _AT_ONCE):
            found += map(self._proof, rows)
        return found

    # Writing

    async def _create(
        self,
        account_id: int,
        material: M,
        actor: Actor,
        nonce: Nonce | None,
        *columns: Any,
        state: str = "",
        also: Making = only_that,
    ) -> int:
        """Store a first revision. `columns`: what the table has beyond others'. Raises Conflict."""
        proof_id = record_number()
        row = (proof_id, account_id, self._clock.now_ms(), *columns)
        record = self._log.record(self.kind, proof_id, account_id, actor, CREATE, revision=1, after=state)
        add = (f"compliance.add_{self.kind.value}", row, 1)
        papers = await self._bind_papers(account_id, proof_id, 1, material)
        revision = self._add_revision(proof_id, 1, material)
        made = also(str(proof_id))
        await commit_change(self._store, (*made, add, *revision, *papers, record), nonce=nonce)
        return proof_id

    async def _edit(
        self,
        before: P,
        material: M,
        actor: Actor,
        nonce: Nonce | None,
        *columns: Any,
        states: tuple[str, str] = ("", ""),
    ) -> None:
        """Store a further revision. Raises Conflict."""
        revision = before.revision + 1
        record = self._log.record(
            self.kind,
            before.id,
            before.account_id,
            actor,
            EDIT,
            revision=revision,
            before=states[0],
            after=states[1],
            changed=field_changes(before.material, material),
        )
        row = (before.id, before.version, revision, *columns)
        move = (f"compliance.edit_{self.kind.value}", row, 1)
        papers = await self._bind_papers(before.account_id, before.id, revision, material)
        added = self._add_revision(before.id, revision, material)
        await commit_change(self._store, (move, *added, *papers, record), nonce=nonce)

    async def _bind_papers(
        self, account_id: int, proof_id: int, revision: int, material: M
    ) -> list[Statement]:
        """The uploaded pictures become evidence of the revision. Raises Refused("<kind>.file_missing")."""
        keys = self._pictures(material)
        found = await self._papers.find_all(account_id, keys)
        if len(found) < len(set(keys)):
            raise refusal(f"{self.kind.value}.file_missing")
        return self._papers.bind(found.values(), self.kind, proof_id, revision)

    def _add_revision(self, proof_id: int, revision: int, material: M) -> list[Statement]:
        seal = RevisionSeal(self._vault, proof_id, revision)
        row = (proof_id, revision, *self._columns(seal, material))
        return [(f"compliance.add_{self.kind.value}_revision", row, 1)]

    async def _wrong(self, material: M) -> list[str]:
        """Codes of everything that is wrong. Apart from the event loop: the rules of names may have to load dictionaries."""
        return await asyncio.to_thread(lambda: list(self._problems(material, self.today)))

    async def _check(self, material: M) -> None:
        problems = await self._wrong(material)
        if problems:
            raise refusal(problems[0], problems=problems)

    @abstractmethod
    def _problems(self, material: M, today: date) -> Iterator[str]:
        """Codes of everything that is wrong."""

    @abstractmethod
    def _pictures(self, material: M) -> tuple[str, ...]:
        """Keys of uploads."""

    @abstractmethod
    def _columns(self, seal: RevisionSeal, material: M) -> tuple[Any, ...]:
        """The material as columns of its revision."""

    @abstractmethod
    def _proof(self, row: tuple[Any, ...]) -> P:
        """A row of the kind's statements."""


class PlainBook(Book[M, P]):
    """Of records that have neither names nor states of their own."""

    async def create(self, account_id: int, material: M, *, actor: Actor, nonce: Nonce | None = None) -> int:
        """The number of the new record. Raises Refused("<kind>.…")."""
        await self._check(material)
        return await again_on_conflict(lambda: self._create(account_id, material, actor, nonce))

    async def edit(
        self, account_id: int, proof_id: int, material: M, *, actor: Actor, nonce: Nonce | None = None
    ) -> None:
        """Correct a record; signatures keep the revision that they were applied for with.

        Raises Refused("<kind>.unknown", "<kind>.…").
        """
        await self._check(material)

        async def attempt() -> None:
            await self._edit(await self.get(account_id, proof_id), material, actor, nonce)

        await again_on_conflict(attempt)

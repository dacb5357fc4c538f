"""Letters of authorization: who may use whose names as signatures, which ones, and for how long.

A letter's name is its account's own. Several tenants may hold letters for one signature name; only reviewers see that.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import msgspec

from hongyan.compliance.model import ProofKind
from hongyan.compliance.proofs.book import Book
from hongyan.compliance.proofs.checks import (
    LETTER_CHECKS,
    MOST_LETTER_NAME,
    letter_name_problems,
    problems,
)
from hongyan.compliance.proofs.model import Letter, LetterMaterial, LetterStatus
from hongyan.compliance.proofs.states import LETTER, LetterEvent, LetterState
from hongyan.compliance.refusals import refusal
from hongyan.compliance.sealing import RevisionSeal
from hongyan.identity import Actor, Making, Nonce, Statement, again_on_conflict, only_that

_PICTURE: Final = "letter.picture"
_ROOM_FOR_NUMBER: Final = 8
_decode_scope = msgspec.json.Decoder(tuple[str, ...]).decode
_NO_NAME_CHARACTER: Final = re.compile(r"[^\u3400-\u4dbf\u4e00-\u9fffA-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class LetterFilter:
    """Of the query; None leaves a field out. `sign_name`: letters whose scope has it."""

    ids: frozenset[int] | None = None
    organization_code: str | None = None
    sign_name: str | None = None
    state: LetterState | None = None
    status: LetterStatus | None = None

    def takes(self, letter: Letter, today: date) -> bool:
        said = letter.material
        return (
            (self.ids is None or letter.id in self.ids)
            and self.organization_code in (None, said.organization_code)
            and (self.sign_name is None or self.sign_name in said.scope)
            and self.state in (None, letter.state)
            and self.status in (None, letter.status(today))
        )


class Letters(Book[LetterMaterial, Letter]):
    kind = ProofKind.LETTER

    async def create(
        self,
        account_id: int,
        name: str | None,
        material: LetterMaterial,
        *,
        actor: Actor,
        nonce: Nonce | None = None,
        also: Making = only_that,
    ) -> int:
        """The number of the new letter. Without a name it gets the next free one. `also` is told the number. Raises
        Refused("letter.…")."""
        wrong = [*(() if name is None else letter_name_problems(name)), *await self._wrong(material)]
        if wrong:
            raise refusal(wrong[0], problems=wrong)

        async def attempt() -> int:
            if name is not None and await self._store.read("compliance.letter_named", account_id, name):
                raise refusal("letter.name_taken")
            called = name or await self.next_name(account_id, material.authorizer)
            first = LETTER.first.value
            return await self._create(
                *(account_id, material, actor, nonce, called, first, 0), state=first, also=also
            )

        return await again_on_conflict(attempt)

    async def edit(
        self,
        account_id: int,
        letter_id: int,
        material: LetterMaterial,
        *,
        actor: Actor,
        nonce: Nonce | None = None,
    ) -> None:
        """Correct a letter; it has to pass again, with the next signature. Its name stays, and signatures keep the
        revision that they were applied for with. Raises Refused("letter.unknown", "letter.…")."""
        await self._check(material)

        async def attempt() -> None:
            before = await self.get(account_id, letter_id)
            after = LETTER.after(before.state, LetterEvent.EDIT).value
            await self._edit(before, material, actor, nonce, after, states=(before.state.value, after))

        await again_on_conflict(attempt)

    async def name_unnamed(
        self, account_id: int, material: LetterMaterial, *, actor: Actor, also: Making = only_that
    ) -> int:
        """Keep a letter that came as a plain paper with a third-party application that was approved: it has passed.

        Its name is the next free one. `material` is what a reviewer reads in the paper, whose
        validity may be over by now. Raises Refused("letter.…").
        """
        wrong = [code for code in await self._wrong(material) if code != "letter.not_valid"]
        if wrong:
            raise refusal(wrong[0], problems=wrong)

        async def attempt() -> int:
            name = await self.next_name(account_id, material.authorizer)
            passed = LETTER.after(LETTER.first, LetterEvent.PASS).value
            return await self._create(
                account_id, material, actor, None, name, passed, 1, state=passed, also=also
            )

        return await again_on_conflict(attempt)

    async def find(self, account_id: int, wanted: LetterFilter) -> list[Letter]:
        """Those of an account that fit."""
        today = self.today
        return [letter for letter in await self.all(account_id) if wanted.takes(letter, today)]

    async def naming(self, sign_name: str) -> list[Letter]:
        """For reviewers: the letters of all tenants whose scope has this name."""
        return await self._all("compliance.letters_naming", sign_name)

    # For signatures

    async def pass_steps(
        self, account_id: int, letter_id: int, revision: int, actor: Actor
    ) -> list[Statement]:
        """What the approval of a signature does to the revision that it was applied for with."""
        letter = await self.get(account_id, letter_id)
        if revision <= letter.passed_revision:
            return []
        newest = revision == letter.revision
        state = LETTER.after(letter.state, LetterEvent.PASS) if newest else letter.state
        record = self._log.record(
            self.kind,
            letter_id,
            account_id,
            actor,
            LetterEvent.PASS.value,
            revision=revision,
            before=letter.state.value,
            after=state.value,
        )
        return [("compliance.pass_letter", (letter_id, letter.version, state.value, revision), 1), record]

    async def next_name(self, account_id: int, authorizer: str) -> str:
        """The next `<Authorizer>V<n>` that is free, without the symbols that names of letters cannot have (seed 000)."""
        stem = _NO_NAME_CHARACTER.sub("", authorizer)[: MOST_LETTER_NAME - _ROOM_FOR_NUMBER]
        taken = {name for (name,) in await self._store.read("compliance.letter_names", account_id)}
        return next(name for n in itertools.count(1) if (name := f"{stem}V{n}") not in taken)

    def _problems(self, material: LetterMaterial, today: date) -> Iterator[str]:
        return problems(self.kind, LETTER_CHECKS, material, today)

    def _add_revision(self, proof_id: int, revision: int, material: LetterMaterial) -> list[Statement]:
        scope = [
            ("compliance.add_letter_scope", (proof_id, revision, name), 1)
            for name in dict.fromkeys(material.scope)
        ]
        return [*super()._add_revision(proof_id, revision, material), *scope]

    def _pictures(self, material: LetterMaterial) -> tuple[str, ...]:
        return (material.picture,)

    def _columns(self, seal: RevisionSeal, material: LetterMaterial) -> tuple[Any, ...]:
        return (
            *(material.authorizer, material.organization_code, material.authorized_party),
            *(material.validity, msgspec.json.encode(material.scope).decode()),
            seal.text(material.picture, _PICTURE),
        )

    def _proof(self, row: tuple[Any, ...]) -> Letter:
        letter_id, account_id, version, revision, created_ms, name, state, passed_revision, *told = row
        authorizer, code, party, validity, scope, picture = told
        opened = RevisionSeal(self._vault, letter_id, revision).open_text(picture, _PICTURE)
        return Letter(
            letter_id,
            account_id,
            version,
            revision,
            created_ms,
            LetterMaterial(authorizer, code, party, validity, opened, _decode_scope(scope)),
            name,
            LetterState(state),
            passed_revision,
        )

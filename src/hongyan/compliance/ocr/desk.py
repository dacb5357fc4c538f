"""Papers that were read, beside the forms that lean on them: for applicants who fill one in, for reviewers who decide.

Reading takes seconds and happens behind everybody's back: an application is answered before, and what was read is there a
little later. Without the extra nothing is read, and says so.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import structlog

from hongyan.compliance.change_log import ChangeLog, masked
from hongyan.compliance.model import (
    ChangeRecord,
    Kind,
    ProofKind,
    QualificationMaterial,
    Recorded,
    ReviewOrder,
    SignatureView,
    Version,
)
from hongyan.compliance.ocr.comparing import (
    Difference,
    compare,
    corrections,
    effective_scope,
    form_of_letter,
    form_of_licence,
    form_of_trademark,
    names_in,
)
from hongyan.compliance.ocr.kinds import read_paper
from hongyan.compliance.ocr.reader import Read, not_installed
from hongyan.compliance.ocr.reading import PaperKind, Reading
from hongyan.compliance.ocr.recognised import PaperText
from hongyan.compliance.ocr.rules import PAPER_RULES, PaperCase
from hongyan.compliance.ocr.shelf import Due, KeptText, TextShelf
from hongyan.compliance.papers import Papers, StoredPaper, Use
from hongyan.compliance.proofs.model import LetterMaterial, TrademarkMaterial
from hongyan.compliance.refusals import refusal
from hongyan.compliance.rules import Finding, Place
from hongyan.compliance.rules.core import judge
from hongyan.identity import Actor, Conflict, Vault, commit_change
from hongyan.kernel.clock import Clock, beijing
from hongyan.kernel.errors import Broken, HongyanError, Refused, Throttled
from hongyan.storage.port import Store

log = structlog.get_logger(__name__)

CORRECT: Final = "correct_reading"
"""The event in the change record: what was read in a paper, and what its form says instead."""
_PREFIX: Final = "ocr."
_AT_ONCE: Final = 10
"""Revisions of one round."""
LOOK_EVERY: Final = 5.0
"""Seconds between looks for something to read."""
AFTER_TROUBLE: Final = 300.0
"""Seconds until a reader that does not start is tried again."""


class LookState(Enum):
    READ = "read"
    WAITING = "waiting"
    UNREADABLE = "unreadable"
    NOT_READ = "not_read"
    """Nobody reads papers here, or there is none."""


@dataclass(frozen=True, slots=True)
class Look:
    """A revision's papers beside its form. `papers`: key and pages of each, in the order in which pages are counted.
    `effective_scope`: of a letter, the names that count until a reviewer has let it pass."""

    kind: Recorded
    object_id: int
    revision: int
    state: LookState
    papers: tuple[tuple[str, int], ...] = ()
    reading: Reading | None = None
    differences: tuple[Difference, ...] = ()
    findings: tuple[Finding, ...] = ()
    effective_scope: tuple[str, ...] | None = None

    def facts(self) -> dict[str, object]:
        """For machines."""
        return {
            "object": self.kind.value,
            "id": self.object_id,
            "revision": self.revision,
            "state": self.state.value,
            "papers": [{"key": key, "pages": pages} for key, pages in self.papers],
            "reading": self.reading.facts() if self.reading else None,
            "differences": [each.facts() for each in self.differences],
            "findings": [each.facts() for each in self.findings],
            "effective_scope": None if self.effective_scope is None else list(self.effective_scope),
        }


@dataclass(frozen=True, slots=True)
class _Subject:
    """What to read of a revision: pictures by their keys, and the form to hold them against."""

    kind: PaperKind
    keys: tuple[str, ...]
    form: Mapping[str, str]


def _of_qualification(material: QualificationMaterial) -> _Subject:
    """Its licences only: ID cards are nobody's to read."""
    keys = tuple(paper.key for paper in material.licenses)
    return _Subject(PaperKind.LICENCE, keys, form_of_licence(material))


def _of_letter(material: LetterMaterial) -> _Subject:
    return _Subject(PaperKind.LETTER, (material.picture,), form_of_letter(material))


def _of_trademark(material: TrademarkMaterial) -> _Subject:
    return _Subject(PaperKind.TRADEMARK, (material.picture,), form_of_trademark(material))


_SUBJECTS: Final[Mapping[Recorded, Callable[[Any], _Subject]]] = {
    Kind.QUALIFICATION: _of_qualification,
    ProofKind.LETTER: _of_letter,
    ProofKind.TRADEMARK: _of_trademark,
}


class Readings:
    """`versions`: the revisions of what is read. `read` is None without the extra. `clock` is the business clock."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        vault: Vault,
        change_log: ChangeLog,
        papers: Papers,
        versions: Mapping[Recorded, Callable[[int], Awaitable[Sequence[Version[Any]]]]],
        read: Read | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._log = change_log
        self._papers = papers
        self._versions = versions
        self._read = read
        self._shelf = TextShelf(store, clock, vault)

    @property
    def reads(self) -> bool:
        """Whether papers are read here."""
        return self._read is not None

    # For applicants

    async def of_upload(self, account_id: int, key: str, kind: PaperKind) -> Reading:
        """What an uploaded picture says, to fill a form in with; read now when it was not before.

        Raises Refused("paper.not_uploaded", "paper.wrong_format", "ocr.…"), Misconfigured("ocr.not_installed").
        """
        paper = await self._papers.require(account_id, key, Use.PICTURE)
        kept = await self._text(paper)
        if kept.text is None:
            raise refusal(f"{_PREFIX}{kept.problem}")
        return read_paper(kind, kept.text)

    # For reviewers

    async def looks(self, order: ReviewOrder, view: object) -> list[Look]:
        """The papers that an order leans on, beside their forms: of a qualification its licences, of a signature the letter
        and the trademark that it names. `view`: what the order is about."""
        if order.kind is Kind.QUALIFICATION:
            return [await self.look(Kind.QUALIFICATION, order.object_id, order.revision)]
        if not isinstance(view, SignatureView):
            return []
        named = (
            (ProofKind.LETTER, view.material.letter_id, view.proofs.letter),
            (ProofKind.TRADEMARK, view.material.trademark_id, view.proofs.trademark),
        )
        return [
            await self.look(kind, number, revision) for kind, number, revision in named if number and revision
        ]

    async def look(self, kind: Recorded, object_id: int, revision: int) -> Look:
        """What was read so far; reads nothing itself."""
        subject, papers = await self._subject(Due(kind, object_id, revision))
        kept = [await self._shelf.find(paper) for paper in papers]
        texts = [each for each in kept if each is not None]
        if len(texts) < len(papers) or not papers:
            waiting = bool(papers) and self.reads
            state = LookState.WAITING if waiting else LookState.NOT_READ
            findings = self._findings(PaperCase(subject.kind, waiting=True)) if waiting else ()
            return Look(kind, object_id, revision, state, findings=findings)
        read = [
            (paper, each.text) for paper, each in zip(papers, texts, strict=True) if each.text is not None
        ]
        reading = _reading(subject, [text for _, text in read])
        differences = compare(subject.form, reading) if reading else ()
        names = names_in(subject.form["scope"]) if subject.kind is PaperKind.LETTER else None
        return Look(
            kind,
            object_id,
            revision,
            LookState.READ if reading else LookState.UNREADABLE,
            tuple((paper.key, len(text.pages)) for paper, text in read),
            reading,
            differences,
            self._findings(PaperCase(subject.kind, reading, differences)),
            None if names is None else effective_scope(names, differences),
        )

    # Behind everybody's back

    async def follow(self) -> None:
        """Read what applications bring, one paper after the other, as long as the task lives."""
        while self.reads:
            pause = LOOK_EVERY
            try:
                while await self.read_due():
                    pass
            except Broken as error:
                log.error("no paper can be read", why=error.en)
                pause = AFTER_TROUBLE
            except HongyanError as error:
                log.warning("reading papers was put off", why=error.code)
            await asyncio.sleep(pause)

    async def close(self) -> None:
        """End the reader, if one runs."""
        if self._read is not None:
            await self._read.close()

    async def read_due(self) -> int:
        """One round; how many revisions were settled. Raises Throttled("ocr.busy"), Broken("ocr.reader")."""
        due = await self._shelf.due(_AT_ONCE)
        for each in due:
            await self._settle(each)
        return len(due)

    async def count_due(self) -> int:
        """Revisions whose papers nobody has read yet."""
        return await self._shelf.count_due()

    async def _settle(self, due: Due) -> None:
        """Read the papers of a revision, and record what its form says differently: the applicant's word against the
        machine's."""
        subject, papers = await self._subject(due)
        kept = [await self._text(paper) for paper in papers]
        reading = _reading(subject, [each.text for each in kept if each.text is not None])
        statements = [self._shelf.settle(due)]
        changed = corrections(compare(subject.form, reading), masked) if reading else ()
        if changed:
            by = await self._submitted(due)
            statements.append(
                self._log.record(
                    due.kind,
                    due.object_id,
                    papers[0].account_id,
                    Actor(by.actor, by.door, by.address),
                    CORRECT,
                    revision=due.revision,
                    order_id=by.order_id,
                    changed=changed,
                )
            )
        with contextlib.suppress(Conflict):  # another node was faster
            await commit_change(self._store, statements)

    async def _submitted(self, due: Due) -> ChangeRecord:
        """The step that brought a revision."""
        steps = await self._log.of(due.kind, due.object_id)
        return next(each for each in steps if each.revision == due.revision)

    async def _text(self, paper: StoredPaper) -> KeptText:
        """What is known of a paper; read now when nothing is. Raises Misconfigured("ocr.not_installed"),
        Throttled("ocr.busy"), Broken("ocr.reader")."""
        if (kept := await self._shelf.find(paper)) is not None:
            return kept
        if self._read is None:
            raise not_installed()
        content = b"".join([piece async for piece in self._papers.content(paper)])
        try:
            kept = KeptText(await self._read(content, paper.format))
        except Throttled:
            raise
        except Refused as refused:  # so it will be every time
            kept = KeptText(None, refused.code.removeprefix(_PREFIX))
        await self._shelf.keep(paper, kept)
        return kept

    async def _subject(self, due: Due) -> tuple[_Subject, list[StoredPaper]]:
        """What is to be read of a revision, and the papers that it was applied for with."""
        versions = await self._versions[due.kind](due.object_id)
        subject = _SUBJECTS[due.kind](versions[due.revision - 1].material)
        bound = {
            paper.key: paper
            for paper in await self._papers.of_revision(due.kind, due.object_id, due.revision)
        }
        return subject, [bound[key] for key in subject.keys if key in bound]

    def _findings(self, case: PaperCase) -> tuple[Finding, ...]:
        today = beijing(self._clock.now_ms()).date()
        return judge(PAPER_RULES, case, today, Place()).findings


def _reading(subject: _Subject, texts: Sequence[PaperText]) -> Reading | None:
    """Several papers are read as the pages of one."""
    if not texts:
        return None
    pages = tuple(page for text in texts for page in text.pages)
    return read_paper(subject.kind, PaperText(texts[0].engine, pages))

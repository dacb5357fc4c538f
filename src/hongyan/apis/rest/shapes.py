"""Shapes that several resources answer with."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Protocol, TypeVar

import msgspec
from msgspec import Meta

from hongyan.apis.rest.reading import write_cursor
from hongyan.apis.rest.route import Input, Output

T = TypeVar("T")


class Positioned(Protocol):
    """An element of a list that knows where it stands."""

    @property
    def position(self) -> tuple[int | str, ...]: ...


P = TypeVar("P", bound=Positioned)

Cursor = Annotated[str, Meta(description="What the page before called `next`.", max_length=200)]
Text = Annotated[str, Meta(max_length=2000)]


class Page(Input, frozen=True):
    """A page of a list."""

    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: Cursor = ""


Moment = Annotated[str, Meta(description="ISO 8601, Beijing time.")]


class Bilingual(Output, frozen=True):
    """A sentence in both languages."""

    zh: str
    en: str


class FindingShown(Output, frozen=True):
    """What a rule says about a case."""

    rule: str
    severity: Literal["reject", "ask", "advise"]
    message: Bilingual
    at: Annotated[
        list[tuple[int, int]],
        Meta(description="Characters that it is about, from the first up to before the second, from 0."),
    ]
    fix: Bilingual
    source: str


class SuggestionShown(Output, frozen=True):
    """Something better to apply for."""

    name: str
    why: Bilingual


class ReportShown(Output, frozen=True):
    """What `hongyan check signature --json` prints."""

    verdict: Literal["pass", "ask", "reject"]
    chance: Literal["high", "medium", "low"]
    findings: list[FindingShown]
    suggestions: list[SuggestionShown]


class FieldChangeShown(Output, frozen=True):
    """One field that a step changed; secrets are masked."""

    name: str
    before: str
    after: str


class ChangeShown(Output, frozen=True):
    """One step of an object: who, when, from where, what, why."""

    at: Moment
    order: Annotated[int, Meta(description="The submission it belongs to; 0 for none.")]
    revision: int
    actor: str
    door: str
    address: str
    event: str
    before: Annotated[str, Meta(description="The state before, empty where there is none.")]
    after: str
    reason: str
    changed: list[FieldChangeShown]


def paged(found: list[P], limit: int) -> tuple[list[P], str | None]:
    """Of one more than a page has: the page, and the cursor of the next one if there is any."""
    page = found[:limit]
    return page, write_cursor(*page[-1].position) if len(found) > limit else None


def shown(facts: Any, shape: type[T]) -> T:
    """Facts for machines in their shape: whatever does not fit is a mistake of ours."""
    return msgspec.convert(facts, shape)

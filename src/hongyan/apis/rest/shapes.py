"""Shapes that several resources answer with."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

from hongyan.apis.rest.route import Input, Output
from hongyan.kernel.clock import Millis, beijing

T = TypeVar("T")

Cursor = Annotated[str, Meta(description="What the page before called `next`.", max_length=200)]
Text = Annotated[str, Meta(max_length=2000)]


class Page(Input, frozen=True):
    """A page of a list."""

    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: Cursor = ""


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


def shown(facts: Any, shape: type[T]) -> T:
    """Facts for machines in their shape: whatever does not fit is a mistake of ours."""
    return msgspec.convert(facts, shape)


def moment(at_ms: Millis | None) -> str | None:
    """ISO 8601 in Beijing."""
    return None if at_ms is None else beijing(at_ms).isoformat()

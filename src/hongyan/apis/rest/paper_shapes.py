"""What was read on papers, as reviewers see it: the shapes of `compliance.ocr.Look`."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from hongyan.apis.rest.route import Output
from hongyan.apis.rest.shapes import FindingShown


class FieldRead(Output, frozen=True):
    """A field as it was read on a paper."""

    text: str
    page: int
    box: Annotated[
        list[int], Meta(description="Left, top, right, bottom, in pixels of the page as it was read.")
    ]
    confidence: Annotated[float, Meta(description="0 to 1.")]
    checked: Annotated[
        bool | None, Meta(description="Whether a credit code's check character fits; null for other fields.")
    ]


class PageSize(Output, frozen=True):
    """To which boxes belong."""

    width: int
    height: int


class PaperRead(Output, frozen=True):
    """What a paper says, read by machine."""

    kind: Literal["licence", "letter", "trademark"]
    fields: Annotated[
        dict[str, FieldRead | None],
        Meta(description="Every field of the kind, null where nothing was found."),
    ]
    pages: list[PageSize]


class DifferenceShown(Output, frozen=True):
    """A field of the form beside what was read of it."""

    field: str
    form: str
    read: FieldRead | None
    outcome: Annotated[
        Literal["equal", "differs", "widened", "narrowed", "not_read"],
        Meta(description="widened: the form says more than the paper; narrowed: less."),
    ]
    beyond: Annotated[
        list[str], Meta(description="What the form has and the paper has not, when it is widened.")
    ]


class PaperOfPages(Output, frozen=True):
    """A paper that was read, by its key."""

    key: str
    pages: int


class ReadingShown(Output, frozen=True):
    """A record that an order leans on, its papers beside its form."""

    object: Literal["qualification", "letter", "trademark"]
    id: int
    revision: int
    state: Annotated[
        Literal["read", "waiting", "unreadable", "not_read"],
        Meta(description="not_read: nobody reads papers here, or there is none."),
    ]
    papers: list[PaperOfPages]
    reading: PaperRead | None
    differences: list[DifferenceShown]
    findings: Annotated[list[FindingShown], Meta(description="In the report as well.")]
    effective_scope: Annotated[
        list[str] | None,
        Meta(description="Of a letter, the names that count until a reviewer has let it pass."),
    ]

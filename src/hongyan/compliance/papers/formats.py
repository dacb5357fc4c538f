"""What may be uploaded, and what for: one row for each format.

A file's name promises a format and its content must keep the promise (`inspector.py`), so from then on the key of a
stored paper tells the truth.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Use(Enum):
    """What a paper is needed for. Source: SubmitSmsQualification.BusinessLicensePics and OtherFiles."""

    PICTURE = "picture"
    """A licence, a side of an ID document, a letter, a trademark, an app record."""
    MATERIAL = "material"
    """Whatever else supports an application: other files, more data."""


class Format(Enum):
    JPEG = "jpeg"
    PNG = "png"
    GIF = "gif"
    PDF = "pdf"
    DOC = "doc"
    DOCX = "docx"


@dataclass(frozen=True, slots=True)
class FormatRow:
    """`shown`: browsers show it in the page; others are offered as downloads."""

    format: Format
    suffixes: tuple[str, ...]
    media_type: str
    uses: frozenset[Use]
    shown: bool


_PICTURE, _MATERIAL = frozenset({Use.PICTURE}), frozenset({Use.MATERIAL})
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ROWS: Final = (
    FormatRow(Format.JPEG, ("jpg", "jpeg"), "image/jpeg", _PICTURE | _MATERIAL, shown=True),
    FormatRow(Format.PNG, ("png",), "image/png", _PICTURE | _MATERIAL, shown=True),
    FormatRow(Format.GIF, ("gif",), "image/gif", _PICTURE, shown=True),
    FormatRow(Format.PDF, ("pdf",), "application/pdf", _MATERIAL, shown=False),
    FormatRow(Format.DOC, ("doc",), "application/msword", _MATERIAL, shown=False),
    FormatRow(Format.DOCX, ("docx",), _WORD, _MATERIAL, shown=False),
)
"""Source: vendor, "only jpg, png, gif, jpeg" for pictures, "png, jpg, jpeg, doc, docx, pdf" for other material."""
FORMATS: Final[Mapping[Format, FormatRow]] = {row.format: row for row in _ROWS}
BY_SUFFIX: Final[Mapping[str, Format]] = {suffix: row.format for row in _ROWS for suffix in row.suffixes}

MOST_KEY: Final = 255
"""Characters of a key, the folder included."""
_KEY: Final = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)+")
"""Source: vendor, file names have no Chinese and no special characters."""


def is_key(key: str) -> bool:
    """`<folder>/<file name>`: letters, digits, `_ - .`; no part begins with a dot."""
    return len(key) <= MOST_KEY and _KEY.fullmatch(key) is not None


def format_named(key: str) -> Format | None:
    """The format that a key's suffix promises; None for a suffix that is not taken."""
    _, dot, suffix = key.rpartition("/")[2].rpartition(".")
    return BY_SUFFIX.get(suffix.lower()) if dot else None

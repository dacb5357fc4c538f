"""What a signature's name and source must be, before a reviewer sees it.

Of the rules only those of form, which the vendor refuses at once; whether a name fits its company is for the review.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from hongyan.compliance.fields import LINK
from hongyan.compliance.model import SignatureMaterial, SignSource
from hongyan.compliance.rules import PAPERS, form_findings

MOST_REMARK: Final = 500
_NEEDS_LINK: Final = frozenset({SignSource.WEBSITE, SignSource.APP})


def signature_problems(name: str, material: SignatureMaterial, today: date) -> Iterator[str]:
    """Codes of everything that is wrong. Source: CreateSmsSign, errors 400."""
    if not name:
        yield "signature.name_missing"
    elif form_findings(name, today):
        yield "signature.name_malformed"
    if material.source in _NEEDS_LINK and not material.apply_scene:
        yield "signature.scene_missing"
    elif material.source in _NEEDS_LINK and not LINK.fullmatch(material.apply_scene):
        yield "signature.scene_malformed"
    if len(material.remark) > MOST_REMARK:
        yield "signature.remark_too_long"
    if not all(map(is_paper_kind, material.paper_kinds)):
        yield "paper.kind_unknown"


def is_paper_kind(kind: str | None) -> bool:
    """Papers of industries are told apart by it; None: nobody knows what it is."""
    return kind is None or kind in PAPERS

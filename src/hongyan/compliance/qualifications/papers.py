"""The papers of a qualification, field by field, and what is said of one that was not uploaded."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Final

from hongyan.compliance.model import QualificationMaterial

_FIELDS: Final[tuple[tuple[str, Callable[[QualificationMaterial], tuple[str, ...]]], ...]] = (
    ("license", lambda material: tuple(paper.key for paper in material.licenses)),
    ("legal_emblem", lambda material: (material.legal_person.emblem_side,)),
    ("legal_portrait", lambda material: (material.legal_person.portrait_side,)),
    ("admin_emblem", lambda material: (material.admin.emblem_side,)),
    ("admin_portrait", lambda material: (material.admin.portrait_side,)),
    ("other", lambda material: material.other_papers),
)
"""Source: SubmitSmsQualification, errors …OssFileNotUploadError. That a field takes papers of a format is checked by the
key's suffix (`checks.py`), which a stored paper's content agrees with."""


def paper_keys(material: QualificationMaterial) -> list[str]:
    """Of all fields that are filled in."""
    return [key for _, keys in _FIELDS for key in keys(material) if key]


def not_uploaded(material: QualificationMaterial, found: Container[str]) -> list[str]:
    """Codes of the fields that name a paper which is not among the `found` keys."""
    return [
        f"qualification.{field}_not_uploaded"
        for field, keys in _FIELDS
        if any(key and key not in found for key in keys(material))
    ]

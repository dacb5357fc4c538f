"""The six elements that carriers register a sender by. Source: seed 001, "incomplete information in qualification"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from hongyan.compliance.model import QualificationMaterial

ELEMENTS: Final[tuple[tuple[str, Callable[[QualificationMaterial], str]], ...]] = (
    ("company_name", lambda material: material.company_name),
    ("organization_code", lambda material: material.organization_code),
    ("legal_person.name", lambda material: material.legal_person.name),
    ("legal_person.id_number", lambda material: material.legal_person.id_number),
    ("admin.name", lambda material: material.admin.name),
    ("admin.id_number", lambda material: material.admin.id_number),
)
"""(field, its value)."""


def missing_elements(material: QualificationMaterial) -> tuple[str, ...]:
    """Those that are not told; () when a qualification is complete."""
    return tuple(name for name, value in ELEMENTS if not value(material).strip())

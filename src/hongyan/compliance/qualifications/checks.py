"""What a qualification must be made of, as a table of checks: pure, in the order in which problems are told.

Source of the rows: SubmitSmsQualification (parameters and errors 400). Identity checks against registries
(four elements) are not made here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from hongyan.compliance.fields import COMPANY_NAME, PAPER, PICTURE, RECORD_NAME, covers, read_validity
from hongyan.compliance.id_card import is_id_card
from hongyan.compliance.model import PersonPapers, QualificationMaterial
from hongyan.compliance.uscc import is_uscc

COMPANY_TYPES: Final = frozenset({"COMPANY", "NON_PROFIT_ORGANIZATION"})
LICENSE_TYPES: Final = frozenset(
    {"socialCreditLicense", "businessLicense", "signLegalLicense", "otherLicense"}
)
IDENTITY_CARD: Final = "identityCard"
ID_TYPES: Final = frozenset(
    {IDENTITY_CARD, "passport", "homeReturnPermit", "TaiwanCompatriotPermit", "residencePermit", "other"}
)
_LONGEST_NAME: Final = 100
_LONGEST_COMPANY_NAME: Final = 150
_BETWEEN_NAMES: Final = frozenset(" ·•.．-'’,（）()")
_OTHER_ID: Final = re.compile(r"[A-Za-z0-9()（）/-]{5,50}")


@dataclass(frozen=True, slots=True)
class _Case:
    name: str
    material: QualificationMaterial
    today: date


_Test = Callable[[_Case], bool]
"""True when there is nothing to complain about."""


def _fits(shape: re.Pattern[str], text: str, longest: int) -> bool:
    return len(text) <= longest and shape.fullmatch(text) is not None


def _valid_on(text: str, today: date) -> bool:
    span = read_validity(text)
    return span is None or covers(span, today)


def _id_fits(person: PersonPapers, today: date) -> bool:
    if not person.id_number or person.id_type == IDENTITY_CARD:
        return not person.id_number or is_id_card(person.id_number, today)
    return _OTHER_ID.fullmatch(person.id_number) is not None


def _named(person: PersonPapers) -> bool:
    """By letters of any script and what stands between them (买买提·吐尔逊, O'Brien); by nothing that cannot be seen."""
    letters = [each for each in person.name if each not in _BETWEEN_NAMES]
    return not person.name.strip() or (bool(letters) and all(map(str.isalpha, letters)))


def _sides(person: PersonPapers) -> tuple[str, str]:
    return (person.emblem_side, person.portrait_side)


def _is_picture(key: str) -> bool:
    return not key or PICTURE.fullmatch(key) is not None


_CHECKS: Final[tuple[tuple[str, _Test], ...]] = (
    ("name_missing", lambda c: bool(c.name.strip())),
    ("name_malformed", lambda c: not c.name.strip() or _fits(RECORD_NAME, c.name, _LONGEST_NAME)),
    ("company_type", lambda c: c.material.company_type in COMPANY_TYPES),
    ("company_name_missing", lambda c: bool(c.material.company_name.strip())),
    ("company_name_malformed", lambda c: _fits(COMPANY_NAME, c.material.company_name, _LONGEST_COMPANY_NAME)),
    ("organization_code_missing", lambda c: bool(c.material.organization_code.strip())),
    ("organization_code_wrong", lambda c: is_uscc(c.material.organization_code)),
    ("license_dates_malformed", lambda c: read_validity(c.material.license_validity) is not None),
    ("license_not_valid", lambda c: _valid_on(c.material.license_validity, c.today)),
    ("licenses_missing", lambda c: c.material.use_by_self or bool(c.material.licenses)),
    ("license_type", lambda c: all(paper.type in LICENSE_TYPES for paper in c.material.licenses)),
    ("license_file", lambda c: all(PICTURE.fullmatch(paper.key) for paper in c.material.licenses)),
    ("other_file", lambda c: all(PAPER.fullmatch(key) for key in c.material.other_papers)),
    ("legal_name_missing", lambda c: 0 < len(c.material.legal_person.name.strip()) <= 50),
    ("legal_name_malformed", lambda c: _named(c.material.legal_person)),
    ("legal_id_type", lambda c: c.material.legal_person.id_type in ID_TYPES),
    ("legal_id_missing", lambda c: bool(c.material.legal_person.id_number.strip())),
    ("legal_id_malformed", lambda c: _id_fits(c.material.legal_person, c.today)),
    ("legal_dates_malformed", lambda c: read_validity(c.material.legal_person.validity) is not None),
    ("legal_not_valid", lambda c: _valid_on(c.material.legal_person.validity, c.today)),
    ("legal_file", lambda c: all(map(_is_picture, _sides(c.material.legal_person)))),
    ("admin_name_missing", lambda c: 0 < len(c.material.admin.name.strip()) <= 50),
    ("admin_name_malformed", lambda c: _named(c.material.admin)),
    ("admin_id_type", lambda c: c.material.admin.id_type in ID_TYPES),
    ("admin_id_missing", lambda c: bool(c.material.admin.id_number.strip())),
    ("admin_id_malformed", lambda c: _id_fits(c.material.admin, c.today)),
    ("admin_dates_malformed", lambda c: read_validity(c.material.admin.validity) is not None),
    ("admin_not_valid", lambda c: _valid_on(c.material.admin.validity, c.today)),
    ("admin_emblem_missing", lambda c: bool(c.material.admin.emblem_side.strip())),
    ("admin_emblem_file", lambda c: _is_picture(c.material.admin.emblem_side)),
    ("admin_portrait_missing", lambda c: bool(c.material.admin.portrait_side.strip())),
    ("admin_portrait_file", lambda c: _is_picture(c.material.admin.portrait_side)),
    ("admin_phone_missing", lambda c: bool(c.material.admin_phone.strip())),
)


def qualification_problems(name: str, material: QualificationMaterial, today: date) -> Iterator[str]:
    """Codes of everything that is wrong, the vendor's first complaint first."""
    case = _Case(name, material, today)
    return (f"qualification.{code}" for code, test in _CHECKS if not test(case))

"""What letters, trademarks and app records must be made of: pure tables, the vendor's first complaint first.

Sources: CreateSmsAuthorizationLetter, CreateSmsTrademark, CreateSmsAppIcpRecord (parameters and errors 400). Authorizer
and authorized party take what the parameters say, 150 characters; the texts of their errors say 1000.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final, TypeVar

from hongyan.compliance.fields import (
    COMPANY_NAME,
    LINK,
    PICTURE,
    RECORD_NAME,
    covers,
    read_day,
    read_period,
)
from hongyan.compliance.model import ProofKind
from hongyan.compliance.proofs.model import AppRecordMaterial, LetterMaterial, TrademarkMaterial
from hongyan.compliance.rules import form_findings
from hongyan.compliance.uscc import is_uscc

MOST_LETTER_NAME: Final = 100
MOST_SCOPE: Final = 100
_MOST_PARTY: Final = 150
_MOST_CODE: Final = 150
_MOST_NAME: Final = 15
_MOST_OWNER: Final = 50
_MOST_NUMBER: Final = 15
_MOST_LINK: Final = 500
"""Ours: the vendor refuses longer ones and does not say how long."""

M = TypeVar("M")
_Checks = tuple[tuple[str, Callable[[M, date], bool]], ...]
"""(code without the kind, a test of material and today: true when there is nothing to complain about)."""


def letter_name_problems(name: str) -> Iterator[str]:
    """Codes of everything that is wrong with the name of a letter."""
    if len(name) > MOST_LETTER_NAME:
        yield "letter.name_too_long"
    elif not RECORD_NAME.fullmatch(name):
        yield "letter.name_malformed"


def problems(kind: ProofKind, checks: _Checks[M], material: M, today: date) -> Iterator[str]:
    """Codes of everything that is wrong."""
    return (f"{kind.value}.{code}" for code, test in checks if not test(material, today))


def _covers(period: str, today: date) -> bool:
    """True as well when it is no period at all, which another row says."""
    days = read_period(period)
    return days is None or covers(days, today)


def _is_uploaded(key: str) -> bool:
    """Uploads give out keys in a folder."""
    return "/" in key.strip("/")


def _is_picture(key: str) -> bool:
    return PICTURE.fullmatch(key) is not None


LETTER_CHECKS: Final[_Checks[LetterMaterial]] = (
    ("authorizer_too_long", lambda m, _: len(m.authorizer) <= _MOST_PARTY),
    (
        "authorizer_malformed",
        lambda m, _: bool(m.authorizer.strip() and COMPANY_NAME.fullmatch(m.authorizer)),
    ),
    ("code_too_long", lambda m, _: len(m.organization_code) <= _MOST_CODE),
    ("code_wrong", lambda m, _: len(m.organization_code) > _MOST_CODE or is_uscc(m.organization_code)),
    ("party_too_long", lambda m, _: len(m.authorized_party) <= _MOST_PARTY),
    (
        "party_malformed",
        lambda m, _: bool(m.authorized_party.strip() and COMPANY_NAME.fullmatch(m.authorized_party)),
    ),
    ("dates_malformed", lambda m, _: read_period(m.validity) is not None),
    ("not_valid", lambda m, today: _covers(m.validity, today)),
    ("file_missing", lambda m, _: _is_uploaded(m.picture) and _is_picture(m.picture)),
    ("scope_too_large", lambda m, _: len(m.scope) <= MOST_SCOPE),
    (
        "scope_malformed",
        lambda m, today: bool(m.scope) and not any(form_findings(name, today) for name in m.scope),
    ),
)

TRADEMARK_CHECKS: Final[_Checks[TrademarkMaterial]] = (
    ("name_missing", lambda m, _: bool(m.name.strip())),
    ("name_too_long", lambda m, _: len(m.name) <= _MOST_NAME),
    ("applicant_missing", lambda m, _: bool(m.applicant.strip())),
    ("applicant_too_long", lambda m, _: len(m.applicant) <= _MOST_OWNER),
    ("number_missing", lambda m, _: bool(m.registration_number.strip())),
    ("number_too_long", lambda m, _: len(m.registration_number) <= _MOST_NUMBER),
    ("dates_malformed", lambda m, _: read_period(m.validity) is not None),
    ("not_valid", lambda m, today: _covers(m.validity, today)),
    ("file_missing", lambda m, _: _is_uploaded(m.picture)),
    ("file_format", lambda m, _: not _is_uploaded(m.picture) or _is_picture(m.picture)),
)

APP_RECORD_CHECKS: Final[_Checks[AppRecordMaterial]] = (
    ("name_malformed", lambda m, _: bool(m.service_name.strip()) and len(m.service_name) <= _MOST_NAME),
    ("principal_missing", lambda m, _: bool(m.principal.strip())),
    ("principal_too_long", lambda m, _: len(m.principal) <= _MOST_OWNER),
    ("number_missing", lambda m, _: bool(m.license_number.strip())),
    ("number_too_long", lambda m, _: len(m.license_number) <= _MOST_NUMBER),
    ("date_malformed", lambda m, _: read_day(m.approved_on) is not None),
    ("not_yet_approved", lambda m, today: (read_day(m.approved_on) or today) <= today),
    ("link_too_long", lambda m, _: len(m.link) <= _MOST_LINK),
    ("link_malformed", lambda m, _: LINK.fullmatch(m.link) is not None),
    ("file_missing", lambda m, _: all(map(_is_uploaded, app_pictures(m)))),
    ("file_format", lambda m, _: all(_is_picture(key) or not _is_uploaded(key) for key in app_pictures(m))),
)


def app_pictures(material: AppRecordMaterial) -> tuple[str, ...]:
    """Those that are there."""
    further = (material.runtime_picture, material.store_picture)
    return (material.picture, *filter(None, further))

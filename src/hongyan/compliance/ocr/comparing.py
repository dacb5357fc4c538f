"""What a form says beside what its papers say. Pure.

The form is the applicant's word and wins: people read better than models. But where it says more than the paper that was
read, it is marked, and counts only once a reviewer has looked: a letter does not authorize more because somebody typed more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from hongyan.compliance.fields import read_period
from hongyan.compliance.model import FieldChange, QualificationMaterial
from hongyan.compliance.ocr.layout import plain
from hongyan.compliance.ocr.reading import BETWEEN_NAMES, FIELDS, Field, Reading
from hongyan.compliance.proofs.model import LetterMaterial, TrademarkMaterial


class Outcome(Enum):
    """How a field of a form stands to its paper."""

    EQUAL = "equal"
    DIFFERS = "differs"
    WIDENED = "widened"
    """The form says more than the paper: further names, a longer time."""
    NARROWED = "narrowed"
    """The form says less, which nobody minds."""
    NOT_READ = "not_read"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field. `beyond`: what the form has and the paper has not, when it is widened."""

    name: str
    form: str
    read: Field | None
    outcome: Outcome
    beyond: tuple[str, ...] = ()

    def facts(self) -> dict[str, object]:
        """For machines."""
        return {
            "field": self.name,
            "form": self.form,
            "read": self.read.facts() if self.read else None,
            "outcome": self.outcome.value,
            "beyond": list(self.beyond),
        }


def form_of_licence(material: QualificationMaterial) -> dict[str, str]:
    return {
        "company_name": material.company_name,
        "uscc": material.organization_code,
        "legal_representative": material.legal_person.name,
        "validity": material.license_validity,
    }


def form_of_letter(material: LetterMaterial) -> dict[str, str]:
    return {
        "authorizer": material.authorizer,
        "authorizer_code": material.organization_code,
        "authorized_party": material.authorized_party,
        "scope": BETWEEN_NAMES.join(material.scope),
        "validity": material.validity,
    }


def form_of_trademark(material: TrademarkMaterial) -> dict[str, str]:
    return {
        "name": material.name,
        "applicant": material.applicant,
        "registration_number": material.registration_number,
        "validity": material.validity,
    }


def compare(form: Mapping[str, str], reading: Reading) -> tuple[Difference, ...]:
    """One row for each field of the form, in the order in which the kind's fields are told."""
    return tuple(
        _difference(name, form[name], reading.get(name)) for name in FIELDS[reading.kind] if name in form
    )


def _difference(name: str, form: str, read: Field | None) -> Difference:
    if read is None:
        return Difference(name, form, None, Outcome.NOT_READ)
    outcome, beyond = _COMPARE.get(name, _as_text)(form, read.text)
    return Difference(name, form, read, outcome, beyond)


_Compared = tuple[Outcome, tuple[str, ...]]


def _as_text(form: str, read: str) -> _Compared:
    """The same words in whatever width, with whatever blanks and capitals."""
    return (Outcome.EQUAL if plain(form).upper() == plain(read).upper() else Outcome.DIFFERS), ()


def _as_names(form: str, read: str) -> _Compared:
    said, listed = names_in(form), names_in(read)
    known = {plain(each).upper() for each in listed}
    beyond = tuple(each for each in said if plain(each).upper() not in known)
    if beyond:
        return Outcome.WIDENED, beyond
    return (Outcome.EQUAL if len(said) == len(listed) else Outcome.NARROWED), ()


def names_in(text: str) -> tuple[str, ...]:
    """Names of signatures that stand with 、 between, each once, without brackets."""
    return tuple(dict.fromkeys(name for each in text.split(BETWEEN_NAMES) if (name := each.strip("【】 "))))


def _as_period(form: str, read: str) -> _Compared:
    said, printed = read_period(form), read_period(read)
    if said is None or printed is None:
        return Outcome.DIFFERS, ()
    if said == printed:
        return Outcome.EQUAL, ()
    if printed[0] <= said[0] and said[1] <= printed[1]:
        return Outcome.NARROWED, ()
    return Outcome.WIDENED, (form,)


_COMPARE: Final[Mapping[str, Callable[[str, str], _Compared]]] = {"scope": _as_names, "validity": _as_period}


# -- what counts ---------------------------------------------------------------------------------------------


def effective_scope(scope: tuple[str, ...], differences: tuple[Difference, ...]) -> tuple[str, ...]:
    """The names of a letter that count before a reviewer has looked: those of the form that were found in the letter, and
    all of the form's when its names could not be read. Once a reviewer has let the letter pass, the form counts."""
    beyond = {name for each in differences if each.name == "scope" for name in each.beyond}
    return tuple(name for name in scope if name not in beyond)


# -- the record ----------------------------------------------------------------------------------------------

_PERSONAL: Final = frozenset({"legal_representative"})
_CORRECTED: Final = frozenset({Outcome.DIFFERS, Outcome.WIDENED, Outcome.NARROWED})


def corrections(differences: tuple[Difference, ...], masked: Callable[[str], str]) -> tuple[FieldChange, ...]:
    """For the change record: what was read, and what the applicant says instead."""
    return tuple(
        FieldChange(
            each.name,
            *(masked(text) if each.name in _PERSONAL else text for text in (each.read.text, each.form)),
        )
        for each in differences
        if each.outcome in _CORRECTED and each.read is not None
    )

"""What a template must be made of, before a reviewer sees it.

Of the rules only those of form that the vendor documents an error for or cannot send at all; signs, brackets, bare
variables, what a text is about, and whether it sells, are for the review. Source: CreateSmsTemplate (parameters and errors
400), the vendor's template specification.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from hongyan.compliance.model import TemplateMaterial, TemplateType
from hongyan.compliance.rules import Finding, Severity
from hongyan.compliance.rules.core import judge
from hongyan.compliance.rules.templates import TEMPLATE_RULES, TemplateCase

MOST_NAME: Final = 30
MOST_REMARK: Final = 500
INTERNATIONAL_TYPES: Final = frozenset({0, 1, 2})

AT_THE_DOOR: Final[Mapping[str, str]] = {
    "template.empty": "template.content_malformed",
    "template.too_long": "template.content_malformed",
    "template.signature_brackets": "template.content_malformed",
    "template.variable_unclosed": "template.variable_malformed",
    "template.variable_misnamed": "template.variable_malformed",
    "template.variable_misnumbered": "template.variable_malformed",
    "template.variable_in_word": "template.variable_malformed",
    "template.code_without_variable": "template.code_needs_one_variable",
    "template.code_with_more_variables": "template.code_needs_one_variable",
    "template.attribute_missing": "template.rules_mismatch",
    "template.attribute_superfluous": "template.rules_mismatch",
    "template.attribute_unknown": "template.rules_mismatch",
    "template.consent_missing": "template.consent_missing",
}
"""Rule -> the code that a finding of it refuses with. The first of several decides what is said first."""
_PACK: Final = tuple(rule for rule in TEMPLATE_RULES if rule.id in AT_THE_DOOR)
_TOO_LONG: Final = tuple(rule for rule in _PACK if rule.id == "template.too_long")
_READ_AT_ALL: Final = 2_000
"""Characters. Of a text that is much too long nothing else is said."""


def refused_at_the_door(case: TemplateCase, on: date, door: str) -> tuple[Finding, ...]:
    """What the rules of form reject."""
    pack = _PACK if len(case.content) <= _READ_AT_ALL else _TOO_LONG
    report = judge(pack, case, on, replace(case.place, door=door))
    return tuple(each for each in report.findings if each.severity is Severity.REJECT)


def template_problems(material: TemplateMaterial, findings: tuple[Finding, ...]) -> Iterator[str]:
    """Codes of everything that is wrong. `findings`: what the rules refuse."""
    if not material.name.strip():
        yield "template.name_missing"
    elif len(material.name) > MOST_NAME:
        yield "template.name_too_long"
    found = {each.rule for each in findings}
    yield from dict.fromkeys(code for rule, code in AT_THE_DOOR.items() if rule in found)
    if material.category is TemplateType.INTERNATIONAL:
        if material.international_type not in INTERNATIONAL_TYPES:
            yield "template.international_type"
    elif not material.related_sign_name:
        yield "template.signature_missing"
    if len(material.remark) > MOST_REMARK:
        yield "template.remark_too_long"

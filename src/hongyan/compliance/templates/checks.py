"""What a template must be made of, before a reviewer sees it.

Source: CreateSmsTemplate (parameters and errors 400), the vendor's template specification.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hongyan.compliance.attributes import ATTRIBUTES
from hongyan.compliance.model import TemplateMaterial, TemplateType
from hongyan.compliance.variables import split_content, variables_of
from hongyan.kernel.errors import Refused

MOST_NAME: Final = 30
MOST_CONTENT: Final = 500
MOST_REMARK: Final = 500
INTERNATIONAL_TYPES: Final = frozenset({0, 1, 2})
_SIGNATURE_BRACKETS: Final = frozenset("【】")


def template_problems(material: TemplateMaterial) -> Iterator[str]:
    """Codes of everything that is wrong."""
    if not material.name.strip():
        yield "template.name_missing"
    elif len(material.name) > MOST_NAME:
        yield "template.name_too_long"
    content = material.content
    if not content.strip() or len(content) > MOST_CONTENT or _SIGNATURE_BRACKETS & set(content):
        yield "template.content_malformed"
    try:
        variables = variables_of(split_content(content))
    except Refused as problem:
        yield problem.code
    else:
        if material.category is TemplateType.CODE and len(variables) != 1:
            yield "template.code_needs_one_variable"
        if set(variables) != set(material.rules) or not ATTRIBUTES.keys() >= set(material.rules.values()):
            yield "template.rules_mismatch"
    if material.category is TemplateType.MARKETING and not material.papers:
        yield "template.consent_missing"
    if material.category is TemplateType.INTERNATIONAL:
        if material.international_type not in INTERNATIONAL_TYPES:
            yield "template.international_type"
    elif not material.related_sign_name:
        yield "template.signature_missing"
    if len(material.remark) > MOST_REMARK:
        yield "template.remark_too_long"

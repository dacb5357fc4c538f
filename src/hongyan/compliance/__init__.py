"""What may be sent, and by whom: qualifications, signatures, templates, and their review."""

from hongyan.compliance.attributes import attribute_problem
from hongyan.compliance.model import ReviewMode, Signature, SignType, Template, TemplateType
from hongyan.compliance.service import Compliance

__all__ = [
    "Compliance",
    "ReviewMode",
    "SignType",
    "Signature",
    "Template",
    "TemplateType",
    "attribute_problem",
]

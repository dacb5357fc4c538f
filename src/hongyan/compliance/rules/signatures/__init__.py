"""The signature pack: what a name must be, mean and come from, and which names would pass."""

from hongyan.compliance.rules.signatures.case import Industry, SignatureCase, Source, Trademark
from hongyan.compliance.rules.signatures.industries import PAPERS
from hongyan.compliance.rules.signatures.pack import SIGNATURE_RULES, check_signature, form_findings

__all__ = [
    "PAPERS",
    "SIGNATURE_RULES",
    "Industry",
    "SignatureCase",
    "Source",
    "Trademark",
    "check_signature",
    "form_findings",
]

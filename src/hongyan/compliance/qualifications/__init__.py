"""Qualifications: who stands behind a signature, with six elements and papers."""

from hongyan.compliance.qualifications.desk import QualificationFilter, Qualifications, is_own_company
from hongyan.compliance.qualifications.elements import missing_elements

__all__ = ["QualificationFilter", "Qualifications", "is_own_company", "missing_elements"]

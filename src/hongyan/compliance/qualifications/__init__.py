"""Qualifications: who stands behind a signature, with six elements and papers."""

from hongyan.compliance.qualifications.desk import QualificationFilter, Qualifications, is_own_company
from hongyan.compliance.qualifications.elements import missing_elements
from hongyan.compliance.qualifications.ties import AdministratorTies, Ties

__all__ = [
    "AdministratorTies",
    "QualificationFilter",
    "Qualifications",
    "Ties",
    "is_own_company",
    "missing_elements",
]

"""Qualifications as rows: what is sealed, and in which column it lies."""

from __future__ import annotations

from typing import Any, Final

from hongyan.compliance.model import Kind, Paper, PersonPapers, Qualification, QualificationMaterial, Standing
from hongyan.compliance.reviews import STANDING_COLUMNS, read_standing
from hongyan.compliance.sealing import RevisionSeal
from hongyan.identity import Statement, Vault

LEGAL_PERSON_NAME: Final = "qualification.legal_person_name"
_LEGAL_PERSON_ID: Final = "qualification.legal_person_id"
_ADMIN_NAME: Final = "qualification.admin_name"
_ADMIN_ID: Final = "qualification.admin_id"
_ADMIN_PHONE: Final = "qualification.admin_phone"
_PAPERS: Final = "qualification.papers"


def add_revision(vault: Vault, standing: Standing, material: QualificationMaterial) -> Statement:
    """Stores the material of the standing's revision."""
    seal = RevisionSeal(vault, standing.id, standing.revision)
    legal, admin = material.legal_person, material.admin
    papers = {
        "licenses": [(paper.key, paper.type) for paper in material.licenses],
        "legal_person": (legal.emblem_side, legal.portrait_side),
        "admin": (admin.emblem_side, admin.portrait_side),
        "other": material.other_papers,
    }
    row = (
        standing.id,
        standing.revision,
        int(material.use_by_self),
        int(material.shared),
        material.company_type,
        material.company_name,
        material.organization_code,
        material.license_validity,
        seal.text(legal.name, LEGAL_PERSON_NAME),
        vault.blind_index(legal.name, LEGAL_PERSON_NAME),
        legal.id_type,
        seal.text(legal.id_number, _LEGAL_PERSON_ID),
        legal.validity,
        seal.text(admin.name, _ADMIN_NAME),
        admin.id_type,
        seal.text(admin.id_number, _ADMIN_ID),
        admin.validity,
        seal.text(material.admin_phone, _ADMIN_PHONE),
        seal.json(papers, _PAPERS),
        material.remark,
        admin_index(vault, admin.id_type, admin.id_number),
    )
    return ("compliance.add_qualification_revision", row, 1)


def admin_index(vault: Vault, id_type: str, id_number: str) -> int:
    """By which qualifications of one administrator find each other, over all tenants and without his name."""
    return vault.blind_index(f"{id_type}:{id_number.strip().upper()}", _ADMIN_ID)


def missing_admin_index(vault: Vault, row: tuple[Any, ...]) -> Statement:
    """For a row of `compliance.qualifications_without_admin_index`."""
    qualification_id, revision, id_type, sealed = row
    id_number = RevisionSeal(vault, qualification_id, revision).open_text(sealed, _ADMIN_ID)
    index = admin_index(vault, id_type, id_number)
    return ("compliance.index_admin", (qualification_id, revision, index), None)


def read_qualification(vault: Vault, row: tuple[Any, ...]) -> Qualification:
    """A row of `compliance.qualification` and its like."""
    standing = read_standing(Kind.QUALIFICATION, row[:STANDING_COLUMNS])
    revision, use_by_self, shared, company_type, company_name, organization_code, license_validity, *rest = (
        row[STANDING_COLUMNS:]
    )
    legal_name, legal_type, legal_id, legal_validity, *rest = rest
    admin_name, admin_type, admin_id, admin_validity, admin_phone, sealed_papers, remark = rest
    seal = RevisionSeal(vault, standing.id, revision)
    papers = seal.open_json(sealed_papers, _PAPERS)
    return Qualification(
        standing,
        revision,
        standing.label,
        QualificationMaterial(
            use_by_self=bool(use_by_self),
            shared=bool(shared),
            company_type=company_type,
            company_name=company_name,
            organization_code=organization_code,
            license_validity=license_validity,
            licenses=tuple(Paper(key, kind) for key, kind in papers["licenses"]),
            legal_person=PersonPapers(
                seal.open_text(legal_name, LEGAL_PERSON_NAME),
                legal_type,
                seal.open_text(legal_id, _LEGAL_PERSON_ID),
                legal_validity,
                *papers["legal_person"],
            ),
            admin=PersonPapers(
                seal.open_text(admin_name, _ADMIN_NAME),
                admin_type,
                seal.open_text(admin_id, _ADMIN_ID),
                admin_validity,
                *papers["admin"],
            ),
            admin_phone=seal.open_text(admin_phone, _ADMIN_PHONE),
            other_papers=tuple(papers["other"]),
            remark=remark,
        ),
    )

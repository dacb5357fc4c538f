"""Entries of apps in the ministry's records, for signatures that are named after an app."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from hongyan.compliance.model import ProofKind
from hongyan.compliance.proofs.book import PlainBook
from hongyan.compliance.proofs.checks import APP_RECORD_CHECKS, app_pictures, problems
from hongyan.compliance.proofs.model import AppRecord, AppRecordMaterial, Proof
from hongyan.compliance.sealing import RevisionSeal

_PICTURES: Final = "app_record.pictures"


class AppRecords(PlainBook[AppRecordMaterial, AppRecord]):
    kind = ProofKind.APP_RECORD

    def _problems(self, material: AppRecordMaterial, today: date) -> Iterator[str]:
        return problems(self.kind, APP_RECORD_CHECKS, material, today)

    def _pictures(self, material: AppRecordMaterial) -> tuple[str, ...]:
        return app_pictures(material)

    def _columns(self, seal: RevisionSeal, material: AppRecordMaterial) -> tuple[Any, ...]:
        pictures = (material.picture, material.runtime_picture, material.store_picture)
        return (
            *(material.service_name, material.principal, material.license_number, material.approved_on),
            *(material.link, seal.json(pictures, _PICTURES)),
        )

    def _proof(self, row: tuple[Any, ...]) -> AppRecord:
        proof_id, account_id, version, revision, created_ms, *told, pictures = row
        opened = RevisionSeal(self._vault, proof_id, revision).open_json(pictures, _PICTURES)
        return Proof(proof_id, account_id, version, revision, created_ms, AppRecordMaterial(*told, *opened))

"""Registered trademarks that signatures are named after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from hongyan.compliance.model import ProofKind
from hongyan.compliance.proofs.book import PlainBook
from hongyan.compliance.proofs.checks import TRADEMARK_CHECKS, problems
from hongyan.compliance.proofs.model import Proof, Trademark, TrademarkMaterial
from hongyan.compliance.sealing import RevisionSeal

_PICTURE: Final = "trademark.picture"


class Trademarks(PlainBook[TrademarkMaterial, Trademark]):
    kind = ProofKind.TRADEMARK

    def _problems(self, material: TrademarkMaterial, today: date) -> Iterator[str]:
        return problems(self.kind, TRADEMARK_CHECKS, material, today)

    def _pictures(self, material: TrademarkMaterial) -> tuple[str, ...]:
        return (material.picture,)

    def _columns(self, seal: RevisionSeal, material: TrademarkMaterial) -> tuple[Any, ...]:
        return (
            *(material.name, material.applicant, material.registration_number, material.validity),
            seal.text(material.picture, _PICTURE),
        )

    def _proof(self, row: tuple[Any, ...]) -> Trademark:
        proof_id, account_id, version, revision, created_ms, *told, picture = row
        opened = RevisionSeal(self._vault, proof_id, revision).open_text(picture, _PICTURE)
        return Proof(proof_id, account_id, version, revision, created_ms, TrademarkMaterial(*(*told, opened)))

"""What signatures lean on, as it is in force: asked for many of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hongyan.compliance.model import Qualification, SignatureView
from hongyan.compliance.proofs import Letter, LetterMaterial, Letters, TrademarkMaterial, Trademarks
from hongyan.compliance.qualifications import Qualifications
from hongyan.identity import Account, Identity


@dataclass(frozen=True, slots=True)
class Leaning:
    """Of one signature. `qualification`: with the material that was approved last, of one that never was with the newest;
    None when there is none, or it was deleted. `letter`, `trademark`: in the revision that the signature names.
    `passed_letter`: in that revision, or in a later one that has passed with another signature."""

    account: Account
    qualification: Qualification | None
    letter: LetterMaterial | None
    passed_letter: LetterMaterial | None
    trademark: TrademarkMaterial | None


class Leanings:
    """Reads them: a number of questions that does not grow with the signatures."""

    def __init__(
        self, identity: Identity, qualifications: Qualifications, letters: Letters, trademarks: Trademarks
    ) -> None:
        self._identity = identity
        self._qualifications = qualifications
        self._letters = letters
        self._trademarks = trademarks

    async def of(self, views: Sequence[SignatureView]) -> list[Leaning]:
        """In their order."""
        materials = [view.material for view in views]
        accounts = await self._identity.accounts_among(view.standing.account_id for view in views)
        qualifications = await self._qualifications.in_force(
            each.qualification_id for each in materials if each.qualification_id
        )
        letters = await self._letters.among(each.letter_id for each in materials if each.letter_id)
        marks = await self._trademarks.among(each.trademark_id for each in materials if each.trademark_id)
        found = []
        for view in views:
            material, named = view.material, view.proofs
            letter = letters.get((material.letter_id or 0, named.letter or 0))
            mark = marks.get((material.trademark_id or 0, named.trademark or 0))
            found.append(
                Leaning(
                    account=accounts[view.standing.account_id],
                    qualification=qualifications.get(material.qualification_id or 0),
                    letter=letter.material if letter else None,
                    passed_letter=_passed(letter, letters) if letter else None,
                    trademark=mark.material if mark else None,
                )
            )
        return found


def _passed(letter: Letter, letters: dict[tuple[int, int], Letter]) -> LetterMaterial:
    return letters[letter.id, max(letter.revision, letter.passed_revision)].material

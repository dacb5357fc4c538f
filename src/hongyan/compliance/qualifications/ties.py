"""One person, many enterprises: which qualifications have the same administrator, over all tenants.

Found by a keyed hash of his ID number, so that nobody's name or number is opened. That one person stands for several
enterprises is an abnormality (seed 001). Reviewers see which qualifications these are; a tenant is told the count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hongyan.compliance.qualifications.rows import missing_admin_index
from hongyan.identity import Vault, commit_change
from hongyan.storage.port import Store, json_list


@dataclass(frozen=True, slots=True)
class Ties:
    """`enterprises`: different social credit codes, the asked one's included. `qualifications`: (account, qualification)
    of every tenant, the one that was asked about among them."""

    enterprises: int
    qualifications: tuple[tuple[int, int], ...]


class AdministratorTies:
    """Looks across tenants: for reviewers, and for counting."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault

    async def of(self, qualification_id: int) -> Ties:
        rows = await self._store.read("compliance.tied_qualifications", qualification_id)
        return Ties(len({code for *_, code in rows}), tuple((account, number) for account, number, _ in rows))

    async def enterprises(self, qualification_ids: Iterable[int]) -> dict[int, int]:
        """For how many enterprises the administrators of these stand, theirs included, in one question: those who are in
        force, not those who a change would name."""
        numbers = sorted(set(qualification_ids))
        if not numbers:
            return {}
        rows = await self._store.read("compliance.enterprises_of_admins", json_list(numbers))
        return dict(rows)

    async def index_missing(self) -> None:
        """Make up for what was stored before there was an index."""
        while rows := await self._store.read("compliance.qualifications_without_admin_index"):
            await commit_change(self._store, [missing_admin_index(self._vault, row) for row in rows])

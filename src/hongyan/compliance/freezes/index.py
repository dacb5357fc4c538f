"""What is frozen, in memory: asked for every message, and empty on most days."""

from __future__ import annotations

from typing import TypeAlias

from hongyan.compliance.freezes.model import Freeze, FrozenBy, FrozenKind, row_of

Frozen: TypeAlias = tuple[FrozenKind, int, str]
"""(kind, account, label)."""


class FreezeIndex:
    """Freezes in force. False while there are none."""

    def __init__(self) -> None:
        self._frozen: dict[Frozen, dict[FrozenBy, Freeze]] = {}

    def __bool__(self) -> bool:
        return bool(self._frozen)

    @property
    def count(self) -> int:
        """Signatures, templates and accounts that are frozen."""
        return len(self._frozen)

    def put(self, freeze: Freeze) -> None:
        """It is in force."""
        self._frozen.setdefault((freeze.kind, freeze.account_id, freeze.label), {})[freeze.by] = freeze

    def drop(self, what: Frozen) -> None:
        """Nothing freezes it."""
        self._frozen.pop(what, None)

    def become(self, other: FreezeIndex) -> None:
        """Hold what another one holds, which is not used any more."""
        self._frozen = other._frozen

    def of(self, kind: FrozenKind, account_id: int, label: str = "") -> Freeze | None:
        """The strongest freeze of it that is in force."""
        found = self._frozen.get((kind, account_id, label))
        return max(found.values(), key=lambda each: row_of(each).strength) if found else None

    def bites(self, account_id: int, sign_name: str, template_code: str) -> Freeze | None:
        """What keeps a message from being sent; the widest comes first."""
        if not self._frozen:
            return None
        return (
            self.of(FrozenKind.ACCOUNT, account_id)
            or self.of(FrozenKind.SIGNATURE, account_id, sign_name)
            or self.of(FrozenKind.TEMPLATE, account_id, template_code)
        )

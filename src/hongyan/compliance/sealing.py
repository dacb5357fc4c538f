"""Personal data and storage keys of papers, sealed column by column and bound to their revision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from hongyan.identity import Vault


class RevisionSeal:
    """Seals and opens the columns of one revision: copied to another row they do not open."""

    def __init__(self, vault: Vault, object_id: int, revision: int) -> None:
        self._vault = vault
        self._row = f"{object_id}/{revision}"

    def text(self, value: str, purpose: str) -> bytes:
        return self._vault.seal(value.encode(), purpose, row=self._row)

    def open_text(self, sealed: bytes, purpose: str) -> str:
        return self._vault.open(sealed, purpose, row=self._row).decode()

    def json(self, value: Mapping[str, Any] | Sequence[Any], purpose: str) -> bytes:
        return self._vault.seal(msgspec.json.encode(value), purpose, row=self._row)

    def open_json(self, sealed: bytes, purpose: str) -> Any:
        return msgspec.json.decode(self._vault.open(sealed, purpose, row=self._row))

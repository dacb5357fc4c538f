"""The life of an extension code."""

from __future__ import annotations

from enum import Enum
from typing import Final

from hongyan.kernel.states import StateTable, Transition


class CodeState(Enum):
    """`QUARANTINE`: released, and still its former signature's: replies go there, nobody else gets it."""

    FREE = "free"
    ASSIGNED = "assigned"
    QUARANTINE = "quarantine"


class CodeEvent(Enum):
    ASSIGN = "assign"
    RELEASE = "release"
    TAKE_BACK = "take back"
    END = "quarantine ends"


_S, _E = CodeState, CodeEvent
_ONE = "issue 3, item 9: one extension code belongs to one signature"
_QUARANTINE = "issue 5, item 2: quarantine before reuse"

EXTENSION_CODE: Final = StateTable(
    "extension code",
    _S.FREE,
    (
        Transition(_S.FREE, _E.ASSIGN, _S.ASSIGNED, "tenant, operator", _ONE),
        Transition(_S.ASSIGNED, _E.RELEASE, _S.QUARANTINE, "tenant, operator", _QUARANTINE),
        Transition(_S.QUARANTINE, _E.TAKE_BACK, _S.ASSIGNED, "tenant, operator", _QUARANTINE),
        Transition(_S.QUARANTINE, _E.END, _S.FREE, "time", _QUARANTINE),
    ),
)
"""Only the signature that released a code takes it back: one of the same name in the same account."""

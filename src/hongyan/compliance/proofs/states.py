"""The life of a letter of authorization, as a table. Whether it is valid today is no state: the clock says it."""

from __future__ import annotations

from enum import Enum
from typing import Final

from hongyan.kernel.states import StateTable, Transition


class LetterState(Enum):
    INITIAL = "initial"
    PASSED = "passed"


class LetterEvent(Enum):
    PASS = "pass"  # noqa: S105 an event, no password
    EDIT = "edit"


_REVIEW: Final = (
    "vendor: QuerySmsAuthorizationLetter.State, PASSED once a signature of its scope passes the review"
)
_EDITED: Final = "ours: nobody has looked at the new text yet"

_S, _E = LetterState, LetterEvent
LETTER: Final = StateTable(
    "letter",
    _S.INITIAL,
    (
        Transition(_S.INITIAL, _E.PASS, _S.PASSED, "reviewer", _REVIEW),
        Transition(_S.PASSED, _E.PASS, _S.PASSED, "reviewer", _REVIEW),
        Transition(_S.INITIAL, _E.EDIT, _S.INITIAL, "tenant", _EDITED),
        Transition(_S.PASSED, _E.EDIT, _S.INITIAL, "tenant", _EDITED),
    ),
)

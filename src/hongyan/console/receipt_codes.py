"""What carriers' codes mean to a person on a page: a tone, and the words of the table of codes in one language.

The set is open: carriers add codes, provinces disagree. So a code that no list has is shown as it came, with what its
family says, and nothing is ever refused here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from hongyan.carriers.codes import Actor, CodeClass, Phase, explain, words
from hongyan.console.tones import Tone

_TONES: Final[Mapping[CodeClass, Tone]] = MappingProxyType(
    {CodeClass.DELIVERED: Tone.GOOD, CodeClass.ACCEPTED: Tone.BUSY}
)
"""Everything else is bad."""

_PHASES: Final[Mapping[str, tuple[Phase, ...]]] = MappingProxyType(
    {"receipt": (Phase.REPORT,), "end": (Phase.ANSWER, Phase.OWN)}
)
"""Where the code of a step comes from: a receipt; or, at the end, the answer of a carrier or ourselves."""


class Meaning(NamedTuple):
    """`who` must act, and what to do: both "" when there is nothing to do."""

    cause: str
    who: str
    advice: str


def receipt_tone(code: str) -> Tone:
    """How a receipt feels."""
    return _TONES.get(explain(code, phase=Phase.REPORT).row.code_class, Tone.BAD)


def code_meaning(code: str, step: str, language: str) -> Meaning:
    """The words for `code`, met at a `step` (a key of _PHASES)."""
    found = [explain(code, phase=phase) for phase in _PHASES[step]]
    row = next((each for each in found if each.known), found[0]).row
    if row.who is Actor.NOBODY:
        return Meaning(row.cause(language), "", "")
    return Meaning(row.cause(language), words(row.who, language), row.advice(language))

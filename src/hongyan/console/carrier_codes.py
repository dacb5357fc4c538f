"""What carriers' codes mean to a person on a page: a tone, and the words of the table of codes in one language.

The set is open: carriers add codes, provinces disagree. So a code that no list has is shown as it came, with what its
family says, and nothing is ever refused here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from hongyan.carriers.codes import (
    ANSWERED,
    REPORTED,
    Actor,
    CodeClass,
    CodeRow,
    Match,
    Phase,
    code_table,
    explain,
    explain_all,
    explain_first,
    words,
)
from hongyan.console.tones import Tone
from hongyan.kernel.languages import in_language
from hongyan.messaging.timeline import StepKind

PROTOCOLS: Final = ("cmpp", "sgip", "smgp", "smpp")
"""In which a number by itself may have been met."""

_TONES: Final[Mapping[CodeClass, Tone]] = MappingProxyType(
    {CodeClass.DELIVERED: Tone.GOOD, CodeClass.ACCEPTED: Tone.BUSY}
)
"""Everything else is bad."""


MATCH_WORDS: Final[Mapping[Match, str]] = MappingProxyType(
    {Match.FAMILY: "codes.family", Match.SEVERAL: "codes.several", Match.UNKNOWN: "codes.unknown"}
)
"""Catalogue keys of how far what was found is to be believed."""


class Meaning(NamedTuple):
    """`who` must act, and what to do: both "" when there is nothing to do."""

    cause: str
    who: str
    advice: str


class Sheet(NamedTuple):
    """Everything that a list says of one code; of a code in no list only the advice."""

    listed: bool
    code: str
    protocols: str
    phase: str
    cause: str
    about: str
    state: str
    who: str
    advice: str
    retry: str
    certainty: str
    source: str


class LookedUp(NamedTuple):
    """`caution`: one of MATCH_WORDS, "" when the only sheet is simply right."""

    code: str
    caution: str
    sheets: tuple[Sheet, ...]


def receipt_tone(code: str, protocol: str | None) -> Tone:
    """How a receipt feels."""
    return _TONES.get(explain(code, protocol, Phase.REPORT).row.code_class, Tone.BAD)


def code_meaning(code: str, kind: StepKind, protocol: str | None, language: str) -> Meaning:
    """The words for `code`, met at a step of a message's way."""
    row = explain_first(code, protocol, REPORTED if kind is StepKind.RECEIPT else ANSWERED).row
    if row.who is Actor.NOBODY:
        return Meaning(row.cause(language), "", "")
    return Meaning(row.cause(language), words(row.who, language), row.advice(language))


def look_up(code: str, protocol: str | None, language: str) -> LookedUp:
    """All that `code` may mean."""
    found = explain_all(code, protocol)
    match = found[0].match
    if match is Match.EXACT and len(found) > 1:
        match = Match.SEVERAL
    sheets = tuple(_sheet(each.row, language) for each in found)
    return LookedUp(found[0].code, MATCH_WORDS.get(match, ""), sheets)


def _sheet(row: CodeRow, language: str) -> Sheet:
    facts = code_table().classes[row.code_class]
    return Sheet(
        listed=row.phase is not None,
        code=f"{row.code} {row.name}".strip(),
        protocols=", ".join(name.upper() for name in row.protocols),
        phase=words(row.phase, language) if row.phase is not None else "",
        cause=row.cause(language),
        about=in_language(language, en=facts.en, zh=facts.zh),
        state=words(row.state, language),
        who=words(row.who, language),
        advice=row.advice(language),
        retry=words(row.retry, language),
        certainty=words(row.certainty, language),
        source=f"{row.source} ({row.as_of.isoformat()})",
    )

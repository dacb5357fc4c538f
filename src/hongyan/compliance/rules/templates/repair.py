"""What can be put right without asking: the text as it should have been written."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from hongyan.compliance.rules.characters import Kind, kind_of, meant_by
from hongyan.compliance.rules.core import Outcome, Report, Suggestion, Words
from hongyan.compliance.rules.templates.case import TemplateCase, TemplateKind
from hongyan.compliance.rules.templates.kinds import UNSUBSCRIBE
from hongyan.compliance.rules.traditional import simplified

_SIGNATURE: Final = re.compile(r"^\s*【[^】]*】|【[^】]*】\s*$")
_DROPPED: Final = frozenset({Kind.INVISIBLE, Kind.EMOJI, Kind.UNUSABLE, Kind.COMBINING})


def _usual(character: str) -> str:
    kind = kind_of(character)
    if kind in _DROPPED and character not in "\r\n":
        return ""
    meant = meant_by(character) if kind in {Kind.WIDTH, Kind.LOOK_ALIKE} else ""
    return meant if meant.isalnum() else character


def repaired(case: TemplateCase) -> str:
    """The text without a signature of its own, in simplified characters of usual forms; marketing with its way out."""
    text = _SIGNATURE.sub("", case.content).strip().strip("[]")
    if not case.abroad:
        text = simplified("".join(map(_usual, text)))
    if case.kind is TemplateKind.MARKETING and UNSUBSCRIBE.lower() not in text.lower():
        text = text.rstrip("。.，, ；;") + "，" + UNSUBSCRIBE
    return text


def suggestion(case: TemplateCase, judged: Callable[[str], Report]) -> tuple[Suggestion, ...]:
    """The repaired text, if it differs and nothing in it is rejected any more."""
    text = repaired(case)
    if not text or text == case.content or judged(text).verdict is Outcome.REJECT:
        return ()
    why = Words("the same text with what can be put right put right", "在原文基础上改正了可直接修正的问题")
    return (Suggestion(text, why),)

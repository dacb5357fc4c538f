"""What is known of a carrier's code: a row of a list, and the answer to a question about one code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hongyan.kernel.errors import Retry
from hongyan.kernel.languages import in_language
from hongyan.messaging.states import MessageState


class Phase(StrEnum):
    """Where a code is met: a carrier's answer to a login or a submit, a delivery report, or this platform."""

    LOGIN = "login"
    ANSWER = "answer"
    REPORT = "report"
    OWN = "own"


class CodeClass(StrEnum):
    """What a code is about. UNKNOWN: nothing may be concluded. Words and consequences: `classes.toml`."""

    ACCEPTED = "ACCEPTED"
    DELIVERED = "DELIVERED"
    EMPTY_NUMBER = "EMPTY_NUMBER"
    SUSPENDED = "SUSPENDED"
    OFF_OR_UNREACHABLE = "OFF_OR_UNREACHABLE"
    MEMORY_FULL = "MEMORY_FULL"
    HANDSET = "HANDSET"
    BLACKLIST = "BLACKLIST"
    CONTENT = "CONTENT"
    SIGNATURE = "SIGNATURE"
    FREQUENCY = "FREQUENCY"
    FLOW = "FLOW"
    ROUTE = "ROUTE/PORTED"
    SERVICE = "BALANCE/SERVICE"
    EXPIRED = "EXPIRED"
    REQUEST = "REQUEST"
    INTERNAL = "INTERNAL"
    UNKNOWN = "UNKNOWN"


class Actor(StrEnum):
    """Who can change something about it."""

    TENANT = "tenant"
    OPERATOR = "operator"
    CARRIER = "carrier"
    RECIPIENT = "recipient"
    NOBODY = "nobody"


class Certainty(StrEnum):
    """How far the meaning can be relied upon."""

    STANDARD = "standard"
    COMMON_PRACTICE = "common practice"
    LISTS_DISAGREE = "lists disagree"
    NOT_LISTED = "not listed"


class Match(StrEnum):
    """How a row was found: by the code itself, by its family or range, several rows that contradict each other, or
    none."""

    EXACT = "exact"
    FAMILY = "family"
    SEVERAL = "several"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One code of one list.

    `code`: as the list writes it; of a family its letters, of a range its ends. `protocols`: cmpp, sgip, smgp, smpp,
    aliyun (an upstream cloud), hongyan (ours). `state`: what it brings to the message when nothing else is tried.
    `retry`: whether the same message may be tried again, and where. `as_of`: when the row was last compared with its
    source. `name`: the document's word for a number, "" without one.
    """

    code: str
    protocols: tuple[str, ...]
    phase: Phase | None
    code_class: CodeClass
    zh: str
    en: str
    state: MessageState
    who: Actor
    advice_zh: str
    advice_en: str
    retry: Retry
    certainty: Certainty
    source: str
    as_of: date
    name: str = ""

    @property
    def final(self) -> bool:
        """Whether nothing else is awaited after it."""
        return self.state not in (MessageState.ACCEPTED, MessageState.SUBMITTED)

    def cause(self, language: str) -> str:
        """The cause in `language`; anything that is not Chinese reads English."""
        return in_language(language, en=self.en, zh=self.zh)

    def advice(self, language: str) -> str:
        """What to do about it, in `language`."""
        return in_language(language, en=self.advice_en, zh=self.advice_zh)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What `code`, as it was asked, means by `row`."""

    code: str
    match: Match
    row: CodeRow

    @property
    def known(self) -> bool:
        """Whether at least the family says something."""
        return self.match in (Match.EXACT, Match.FAMILY)

    def facts(self) -> dict[str, object]:
        """For machines; stable names."""
        row = self.row
        return {
            "code": self.code,
            "match": self.match.value,
            "row": row.code,
            "name": row.name,
            "protocols": list(row.protocols),
            "phase": row.phase.value if row.phase is not None else None,
            "class": row.code_class.value,
            "state": row.state.value,
            "final": row.final,
            "cause": {"zh": row.zh, "en": row.en},
            "who": row.who.value,
            "advice": {"zh": row.advice_zh, "en": row.advice_en},
            "retry": row.retry.value,
            "certainty": row.certainty.value,
            "source": row.source,
            "as_of": row.as_of.isoformat(),
        }

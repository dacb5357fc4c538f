"""What a rule is, and how a pack of them judges a case. Knows nothing about signatures or templates.

A pack is a tuple of rows. Each row holds between two days, at some doors, countries and carriers, and names one small
pure function that finds what offends; how bad that is, and the words for people, stand in the row. So a rule that
changed is two rows with the same id and different days, and a rule that one door takes harder is two rows as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Final, Generic, TypeAlias, TypeVar

from hongyan.kernel.languages import Bilingual

Case = TypeVar("Case")

Span: TypeAlias = tuple[int, int]
"""Characters from the first up to before the second, counted from 0 in what was checked."""

ALWAYS: Final = date(2000, 1, 1)
"""`valid_from` of rules whose beginning nobody published."""


class Severity(Enum):
    """What a finding does to an application, the worst first."""

    REJECT = "reject"
    ASK = "ask"
    ADVISE = "advise"


class Outcome(Enum):
    """What would become of an application, by the rules alone. (`Verdict` is what a reviewer says.)"""

    PASS = "pass"  # noqa: S105 an outcome, no password
    ASK = "ask"
    REJECT = "reject"


class Chance(Enum):
    """How likely a reviewer and the carriers agree."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Words(Bilingual):
    """A sentence in both languages, perhaps with {facts} to fill in."""

    en: str
    zh: str

    def filled(self, facts: Mapping[str, Fact]) -> Words:
        """The facts put in their places; a fact may itself be Words."""
        return Words(self.en.format_map(_told(facts, "en")), self.zh.format_map(_told(facts, "zh")))

    def facts(self) -> dict[str, str]:
        """For machines."""
        return {"zh": self.zh, "en": self.en}


Fact: TypeAlias = str | int | Words


def _told(facts: Mapping[str, Fact], language: str) -> dict[str, str | int]:
    return {name: fact.words(language) if isinstance(fact, Words) else fact for name, fact in facts.items()}


def listed(texts: Iterable[str]) -> Words:
    """Several pieces of text for a sentence, each in quotation marks."""
    quoted = [f"“{text}”" for text in texts]
    return Words(", ".join(quoted), "、".join(quoted))


@dataclass(frozen=True, slots=True)
class Offence:
    """What a check found: where in the text, and the facts that the row's words name."""

    at: tuple[Span, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)


Check: TypeAlias = Callable[[Case], Iterable[Offence]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case would be used. No `carrier`: at all of them."""

    door: str = "aliyun"
    country: str = "CN"
    carrier: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a rule holds; an empty set means everywhere."""

    doors: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    carriers: frozenset[str] = frozenset()

    def covers(self, place: Place) -> bool:
        return (
            (not self.doors or place.door in self.doors)
            and (not self.countries or place.country in self.countries)
            and (not self.carriers or not place.carrier or place.carrier in self.carriers)
        )


EVERYWHERE: Final = Scope()
MAINLAND: Final = Scope(countries=frozenset({"CN"}))


def at_door(door: str) -> Scope:
    """The scope of a rule that one vendor door has."""
    return Scope(doors=frozenset({door}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Generic[Case]):
    """One row. `words` and `fix` take the facts of what `check` finds; `valid_until` is the first day without it.

    `doubtful`: advice that makes approval less likely all the same (rejecting and asking always do).
    """

    id: str
    severity: Severity
    check: Check[Case]
    words: Words
    fix: Words
    source: str
    valid_from: date = ALWAYS
    valid_until: date | None = None
    scope: Scope = EVERYWHERE
    doubtful: bool = False

    def holds_on(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on < self.valid_until)

    def holds(self, on: date, place: Place) -> bool:
        return self.holds_on(on) and self.scope.covers(place)

    def facts(self) -> dict[str, object]:
        """For machines."""
        return {
            "rule": self.id,
            "severity": self.severity.value,
            "valid_from": None if self.valid_from == ALWAYS else self.valid_from.isoformat(),
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "doors": sorted(self.scope.doors),
            "countries": sorted(self.scope.countries),
            "carriers": sorted(self.scope.carriers),
            "message": self.words.facts(),
            "fix": self.fix.facts(),
            "source": self.source,
        }

    def findings(self, case: Case) -> Iterator[Finding]:
        for offence in self.check(case):
            yield Finding(
                rule=self.id,
                severity=self.severity,
                message=self.words.filled(offence.facts),
                at=offence.at,
                fix=self.fix.filled(offence.facts),
                source=self.source,
                doubtful=self.doubtful or self.severity is not Severity.ADVISE,
            )


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule says about a case. `at`: the characters of the checked text that it is about; of something
    that is missing, those beside the gap."""

    rule: str
    severity: Severity
    message: Words
    at: tuple[Span, ...]
    fix: Words
    source: str
    doubtful: bool

    def facts(self) -> dict[str, object]:
        """For machines."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "message": self.message.facts(),
            "at": self.at,
            "fix": self.fix.facts(),
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something better to apply for, and why."""

    name: str
    why: Words

    def facts(self) -> dict[str, object]:
        """For machines."""
        return {"name": self.name, "why": self.why.facts()}


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the rules say about a case, the worst first."""

    findings: tuple[Finding, ...]
    suggestions: tuple[Suggestion, ...] = ()

    def joined(self, findings: Iterable[Finding]) -> Report:
        """With further findings."""
        return Report(_worst_first((*self.findings, *findings)), self.suggestions)

    @property
    def verdict(self) -> Outcome:
        """The worst finding decides; advice never does."""
        worst = {finding.severity for finding in self.findings}
        if Severity.REJECT in worst:
            return Outcome.REJECT
        return Outcome.ASK if Severity.ASK in worst else Outcome.PASS

    @property
    def chance(self) -> Chance:
        """Low: some rule rejects. High: nothing was found but harmless advice. Medium: a reviewer must look, or
        something that counts was not told."""
        if self.verdict is Outcome.REJECT:
            return Chance.LOW
        return Chance.MEDIUM if any(finding.doubtful for finding in self.findings) else Chance.HIGH

    def facts(self) -> dict[str, object]:
        """For machines: what `hongyan check … --json` prints."""
        return {
            "verdict": self.verdict.value,
            "chance": self.chance.value,
            "findings": [finding.facts() for finding in self.findings],
            "suggestions": [suggestion.facts() for suggestion in self.suggestions],
        }


_WORST_FIRST: Final = tuple(Severity)


def _worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: _WORST_FIRST.index(finding.severity)))


def judge(pack: Iterable[Rule[Case]], case: Case, on: date, place: Place) -> Report:
    """What the rules of a pack that hold on a day, at a place, say about a case."""
    return Report(
        _worst_first(finding for rule in pack if rule.holds(on, place) for finding in rule.findings(case))
    )

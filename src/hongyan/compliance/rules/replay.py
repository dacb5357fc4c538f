"""What a change of rules does to what exists: whom it breaks, whom it frees, and by which rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from hongyan.compliance.rules.core import Finding, Report

Key = TypeVar("Key")
Case = TypeVar("Case")


@dataclass(frozen=True, slots=True)
class Turned(Generic[Key]):
    """A case that is judged otherwise after a change. `key`: whose case it is."""

    key: Key
    before: Report
    after: Report

    @property
    def new(self) -> tuple[Finding, ...]:
        """What is said after the change and was not said before it, or was taken less hard."""
        known = {(finding.rule, finding.severity) for finding in self.before.findings}
        return tuple(each for each in self.after.findings if (each.rule, each.severity) not in known)


def replay(
    cases: Iterable[tuple[Key, Case]],
    before: Callable[[Case], Report],
    after: Callable[[Case], Report],
) -> Iterator[Turned[Key]]:
    """The cases whose verdict a change turns over, in their order. `before` and `after` are the two sets of rules."""
    for key, case in cases:
        old, new = before(case), after(case)
        if old.verdict is not new.verdict:
            yield Turned(key, old, new)

"""What one link has done since it was started: plain additions on the way of a message, read when somebody looks."""

from __future__ import annotations

from collections import Counter

from hongyan.messaging.dispatch import AnswerKind

MOST_NAMES = 64
"""Different words for refusals that are counted apart; a carrier may invent them without end."""
OTHER_NAME = "other"


class LinkCounts:
    """`answer_seconds`: of all answers together, from submit to answer."""

    __slots__ = ("answer_seconds", "answers", "connects", "logins_refused", "refusals", "submitted")

    def __init__(self) -> None:
        self.submitted = 0
        self.answers: Counter[AnswerKind] = Counter()
        self.refusals: Counter[str] = Counter()
        self.answer_seconds = 0.0
        self.connects = 0
        self.logins_refused = 0

    def refused(self, kind: AnswerKind, name: str) -> None:
        """An answer that took nothing; `name`: the protocol's word."""
        self.answers[kind] += 1
        known = name in self.refusals or len(self.refusals) < MOST_NAMES
        self.refusals[name if known else OTHER_NAME] += 1

"""What links have done since they were started: plain additions on the way of a message, read when somebody looks."""

from __future__ import annotations

from collections import Counter

from hongyan.messaging.dispatch import AnswerKind

MOST_NAMES = 64
"""Different words for refusals that are counted apart; a carrier may invent them without end."""
OTHER_NAME = "other"


class LinkCounts:
    """One link. `answer_seconds`: of all answers together, from submit to answer. `lost`: parts whose answer never
    came, `late`: answers that came when the part had already been counted so. `ignored`: PDUs that fit nowhere.
    `endings`: connections by why they ended. `oddities`: what carriers do that harms nothing, such as a digest that does not
    fit, by its name."""

    __slots__ = (
        "accepted",
        "answer_seconds",
        "connects",
        "endings",
        "ignored",
        "late",
        "logins_refused",
        "lost",
        "oddities",
        "refusals",
        "submitted",
        "turned_down",
    )

    def __init__(self) -> None:
        self.submitted = 0
        self.accepted = 0
        self.turned_down: Counter[AnswerKind] = Counter()
        self.refusals: Counter[str] = Counter()
        self.answer_seconds = 0.0
        self.lost = 0
        self.late = 0
        self.ignored = 0
        self.connects = 0
        self.logins_refused = 0
        self.endings: Counter[str] = Counter()
        self.oddities: Counter[str] = Counter()

    def refused(self, kind: AnswerKind, name: str) -> None:
        """An answer that took nothing; `name`: the protocol's word."""
        self.turned_down[kind] += 1
        known = name in self.refusals or len(self.refusals) < MOST_NAMES
        self.refusals[name if known else OTHER_NAME] += 1

    def answers(self) -> dict[str, int]:
        """Answers by kind."""
        return {kind.value: self.turned_down[kind] for kind in AnswerKind} | {
            AnswerKind.ACCEPTED.value: self.accepted
        }


class DeliveryCounts:
    """What a carrier brought on all connections of a channel. `interim`: reports that settle nothing. `put_off`: what
    could not be stored and was asked for again."""

    __slots__ = ("interim", "put_off", "reports", "texts")

    def __init__(self) -> None:
        self.reports = 0
        self.texts = 0
        self.interim = 0
        self.put_off = 0

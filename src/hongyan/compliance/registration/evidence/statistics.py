"""Whether a signature's messages get through as registered ones do, and whether a carrier's code piles up on it. Pure.

A signature at one carrier, with one sender, is compared with that carrier's other traffic of the same hours. The formulas,
their reasons and what they cost in false alarms and misses: docs/verification.md and docs/adr/0032.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import exp, log, log1p, sqrt
from typing import Final, NamedTuple

from hongyan.compliance.registration.evidence.tails import log_beta, log_tails
from hongyan.kernel.clock import Millis

HOUR_MS: Final[Millis] = 3_600_000
JUDGED_AFTER_MS: Final[Millis] = 24 * HOUR_MS
"""Not before: a carrier that accepts in the morning may open its gateways in the evening (seed 003: 24 to 48 hours)."""
DECIDED_BY_MS: Final[Millis] = 48 * HOUR_MS
"""What is still open then needs more test sends, and says how many."""

USUAL_RATE: Final = 0.9
USUAL_WEIGHT: Final = 20.0
"""A carrier of which little is known is taken to deliver nine of ten, as if twenty messages had said so."""
SPREAD: Final = 30.0
"""Registered signatures differ, because their recipients do: their rates spread around the carrier's as a beta
distribution of this weight does, by some four points in a hundred at a rate of 95."""
MARGIN: Final = 0.15
MARGIN_SPREADS: Final = 2.33
"""The threshold is below the carrier's rate by this part of it, or by so many standard deviations of the spread, whichever is
more: one registered signature of a hundred is below it."""
LOWEST_BASELINE: Final = 0.5
"""A carrier that delivers less than this has trouble of its own, and nothing is concluded meanwhile."""
SURE: Final = 0.95
"""The chance of being registered from which it is verified; below 1 - SURE it is doubted."""
CHANCE_WHEN_TOLD: Final = 0.8
"""Of being registered, before the first message, when the carrier said so: some accept and do not open every gateway."""
CHANCE_WHEN_INFERRED: Final = 0.5
"""The same when nobody said so."""
LEAST_DELIVERED: Final = 3
LEAST_TO_DOUBT: Final = 5
"""Samples without which chance decides: a phone may be off, twice in a row."""
MOST_NEEDED: Final = 200

SPIKE_MORE: Final = 0.2
SPIKE_TIMES: Final = 3.0
"""A code piles up when its share is above the carrier's by so much and by so many times."""
SPIKE_ALWAYS: Final = 0.95
"""A share that piles up whenever the carrier's is below three quarters."""
SPIKE_CHANCE: Final = 0.001
"""How often chance alone may look like it, at the very limit."""
SPIKE_LEAST: Final = 5


class Tally(NamedTuple):
    """Messages of one window. `total`: those sent that had time to be reported, with those of which nothing was heard."""

    delivered: int
    total: int


class Verdict(StrEnum):
    """What the evidence says."""

    VERIFIED = "verified"
    DOUBTFUL = "doubtful"
    WAIT = "wait"


class Why(StrEnum):
    """What a verdict rests on."""

    DELIVERED_AS_EXPECTED = "delivered_as_expected"
    DELIVERED_TOO_SELDOM = "delivered_too_seldom"
    NOTHING_SENT = "nothing_sent"
    TOO_EARLY = "too_early"
    CARRIER_TROUBLE = "carrier_trouble"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its numbers. `baseline`: the carrier's rate; `threshold`: the least that passes with many samples;
    `chance`: that the signature is registered. `needed`: further messages that, all delivered, would verify it; 0 when it is
    verified, None when there is no such number up to MOST_NEEDED."""

    verdict: Verdict
    why: Why
    own: Tally
    others: Tally
    baseline: float
    threshold: float
    chance: float
    needed: int | None

    def facts(self) -> dict[str, object]:
        """For machines and for the history; stable names."""
        return {
            "verdict": self.verdict.value,
            "why": self.why.value,
            "delivered": self.own.delivered,
            "sent": self.own.total,
            "others_delivered": self.others.delivered,
            "others_sent": self.others.total,
            "baseline": round(self.baseline, 4),
            "threshold": round(self.threshold, 4),
            "chance": round(self.chance, 4),
            "needed": self.needed,
        }


def judge(own: Tally, others: Tally, age_ms: Millis | None, *, told: bool = True) -> Judgement:
    """What `own` messages say of a signature, beside those of `others` at the same carrier in the same hours.

    `age_ms`: since the first message; None without one. `told`: the carrier said that it is registered.
    """
    baseline = baseline_of(others)
    threshold = threshold_of(baseline)
    prior = CHANCE_WHEN_TOLD if told else CHANCE_WHEN_INFERRED
    chance = _chance(own, baseline, threshold, prior)
    needed = _needed(own, baseline, threshold, prior)

    def found(verdict: Verdict, why: Why) -> Judgement:
        return Judgement(verdict, why, own, others, baseline, threshold, chance, needed)

    if age_ms is None or own.total == 0:
        return found(Verdict.WAIT, Why.NOTHING_SENT)
    if age_ms < JUDGED_AFTER_MS:
        return found(Verdict.WAIT, Why.TOO_EARLY)
    if baseline < LOWEST_BASELINE:
        return found(Verdict.WAIT, Why.CARRIER_TROUBLE)
    if needed == 0:
        return found(Verdict.VERIFIED, Why.DELIVERED_AS_EXPECTED)
    if own.total >= LEAST_TO_DOUBT and chance <= 1 - SURE:
        return found(Verdict.DOUBTFUL, Why.DELIVERED_TOO_SELDOM)
    return found(Verdict.WAIT, Why.TOO_FEW)


def baseline_of(others: Tally) -> float:
    """The carrier's rate of delivery, drawn towards the usual one while little is known."""
    return (others.delivered + USUAL_RATE * USUAL_WEIGHT) / (others.total + USUAL_WEIGHT)


def threshold_of(baseline: float) -> float:
    """The rate from which a signature's messages get through as registered ones do."""
    spread = sqrt(baseline * (1 - baseline) / (SPREAD + 1))
    margin = max(MARGIN * baseline, MARGIN_SPREADS * spread)
    return max(baseline - margin, baseline / 2)  # the latter where nothing is concluded anyway


def _chance(own: Tally, baseline: float, threshold: float, prior: float) -> float:
    """By Bayes' rule. Registered: the rate is above the threshold, spread around the carrier's; not registered: anywhere
    below it."""
    delivered, lost = own.delivered, own.total - own.delivered
    a, b = SPREAD * baseline, SPREAD * (1 - baseline)
    registered = (
        log_beta(delivered + a, lost + b)
        - log_beta(a, b)
        + log_tails(threshold, delivered + a, lost + b)[1]
        - log_tails(threshold, a, b)[1]
    )
    blocked = (
        log_beta(delivered + 1, lost + 1) + log_tails(threshold, delivered + 1, lost + 1)[0] - log(threshold)
    )
    odds = log(prior) - log1p(-prior) + registered - blocked
    return 1 / (1 + exp(-odds)) if odds > 0 else exp(odds) / (1 + exp(odds))


def _needed(own: Tally, baseline: float, threshold: float, prior: float) -> int | None:
    """By halving: each further delivery raises the chance."""

    def enough(more: int) -> bool:
        delivered = own.delivered + more
        tally = Tally(delivered, own.total + more)
        return delivered >= LEAST_DELIVERED and _chance(tally, baseline, threshold, prior) >= SURE

    if enough(0):
        return 0
    if not enough(MOST_NEEDED):
        return None
    low, high = 0, MOST_NEEDED
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


@dataclass(frozen=True, slots=True)
class Spike:
    """A carrier's code on one signature: `times` of `total` messages, where the carrier's other traffic has a `share` of it.
    `limit`: the share beyond which it piles up."""

    code: str
    times: int
    total: int
    share: float
    limit: float


def spike(code: str, own: Tally, others: Tally) -> Spike | None:
    """Whether a code piles up on a signature; None when it does not. Of the tallies, `delivered` counts the code."""
    times, total = own
    if times < SPIKE_LEAST:
        return None
    share = others.delivered / others.total if others.total else 0.0
    limit = max(share + SPIKE_MORE, min(share * SPIKE_TIMES, SPIKE_ALWAYS))
    if limit >= 1 or times / total <= limit:
        return None
    by_chance = log_tails(limit, times, total - times + 1)[0]
    return Spike(code, times, total, share, limit) if by_chance <= log(SPIKE_CHANCE) else None

"""The statistics of registration: what they conclude from known truth, and that they behave as arguments should."""

from __future__ import annotations

import random
import re
from collections import Counter
from math import exp
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongyan.compliance.registration.evidence.statistics import (
    HOUR_MS,
    JUDGED_AFTER_MS,
    LEAST_DELIVERED,
    LEAST_TO_DOUBT,
    LOWEST_BASELINE,
    MOST_NEEDED,
    Tally,
    Verdict,
    Why,
    baseline_of,
    judge,
    spike,
)
from hongyan.compliance.registration.evidence.tails import log_tails

DAY_AND_A_HALF = 36 * HOUR_MS
GOOD_CARRIER = Tally(9_500, 10_000)


def tallies(most: int) -> st.SearchStrategy[Tally]:
    return st.integers(0, most).flatmap(lambda total: st.builds(Tally, st.integers(0, total), st.just(total)))


# -- the tails ---------------------------------------------------------------------------------------------


def by_counting(x: float, a: int, b: int) -> float:
    """I_x(a, b) for whole numbers: a binomial tail."""
    n = a + b - 1
    chance, total = (1 - x) ** n, 0.0
    for successes in range(n + 1):
        if successes >= a:
            total += chance
        chance *= (n - successes) / (successes + 1) * x / (1 - x)
    return total


@given(st.floats(0.01, 0.99), st.integers(1, 60), st.integers(1, 60))
def test_tails_are_those_of_the_binomial_distribution(x: float, a: int, b: int) -> None:
    below, above = log_tails(x, a, b)
    assert exp(below) == pytest.approx(by_counting(x, a, b), rel=1e-6, abs=1e-9)
    assert exp(below) + exp(above) == pytest.approx(1, abs=1e-9)


def test_tails_of_a_million_samples_are_finite() -> None:
    below, above = log_tails(0.8, 950_000.0, 50_000.0)
    assert below < -1_000
    assert above == pytest.approx(0, abs=1e-9)


# -- verdicts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "others", "age_ms", "verdict", "why"),
    [
        (Tally(0, 0), GOOD_CARRIER, None, Verdict.WAIT, Why.NOTHING_SENT),
        (Tally(0, 0), GOOD_CARRIER, DAY_AND_A_HALF, Verdict.WAIT, Why.NOTHING_SENT),
        (Tally(9, 9), GOOD_CARRIER, JUDGED_AFTER_MS - 1, Verdict.WAIT, Why.TOO_EARLY),
        (Tally(0, 9), GOOD_CARRIER, JUDGED_AFTER_MS - 1, Verdict.WAIT, Why.TOO_EARLY),
        (Tally(9, 9), Tally(100, 1_000), DAY_AND_A_HALF, Verdict.WAIT, Why.CARRIER_TROUBLE),
        (Tally(2, 2), GOOD_CARRIER, DAY_AND_A_HALF, Verdict.WAIT, Why.TOO_FEW),
        (Tally(3, 3), GOOD_CARRIER, DAY_AND_A_HALF, Verdict.VERIFIED, Why.DELIVERED_AS_EXPECTED),
        (Tally(18, 20), GOOD_CARRIER, DAY_AND_A_HALF, Verdict.VERIFIED, Why.DELIVERED_AS_EXPECTED),
        (Tally(0, 4), GOOD_CARRIER, DAY_AND_A_HALF, Verdict.WAIT, Why.TOO_FEW),
        (Tally(0, 5), GOOD_CARRIER, DAY_AND_A_HALF, Verdict.DOUBTFUL, Why.DELIVERED_TOO_SELDOM),
        (Tally(600, 1_000), GOOD_CARRIER, DAY_AND_A_HALF, Verdict.DOUBTFUL, Why.DELIVERED_TOO_SELDOM),
        (
            Tally(600, 1_000),
            Tally(6_500, 10_000),
            DAY_AND_A_HALF,
            Verdict.VERIFIED,
            Why.DELIVERED_AS_EXPECTED,
        ),
        (Tally(3, 3), Tally(0, 0), DAY_AND_A_HALF, Verdict.VERIFIED, Why.DELIVERED_AS_EXPECTED),
    ],
)
def test_a_verdict_says_what_it_rests_on(
    own: Tally, others: Tally, age_ms: int | None, verdict: Verdict, why: Why
) -> None:
    found = judge(own, others, age_ms)
    assert (found.verdict, found.why) == (verdict, why)


def test_a_carrier_that_said_nothing_needs_more_evidence() -> None:
    assert judge(Tally(3, 3), GOOD_CARRIER, DAY_AND_A_HALF, told=False).verdict is Verdict.WAIT
    assert judge(Tally(6, 6), GOOD_CARRIER, DAY_AND_A_HALF, told=False).verdict is Verdict.VERIFIED


@given(tallies(300), tallies(20_000), st.booleans())
def test_one_more_delivery_never_speaks_against_a_signature(own: Tally, others: Tally, told: bool) -> None:
    now = judge(own, others, DAY_AND_A_HALF, told=told)
    better = judge(Tally(own.delivered + 1, own.total + 1), others, DAY_AND_A_HALF, told=told)
    worse = judge(Tally(own.delivered, own.total + 1), others, DAY_AND_A_HALF, told=told)
    assert worse.chance <= now.chance + 1e-9
    assert now.chance <= better.chance + 1e-9


@given(tallies(300), tallies(20_000), st.booleans())
def test_numbers_are_probabilities_and_verdicts_keep_their_promises(
    own: Tally, others: Tally, told: bool
) -> None:
    found = judge(own, others, DAY_AND_A_HALF, told=told)
    assert 0 <= found.chance <= 1
    assert 0 < found.threshold < found.baseline < 1
    if found.verdict is Verdict.VERIFIED:
        assert own.delivered >= LEAST_DELIVERED
        assert found.baseline >= LOWEST_BASELINE
    if found.verdict is Verdict.DOUBTFUL:
        assert own.total >= LEAST_TO_DOUBT
        assert own.delivered / own.total < found.baseline


@given(tallies(60), tallies(20_000))
def test_what_is_needed_is_enough_and_one_less_is_not(own: Tally, others: Tally) -> None:
    found = judge(own, others, DAY_AND_A_HALF)
    if found.baseline < LOWEST_BASELINE or found.needed is None or own.total == 0:
        return
    assert 0 <= found.needed <= MOST_NEEDED
    enough = Tally(own.delivered + found.needed, own.total + found.needed)
    assert judge(enough, others, DAY_AND_A_HALF).verdict is Verdict.VERIFIED
    if found.needed:
        less = Tally(enough.delivered - 1, enough.total - 1)
        assert judge(less, others, DAY_AND_A_HALF).verdict is not Verdict.VERIFIED


@given(tallies(1_000_000))
def test_the_baseline_lies_between_what_was_seen_and_what_is_usual(others: Tally) -> None:
    seen = others.delivered / others.total if others.total else 0.9
    assert min(seen, 0.9) - 1e-9 <= baseline_of(others) <= max(seen, 0.9) + 1e-9


# -- codes that pile up ------------------------------------------------------------------------------------


def test_a_code_that_a_quarter_of_everybody_gets_piles_up_on_nobody() -> None:
    assert spike("UNDELIV", Tally(10, 40), Tally(2_500, 10_000)) is None


def test_a_code_that_hardly_anybody_gets_piles_up_on_one_signature() -> None:
    found = spike("UNDELIV", Tally(12, 20), Tally(100, 10_000))
    assert found is not None
    assert (found.code, found.times, found.total) == ("UNDELIV", 12, 20)
    assert found.share == pytest.approx(0.01)


def test_four_times_are_no_spike() -> None:
    assert spike("UNDELIV", Tally(4, 4), Tally(0, 10_000)) is None


@given(tallies(2_000), tallies(20_000))
def test_a_spike_is_above_the_carriers_share(own: Tally, others: Tally) -> None:
    found = spike("X", own, others)
    if found is not None:
        assert found.times / found.total > found.limit > found.share


# -- known truth -------------------------------------------------------------------------------------------

SIGNATURES = 3_000


def simulated(rng: random.Random) -> tuple[bool, Tally, Tally]:
    """A signature whose truth is known: (registered, its messages, its carrier's others in the same hours).

    Carriers deliver between 85 and 98 of a hundred, and a tenth of the windows has an incident that costs up to a third.
    Registered signatures spread around that; unregistered ones are blocked wholly, mostly, or in some provinces. Half send
    a handful of tests, the others up to some hundreds of messages.
    """
    carrier = rng.uniform(0.85, 0.98) * (rng.uniform(0.67, 1) if rng.random() < 0.1 else 1)
    total = rng.randint(3, 12) if rng.random() < 0.5 else rng.randint(13, 600)
    registered = rng.random() < 0.7
    if registered:
        rate = rng.betavariate(30 * carrier, 30 * (1 - carrier))
    else:
        kind = rng.random()
        rate = carrier * (
            rng.uniform(0, 0.05)
            if kind < 0.6
            else rng.uniform(0.05, 0.5)
            if kind < 0.9
            else rng.uniform(0.5, 0.7)
        )
    others_total = rng.choice((0, 50, 500, 20_000))
    others = Tally(
        rng.binomialvariate(others_total, carrier)
        if hasattr(rng, "binomialvariate")
        else sum(rng.random() < carrier for _ in range(others_total)),
        others_total,
    )
    return registered, Tally(sum(rng.random() < rate for _ in range(total)), total), others


def test_three_thousand_simulated_signatures_are_judged_with_few_mistakes() -> None:
    rng = random.Random(20260521)
    counted: Counter[tuple[bool, Verdict]] = Counter()
    for _ in range(SIGNATURES):
        registered, own, others = simulated(rng)
        counted[registered, judge(own, others, DAY_AND_A_HALF).verdict] += 1
    share = {
        (registered, verdict): counted[registered, verdict]
        / sum(counted[registered, each] for each in Verdict)
        for registered in (True, False)
        for verdict in Verdict
    }
    print(f"\n{SIGNATURES} simulated signatures")
    for registered in (True, False):
        print(
            "registered  " if registered else "unregistered",
            *(f"{verdict.value} {share[registered, verdict]:.2%}" for verdict in Verdict),
        )
    assert share[True, Verdict.DOUBTFUL] < 0.01, "false alarms: registered, and doubted"
    assert share[False, Verdict.VERIFIED] < 0.01, "misses: not registered, and verified"
    assert share[True, Verdict.VERIFIED] > 0.75
    assert share[False, Verdict.DOUBTFUL] > 0.80


def test_a_thousand_healthy_signatures_raise_hardly_an_alarm_about_codes() -> None:
    rng = random.Random(20260522)
    alarms = {True: 0, False: 0}
    for healthy in alarms:
        for _ in range(1_000):
            usual = rng.uniform(0.005, 0.1)
            total = rng.randint(10, 500)
            rate = min(1.0, usual * rng.uniform(0.3, 2.5)) if healthy else rng.uniform(0.5, 1)
            times = sum(rng.random() < rate for _ in range(total))
            others = Tally(round(usual * 20_000), 20_000)
            alarms[healthy] += spike("UNDELIV", Tally(times, total), others) is not None
    print(f"\ncodes: false alarms {alarms[True] / 1_000:.2%}, found {alarms[False] / 1_000:.2%}")
    assert alarms[True] <= 5
    assert alarms[False] >= 930


def test_the_page_has_the_table_that_the_formula_gives() -> None:
    page = (Path(__file__).parents[3] / "docs" / "verification.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (\d+) \| (\d+|-) \|$", page, re.MULTILINE)
    assert len(rows) == 6
    for total, verified, doubted in rows:
        verdicts = [
            judge(Tally(delivered, int(total)), Tally(19_000, 20_000), DAY_AND_A_HALF).verdict
            for delivered in range(int(total) + 1)
        ]
        assert verdicts.index(Verdict.VERIFIED) == int(verified)
        assert verdicts.count(Verdict.DOUBTFUL) - 1 == (-1 if doubted == "-" else int(doubted))

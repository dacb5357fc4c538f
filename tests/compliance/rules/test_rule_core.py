"""A rule holds between two days at some places; the worst finding decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, product

import pytest

from hongyan.compliance.rules import SIGNATURE_RULES, Chance, Outcome, Place, Rule, Scope, Severity, Words
from hongyan.compliance.rules.core import Offence, Report, judge, listed
from hongyan.compliance.rules.replay import replay

DAY = date(2026, 1, 1)
PLACE = Place()


def _letter_x(text: str) -> Iterator[Offence]:
    for place, each in enumerate(text):
        if each == "x":
            yield Offence(((place, place + 1),), {"place": place, "how": Words("badly", "不好")})


NO_X: Rule[str] = Rule(
    id="text.x",
    severity=Severity.REJECT,
    check=_letter_x,
    words=Words("x stands {how} at {place}", "{place} 处的 x {how}"),
    fix=Words("no {place}", "去掉 {place}"),
    source="a test",
)


def _said(*rules: Rule[str], on: date = DAY, place: Place = PLACE) -> Report:
    return judge(rules, "ax", on, place)


def test_a_finding_has_the_words_of_its_row_with_the_facts_of_its_place() -> None:
    (found,) = _said(NO_X).findings
    assert found.message == Words("x stands badly at 1", "1 处的 x 不好")
    assert found.fix == Words("no 1", "去掉 1")
    assert found.at == ((1, 2),)


@pytest.mark.parametrize(("days", "holds"), [(-1, False), (0, True), (9, True), (10, False)])
def test_a_rule_holds_from_its_first_day_and_not_on_the_day_it_ends(days: int, holds: bool) -> None:
    dated = replace(NO_X, valid_from=DAY, valid_until=DAY + timedelta(10))
    assert bool(_said(dated, on=DAY + timedelta(days)).findings) is holds


@pytest.mark.parametrize(
    ("scope", "place", "holds"),
    [
        (Scope(), Place("tencent", "DE", "telecom"), True),
        (Scope(doors=frozenset({"tencent"})), Place("aliyun"), False),
        (Scope(doors=frozenset({"tencent"})), Place("tencent"), True),
        (Scope(countries=frozenset({"CN"})), Place(country="SG"), False),
        (Scope(carriers=frozenset({"telecom"})), Place(carrier="mobile"), False),
        (Scope(carriers=frozenset({"telecom"})), Place(), True),  # to be used at every carrier
    ],
)
def test_a_rule_holds_where_its_scope_says(scope: Scope, place: Place, holds: bool) -> None:
    assert bool(_said(replace(NO_X, scope=scope), place=place).findings) is holds


def test_the_worst_finding_decides_and_stands_first() -> None:
    rules = [
        replace(NO_X, severity=severity) for severity in (Severity.ADVISE, Severity.ASK, Severity.REJECT)
    ]
    assert [each.severity for each in _said(*rules).findings] == list(Severity)
    assert _said(*rules).verdict is Outcome.REJECT
    assert _said(*rules[:2]).verdict is Outcome.ASK
    assert _said(rules[0]).verdict is _said().verdict is Outcome.PASS


def test_the_chance_is_low_when_rejected_high_without_doubt_and_medium_between() -> None:
    advice = replace(NO_X, severity=Severity.ADVISE)
    assert _said(NO_X).chance is Chance.LOW
    assert _said(replace(NO_X, severity=Severity.ASK)).chance is Chance.MEDIUM
    assert _said(replace(advice, doubtful=True)).chance is Chance.MEDIUM
    assert _said(advice).chance is _said().chance is Chance.HIGH


def test_pieces_of_text_are_listed_in_quotation_marks() -> None:
    assert listed(["a", "b"]) == Words("“a”, “b”", "“a”、“b”")


def test_rows_of_one_id_never_hold_at_once() -> None:
    places = [Place(*each) for each in product(("aliyun", "tencent"), ("CN", "SG"))]
    for one, other in combinations(SIGNATURE_RULES, 2):
        if one.id == other.id:
            days = {each for rule in (one, other) for each in (rule.valid_from, rule.valid_until) if each}
            assert not [
                (one.id, day, place)
                for day, place in product(days, places)
                if one.holds(day, place) and other.holds(day, place)
            ]


def test_every_rule_has_an_id_of_its_pack_and_a_source() -> None:
    for rule in SIGNATURE_RULES:
        assert rule.id.startswith("signature.")
        assert rule.id.removeprefix("signature.").isidentifier()
        assert all((rule.source, rule.words.en, rule.words.zh, rule.fix.en, rule.fix.zh))


def test_a_replay_tells_whom_a_change_breaks_and_by_which_rule() -> None:
    stricter = replace(NO_X, valid_from=DAY)

    def on(day: date) -> Report:
        return _said(stricter, on=day)

    cases = {"with x": "ax", "without": "ab"}.items()
    (broken,) = replay(
        cases,
        lambda text: judge([stricter], text, DAY - timedelta(1), PLACE),
        lambda text: judge([stricter], text, DAY, PLACE),
    )
    assert broken.key == "with x"
    assert (broken.before.verdict, broken.after.verdict) == (Outcome.PASS, Outcome.REJECT)
    assert [each.rule for each in broken.new] == ["text.x"]
    assert not list(replay(cases, lambda _: on(DAY), lambda _: on(DAY)))

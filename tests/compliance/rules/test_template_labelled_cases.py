"""What the rules say about templates is what somebody who read the specifications would say."""

from __future__ import annotations

import pytest
from labels import show_matrix
from template_cases import CASES, TODAY

from hongyan.compliance.rules import Outcome
from hongyan.compliance.rules.templates import TEMPLATE_RULES, TemplateCase, check_template

LEAST = 150


def test_the_rules_agree_with_every_label_of_a_template(capsys: pytest.CaptureFixture[str]) -> None:
    judged = [(each, each.report.verdict.value) for each in CASES]
    show_matrix(capsys, "templates", ((each.expect, found) for each, found in judged))
    wrong = [
        f"{each}: {found}, not {each.expect}: {each.why}; {[finding.rule for finding in each.report.findings]}"
        for each, found in judged
        if found != each.expect
    ]
    assert not wrong, "\n".join(wrong)
    assert len(CASES) >= LEAST


def test_rules_fill_their_words_in_both_languages_and_point_into_the_text() -> None:
    for each in CASES:
        for finding in each.report.findings:
            said = (finding.message.en, finding.message.zh, finding.fix.en, finding.fix.zh)
            assert all(said)
            assert all(0 <= start < end <= len(each.case.content) for start, end in finding.at), (
                each,
                finding,
            )


def test_a_suggested_text_is_another_one_and_is_not_rejected() -> None:
    suggested = 0
    for each in CASES:
        for suggestion in each.report.suggestions:
            suggested += 1
            case = TemplateCase(
                content=suggestion.name,
                kind=each.case.kind,
                rules=each.case.rules,
                individual=each.case.individual,
            )
            assert suggestion.name != each.case.content
            assert check_template(case, TODAY, each.door).verdict is not Outcome.REJECT
    assert suggested > 10


def test_rules_that_differ_by_door_or_day_share_their_id_and_every_id_is_of_the_pack() -> None:
    assert all(rule.id.startswith("template.") for rule in TEMPLATE_RULES)
    keys = [(rule.id, rule.scope, rule.valid_from) for rule in TEMPLATE_RULES]
    assert len(keys) == len(set(keys))

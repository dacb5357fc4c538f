"""What the rules say about some four hundred signatures is what somebody who read the specifications would say."""

from __future__ import annotations

import pytest
from labels import OUTCOMES, show_matrix
from signature_cases import CASES, Labelled

from hongyan.compliance.rules import SIGNATURE_RULES, Outcome

LEAST = 160


def test_the_rules_agree_with_every_label(capsys: pytest.CaptureFixture[str]) -> None:
    judged = [(each, each.report.verdict.value) for each in CASES]
    show_matrix(capsys, "signatures", ((each.expect, found) for each, found in judged))
    wrong = [
        f"{each}: {found}, not {each.expect}: {each.why}" for each, found in judged if found != each.expect
    ]
    assert not wrong, "\n".join(wrong)
    assert len(CASES) >= LEAST
    assert all(any(each.expect == outcome for each in CASES) for outcome in OUTCOMES)


def test_every_rule_is_met_by_some_case() -> None:
    met = {finding.rule for each in CASES for finding in each.report.findings}
    # What only services can tell: papers by kind, a trademark that is not registered, a letter that is over.
    told_by_services = {
        rule.id for rule in SIGNATURE_RULES if rule.id.startswith("signature.papers_missing_")
    }
    told_by_services |= {"signature.trademark_not_registered", "signature.letter_not_valid"}
    assert {rule.id for rule in SIGNATURE_RULES} - told_by_services <= met


def test_what_is_said_names_places_in_the_name_and_both_languages() -> None:
    for each in CASES:
        for finding in each.report.findings:
            said = (finding.message.en, finding.message.zh, finding.fix.en, finding.fix.zh)
            assert all(said)
            assert "{" not in "".join(said)
            assert all(0 <= start < end <= len(each.name) for start, end in finding.at), (each, finding)


def test_every_suggestion_would_pass_and_is_not_what_was_asked_for() -> None:
    for each in CASES:
        for suggestion in each.report.suggestions:
            company = each.told["company"]
            again = Labelled(suggestion.name, {"company": company}, "pass", "")
            assert again.report.verdict is Outcome.PASS, (each, suggestion)
            assert suggestion.name != each.name

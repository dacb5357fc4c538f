"""The signature pack, and what it says about a signature that somebody wants."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from hongyan.compliance.rules.core import Finding, Outcome, Place, Report, Rule, judge
from hongyan.compliance.rules.signatures.case import SignatureCase
from hongyan.compliance.rules.signatures.enterprise import ENTERPRISE
from hongyan.compliance.rules.signatures.form import FORM, SCRIPT
from hongyan.compliance.rules.signatures.industries import INDUSTRIES
from hongyan.compliance.rules.signatures.meaning import MEANING
from hongyan.compliance.rules.signatures.purpose import PURPOSE
from hongyan.compliance.rules.signatures.suggest import suggestions
from hongyan.compliance.rules.signatures.trademark import TRADEMARK

SIGNATURE_RULES: Final[tuple[Rule[SignatureCase], ...]] = (
    *FORM,
    *SCRIPT,
    *MEANING,
    *ENTERPRISE,
    *TRADEMARK,
    *PURPOSE,
    *INDUSTRIES,
)

_READ_WHOLE: Final = 40
_READ_AT_ALL: Final = 1000


def check_signature(
    case: SignatureCase,
    on: date,
    door: str = "aliyun",
    *,
    rules: tuple[Rule[SignatureCase], ...] = SIGNATURE_RULES,
) -> Report:
    """What the rules of a day say, the worst first; with names that would pass, unless this one does.

    `on` is a day in Beijing. `door`: the vendor whose rules decide; the carriers' are shown at each. Of a name that is
    much too long only the beginning is looked at, and only its form.
    """
    place = Place(door)
    whole = len(case.name) <= _READ_WHOLE
    case = replace(case, name=case.name[:_READ_AT_ALL])
    report = judge(rules if whole else FORM, case, on, place)
    if report.verdict is Outcome.PASS:
        return report
    return replace(report, suggestions=suggestions(case, lambda other: judge(rules, other, on, place)))


def form_findings(name: str, on: date, door: str = "aliyun") -> tuple[Finding, ...]:
    """What is wrong with a name whoever it is for: what a door refuses before anything else is looked at."""
    return judge(FORM, SignatureCase(name=name[:_READ_AT_ALL]), on, Place(door)).findings

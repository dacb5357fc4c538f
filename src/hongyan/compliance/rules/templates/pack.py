"""The template pack, and what it says about a text that somebody wants to send."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from hongyan.compliance.rules.core import Outcome, Report, Rule, judge
from hongyan.compliance.rules.templates.case import TemplateCase
from hongyan.compliance.rules.templates.contacts import CONTACTS
from hongyan.compliance.rules.templates.form import FORM
from hongyan.compliance.rules.templates.kinds import KINDS
from hongyan.compliance.rules.templates.length import LENGTH
from hongyan.compliance.rules.templates.repair import suggestion
from hongyan.compliance.rules.templates.subjects import SUBJECTS
from hongyan.compliance.rules.templates.variables import VARIABLES

TEMPLATE_RULES: Final[tuple[Rule[TemplateCase], ...]] = (
    *FORM,
    *VARIABLES,
    *KINDS,
    *CONTACTS,
    *SUBJECTS,
    *LENGTH,
)


def check_template(
    case: TemplateCase,
    on: date,
    door: str = "aliyun",
    *,
    rules: tuple[Rule[TemplateCase], ...] = TEMPLATE_RULES,
) -> Report:
    """What the rules of a day say, the worst first; with a repaired text when that helps. `on` is a day in Beijing."""
    place = replace(case.place, door=door)
    report = judge(rules, case, on, place)
    if report.verdict is Outcome.PASS:
        return report
    better = suggestion(case, lambda text: judge(rules, replace(case, content=text), on, place))
    return replace(report, suggestions=better)

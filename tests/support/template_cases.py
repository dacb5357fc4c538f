"""Labelled templates, read from template_cases.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from hongyan.compliance.rules import Report
from hongyan.compliance.rules.templates import TemplateCase, TemplateKind, check_template

TODAY: Final = date(2026, 11, 21)


@dataclass(frozen=True)
class Labelled:
    """A text, what it is, and what somebody who knows the specifications says of it."""

    case: TemplateCase
    door: str
    expect: str
    why: str

    @cached_property
    def report(self) -> Report:
        return check_template(self.case, TODAY, self.door)

    def __str__(self) -> str:
        return f"{self.case.kind.value} “{self.case.content[:60]}”"


def _labelled(group: dict[str, Any], row: dict[str, Any]) -> Labelled:
    case = TemplateCase(
        content=row["text"] * row.get("times", 1),
        kind=TemplateKind(group["kind"]),
        rules=row.get("rule"),
        individual=group.get("account") == "individual",
        third_party=True if group.get("purpose") == "other" else None,
    )
    return Labelled(case, group.get("door", "aliyun"), group["expect"], f"{group['why']} ({group['source']})")


def _all() -> list[Labelled]:
    file = Path(__file__).parents[1] / "compliance/rules/template_cases.toml"
    groups = tomllib.loads(file.read_text("utf-8"))["group"]
    return [_labelled(group, row) for group in groups for row in group["cases"]]


CASES: Final = _all()

"""`hongyan rules`: the rules themselves, and what a change of theirs does to what is stored."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any, Final

import msgspec
from cyclopts import App
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from hongyan.cli.check.screens import severity_words
from hongyan.cli.context import Json
from hongyan.cli.language import language, say
from hongyan.compliance.rules import SIGNATURE_RULES, Rule
from hongyan.compliance.rules.templates import TEMPLATE_RULES

app = App(name="rules", help="The rules of compliance: list, replay. 合规规则。")

RULES: Final[tuple[Rule[Any], ...]] = (*SIGNATURE_RULES, *TEMPLATE_RULES)
"""Every pack."""


@app.command(name="list")
def list_(*, on: date | None = None, json: Json = False) -> None:
    """Every rule with the days it holds, where it holds, and its source.

    Parameters
    ----------
    on
        Only those that hold on this day, YYYY-MM-DD. 仅列出该日有效的规则。
    json
        One JSON value and nothing else. 仅输出一个 JSON 值。
    """
    found = [rule for rule in RULES if on is None or rule.holds_on(on)]
    if json:
        sys.stdout.buffer.write(msgspec.json.encode([rule.facts() for rule in found]) + b"\n")
        sys.stdout.flush()
        return
    screen = Table(
        Column(say("规则", "rule"), no_wrap=True),
        say("处理", "severity"),
        say("有效期", "holds"),
        say("适用", "where"),
        say("内容", "says"),
        say("来源", "source"),
    )
    for rule in found:
        cells = (
            rule.id,
            severity_words(rule.severity),
            days(rule),
            places(rule),
            rule.words.words(language()),
            rule.source,
        )
        screen.add_row(*map(Text, cells))
    Console().print(screen)


def days(rule: Rule[Any]) -> str:
    """ "from 2026-01-01", "until 2025-03-01"; "" for always."""
    facts = rule.facts()
    since, until = facts["valid_from"], facts["valid_until"]
    words = [say(f"自 {since}", f"from {since}")] if since else []
    words += [say(f"至 {until} 前", f"until {until}")] if until else []
    return say("，", ", ").join(words)


def places(rule: Rule[Any]) -> str:
    """Doors, countries and carriers; "" for everywhere."""
    scope = rule.scope
    return ", ".join(sorted(scope.doors) + sorted(scope.countries) + sorted(scope.carriers))

"""`hongyan rules`: the rules themselves, and what a change of theirs does to what is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, Literal

from cyclopts import App
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from hongyan.cli.check.screens import severity_words, verdict_words
from hongyan.cli.context import Data, Json, opened
from hongyan.cli.language import language, say
from hongyan.cli.output import print_json
from hongyan.compliance.model import Kind
from hongyan.compliance.ocr import PAPER_RULES
from hongyan.compliance.rules import SIGNATURE_RULES, Report, Rule, check_signature
from hongyan.compliance.rules.replay import Turned, replay
from hongyan.compliance.rules.templates import TEMPLATE_RULES, check_template
from hongyan.compliance.signatures import SignatureJudge
from hongyan.compliance.templates import TemplateJudge

app = App(name="rules", help="The rules of compliance: list, replay. 合规规则。")

RULES: Final[tuple[Rule[Any], ...]] = (*SIGNATURE_RULES, *TEMPLATE_RULES, *PAPER_RULES)
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
        print_json([rule.facts() for rule in found])
        return
    console = Console(highlight=False)
    for rule in found:
        where = "  ".join(filter(None, (severity_words(rule.severity), days(rule), places(rule))))
        console.print(Text.assemble((rule.id, "bold"), "  ", where))
        for line in (rule.words.words(language()), rule.source):
            console.print(Padding(Text(line), (0, 0, 0, 4), expand=False))


@app.command(name="replay")
def replay_(
    *,
    on: date,
    since: date | None = None,
    kind: Literal["signature", "template"] | None = None,
    door: Literal["aliyun", "tencent"] = "aliyun",
    json: Json = False,
    data: Data = None,
) -> None:
    """Every stored signature and template that the rules of one day judge otherwise than those of another.

    Parameters
    ----------
    on
        The day whose rules are tried, YYYY-MM-DD. 试算哪一天的规则。
    since
        The day to compare with; today when left out. 与哪一天的规则比较。
    kind
        Only signatures, or only templates. 仅签名，或仅模板。
    door
        The vendor whose rules decide. 适用哪家平台的规则。
    json
        One JSON value and nothing else. 仅输出一个 JSON 值。
    """
    turned = asyncio.run(_replay(data, on, since, kind, door))
    if json:
        print_json([_turned_facts(each) for each in turned])
        return
    if not turned:
        print(say("没有签名或模板的结论改变。", "No signature or template is judged otherwise."))
        return
    screen = Table(
        say("账号", "account"),
        say("类型", "kind"),
        say("名称", "name"),
        say("原结论", "before"),
        say("新结论", "after"),
        say("新增问题", "what is new"),
    )
    for each in turned:
        kind_of, account_id, name = each.key
        new = "\n".join(f"{finding.rule}: {finding.message.words(language())}" for finding in each.new)
        verdicts = (verdict_words(report.verdict) for report in (each.before, each.after))
        screen.add_row(*map(Text, (str(account_id), say(*_KINDS[kind_of]), name, *verdicts, new)))
    Console().print(screen)


_KINDS: Final = {Kind.SIGNATURE: ("签名", "signature"), Kind.TEMPLATE: ("模板", "template")}
_CHECKS: Final[Mapping[Kind, Callable[[Any, date, str], Report]]] = {
    Kind.SIGNATURE: check_signature,
    Kind.TEMPLATE: check_template,
}
_Stored = tuple[Kind, int, str]
"""(kind, account, name or code)."""


async def _replay(
    data: Data, on: date, since: date | None, kind: str | None, door: str
) -> list[Turned[_Stored]]:
    async with opened(data) as platform:
        judges: dict[Kind, SignatureJudge | TemplateJudge] = {
            Kind.SIGNATURE: platform.compliance.signature_judge,
            Kind.TEMPLATE: platform.compliance.template_judge,
        }
        before = since or platform.compliance.signature_judge.today
        turned: list[Turned[_Stored]] = []
        for each, judge in judges.items():
            if kind is None or each.value == kind:
                turned += await _turned(each, judge, before, on, door)
    return turned


async def _turned(
    kind: Kind, judge: SignatureJudge | TemplateJudge, before: date, on: date, door: str
) -> list[Turned[_Stored]]:
    check = _CHECKS[kind]
    stored: list[tuple[_Stored, Any]] = [
        ((kind, view.standing.account_id, view.standing.label), case) async for view, case in judge.cases()
    ]
    return list(replay(stored, lambda case: check(case, before, door), lambda case: check(case, on, door)))


def _turned_facts(turned: Turned[_Stored]) -> dict[str, object]:
    kind, account_id, name = turned.key
    return {
        "kind": kind.value,
        "account_id": account_id,
        "name": name,
        "before": turned.before.verdict.value,
        "after": turned.after.verdict.value,
        "findings": [finding.facts() for finding in turned.new],
    }


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

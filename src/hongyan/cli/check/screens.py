"""A report of the rules for people and for programs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from rich.cells import cell_len

from hongyan.cli.failures import REFUSED
from hongyan.cli.language import language, say
from hongyan.cli.output import print_json
from hongyan.cli.visible import print_what_the_terminal_can
from hongyan.compliance.rules import Chance, Finding, Outcome, Report, Severity
from hongyan.kernel.visible import visible

_VERDICT: Final = {
    Outcome.PASS: ("通过", "pass"),
    Outcome.ASK: ("需人工审核", "ask: a reviewer must look"),
    Outcome.REJECT: ("不通过", "reject"),
}
_CHANCE: Final = {Chance.HIGH: ("高", "high"), Chance.MEDIUM: ("中", "medium"), Chance.LOW: ("低", "low")}
_SEVERITY: Final = {
    Severity.REJECT: ("拒绝", "reject"),
    Severity.ASK: ("待确认", "ask"),
    Severity.ADVISE: ("建议", "advice"),
}
_INDENT: Final = " " * 4


def leave_with(verdict: Outcome, facts: Mapping[str, object], lines: Iterable[str], *, json: bool) -> None:
    """Say it, to programs as facts or to people in lines, and leave: 0 when a reviewer may pass it, 1 when the rules reject."""
    if json:
        print_json(facts)
    else:
        print_what_the_terminal_can()
        for line in lines:
            print(line)
    if verdict is Outcome.REJECT:
        sys.exit(REFUSED)


def report_lines(report: Report, checked: str) -> Iterator[str]:
    """The verdict, each finding with a line of carets under what it is about, and what would be better."""
    verdict, chance = verdict_words(report.verdict), say(*_CHANCE[report.chance])
    yield say(
        f"{visible(checked)}：{verdict}，通过率{chance}", f"{visible(checked)}: {verdict}, chance {chance}"
    )
    for finding in report.findings:
        yield ""
        yield from _finding_lines(finding, checked)
    if report.suggestions:
        yield ""
        yield say("建议：", "What would pass:")
        width = max(cell_len(each.name) for each in report.suggestions)
        for each in report.suggestions:
            blanks = " " * (width - cell_len(each.name) + 2)
            yield f"  {each.name}{blanks}{each.why.words(language())}"


def _finding_lines(finding: Finding, checked: str) -> Iterator[str]:
    yield f"[{severity_words(finding.severity)}] {visible(finding.message.words(language()))}"
    if finding.at:
        yield _INDENT + visible(checked)
        yield _INDENT + carets(checked, finding)
    yield _INDENT + say("改法：", "fix: ") + visible(finding.fix.words(language()))
    yield _INDENT + say("依据：", "rule: ") + f"{finding.rule} ({finding.source})"


def verdict_words(verdict: Outcome) -> str:
    """What would become of an application, in the reader's language."""
    return say(*_VERDICT[verdict])


def severity_words(severity: Severity) -> str:
    """What a finding does, in the reader's language."""
    return say(*_SEVERITY[severity])


def carets(checked: str, finding: Finding) -> str:
    """A mark under every column that the characters of a finding take when they are printed."""
    marked = {place for start, end in finding.at for place in range(start, end)}
    line = "".join(
        ("^" if place in marked else " ") * cell_len(visible(each)) for place, each in enumerate(checked)
    )
    return line.rstrip()

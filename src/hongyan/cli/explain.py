"""`hongyan explain`: what a carrier's code means, who must act, and whether to try again."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hongyan.carriers.codes import Explanation, Match, code_table, explain, explain_all, words
from hongyan.cli.failures import REFUSED
from hongyan.cli.language import language, say
from hongyan.cli.output import print_json
from hongyan.cli.reading import as_told

Protocol = Literal["cmpp", "sgip", "smgp", "smpp", "aliyun", "hongyan"]

app = App(
    name="explain",
    help="What a carrier's code means. 解释运营商状态码。",
    default_parameter=Parameter(negative=()),
)


@app.default
def explain_code(
    code: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    protocol: Protocol | None = None,
    json: bool = False,
) -> None:
    """Say what a code of a submit answer or a delivery report means. Leaves with 1 when it is in no list.

    Parameters
    ----------
    code
        As the carrier wrote it: MK:0001, UNDELIV:601, 0x58, 182.
    protocol
        Where it was met; a number means something else in each. All of them when left out.
    json
        One JSON value and nothing else.
    """
    code = as_told(code)
    found = explain_all(code, protocol)
    if json:
        best = explain(code, protocol).facts()
        value = {**best, "protocol": protocol, "matches": [each.facts() for each in found]}
        print_json(value)
    else:
        _show(protocol, found)
    if found[0].match is Match.UNKNOWN:
        sys.exit(REFUSED)


def _show(protocol: str | None, found: tuple[Explanation, ...]) -> None:
    screen = Console()
    if not found[0].code.strip():
        words = say(
            "没有给出状态码：请按运营商的写法输入，例如 MK:0001。",
            "No code was given: write it as the carrier did, as MK:0001.",
        )
        screen.print(Text(words))
        return
    shown = "".join(
        each if each.isprintable() else "�" for each in found[0].code
    )  # no codes for the terminal
    headline = _headline(shown, protocol, found)
    if headline:
        screen.print(Text(headline))
    for number, each in enumerate(found):
        if number or headline:
            screen.print()
        screen.print(_sheet(each))


def _headline(code: str, protocol: str | None, found: tuple[Explanation, ...]) -> str:
    if found[0].match is Match.UNKNOWN:
        return say(f"{code}：未知，不在任何列表中。", f"{code}: unknown, it is in no list.")
    if found[0].match is Match.FAMILY:
        return say(
            f"{code}：未知，没有单独收录。由其码族可知：",
            f"{code}: unknown, it is in no list by itself. What its family says:",
        )
    if len(found) == 1:
        return ""
    if protocol is None and len({spoken for each in found for spoken in each.row.protocols}) > 1:
        return say(
            f"{code} 有 {len(found)} 种含义；可用 --protocol 指明协议。",
            f"{code} has {len(found)} meanings; --protocol says where it was met.",
        )
    return say(
        f"{code} 有 {len(found)} 种含义，取决于出现在哪里。",
        f"{code} has {len(found)} meanings, by where it was met.",
    )


def _sheet(explanation: Explanation) -> Table:
    """One row of the table, a line for each fact."""
    row = explanation.row
    tongue = language()
    facts = code_table().classes[row.code_class]
    sheet = Table.grid(padding=(0, 2))
    sheet.add_column(style="bold", no_wrap=True)
    sheet.add_column(overflow="fold")

    def line(zh: str, en: str, value: str) -> None:
        sheet.add_row(Text(say(zh, en)), Text(value))

    if row.phase is None:  # in no list: what follows would be ours, not a carrier's
        line("建议", "advice", row.advice(tongue))
        return sheet
    code = f"{row.code} {row.name}".strip()
    line("代码", "code", f"{code} · {', '.join(row.protocols)} · {words(row.phase, tongue)}")
    line("含义", "meaning", row.cause(tongue))
    line("类别", "class", f"{row.code_class.value} · {say(facts.zh, facts.en)}")
    line("短信状态", "message", words(row.state, tongue))
    line("处理方", "who acts", words(row.who, tongue))
    line("建议", "advice", row.advice(tongue))
    line("重试", "try again", words(row.retry, tongue))
    line("依据", "certainty", words(row.certainty, tongue))
    line("来源", "source", f"{row.source} ({row.as_of.isoformat()})")
    return sheet

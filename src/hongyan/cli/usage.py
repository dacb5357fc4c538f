"""What a command says to options that are not right, in Chinese. Cyclopts says it in English, and marks by their style what is
wrong, what it is called, what there is and what was probably meant; the sentence around them is ours."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import cyclopts.exceptions as usage
from cyclopts import CycloptsPanel
from rich.panel import Panel

_SENTENCES: Final[tuple[tuple[type[usage.CycloptsError], str], ...]] = (
    (usage.UnknownOptionError, "未知选项：{wrong}。"),
    (usage.UnknownCommandError, "未知命令：{wrong}。"),
    (usage.RepeatArgumentError, "选项 {name} 不能重复。"),
    (usage.RequiresEqualsError, "选项 {name} 应写成 {name}=值。"),
    (usage.ConsumeMultipleError, "{name} 的个数不对（给出了 {count} 个）。"),
    (usage.MissingArgumentError, "缺少 {name} 的值。"),
    (usage.CoercionError, "{name} 的值“{wrong}”无效{kind}。"),
    (usage.ValidationError, "{name} 的值“{wrong}”无效{why}。"),
    (usage.UnusedCliTokensError, "多余的参数：{unused}。"),
)
"""The first that fits; {facts} are filled in. What is in no row is told in cyclopts's own words."""
_QUOTE: Final = '"'
_KINDS: Final[Mapping[object, str]] = {int: "，应为整数", float: "，应为数字", bool: "，应为 yes 或 no"}
_BOUNDS: Final = {">=": "不小于", "<=": "不大于", ">": "大于", "<": "小于"}
_BOUND: Final = re.compile(r"Must be (>=|<=|>|<) (\S+?)\.?")
"""What validators.Number says."""
_SAID: Final = {"It has at most 64 bits.": "，最多 64 位"}
"""What our own validators say."""


def in_chinese(error: usage.CycloptsError) -> Panel:
    """For `App(error_formatter=…)`."""
    row = next((sentence for kind, sentence in _SENTENCES if isinstance(error, kind)), "")
    if not row or error.msg is not None:
        return CycloptsPanel(f"命令用法有误：{error}", title="错误")
    marked = _marked(error)
    parts = [row.format_map(_facts(error, marked))]
    if meant := marked[usage.STYLE_SUGGESTION]:
        parts.append(f"是否想用 {'、'.join(meant)}？")
    if choices := marked[usage.STYLE_VALID_CHOICE]:
        more = " 等" if str(error).endswith("...") else ""
        parts.append(f"可选：{'、'.join(each.strip(_QUOTE) for each in choices)}{more}。")
    return CycloptsPanel("".join(parts), title="错误")


def _marked(error: usage.CycloptsError) -> defaultdict[str, Sequence[str]]:
    """Style -> what has it, in order."""
    text = error.__rich__()
    found: defaultdict[str, Sequence[str]] = defaultdict(list)
    for span in text.spans:
        found[str(span.style)] = [*found[str(span.style)], text.plain[span.start : span.end]]
    return found


def _facts(error: usage.CycloptsError, marked: Mapping[str, Sequence[str]]) -> Mapping[str, Any]:
    names, wrong = marked[usage.STYLE_NAME], marked[usage.STYLE_OFFENDING_VALUE]
    told = getattr(error, "exception_message", "")
    bound = _BOUND.fullmatch(told)
    return {
        "name": names[-1] if names else "",
        "wrong": wrong[0] if wrong else "",
        "count": getattr(error, "actual_count", 0),
        "kind": _KINDS.get(getattr(error, "target_type", None), ""),
        "why": f"，应{_BOUNDS[bound[1]]} {bound[2]}"
        if bound
        else _SAID.get(told, f"：{told}" if told else ""),
        "unused": " ".join(error.unused_tokens or ()),
    }

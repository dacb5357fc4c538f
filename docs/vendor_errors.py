"""The table of errors that the vendor documents for its management actions: when they are answered, or why they never are.

From the codes of the actions and from `vendor_errors.toml`.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from error_codes import error_codes
from languages import DOCS, ROOT, Language

from hongyan.apis.aliyun.errors import OUR_CODES
from hongyan.apis.aliyun.registry import BUILT, Action
from hongyan.compliance.refusals import REFUSALS

_MANAGED = (
    "qualification",
    "authorization_letter",
    "trademark_icp",
    "signature",
    "template",
    "tag",
    "ext_code",
    "upload",
)


def _facts() -> dict[str, Any]:
    """What vendor_errors.toml says: `tests`, `parsed`, `never`."""
    return tomllib.loads((DOCS / "vendor_errors.toml").read_text("utf-8"))


def vendor_errors(language: Language) -> str:
    """Vendor code -> when it is answered, by which actions, and the test that provokes it."""
    said = _facts()
    general = language.pick("the vendor's general list", "阿里云通用错误码列表")
    sections = []
    for group in _MANAGED:
        actions = sorted(
            (action for action in BUILT.values() if action.facts.group == group),
            key=lambda action: action.facts.name,
        )
        found: dict[tuple[str, int, str], list[str]] = defaultdict(list)
        for action in actions:
            for code, (status, _) in action.facts.errors.items():
                found[code, status, _when(code, action, said, language)].append(_code(action.facts.name))
        for action in actions:
            for code in _told(action).values():
                if code.startswith("isv.") and not any(code == known for known, *_ in found):
                    found[code, 200, _when(code, action, said, language)] = [general]
        rows = [(_code(code), status, when, ", ".join(by)) for (code, status, when), by in found.items()]
        test = said["tests"][group]
        assert (ROOT / test).exists(), test
        table = language.table(("Code", "HTTP", "when", "documented by"), sorted(rows))
        sections.append(f"## {group}\n\n{language.pick('Test: ', '测试：')}`{test}`\n\n{table}")
    rows_of_general = [
        *(
            (_code(code), language.pick(*when))
            for code, when in said["parsed"].items()
            if code.startswith("isv.")
        ),
        *((_code(code), _never(language, why)) for code, why in said["never"]["older"].items()),
    ]
    sections.append(f"## {general}\n\n{language.table(('Code', 'when'), rows_of_general)}")
    return "\n\n".join(sections)


def _told(action: Action) -> Mapping[str, str]:
    """Our codes -> vendor codes; actions of extension codes have none of their own."""
    extensions = {ours: code for ours, code in OUR_CODES.items() if ours.startswith("extension.")}
    return action.errors or (extensions if action.facts.group == "ext_code" else {})


def _when(code: str, action: Action, said: Mapping[str, Any], language: Language) -> str:
    never = said["never"]["*"] | said["never"].get(action.facts.name, {})
    if code in never:
        return _never(language, never[code])
    causes = [ours for ours, theirs in _told(action).items() if theirs == code]
    words = [REFUSALS[cause] if cause in REFUSALS else error_codes()[cause].words[0] for cause in causes]
    parsed = [said["parsed"][code]] if code in said["parsed"] else []
    sentences = dict.fromkeys(language.pick(*each) for each in (*parsed, *words))
    return language.pick("; ", "；").join(sentences)


def _never(language: Language, why: tuple[str, str]) -> str:
    return language.pick(f"never: {why[0]}", f"不会返回：{why[1]}")


def _code(text: str) -> str:
    return f"`{text}`"

"""Texts as the model would have recognised them, written down by hand: lines one below the other, and cells in rows."""

from __future__ import annotations

from collections.abc import Sequence

from compliance_material import COMPANY, LETTER, OTHER_COMPANY, OTHER_USCC

from hongyan.compliance.ocr import PaperText
from hongyan.compliance.ocr.recognised import Corners, Fractions, Line, PageText, Pass

SIZE = 26
"""Width and height of a character."""
PITCH = 60
LEFT = 100


def at(x: float, y: float, text: str, score: float = 1.0) -> Line:
    """A line that begins there."""
    right, bottom = x + SIZE * len(text), y + SIZE
    corners: Corners = (x, y, right, y, right, bottom, x, bottom)
    return Line(text, corners, score)


def below(*texts: str, score: float = 1.0) -> list[Line]:
    """Lines one below the other."""
    return [at(LEFT, 100 + number * PITCH, text, score) for number, text in enumerate(texts)]


def paper(
    lines: Sequence[Line],
    *,
    red: Sequence[Line] = (),
    seals: Sequence[Fractions] = (),
    coloured: bool = False,
) -> PaperText:
    """A paper of one page."""
    passes = [Pass("plain", tuple(lines)), *([Pass("red", tuple(red))] if red else [])]
    return PaperText("stand-in 1", (PageText(1240, 1754, 0, coloured, tuple(seals), tuple(passes)),))


def letter_text(**changes: str) -> PaperText:
    """A letter that says what `compliance_material.LETTER` says, but for what is changed."""
    said = {
        "authorizer": OTHER_COMPANY,
        "code": OTHER_USCC,
        "party": COMPANY,
        "scope": "".join(f"【{name}】" for name in LETTER.scope),
        "period": "2026年1月1日至2028年12月31日",
    } | changes
    return paper(
        below(
            "授权委托书",
            f"授权方：{said['authorizer']}",
            f"统一社会信用代码：{said['code']}",
            f"被授权方：{said['party']}",
            f"授权签名：{said['scope']}",
            f"授权期限：{said['period']}",
        ),
        seals=[(0.5, 0.5, 0.7, 0.65)],
        coloured=True,
    )

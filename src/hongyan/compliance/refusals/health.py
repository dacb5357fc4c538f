"""Of health: why rules are not switched on."""

from __future__ import annotations

from typing import Final

HEALTH: Final = {
    "health.nothing_waits": (
        "no change of the rules waits to be accepted",
        "没有待确认的规则变更",
    ),
    "health.other_edition": (
        "another change of the rules waits by now; look at what it does before you accept it",
        "待确认的规则变更已是另一个版本，请先查看其影响再确认",
    ),
}

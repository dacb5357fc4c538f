"""What the history of a registration holds, as people read it: what was sent, what came back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from hongyan.cli.language import say
from hongyan.compliance.registration import RegistrationStep
from hongyan.kernel.clock import beijing

_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "words": ("说明", "words"),
    "code": ("代码", "code"),
    "found": ("发现于", "found"),
    "also": ("同号签名", "also under this number"),
    "evidence": ("凭证", "evidence"),
    "file": ("文件", "file"),
    "sheet": ("工作表", "sheet"),
    "row": ("行", "row"),
    "sha256": ("文件 SHA-256", "SHA-256 of the file"),
    "filed_ms": ("原报备时间", "filed at"),
    "elapsed": ("已等待工作日", "working days waited"),
    "usual_at_most": ("通常最多工作日", "usually at most"),
    "silent_days": ("未发送天数", "silent days"),
    "inferred": ("推断", "inferred"),
    "after_time_out": ("超时后反馈，超时于", "after the time-out of"),
    "delivered": ("送达", "delivered"),
    "sent": ("发送", "sent"),
    "pack": ("报备包", "pack"),
    "papers": ("材料", "papers"),
    "number": ("受理编号", "carrier's number"),
    "sender": ("号码", "number"),
    "signature_revision": ("签名版本", "revision of the signature"),
    "qualification_id": ("资质", "qualification"),
    "qualification_revision": ("资质版本", "revision of the qualification"),
}
"""Names of facts that people read; other ones stand as machines call them."""
_LEFT_OUT: Final = frozenset(
    {"chain", "others_delivered", "others_sent", "baseline", "why", "verdict", "needed"}
)
"""For machines: who is who in a filing, and the numbers behind a judgement."""
_SHOWN_OF_HASH: Final = 12


def step_lines(step: RegistrationStep) -> Iterable[str]:
    """What was sent, and what came back: a line each, where there is anything."""
    for label, facts in ((say("提交", "sent"), step.sent), (say("反馈", "came back"), step.came_back)):
        told = [
            f"{say(*_NAMES.get(name, (name, name)))} {_value(name, value)}"
            for name, value in facts.items()
            if name not in _LEFT_OUT and value not in (None, "", [])
        ]
        if told:
            yield f"{label}: {say('，', ', ').join(told)}"


def _value(name: str, value: Any) -> str:
    if name == "filed_ms":
        return f"{beijing(value):%Y-%m-%d}"
    if name == "sha256":
        return f"{value[:_SHOWN_OF_HASH]}…"
    return say("、", ", ").join(map(str, value)) if isinstance(value, list) else str(value)

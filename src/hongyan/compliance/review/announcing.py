"""Verdicts on signatures and templates, told to whoever announces them to the applicants' programs: in the same transaction.

What is told is what happened, in our words; how a vendor says it, and to whom it goes, is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from hongyan.compliance.model import Kind, SignatureView, TemplateView
from hongyan.compliance.review.judging import OrderJudge
from hongyan.compliance.reviews import Decision
from hongyan.identity import Statement

Facts: TypeAlias = Mapping[str, Any]
Announce: TypeAlias = Callable[[int, Kind, Facts], Sequence[Statement]]
"""(account, what was decided about, facts) -> statements that belong into the Change of the verdict."""


def nobody(_account_id: int, _kind: Kind, _facts: Facts) -> Sequence[Statement]:
    """Tells nobody."""
    return ()


class Announcer:
    """Asked at each verdict."""

    def __init__(self, judge: OrderJudge, announce: Announce) -> None:
        self._judge = judge
        self._announce = announce

    async def statements(self, decision: Decision) -> Sequence[Statement]:
        """What is stored with a verdict."""
        order = decision.order
        if order.kind is Kind.QUALIFICATION:
            return ()
        facts = {
            "verdict": decision.verdict.value,
            "reason": decision.reason,
            "order": order.id,
            "created_ms": decision.standing.created_ms,
            **_about(await self._judge.reviewed(order)),
        }
        return self._announce(order.account_id, order.kind, facts)


def _about(view: object) -> dict[str, Any]:
    match view:
        case SignatureView():
            material = view.material
            return {
                "name": view.name,
                "source": material.source.value,
                "scene": material.apply_scene,
                "remark": material.remark,
            }
        case TemplateView():
            said = view.material
            return {
                "code": view.code,
                "name": said.name,
                "content": said.content,
                "category": said.category.value,
                "remark": said.remark,
            }
        case _:
            raise TypeError(f"nobody announces a {type(view).__name__}")

"""How evidence of registrations is shown: what arrives, what is concluded, what is missing, and what smells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from hongyan.cli.language import say
from hongyan.compliance.registration import NETWORKS, Registration, RegistrationState
from hongyan.compliance.registration.evidence.statistics import Why
from hongyan.compliance.registration.evidence.verification import EvidenceView
from hongyan.kernel.clock import beijing

_WHYS: Final[Mapping[Why, tuple[str, str]]] = {
    Why.DELIVERED_AS_EXPECTED: ("送达率符合预期", "delivered as expected"),
    Why.DELIVERED_TOO_SELDOM: (
        "送达率低于预期：可能实际未报备",
        "delivered too seldom: it may not be registered there",
    ),
    Why.NOTHING_SENT: ("没有可判定的发送记录", "nothing that could be judged was sent"),
    Why.TOO_EARLY: ("首条发送满 24 小时后判定", "judged 24 hours after the first message"),
    Why.CARRIER_TROUBLE: (
        "该运营商当前整体送达率偏低，暂不判定",
        "the carrier delivers badly now: nothing is concluded",
    ),
    Why.TOO_FEW: ("样本不足", "too few messages"),
}

_NOT_YET: Final = frozenset({Why.NOTHING_SENT, Why.TOO_EARLY})
"""What there is was sent in this hour, or within the last 24."""
_ENOUGH: Final = {
    True: ("；数量已足够", "; no more are needed"),
    False: ("；计入本小时已足够", "; enough with those of this hour"),
}
"""By whether nothing was judged yet."""


def evidence_lines(row: Registration, view: EvidenceView) -> Iterable[str]:
    """What arrived, what is concluded, what is missing; then the codes that pile up."""
    so_far, threshold = view.so_far, f"{view.judgement.threshold:.0%}"
    conclusion = _counted(view) if view.judgement.why in _NOT_YET and so_far.total else ""
    yield (
        say(
            f"送达 {so_far.delivered}/{so_far.total}，门槛 {threshold}；",
            f"delivered {so_far.delivered} of {so_far.total}, threshold {threshold}; ",
        )
        + (conclusion or say(*_WHYS[view.judgement.why]))
        + _missing(row, view)
    )
    yield from _alert_lines(row, view)


def _counted(view: EvidenceView) -> str:
    """Of messages that are too young to be judged."""
    when = f"{beijing(view.judged_from_ms or 0):%Y-%m-%d %H:%M}"
    return say(f"已计入，{when} 起判定", f"counted so far, judged from {when} on")


def _missing(row: Registration, view: EvidenceView) -> str:
    needed = view.needed
    if row.state is RegistrationState.SUCCESS or view.judgement.why is Why.DELIVERED_AS_EXPECTED:
        return ""
    if needed == 0:
        return say(*_ENOUGH[view.judgement.why in _NOT_YET])
    if needed is None:
        return say("；还需送达很多条", "; many more deliveries are needed")
    return say(f"；还需送达 {needed} 条", f"; deliveries still needed: {needed}")


def _alert_lines(row: Registration, view: EvidenceView) -> Iterable[str]:
    words = NETWORKS[row.network].words
    for alert in view.alerts:
        since = f"{beijing(alert.raised_ms):%Y-%m-%d %H:%M}"
        times, sent = alert.facts["times"], alert.facts["sent"]
        yield say(
            f"告警：自 {since} 起，{words.zh}对该签名集中返回 {alert.code}（{times}/{sent} 条），疑似未报备。",
            f"Alert: since {since} {words.en} answers {alert.code} for this signature ({times} of {sent} messages); it may not"
            " be registered there.",
        )

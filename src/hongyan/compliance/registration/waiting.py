"""What is to say of a registration that no carrier has answered: whether it was filed at all, how much of the usual time has
passed and by what we know what is usual, and what to do. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from hongyan.compliance.registration.beginning import PACK
from hongyan.compliance.registration.deadlines import ENOUGH, Wait
from hongyan.compliance.registration.model import Registration
from hongyan.compliance.registration.networks import NETWORKS
from hongyan.compliance.rules.core import Words

NOT_FILED: Final = Words("nothing was filed with the carrier yet", "尚未提交给运营商")
_BY_PACK: Final = Words(
    "nothing was filed yet: make the pack of {carrier} and hand it in (`hongyan registration pack --carrier {network}`); if it"
    " was handed in another way, write that down (`hongyan registration answer NUMBER filed`). From then on it takes {days}",
    "尚未提交：请生成{carrier}报备包并提交（hongyan registration pack --carrier {network}）；如已通过其他方式提交，请登记"
    "（hongyan registration answer 编号 filed）。提交后{days}",
)
_BY_PROGRAM: Final = Words(
    "nothing was filed yet: a running server hands it to its registrar ({registrar}) within a minute; if it stays so, the"
    " server's log says why the registrar does not take it. From then on it takes {days}",
    "尚未提交：运行中的服务会在一分钟内交给报备方（{registrar}）；若一直未提交，原因见服务日志。提交后{days}",
)
_TO_FILE: Final = {PACK.name: _BY_PACK}
_TO_COMPLETE: Final = Words(
    "qualification {qualification} lacks what {carrier} asks for: {lacks}. No pack takes the registration until then: edit the"
    " qualification and add it; when the edit is approved, registration begins anew by itself",
    "资质 {qualification} 缺少{carrier}报备必需的{lacks}，补全前不会放入报备包：请修改资质并补充，审核通过后将自动重新报备",
)
_DAYS: Final = Words(
    "5 to 7 working days on average, 7 to 10 with some carriers, and no carrier promises it",
    "平均需要 5-7 个工作日，部分运营商需要 7-10 个工作日，运营商不承诺时效",
)
"""Source: seed 003, registering."""
_UNTIL_THEN: Final = Words(
    "Send in small numbers until then; the signature can neither be edited nor registered again meanwhile",
    "期间请少量多次发送，不可编辑签名，不可重新触发报备",
)


def to_file(row: Registration) -> Words:
    """Of one that was not filed: what to do, by its registrar."""
    facts: dict[str, str | Words] = {
        "registrar": row.registrar,
        "carrier": NETWORKS[row.network].words,
        "network": row.network,
    }
    return _TO_FILE.get(row.registrar, _BY_PROGRAM).filled(facts | {"days": _DAYS})


def to_complete(row: Registration, lacks: Sequence[Words]) -> Words:
    """Of one that no pack takes: what its qualification lacks."""
    facts: dict[str, str | Words] = {
        "qualification": str(row.qualification_id),
        "carrier": NETWORKS[row.network].words,
        "lacks": Words(", ".join(each.en for each in lacks), "、".join(each.zh for each in lacks)),
    }
    return _TO_COMPLETE.filled(facts)


def to_wait(wait: Wait) -> Words:
    """Of one that was filed."""
    days = waited(wait)
    return Words(
        f"wait; no carrier promises a time. {_sentence(days.en)}. {_UNTIL_THEN.en}",
        f"请等待，运营商不承诺时效。{days.zh}。{_UNTIL_THEN.zh}",
    )


def waited(wait: Wait) -> Words:
    """How long, what is usual and by what we know it, whether that is over, and whether the days are final."""
    parts = list(_parts(wait))
    return Words("; ".join(part.en for part in parts), "；".join(part.zh for part in parts))


def _parts(wait: Wait) -> Iterable[Words]:
    expected = wait.expected
    usual = f"{expected.least}-{expected.most}"
    overdue = Words(", overdue", "，已超期") if wait.overdue else Words("", "")
    yield Words(
        f"filed {wait.elapsed} working days ago, usual are {usual} ({expected.usual} for half of them){overdue.en}",
        f"已提交 {wait.elapsed} 个工作日，通常 {usual} 个（半数不超过 {expected.usual} 个）{overdue.zh}",
    )
    yield (
        Words(
            f"by {expected.samples} answers to our own filings of the last half year",
            f"依据本平台近半年 {expected.samples} 次答复",
        )
        if expected.samples
        else Words(
            f"as carriers' practice is told, because {expected.heard} answers to our own filings are too few ({ENOUGH})",
            f"依据公开说明（本平台仅有 {expected.heard} 次答复，不足 {ENOUGH} 次）",
        )
    )
    yield Words(f"overdue after {wait.overdue_after}", f"{wait.overdue_after} 之后视为超期")
    if wait.times_out:
        yield Words(
            f"without an answer it fails on {wait.times_out}", f"至 {wait.times_out} 仍无反馈即为失败"
        )
    if not wait.calendar_final:
        yield Words(
            "the calendar is not final: the working days of a year that it reaches into are not announced yet",
            "日历尚未确定：涉及尚未公布放假安排的年份",
        )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]

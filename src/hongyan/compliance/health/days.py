"""How many days are left until something of a signature ends: IDs, licences, letters, trademarks, silence. A table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from hongyan.compliance.fields import read_period
from hongyan.compliance.health.checks import LONG_UNUSED_DAYS
from hongyan.compliance.health.facts import HealthFacts
from hongyan.compliance.rules.core import Words

NEVER: Final = date(2099, 1, 1)
"""From here on a validity is long-term (SubmitSmsQualification writes it 2099-12-31)."""


REMIND_DAYS: Final = (30, 7, 1)
"""Before the last good day. Ours: a letter takes weeks to be signed anew."""


def _usual(_facts: HealthFacts, day: date) -> tuple[date, ...]:
    return tuple(day - timedelta(days) for days in REMIND_DAYS)


@dataclass(frozen=True, slots=True)
class EndingRow:
    """One thing that ends. `day`: its last good day, None when it does not end or nobody knows.
    `remind`: when people are to be reminded of it."""

    id: str
    words: Words
    what_to_do: Words
    day: Callable[[HealthFacts], date | None]
    source: str
    remind: Callable[[HealthFacts, date], tuple[date, ...]] = _usual


@dataclass(frozen=True, slots=True)
class DaysUntil:
    """What ends when. `days`: from today to its last good day, negative when that is over. `reminders`: past ones too."""

    row: EndingRow
    day: date
    days: int
    reminders: tuple[date, ...]


def _end(validity: str) -> date | None:
    period = read_period(validity)
    last = max(period) if period else None
    return last if last is not None and last < NEVER else None


def _licence(facts: HealthFacts) -> date | None:
    return _end(facts.qualification.material.license_validity) if facts.qualification else None


def _legal_id(facts: HealthFacts) -> date | None:
    return _end(facts.qualification.material.legal_person.validity) if facts.qualification else None


def _admin_id(facts: HealthFacts) -> date | None:
    return _end(facts.qualification.material.admin.validity) if facts.qualification else None


def _letter(facts: HealthFacts) -> date | None:
    return _end(facts.letter.validity) if facts.letter and facts.view.material.third_party else None


def _trademark(facts: HealthFacts) -> date | None:
    return _end(facts.trademark.validity) if facts.trademark else None


def _unused(facts: HealthFacts) -> date | None:
    """What was never approved is not used, and nobody is reminded of it."""
    if not facts.view.standing.approved_revision:
        return None
    quiet = min(facts.idle_days, facts.unchanged_days)
    return facts.today + timedelta(LONG_UNUSED_DAYS - quiet)


def _lapse(facts: HealthFacts) -> date | None:
    return facts.silence.last_good_day if facts.silence else None


def _warnings(facts: HealthFacts, _day: date) -> tuple[date, ...]:
    return facts.silence.warned_on if facts.silence else ()


_NEW_QUALIFICATION: Final = Words("upload the new paper with the qualification", "请在资质中上传新的证照")
_ENDINGS: Final = (
    EndingRow(
        "licence", Words("business licence", "营业执照到期"), _NEW_QUALIFICATION, _licence, "issue 5, item 6"
    ),
    EndingRow(
        "legal_id",
        Words("ID of the legal representative", "法人证件到期"),
        _NEW_QUALIFICATION,
        _legal_id,
        "seed 001, expired legal representative ID",
    ),
    EndingRow(
        "admin_id",
        Words("ID of the administrator", "管理员证件到期"),
        _NEW_QUALIFICATION,
        _admin_id,
        "seed 001, expired administrator ID",
    ),
    EndingRow(
        "letter",
        Words("letter of authorization", "授权委托书到期"),
        Words("have a new letter signed, and bind it", "请重新取得授权委托书并关联到签名"),
        _letter,
        "seed 001, expired power of attorney",
    ),
    EndingRow(
        "trademark",
        Words("trademark", "商标到期"),
        Words("renew the trademark and upload the new certificate", "请续展商标并上传新的证明"),
        _trademark,
        "seed 001, trademark source: registered",
    ),
    EndingRow(
        "unused",
        Words("counts as unused", "即将被视为长期未使用"),
        Words("send with it if it is needed", "如仍需使用，请保持发送"),
        _unused,
        "seed 001, unused for 170 days",
    ),
    EndingRow(
        "lapse",
        Words("registrations lapse without a send", "报备因无发送记录失效"),
        Words("send to each carrier before", "请在此之前向各运营商发送短信"),
        _lapse,
        "seed 003, lapsed: six months without a send; issue 5, item 5: warnings at 120, 150, 170 days",
        _warnings,
    ),
)


def days_until(facts: HealthFacts) -> list[DaysUntil]:
    """What ends, the soonest first."""
    found = [
        DaysUntil(row, day, (day - facts.today).days, row.remind(facts, day))
        for row in _ENDINGS
        if (day := row.day(facts)) is not None
    ]
    return sorted(found, key=lambda each: each.day)

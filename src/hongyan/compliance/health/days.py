"""How many days are left until something of a signature ends: IDs, licences, letters, trademarks, silence. A table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from hongyan.compliance.fields import read_period
from hongyan.compliance.health.checks import LONG_UNUSED_DAYS
from hongyan.compliance.health.facts import HealthFacts
from hongyan.compliance.registration.states import RegistrationState
from hongyan.compliance.rules.core import Words

LAPSES_AFTER_DAYS: Final = 183
"""Six months without a send, at most. Source: seed 003, registration lapses."""
NEVER: Final = date(2099, 1, 1)
"""From here on a validity is long-term (SubmitSmsQualification writes it 2099-12-31)."""
_IN_FORCE: Final = frozenset({RegistrationState.SUCCESS, RegistrationState.AWAITING})


@dataclass(frozen=True, slots=True)
class EndingRow:
    """One thing that ends. `day`: its last good day, None when it does not end or nobody knows."""

    id: str
    words: Words
    what_to_do: Words
    day: Callable[[HealthFacts], date | None]
    source: str


@dataclass(frozen=True, slots=True)
class DaysUntil:
    """What ends when. `days`: from today to its last good day, negative when that is over."""

    row: EndingRow
    day: date
    days: int


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
    quiet = min(facts.idle_days, facts.unchanged_days)
    return facts.today + timedelta(LONG_UNUSED_DAYS - quiet)


def _lapse(facts: HealthFacts) -> date | None:
    if not any(each.state in _IN_FORCE for each in facts.networks):
        return None
    return facts.today + timedelta(LAPSES_AFTER_DAYS - facts.idle_days)


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
        "seed 003, lapsed: six months without a send",
    ),
)


def days_until(facts: HealthFacts) -> list[DaysUntil]:
    """What ends, the soonest first."""
    found = [
        DaysUntil(row, day, (day - facts.today).days)
        for row in _ENDINGS
        if (day := row.day(facts)) is not None
    ]
    return sorted(found, key=lambda each: each.day)

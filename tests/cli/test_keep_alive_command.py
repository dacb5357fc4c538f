"""`hongyan registration keep-alive`: a plan that sends nothing, arrangements, and plans that do."""

from __future__ import annotations

import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

import command_line
import pytest
from command_line import hongyan

SIGNATURE = "杭州云雁科技"
done = partial(command_line.done, "registration", "keep-alive")
refused = partial(command_line.refused, "registration", "keep-alive")
PHONES = ("--phone", "13800138000", "--phone", "13012345678")
DAY_MS = 86_400_000


@pytest.fixture
def template(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Of a tenant whose signatures were not sent for 155 days."""
    monkeypatch.setenv("HONGYAN_LANG", "en")
    monkeypatch.setenv("HONGYAN_DATA", str(tmp_path / "data"))
    made: dict[str, Any] = hongyan("sandbox", "seed", "--json").json
    with sqlite3.connect(tmp_path / "data" / "hongyan.sqlite") as store:
        store.execute("UPDATE registration SET since_ms = since_ms - ?", (155 * DAY_MS,))
    return str(made["verification_template_code"])


def test_what_falls_silent_is_planned_started_shown_and_cancelled(
    template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = (*PHONES, "--template", template)
    dry = done(SIGNATURE, *named).out
    assert "2 messages, 0.09 CNY at list prices." in dry
    assert "No phone of the tenant's with: China Telecom." in dry
    assert "Nothing is scheduled" in dry
    assert done("show", "--json").json == []
    planned = done(SIGNATURE, *named, "--start", "--json").json
    assert [(each["network"], each["why"], each["price"]) for each in planned["places"]] == [
        ("mobile", None, 450),
        ("unicom", None, 450),
        ("telecom", "keep.no_phone", 0),
    ]
    (plan,) = planned["plans"]
    assert (plan["state"], plan["messages"], plan["waiting"]) == ("running", 2, 2)
    assert [each["outcome"] for each in done("show", "1", "--json").json["items"]] == ["waiting", "waiting"]
    assert "planned already" in done(SIGNATURE).out
    assert "Plan 1 is paused." in done("pause", "1").out
    assert "Plan 1 is running." in done("resume", "1").out
    assert done("cancel", "1", "--json").json["state"] == "cancelled"
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    assert "已取消" in done("show", "1").out
    assert "未登记号码" in done(SIGNATURE).out


def test_arrangements_are_remembered_listed_and_forgotten(template: str) -> None:
    named = ("--signature", SIGNATURE, *PHONES, "--template", template)
    stored = done("arrange", *named, "--automatic", "--after", "140", "--json").json
    assert (stored["signature"], stored["automatic"], stored["after_days"]) == (SIGNATURE, True, 140)
    assert stored["phones"] == ["8613800138000", "8613012345678"]
    assert done("arranged", "--json").json == [stored]
    assert "yes" in done("arranged").out
    assert "2 messages" in done(SIGNATURE).out
    account = str(stored["account_id"])
    assert "gone" in done("forget", "--account", account, "--signature", SIGNATURE).out
    assert "Nothing is arranged." in done("arranged").out
    assert "nothing is arranged" in refused("forget", "--account", account)


def test_mistakes_are_told(template: str) -> None:
    named = ("--template", template)
    for words, code in (
        ((*PHONES, *named), "registration.keep_whose"),
        ((SIGNATURE, *named), "registration.keep_phones"),
        ((SIGNATURE, "--phone", "12", *named), "number.malformed"),
        ((SIGNATURE, "--per-day", "11"), "registration.keep_a_day"),
        ((SIGNATURE, "--start"), "registration.nothing_to_keep"),
        (("谁",), "signature.unknown"),
        (
            ("arrange", "--signature", SIGNATURE, *PHONES, "--template", "SMS_0"),
            "registration.trial_template",
        ),
        (("arrange", *PHONES, *named), "registration.keep_whose"),
        (("show", "9"), "registration.keep_plan_unknown"),
        (("cancel", "9"), "registration.keep_plan_unknown"),
    ):
        english = refused(*words)
        assert english.endswith(f"[{code}]"), english

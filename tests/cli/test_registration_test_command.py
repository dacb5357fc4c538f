"""`hongyan registration test`: schedules test messages, and shows what each carrier still needs."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import apsw
import command_line
import pytest
from command_line import hongyan

from hongyan.storage.sqlite.database import FILE

SIGNATURE = "杭州云雁科技"
done, refused = partial(command_line.done, "registration"), partial(command_line.refused, "registration")
PHONES = ("--phone", "13800138000", "--phone", "13012345678")
PARAMS = ("--params", '{"order": "A1", "time": "10:00"}')


@pytest.fixture
def seeded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    monkeypatch.setenv("HONGYAN_LANG", "en")
    monkeypatch.setenv("HONGYAN_DATA", str(tmp_path / "data"))
    made = hongyan("sandbox", "seed", "--json")
    assert made.code == 0
    found: dict[str, Any] = made.json
    return found


def test_messages_are_scheduled_and_each_carrier_says_what_it_needs(
    monkeypatch: pytest.MonkeyPatch, seeded: dict[str, Any]
) -> None:
    template = ("--template", seeded["template_code"])
    asked = done(
        "test", SIGNATURE, *template, *PARAMS, *PHONES, "--times", "2", "--every", "30", "--json"
    ).json
    assert [(each["network"], each["state"]) for each in asked["scheduled"]] == [
        ("mobile", "waiting"),
        ("unicom", "waiting"),
    ] * 2
    first, _, third, _ = (each["due_ms"] for each in asked["scheduled"])
    assert third - first == 30 * 60_000
    assert {each["network"]: each["why"] for each in asked["registrations"]} == dict.fromkeys(
        ("mobile", "unicom", "telecom"), "nothing_sent"
    )
    code = ("--template", seeded["verification_template_code"])
    assert "2 test messages are scheduled" in done("test", SIGNATURE, *code, *PHONES).out
    shown = done("test", SIGNATURE).out
    assert shown.count("delivered 0 of 0, threshold 76%") == 3
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    assert "送达 0/0，门槛 76%；没有可判定的发送记录" in done("test", SIGNATURE).out
    assert "送达 0/0" in done("show", SIGNATURE).out


def test_mistakes_are_told(monkeypatch: pytest.MonkeyPatch, seeded: dict[str, Any]) -> None:
    template = ("--template", seeded["template_code"])
    for words, code in (
        ((SIGNATURE, *PHONES), "registration.trial_template"),
        ((SIGNATURE, *template, *PHONES), "registration.trial_params"),
        ((SIGNATURE, *template, *PARAMS, "--phone", "12"), "number.malformed"),
        ((SIGNATURE, *template, *PARAMS, "--canary"), "registration.trial_no_phone"),
        ((SIGNATURE, *template, *PARAMS, *PHONES, "--times", "6"), "registration.trial_number_full"),
        ((SIGNATURE, *template, *PARAMS, *PHONES, "--every", "-1"), "registration.trial_pace"),
        ((SIGNATURE, *template, *PARAMS, *PHONES, "--every", "99999999999999"), "registration.trial_pace"),
        ((SIGNATURE, *template, "--params", "[1]", *PHONES), "registration.trial_json"),
        (("谁", *template, *PHONES), "signature.unknown"),
    ):
        english = refused("test", *words)
        assert english.endswith(f"[{code}]"), english
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    assert "测试短信" in refused("test", SIGNATURE, *template, *PARAMS, "--canary")


def test_what_sending_refused_is_shown(
    monkeypatch: pytest.MonkeyPatch, seeded: dict[str, Any], tmp_path: Path
) -> None:
    template = ("--template", seeded["template_code"])
    done("test", SIGNATURE, *template, *PARAMS, "--phone", "13800138000")
    with apsw.Connection(str(tmp_path / "data" / FILE)) as database:
        database.execute("UPDATE registration_test SET state = 'refused', refusal = 'extension.malformed'")
    shown = done("test", SIGNATURE).out
    assert "the test message to 8613800138000 of " in shown
    assert "was refused [extension.malformed]" in shown
    ((refused_one,), waiting) = (
        done("test", SIGNATURE, "--json").json[name] for name in ("refused", "waiting")
    )
    assert (refused_one["refusal"], waiting) == ("extension.malformed", [])
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    assert "的测试短信被拒绝 [extension.malformed]" in done("test", SIGNATURE).out


def test_what_waits_is_shown_and_cancelled(monkeypatch: pytest.MonkeyPatch, seeded: dict[str, Any]) -> None:
    template = ("--template", seeded["template_code"])
    done("test", SIGNATURE, *template, *PARAMS, *PHONES, "--times", "2")
    assert "4 test messages wait to be sent, the next one at " in done("test", SIGNATURE).out
    assert len(done("test", SIGNATURE, "--json").json["waiting"]) == 4
    mixed = refused("test", SIGNATURE, *template, *PARAMS, *PHONES, "--cancel")
    assert mixed.endswith("[registration.trial_cancel]")
    assert done("test", SIGNATURE, "--cancel").out == "4 test messages are cancelled.\n"
    again = done("test", SIGNATURE, "--cancel", "--json").json
    assert (again["cancelled"], again["waiting"]) == ([], [])
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    assert done("test", SIGNATURE, "--cancel").out == "已取消 0 条测试短信。\n"

"""`hongyan check template`: for people and for programs, without data folder and server."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from command_line import hongyan
from template_cases import CASES, Labelled


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In an empty folder, speaking English."""
    monkeypatch.setenv("HONGYAN_LANG", "en")
    monkeypatch.delenv("HONGYAN_DATA", raising=False)
    monkeypatch.chdir(tmp_path)


def _words(each: Labelled) -> list[str]:
    case = each.case
    words = [case.content, "--type", case.kind.value, "--door", each.door]
    if case.rules is not None:
        words += ["--rule", msgspec.json.encode(case.rules).decode()]
    return words + (["--account", "individual"] if case.individual else [])


@pytest.mark.parametrize("each", CASES[:: len(CASES) // 24], ids=str)
def test_the_command_line_says_of_templates_what_the_labels_say(each: Labelled) -> None:
    said = hongyan("check", "template", *_words(each), "--json")
    assert said.json["verdict"] == each.expect
    assert said.code == (1 if each.expect == "reject" else 0)


def test_json_tells_how_long_the_text_may_get_and_what_it_costs() -> None:
    said = hongyan(
        *("check", "template", "您的验证码为${code}。", "--type", "code", "--signature", "云雁"),
        *("--rule", '{"code": "numberCaptcha"}', "--json"),
    )
    assert said.json == {
        "verdict": "pass",
        "chance": "high",
        "findings": [],
        "suggestions": [],
        "longest": "【云雁】您的验证码为000000。",
        "characters": {"least": 12, "most": 17},
        "segments": {"least": 1, "most": 1},
        "price": {"least": 450, "most": 450},
    }


def test_attributes_that_are_no_json_are_a_finding() -> None:
    said = hongyan(
        "check", "template", "您的验证码为${code}。", "--type", "code", "--rule", "{code", "--json"
    )
    assert said.code == 1
    assert [each["rule"] for each in said.json["findings"]] == ["template.attributes_unreadable"]


def test_a_text_from_standard_input_is_taken_without_its_last_line_end() -> None:
    said = hongyan(
        "check", "template", "-", "--type", "notice", "--json", given="您的订单已发货。\r\n".encode()
    )
    assert said.json["longest"].endswith("您的订单已发货。")


@pytest.mark.parametrize(("language", "says"), [("en", "with its signature"), ("zh", "含签名共")])
def test_people_read_length_and_price(monkeypatch: pytest.MonkeyPatch, language: str, says: str) -> None:
    monkeypatch.setenv("HONGYAN_LANG", language)
    said = hongyan("check", "template", "【云雁】您的订单${no}已发货。", "--type", "notice")
    assert says in said.out
    assert "【云雁】您的订单${no}已发货。" in said.out


def test_a_kind_that_does_not_exist_is_a_usage_error() -> None:
    assert hongyan("check", "template", "您好", "--type", "letter").code == 2

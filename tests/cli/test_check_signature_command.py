"""`hongyan check signature` and `hongyan rules`: for people and for programs, without data folder and server."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import hongyan
from signature_cases import CASES, Labelled

from hongyan.compliance.ocr import PAPER_RULES
from hongyan.compliance.rules import SIGNATURE_RULES
from hongyan.compliance.rules.templates import TEMPLATE_RULES


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In an empty folder, speaking English."""
    monkeypatch.setenv("HONGYAN_LANG", "en")
    monkeypatch.delenv("HONGYAN_DATA", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("each", CASES[:: len(CASES) // 32], ids=str)
def test_the_command_line_says_what_the_labels_say(each: Labelled) -> None:
    said = hongyan("check", "signature", *each.words, "--json")
    assert said.json["verdict"] == each.expect
    assert said.code == (1 if each.expect == "reject" else 0)
    assert list(Path.cwd().iterdir()) == []


def test_json_has_what_the_docs_say() -> None:
    said = hongyan("check", "signature", "云雁 科技", "--company", "杭州云雁科技有限公司", "--json").json
    assert list(said) == ["verdict", "chance", "findings", "suggestions"]
    assert (said["verdict"], said["chance"]) == ("reject", "low")
    first = said["findings"][0]
    assert list(first) == ["rule", "severity", "message", "at", "fix", "source"]
    assert first["rule"] == "signature.space"
    assert first["at"] == [[2, 3]]
    assert set(first["message"]) == set(first["fix"]) == {"zh", "en"}
    assert said["suggestions"][0]["name"] == "杭州云雁科技"
    assert set(said["suggestions"][0]["why"]) == {"zh", "en"}


@pytest.mark.parametrize(("language", "says"), [("en", "fix: write"), ("zh", "改法：请写作")])
def test_people_see_marks_under_what_is_wrong_in_their_language(
    monkeypatch: pytest.MonkeyPatch, language: str, says: str
) -> None:
    monkeypatch.setenv("HONGYAN_LANG", language)
    lines = hongyan("check", "signature", "阿里 云\u200b", "--company", "阿里云计算有限公司").out.splitlines()
    assert lines.count("    阿里 云\\u200b") == 2
    assert "        ^" in lines  # two Chinese characters are four columns wide
    assert "           ^^^^^^" in lines  # an escape is marked whole
    assert any(line.strip().startswith(says) for line in lines)
    assert any("阿里云计算有限公司  " in line for line in lines)


def test_third_party_use_and_the_trademark_source_ask_for_what_they_need() -> None:
    company = ("--company", "阿里云计算有限公司")
    for words in (("--purpose", "other"), ("--source", "trademark")):
        said = hongyan("check", "signature", "阿里云计算有限公司", *company, *words, "--json")
        assert (said.json["verdict"], said.code) == ("ask", 0)
    letters = ("--purpose", "other", "--letter-scope", "云雁", "--letter-scope", "阿里云计算有限公司")
    assert (
        hongyan("check", "signature", "阿里云计算有限公司", *company, *letters, "--json").json["verdict"]
        == "pass"
    )
    mark = ("--source", "trademark", "--trademark-owner", "阿里云计算有限公司", "--trademark-name", "阿里云")
    assert hongyan("check", "signature", "阿里云", *company, *mark, "--json").json["chance"] == "high"


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("云雁", "--source", "newspaper"),
        ("云雁", "--industry", "mining"),
        ("云雁", "--purpose", "both"),
        ("云雁", "--door", "front"),
        ("云雁", "--on", "yesterday"),
    ],
)
def test_wrong_usage_leaves_with_2(words: tuple[str, ...]) -> None:
    assert hongyan("check", "signature", *words).code == 2


@pytest.mark.parametrize("name", ["", "-阿里", "\udcff\udcfe", "\x1b[31m云雁", "{name}", "云" * 500])
def test_any_name_gets_an_answer(name: str) -> None:
    for words in ((), ("--json",)):
        said = hongyan("check", "signature", *words, f"--company={name}", "--", name)
        assert said.code == 1
        assert "\x1b" not in said.out
        assert "Traceback" not in said.err


@pytest.mark.parametrize("word", ["finance", "金融", "Live_Streaming", "直播", "e-commerce"])
def test_industries_are_understood_as_people_write_them(word: str) -> None:
    assert hongyan("check", "signature", "杭州云雁", "--industry", word).code == 0


def test_rules_are_listed_with_the_days_they_hold() -> None:
    listed = hongyan("rules", "list", "--json").json
    assert len(listed) == len(SIGNATURE_RULES) + len(TEMPLATE_RULES) + len(PAPER_RULES)
    app = [each for each in listed if each["rule"] == "signature.source_app"]
    assert [(each["severity"], each["valid_from"], each["valid_until"]) for each in app] == [
        ("ask", None, "2026-01-01"),
        ("reject", "2026-01-01", None),
    ]
    (only,) = [
        each
        for each in hongyan("rules", "list", "--on", "2025-12-31", "--json").json
        if each["rule"] == app[0]["rule"]
    ]
    assert only["severity"] == "ask"
    assert "signature.source_app" in hongyan("rules", "list").out.replace("\n", "")


def test_rules_can_be_read_on_a_narrow_screen() -> None:
    lines = hongyan("rules", "list", "--on", "2026-11-21").out.splitlines()
    place = next(at for at, line in enumerate(lines) if line.startswith("signature.too_short"))
    assert lines[place].split() == ["signature.too_short", "reject"]
    assert lines[place + 1].startswith("    a signature has at least {fewest} characters")
    assert max(map(len, lines)) <= 80


def test_a_change_of_rules_is_tried_on_signatures_and_templates_of_a_data_folder(tmp_path: Path) -> None:
    folder = ("--data", str(tmp_path / "data"))
    hongyan("sandbox", "seed", *folder)
    assert hongyan("rules", "replay", "--on", "2026-01-01", *folder, "--json").json == []
    assert "No signature" in hongyan("rules", "replay", "--on", "2026-01-01", *folder).out
    found = hongyan("rules", "replay", "--on", "2020-01-01", "--kind", "template", *folder, "--json").json
    assert found == []
    assert hongyan("rules", "replay", "--on", "2026-01-01", "--kind", "letter", *folder).code == 2
    assert hongyan("rules", "replay", *folder).code == 2

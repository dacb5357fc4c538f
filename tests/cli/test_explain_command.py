"""`hongyan explain`: what people and machines get for a code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hongyan.cli import main

pytestmark = pytest.mark.filterwarnings("ignore:Cyclopts application invoked without tokens")

FACTS = {
    *(
        "code",
        "match",
        "row",
        "name",
        "protocols",
        "phase",
        "class",
        "state",
        "final",
        "cause",
        "who",
        "advice",
    ),
    *("retry", "certainty", "source", "as_of"),
}


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HONGYAN_LANG", "en")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)


def leave(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """The exit code of `hongyan explain`."""
    monkeypatch.setattr(sys, "argv", ["hongyan", "explain", *words])
    try:
        main()
    except SystemExit as left:
        return int(left.code or 0)
    return 0


def value(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0
) -> Any:
    assert leave(monkeypatch, *words, "--json") == code
    said = capsys.readouterr()
    assert said.err == ""
    return json.loads(said.out)


def test_a_person_reads_the_cause_who_acts_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert leave(monkeypatch, "MK:0001") == 0
    said = capsys.readouterr().out
    for words in (
        "MK:0001 · cmpp, smgp, smpp · delivery report",
        "unknown subscriber: number not assigned",
        "EMPTY_NUMBER · number not in use",
        "failed, final",
        "tenant",
        "take it off the list",
        "common practice",
        "2026-",
    ):
        assert words in said
    assert list(tmp_path.iterdir()) == [], "it needs no data folder"


def test_a_person_reads_chinese(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("HONGYAN_LANG", "zh-CN")
    assert leave(monkeypatch, "8", "--protocol", "cmpp") == 0
    said = capsys.readouterr().out
    for words in (
        "提交应答",
        "流量控制：提交过快",
        "流控或拥塞",
        "平台运营方",
        "稍后可重试",
        "协议规定",
        "仍待提交",
    ):
        assert words in said


def test_a_machine_gets_one_value_with_every_fact(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = value(monkeypatch, capsys, "0x58", "--protocol", "smpp")
    assert found.keys() == FACTS | {"protocol", "matches"}
    assert (found["class"], found["retry"], found["state"], found["final"]) == (
        "FLOW",
        "later",
        "accepted",
        False,
    )
    assert (found["match"], found["name"], found["protocol"]) == ("exact", "ESME_RTHROTTLED", "smpp")
    assert found["cause"].keys() == found["advice"].keys() == {"zh", "en"}
    (only,) = found["matches"]
    assert only == {name: found[name] for name in FACTS}


def test_a_code_of_several_protocols_is_shown_with_all_its_meanings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = value(monkeypatch, capsys, "8")
    assert (found["match"], found["class"]) == ("several", "UNKNOWN")
    assert {each["protocols"][0]: each["class"] for each in found["matches"]} == {
        "smgp": "HANDSET",
        "smpp": "INTERNAL",
        "cmpp": "FLOW",
        "sgip": "REQUEST",
    }
    assert leave(monkeypatch, "8") == 0
    said = capsys.readouterr().out
    assert "8 has" in said
    assert "--protocol" in said
    assert all(f"· {protocol} ·" in said for protocol in ("cmpp", "sgip", "smpp"))
    assert leave(monkeypatch, "5", "--protocol", "sgip") == 0
    assert "5 has 2 meanings, by where it was met" in capsys.readouterr().out
    assert leave(monkeypatch, "sgip:5") == 0
    assert "sgip:5 has 2 meanings, by where it was met" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("language", "words"), [("en", "unknown, it is in no list by itself"), ("zh", "未知，没有单独收录")]
)
def test_an_unlisted_code_is_explained_by_its_family(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str, words: str
) -> None:
    monkeypatch.setenv("HONGYAN_LANG", language)
    assert leave(monkeypatch, "MK:9876") == 0
    said = capsys.readouterr().out
    assert words in said
    assert "UNDELIV" in said
    found = value(monkeypatch, capsys, "MK:9876")
    assert (found["match"], found["row"], found["class"]) == ("family", "MK", "UNKNOWN")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "unknown, it is in no list."), ("zh", "未知，不在任何列表中。")]
)
def test_an_unknown_code_is_said_to_be_unknown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str, words: str
) -> None:
    monkeypatch.setenv("HONGYAN_LANG", language)
    assert leave(monkeypatch, "QQQ") == 1
    assert words in capsys.readouterr().out
    found = value(monkeypatch, capsys, "QQQ", code=1)
    assert (found["match"], found["class"], found["phase"], found["certainty"]) == (
        "unknown",
        "UNKNOWN",
        None,
        "not listed",
    )


@pytest.mark.parametrize(("language", "words"), [("en", "No code was given"), ("zh", "没有给出状态码")])
@pytest.mark.parametrize("code", ["", "  "])
def test_no_code_at_all_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: str, language: str, words: str
) -> None:
    monkeypatch.setenv("HONGYAN_LANG", language)
    assert leave(monkeypatch, code) == 1
    out = capsys.readouterr().out
    assert words in out
    assert "unknown" not in out


@pytest.mark.parametrize("code", ["", " ", "\udcff", "[bold]", "MK:0001\x1b[2J", "x" * 5000])
def test_any_code_is_answered(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: str
) -> None:
    assert leave(monkeypatch, code) == 1
    assert "\x1b" not in capsys.readouterr().out
    assert value(monkeypatch, capsys, code, code=1)["match"] == "unknown"


def test_a_code_may_begin_with_a_hyphen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = value(monkeypatch, capsys, "-74", "--protocol", "sgip")
    assert {each["row"] for each in found["matches"]} == {"182"}


@pytest.mark.parametrize(
    "words", [(), ("--json",), ("MK:0001", "--protocol", "gopher"), ("MK:0001", "MK:0002")], ids=" ".join
)
def test_wrong_usage_leaves_with_2(monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    assert leave(monkeypatch, *words) == 2


def test_it_needs_neither_the_server_nor_the_database() -> None:
    code = (
        "import sys; sys.argv = ['hongyan', 'explain', 'MK:0001']\n"
        "from hongyan.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'uvicorn', 'apsw', 'asyncpg', 'starlette', 'cryptography', 'jinja2', 'phonenumbers'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stderr.strip() == "[]"

"""`hongyan text`: alphabet, segments, boundaries, and the character that makes a text larger."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import hongyan
from hypothesis import given
from hypothesis import strategies as st

from hongyan.kernel.gsm import to_septets
from hongyan.kernel.gsm_alternatives import alternative

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "text.json").read_text("utf-8")
)
HEADER_DIGITS = 12


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HONGYAN_LANG", "en")


@pytest.mark.parametrize("way", ["argument", "standard input"])
@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_every_vector_is_cut_as_it_says(vector: dict[str, Any], way: str) -> None:
    text = vector["text"]
    words, stdin = ((text,), b"") if way == "argument" else (("-",), text.encode())
    found = hongyan("text", *words, "--json", given=stdin).json
    assert set(found) == {"alphabet", "units", "segments"}
    assert found["alphabet"] == vector["alphabet"].partition(" ")[0]
    assert found["units"] == vector["units"] == sum(each["units"] for each in found["segments"])
    assert "".join(each["text"] for each in found["segments"]) == text
    parts = vector["fields"]["segments_hex"]
    if len(parts) > 1:
        parts = [part[HEADER_DIGITS:] for part in parts]
    assert [each["hex"] for each in found["segments"]] == parts


def test_standard_input_is_taken_unchanged() -> None:
    assert hongyan("text", "-", "--json", given=b"\r\n a \n").json == {
        "alphabet": "GSM7",
        "units": 6,
        "segments": [{"text": "\r\n a \n", "units": 6, "hex": "0d0a2061200a"}],
    }
    assert hongyan("text", "-", "--json", given=b"").json == hongyan("text", "", "--json").json


def test_nothing_can_stand_for_the_brackets_of_a_signature() -> None:
    said = hongyan("text", "it’s", "--signature", "Acme").out
    assert "because of  【  U+3010 LEFT BLACK LENTICULAR BRACKET, character 1\n" in said
    assert "character 9: write '" in said
    assert "replaced" not in said
    unsigned = hongyan("text", "【Acme】it’s").out
    assert "character 1: write [" in unsigned
    assert "replaced" in unsigned


def test_the_signature_stands_in_front_as_in_sending() -> None:
    found = hongyan("text", "您好", "--signature", "示例科技", "--json").json
    assert found["segments"][0]["text"] == "【示例科技】您好"
    assert found["units"] == 8
    assert hongyan("text", "您好", "--signature", "【示例科技】", "--json").json == found
    assert hongyan("text", "-", "--signature", "示例科技", "--json", given="您好".encode()).json == found


@pytest.mark.parametrize("content", ["-5 degrees", "--", "--no-such-option", "0"])
def test_a_text_may_begin_with_a_hyphen(content: str) -> None:
    words = ("--", content) if content == "--" else (content,)
    assert hongyan("text", "--json", *words).json["segments"][0]["text"] == content


def test_people_see_which_character_makes_it_larger_where_it_stands_and_what_to_write() -> None:
    shown = hongyan("text", "Hello “you”, 5…").out
    assert '“  U+201C LEFT DOUBLE QUOTATION MARK, character 7: write "\n' in shown
    assert "…  U+2026 HORIZONTAL ELLIPSIS, character 15: write ...\n" in shown
    assert "replaced    GSM 7-bit, 17 septets, segments: 1 (now 1)" in shown
    long = hongyan("text", "it’s " + "a" * 100).out
    assert "segments: 1 (now 2)" in long


def test_a_character_without_alternative_is_shown_and_nothing_is_promised() -> None:
    shown = hongyan("text", "a中b中c").out
    assert "中  U+4E2D CJK UNIFIED IDEOGRAPH-4E2D, character 2, 2 times\n" in shown
    assert "replaced" not in shown


def test_a_chinese_text_is_not_listed_character_by_character() -> None:
    shown = hongyan("text", "天地玄黄宇宙洪荒日月盈昃").out
    assert "and 6 other characters" in shown


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a" * 152 + "€" + "b" * 10, "one unit less: € takes two and is not cut in half"),
        ("中" * 66 + "😀" + "文" * 10, "one unit less: 😀 takes two and is not cut in half"),
    ],
)
def test_a_boundary_that_moved_is_explained(content: str, said: str) -> None:
    assert said in hongyan("text", content).out


def test_what_is_charged_differs_at_home_and_abroad() -> None:
    assert "charged     3 at home, 1 abroad" in hongyan("text", "a" * 160).out


def test_what_a_terminal_would_obey_is_shown_as_an_escape() -> None:
    shown = hongyan("text", "a\x1b[31mb\u202ec\n").out
    assert r"a\x1b[31mb\u202ec\n" in shown
    assert "\x1b" not in shown


def test_chinese_readers_read_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    shown = hongyan("text", "it’s").out
    assert "起因" in shown
    assert "第 3 个字符：可改用 '" in shown
    assert "alphabet" not in shown


@pytest.mark.parametrize(
    ("words", "given", "code"),
    [
        (("-",), b"\xff", "input.not_utf8"),
        (("-",), b"caf\xc3", "input.not_utf8"),
        (("-",), b"a" * (1 << 20) + b"a", "input.too_large"),
        (("-",), b"a" * 50_000, "text.too_long"),
        (("a\udcff",), b"", "text.lone_surrogate"),
    ],
)
@pytest.mark.parametrize("json_wanted", [False, True])
def test_bad_input_leaves_with_1_and_one_sentence(
    words: tuple[str, ...], given: bytes, code: str, json_wanted: bool
) -> None:
    said = hongyan("text", *words, *(["--json"] if json_wanted else []), given=given)
    assert (said.code, said.out) == (1, "")
    (line,) = said.err.splitlines()
    assert line.startswith("hongyan: ")
    assert line.endswith(f"[{code}]")


@pytest.mark.parametrize("words", [(), ("a", "b"), ("a", "--signature")])
def test_wrong_usage_leaves_with_2(words: tuple[str, ...]) -> None:
    assert hongyan("text", *words).code == 2


@given(st.text(max_size=400))
def test_any_text_is_shown_or_refused(content: str) -> None:
    encoded = content.encode("utf-8", "surrogatepass")
    said = hongyan("text", "-", given=encoded)
    assert said.code in (0, 1)
    assert (said.err == "") == (said.code == 0)
    if said.code == 0:
        found = hongyan("text", "-", "--json", given=encoded).json
        assert "".join(each["text"] for each in found["segments"]) == content


@given(st.characters())
def test_an_alternative_is_in_the_alphabet_and_only_for_what_is_not(character: str) -> None:
    found = alternative(character)
    if found is not None and to_septets(character) is None:
        assert to_septets(found) is not None


@pytest.mark.parametrize(
    ("character", "text"),
    [
        ("“", '"'),
        ("’", "'"),
        ("`", "'"),
        ("—", "-"),
        ("…", "..."),
        ("\u00a0", " "),
        ("\u200b", ""),
        ("ç", "c"),
        ("á", "a"),
        ("ő", "o"),
        ("，", ","),
        ("Ａ", "A"),
        ("™", "TM"),
        ("Α", "A"),
        ("中", None),
        ("😀", None),
        ("²", None),
    ],
)
def test_alternatives_are_the_obvious_ones(character: str, text: str | None) -> None:
    assert alternative(character) == text

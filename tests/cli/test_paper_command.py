"""`hongyan paper read`: for people and for programs, and what it says without the extra."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import hongyan
from compliance_material import COMPANY, OTHER_COMPANY, OTHER_USCC
from paper_files import docx, pdf, picture

from hongyan.cli import paper as command
from hongyan.compliance.ocr import PaperText
from hongyan.compliance.ocr.recognised import Line, PageText, Pass
from hongyan.compliance.papers import Format

LETTER = (
    "授权委托书",
    f"授权方：{OTHER_COMPANY}",
    f"统一社会信用代码：{OTHER_USCC}",
    f"被授权方：{COMPANY}",
    "签名范围：云雁、雁信",
)


def text_of(lines: tuple[str, ...]) -> PaperText:
    found = tuple(
        Line(text, (10, y, 900, y, 900, y + 30, 10, y + 30), 0.98)
        for y, text in zip(range(10, 2000, 80), lines, strict=False)
    )
    return PaperText("stand-in 1", (PageText(1000, 2000, 0, False, (), (Pass("plain", found),)),))


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """In an empty folder, speaking English, with a reader that reads these words on every paper."""
    monkeypatch.setenv("HONGYAN_LANG", "en")
    monkeypatch.delenv("HONGYAN_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    found = list(LETTER)

    class StandIn:
        async def __call__(self, content: bytes, format_: Format) -> PaperText:
            return text_of(tuple(found))

        async def close(self) -> None: ...

    monkeypatch.setattr(command, "is_installed", lambda: True)
    monkeypatch.setattr(command, "ReadApart", StandIn)
    return found


def file(name: str = "letter.png", content: bytes = b"") -> str:
    Path(name).write_bytes(content or picture("png"))
    return name


def test_programs_get_every_field_of_the_kind_with_its_place() -> None:
    said = hongyan("paper", "read", file(), "--json")
    assert said.code == 0
    assert list(said.json) == ["file", "engine", "kind", "fields", "pages", "lines"]
    assert said.json["kind"] == "letter"
    assert said.json["fields"]["authorizer_code"] == {
        "text": OTHER_USCC,
        "page": 1,
        "box": said.json["fields"]["authorizer_code"]["box"],
        "confidence": 0.98,
        "checked": True,
    }
    assert said.json["fields"]["scope"]["text"] == "云雁、雁信"
    assert said.json["fields"]["validity"] is None
    assert said.json["lines"] == list(LETTER)
    assert {each.name for each in Path.cwd().iterdir()} == {"letter.png"}


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", ["letter of authorization", "authorizer  ", "98% sure, check fits", "(not found)"]),
        ("zh", ["授权委托书", "授权方  ", "置信度 98%，校验码正确", "（未识别到）"]),
    ],
)
def test_people_read_every_value_in_full(
    monkeypatch: pytest.MonkeyPatch, language: str, says: list[str]
) -> None:
    monkeypatch.setenv("HONGYAN_LANG", language)
    out = hongyan("paper", "read", file()).out
    assert all(each in out for each in says)
    assert OTHER_COMPANY in out


def test_a_kind_that_is_told_is_not_guessed() -> None:
    said = hongyan("paper", "read", file(), "--as", "licence", "--json")
    assert said.json["kind"] == "licence"
    assert said.json["fields"]["uscc"]["text"] == OTHER_USCC
    assert "paper" in hongyan("--help").out


def test_words_of_no_kind_are_shown_and_are_no_success(words: list[str]) -> None:
    words[:] = ["今天天气好\u202e"]
    said = hongyan("paper", "read", file())
    assert said.code == 1
    assert "今天天气好\\u202e" in said.out
    assert hongyan("paper", "read", file(), "--json").json["kind"] is None


def test_a_paper_without_any_field_is_no_success(words: list[str]) -> None:
    words[:] = ["营业执照"]
    assert hongyan("paper", "read", file(), "--json").code == 1


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("letter.txt", b"x", "paper.unknown_suffix"),
        ("letter.jpg", picture("png"), "paper.misnamed"),
        ("letter.png", picture("png")[:60], "paper.damaged"),
        ("letter.pdf", pdf(encrypt="locked"), "paper.encrypted"),
        ("letter.png", b"\x89PNG\r\n\x1a\n" + b"0" * (5 * 1024 * 1024), "input.too_large"),
    ],
)
def test_what_is_no_good_file_is_refused_before_it_is_read(name: str, content: bytes, code: str) -> None:
    said = hongyan("paper", "read", file(name, content))
    assert said.code == 1
    assert code in said.err


def test_a_missing_file_is_told() -> None:
    assert "input.unreadable" in hongyan("paper", "read", "nothere.png").err


@pytest.mark.parametrize(
    ("language", "says"), [("en", "pip install 'hongyan[ocr]'"), ("zh", "未安装可选组件")]
)
def test_without_the_extra_it_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, language: str, says: str
) -> None:
    monkeypatch.setenv("HONGYAN_LANG", language)
    monkeypatch.setattr(command, "is_installed", lambda: False)
    said = hongyan("paper", "read", file("letter.docx", docx()))
    assert said.code == 78
    assert says in said.err
    assert said.out == ""

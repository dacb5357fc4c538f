"""Options that are not right are told in the reader's language, by one place for all commands."""

from __future__ import annotations

import pytest
from command_line import hongyan


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("registration", "pack", "--most", "x", "--carrier", "mobile"), "--most 的值“x”无效，应为整数。"),
        (("registration", "pack", "--moost", "1", "--carrier", "mobile"), "未知选项：--moost。是否想用 --most？"),
        (("registration", "pack"), "缺少 --carrier 的值。"),
        (("registration", "pack", "--carrier"), "缺少 --carrier 的值。"),
        (("registration", "answer", "1", "maybe"), "SAID 的值“maybe”无效。可选：filed、accepted、refused、campaign"),
        (("registration", "pak"), "未知命令：pak。是否想用 pack？可选：list、show"),
        (("registation",), "未知命令：registation。是否想用 registration？"),
        (("channel", "test", "a", "--timeout", "0"), "--timeout 的值“0.0”无效，应不小于 0.1。"),
        (("channel", "test", "a", "--timeout", "1", "--timeout", "2"), "选项 --timeout 不能重复。"),
        (("channel", "pause", "a", "b"), "多余的参数：b。"),
        (("registration", "answer", "9" * 30, "filed"), "无效，最多 64 位。"),
    ],
)  # fmt: skip
def test_wrong_usage_is_told_in_chinese(
    words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    told = hongyan(*words)
    assert told.code == 2
    assert one_line(said) in one_line(told.err + told.out)
    assert "错误" in told.err + told.out


def test_in_english_it_is_told_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HONGYAN_LANG", "en")
    told = hongyan("registration", "pack")
    assert told.code == 2
    assert one_line("parameter --carrier requires an argument") in one_line(told.err + told.out)


def one_line(text: str) -> str:
    """Without the box and where its width breaks the lines."""
    return "".join(text.replace("│", "").split())

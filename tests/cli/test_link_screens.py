"""The table of links as people read it, in both languages."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import link_samples
import pytest
from rich.cells import cell_len
from rich.console import Console
from test_link_looks import answered, scraped

from hongyan.carriers.faults import Fault
from hongyan.carriers.link import LinkState
from hongyan.carriers.samples import ChannelSample, FaultSample, ListenerSample
from hongyan.cli.link.looks import look
from hongyan.cli.link.screens import STATES, screen


@pytest.fixture(params=["en", "zh"])
def lang(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("HONGYAN_LANG", request.param)
    return str(request.param)


def printed(
    *channels: ChannelSample,
    before: tuple[ChannelSample, ...] | None = None,
    hint: str = "",
    width: int = 160,
) -> str:
    """What stands on paper so many columns wide."""
    then = scraped(*before) if before is not None else None
    console = Console(file=io.StringIO(), width=width)
    console.print(screen(look(scraped(*channels, seconds=2.0), then), hint))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def row(text: str, start: str) -> list[str]:
    """Cells of the line that begins so."""
    (line,) = [line for line in text.splitlines() if line.strip().startswith(start)]
    return [cell for cell in line.split("  ") if cell.strip()]


def stripped(cells: list[str]) -> list[str]:
    return [cell.strip() for cell in cells]


def test_a_busy_link_reads_in_one_line(lang: str) -> None:
    now = link_samples.channel(
        answered(40, 6, seconds=0.92, in_flight=12, lost=1),
        waiting={"codes": 2, "notices": 0, "marketing": 7},
        kept=3,
    )
    text = printed(now, before=(link_samples.channel(),), hint="<hint>")
    cells = " | ".join(stripped(row(text, "mobile")))
    if lang == "en":
        assert all(each in text for each in ("CMPP 3.0", "1  ● bound", "1m30s", "██████░░ 12/16"))
        assert "23  20 ms" in text.replace("   ", "  ")
        assert "codes 2, marketing 7, later 3" in cells
        assert "ESME_RTHROTTLED ×6, no answer ×1" in cells
        assert "last 2.0 s: 23 submits/s, 0 reports/s, 0 texts/s" in text
    else:
        assert "● 已连接" in text
        assert "1分30秒" in text
        assert "验证码 2, 营销 7, 待重试 3" in cells
        assert "ESME_RTHROTTLED ×6, 无应答 ×1" in cells
        assert "最近 2.0 秒：提交 23/秒，状态报告 0/秒，上行 0/秒" in text
    assert text.splitlines()[0].endswith("<hint>")


@pytest.mark.parametrize("width", [80, 100])
def test_on_narrow_paper_everything_is_there_with_the_troubles_below(lang: str, width: int) -> None:
    busy = link_samples.channel(
        answered(40, 6, seconds=0.92, in_flight=12, lost=1),
        link_samples.down(name="2"),
        waiting={"codes": 2, "notices": 0, "marketing": 7},
        kept=3,
        submits=False,
        listener=ListenerSample(open=3, bound=2, refused={"wrong_login": 4}, ignored=0),
    )
    before = link_samples.channel(link_samples.link(), listener=ListenerSample(0, 0, {}, 0))
    text = printed(busy, before=(before,), width=width)
    assert max(map(cell_len, text.splitlines())) <= width
    line = next(line for line in text.splitlines() if line.startswith(" mobile") and "12/16" in line)
    assert stripped([cell for cell in line.split("  ") if cell.strip()])[-4:] == [
        "12/16",
        "23",
        "20 ms",
        "12",
    ]
    below = " ".join(text.split("─")[-1].split())
    told = {
        "en": (
            "mobile 1 ESME_RTHROTTLED ×6, no answer ×1",
            "nobody listens there (10.0.0.1:7890)",
            "mobile ← listening, 2 logged in, 1 not, the carrier's login to us is wrong ×4",
        ),
        "zh": (
            "mobile 1 ESME_RTHROTTLED ×6, 无应答 ×1",
            "该地址没有服务在监听（10.0.0.1:7890）",
            "mobile ← 监听，2 已登录，1 未登录, 运营商的反向登录信息有误 ×4",
        ),
    }
    for words in told[lang]:
        assert words.replace(" ", "") in below.replace(" ", "")


def test_a_channel_that_cannot_run_says_why(lang: str) -> None:
    fault = FaultSample(Fault("channel.certificate", "/x.pem: No such file"), link_samples.SINCE_MS)
    idle = replace(link_samples.channel(fault=fault), links=())
    for before in (None, (idle,)):
        text = printed(idle, before=before)
        words = (
            ("× not as configured", "its file of certificates (tls_ca)", "/x.pem: No such file")
            if lang == "en"
            else ("× 未按配置运行", "本机无法读取其证书文件（tls_ca）")
        )
        assert all(each in text for each in words), text


def test_a_link_that_is_down_says_why_instead(lang: str) -> None:
    text = printed(
        link_samples.channel(link_samples.down()), before=(link_samples.channel(link_samples.down()),)
    )
    why = {"en": "nobody listens there (10.0.0.1:7890)", "zh": "该地址没有服务在监听（10.0.0.1:7890）"}
    assert {"en": "○ down", "zh": "○ 断开"}[lang] in text
    assert why[lang] in text


def test_a_first_look_has_no_columns_for_rates(lang: str) -> None:
    text = printed(link_samples.channel())
    assert "/s" not in text.replace("http://", "")
    assert "/秒" not in text


def test_further_links_of_a_channel_do_not_repeat_it(lang: str) -> None:
    text = printed(link_samples.channel(link_samples.link(), link_samples.link(name="2")))
    assert text.count("mobile") == text.count("CMPP 3.0") == 1


def test_a_listener_has_a_line_of_its_own(lang: str) -> None:
    listener = ListenerSample(open=3, bound=2, refused={"wrong_login": 4}, ignored=0)
    before = link_samples.channel(listener=ListenerSample(0, 0, {}, 0))
    text = printed(link_samples.channel(listener=listener), before=(before,))
    (line,) = [line for line in text.splitlines() if "←" in line]
    if lang == "en":
        assert "listening, 2 logged in, 1 not" in line
        assert "the carrier's login to us is wrong ×4" in line
    else:
        assert "监听，2 已登录，1 未登录" in line
        assert "运营商的反向登录信息有误 ×4" in line


def test_a_paused_channel_and_a_receiver_are_told(lang: str) -> None:
    text = printed(link_samples.channel(link_samples.link(window=0), submits=False))
    assert {"en": "mobile (paused)", "zh": "mobile（暂停）"}[lang] in text
    assert {"en": "receives only", "zh": "只收"}[lang] in text


def test_no_channel_at_all_is_said(lang: str) -> None:
    assert {"en": "No channel runs.", "zh": "没有运行中的通道。"}[lang] in printed()


def test_every_state_has_words_in_both_languages() -> None:
    assert STATES.keys() == {state.value for state in LinkState}


@pytest.mark.parametrize(
    ("used", "bar"), [(0, "░░░░░░░░"), (1, "█░░░░░░░"), (8, "████░░░░"), (15, "███████░"), (16, "████████")]
)
def test_the_bar_shows_how_full_the_window_is(used: int, bar: str) -> None:
    assert f"{bar} {used}/16" in printed(link_samples.channel(link_samples.link(in_flight=used)))


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0s"), (59, "59s"), (61, "1m01s"), (7_380, "2h03m"), (266_400, "3d02h")]
)
def test_durations_are_short(seconds: int, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HONGYAN_LANG", "en")
    since_ms = link_samples.SINCE_MS + 90_000 - seconds * 1000
    assert f" {words} " in printed(link_samples.channel(link_samples.link(since_ms=since_ms)))


def test_words_of_a_carrier_cannot_command_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HONGYAN_LANG", "en")
    nasty = "\x1b[2J[red]x"
    text = printed(
        link_samples.channel(answered(refusals={nasty: 1})),
        link_samples.channel(link_samples.down(detail=nasty), id=2, name="b"),
        before=(),
    )
    assert "\x1b" not in text
    assert text.count("\\x1b[2J[red]x") == 2


def test_the_rarest_errors_are_one_number(lang: str) -> None:
    errors: Any = {f"E{n}": 10 - n for n in range(6)}
    text = printed(link_samples.channel(answered(refusals=errors)), before=(link_samples.channel(),))
    assert {"en": "E0 ×10, E1 ×9, E2 ×8, others ×18", "zh": "E0 ×10, E1 ×9, E2 ×8, 其他 ×18"}[lang] in text

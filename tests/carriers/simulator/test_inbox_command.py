"""`hongyan inbox`, on phones that were written beforehand and on a running simulator."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from simulator_esme import Esme

from hongyan.carriers.simulator.parts import Charset, Part, Wants
from hongyan.carriers.simulator.phones import Handsets
from hongyan.carriers.simulator.process import Options, running
from hongyan.cli import inbox
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Misconfigured, Refused

NOW = 1_780_000_000_000


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with three texts."""
    monkeypatch.setenv("HONGYAN_LANG", "en")
    monkeypatch.setenv("COLUMNS", "80")
    phones = Handsets(tmp_path, 100, ManualClock(NOW))
    for number, text in (("13800138000", "【鸿雁】[bold]您好[/bold]"), ("13900139000", "second")):
        body = text.encode("utf-16-be")
        phones.receive(Part("10690001", number, number, Charset.UCS2, body, 0, 1, 1, Wants.ALWAYS), NOW)
    phones.typed("13800138000", "10690001", "TD", 1, NOW + 1000)
    phones.close()
    return tmp_path


def test_texts_are_shown_as_a_phone_shows_them(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inbox.show(data=data)
    shown = capsys.readouterr().out
    assert "13800138000 ← 10690001" in shown
    assert "13800138000 → 10690001" in shown
    assert "【鸿雁】[bold]您好[/bold]" in shown  # a text is no markup
    assert shown.index("【鸿雁】") < shown.index("second") < shown.index("TD")


def test_json_is_one_list_and_nothing_else(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inbox.show("+8613800138000", json=True, data=data)
    texts = json.loads(capsys.readouterr().out)
    assert [(text["id"], text["direction"], text["text"]) for text in texts] == [
        (1, "in", "【鸿雁】[bold]您好[/bold]"),
        (3, "out", "TD"),
    ]


def test_an_empty_phone_says_so_in_the_readers_language(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.show("13700137000", data=data)
    assert "No texts yet" in capsys.readouterr().out
    monkeypatch.setenv("HONGYAN_LANG", "zh-CN")
    inbox.show("13700137000", data=data)
    assert "还没有短信" in capsys.readouterr().out
    inbox.show("13700137000", json=True, data=data)
    assert json.loads(capsys.readouterr().out) == []


def test_where_no_sandbox_ran_the_error_says_so(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="never ran"):
        inbox.show(data=tmp_path)


def test_answering_needs_a_running_simulator(data: Path) -> None:
    with pytest.raises(Misconfigured, match="no carrier simulator runs"):
        inbox.reply("13800138000", "TD", data=data)


def test_without_a_text_to_answer_the_access_number_must_be_given(data: Path) -> None:
    with pytest.raises(Refused, match="--to"):
        inbox.reply("13700137000", "TD", data=data)


async def test_a_reply_goes_to_who_wrote_last(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with running(Options(data=data)) as ready:
        esme = await Esme.connect(ready.port)
        await asyncio.to_thread(inbox.reply, "13800138000", "谢谢", json=True, data=data)
        await esme.until(lambda: bool(esme.replies))
        assert esme.replies[0].fields["destination_addr"] == "10690001"
    answer = json.loads(capsys.readouterr().out)
    assert answer == {"number": "13800138000", "to": "10690001", "text": "谢谢", "sent": True}


@pytest.mark.slow
async def test_following_shows_new_texts_as_they_arrive(data: Path) -> None:
    code = "from hongyan.cli.inbox import app; app()"
    arguments = ["13800138000", "--follow", "--json", "--limit", "1"]
    environment = {**os.environ, "HONGYAN_DATA": str(data)}
    async with running(Options(data=data)) as ready:
        esme = await Esme.connect(ready.port)
        reader = subprocess.Popen(
            [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, env=environment
        )
        try:
            assert reader.stdout is not None
            first = await asyncio.to_thread(reader.stdout.readline)
            assert json.loads(first)["text"] == "TD"
            esme.submit("13800138000", "live")
            line = await asyncio.wait_for(asyncio.to_thread(reader.stdout.readline), 10)
            assert json.loads(line)["text"] == "live"
        finally:
            reader.kill()
            reader.communicate()

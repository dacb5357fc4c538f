"""Channels that come from the environment, or with the sandbox: they are known, and it is said why a command cannot change them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import command_line
import pytest

refused = partial(command_line.refused, "channel")


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HONGYAN_LANG", "en")
    monkeypatch.setenv("HONGYAN_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.mark.parametrize("words", [("pause",), ("drain",), ("resume",), ("show",), ("remove",), ("test",)])
def test_the_channel_of_the_environment_says_what_to_do(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HONGYAN_SMPP", "smpp://hongyan:secret@10.0.0.1:2775")
    said = refused(*words, "main")
    assert "channel.of_environment" in said
    assert "hongyan channel add" in said
    monkeypatch.setenv("HONGYAN_LANG", "zh")
    assert "由环境变量 HONGYAN_SMPP 配置" in refused(*words, "main")
    assert "channel.unknown" in refused(*words, "mobile")


def test_the_sandboxs_channels_say_that_they_are_simulated() -> None:
    assert "channel.of_sandbox" in refused("pause", "mobile")
    assert "channel.unknown" in refused("pause", "main")
    assert "channel.unknown" in refused("pause", "nowhere")

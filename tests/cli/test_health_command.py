"""`hongyan health`: the commands, and what they were asked in vain."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import command_line
import pytest
from command_line import hongyan

done, refused = partial(command_line.done, "health"), partial(command_line.refused, "health")


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HONGYAN_LANG", "en")
    monkeypatch.setenv("HONGYAN_DATA", str(tmp_path / "data"))
    assert hongyan("sandbox", "seed", "--json").code == 0


def test_the_calendar_is_written_to_a_file_or_says_why_not(tmp_path: Path) -> None:
    file = tmp_path / "ends.ics"
    done("calendar", "--out", str(file))
    assert file.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    said = refused("calendar", "--out", str(tmp_path / "no" / "x"))
    assert "cannot be written" in said
    assert said.endswith("[health.calendar_file]")


def test_all_reasons_of_the_seed_are_told() -> None:
    assert len(done("reasons", "--json").json) == 16 + 4

"""`hongyan health`: the commands, and what they were asked in vain."""

from __future__ import annotations

import json
import sqlite3
from functools import partial
from pathlib import Path

import command_line
import pytest
from command_line import hongyan

from hongyan.storage.sqlite.database import FILE

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


def test_rules_to_come_are_shown_and_accepted_by_their_number(tmp_path: Path) -> None:
    assert done("impact").out.strip() == "No signature is affected."
    assert done("impact", "--json").json == {"waiting": None, "signatures": []}
    assert refused("accept", "x").endswith("[health.nothing_waits]")

    with sqlite3.connect(tmp_path / "data" / FILE) as store:
        ((number, name),) = store.execute("SELECT id, name FROM signature LIMIT 1").fetchall()
        store.execute("INSERT INTO signature_ailment_ahead VALUES (?, '', 'name_mismatch')", (number,))
        store.execute(
            "INSERT INTO signature_ailment_ahead VALUES (?, '2027-01-01', 'source_not_supported')", (number,)
        )
        waiting = {"number": "abc", "rows": {}, "changed": ["networks"], "signatures": 1, "since_ms": 0}
        store.execute("INSERT INTO fact VALUES ('health_rules_waiting', ?)", (json.dumps(waiting),))
    told = done("impact").out
    for word in ("networks", "hongyan health accept abc", name, "2027-01-01", "acceptance"):
        assert word in told
    assert refused("accept", "other").endswith("[health.other_edition]")
    assert "The rules abc are in force" in done("accept", "abc").out
    (left,) = done("impact", "--json").json["signatures"]
    assert [each["day"] for each in left["coming"]] == ["2027-01-01"]

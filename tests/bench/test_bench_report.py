from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from bench.measure import Sample, problems
from bench.report import MemoryCheck, all_problems, summaries, table, write
from bench.store import Stored

SAMPLE = Sample(
    connections=16,
    requests=1000,
    accepted=1000,
    accepted_per_s=4100.0,
    end_to_end_per_s=4000.0,
    cpu_s_per_1000=0.28,
    p50_ms=3.5,
    p99_ms=9.25,
    max_ms=20.0,
    peak_rss_mb=150.0,
    reported=1000,
    uncertain=0,
    load_s=30.0,
    until_last_receipt_s=31.2,
    generator_us_per_request=20.0,
)


def test_each_number_of_connections_gets_the_median_of_its_runs() -> None:
    runs = [replace(SAMPLE, end_to_end_per_s=rate) for rate in (4000.0, 4400.0, 3900.0)]

    few, many = summaries([replace(SAMPLE, connections=1), *runs])

    assert (few["connections"], few["end_to_end_per_s"], few["runs"]) == (1, 4000.0, 1)
    assert (many["connections"], many["end_to_end_per_s"], many["runs"]) == (16, 4000.0, 3)
    assert many["ranges"]["end_to_end_per_s"] == [3900.0, 4400.0]


def test_the_results_have_the_agreed_names(tmp_path: Path) -> None:
    write({"runs": summaries([SAMPLE])}, tmp_path / "new" / "latest.json")

    (run,) = json.loads((tmp_path / "new" / "latest.json").read_text())["runs"]
    agreed = {
        "connections": 16,
        "accepted_per_s": 4100.0,
        "end_to_end_per_s": 4000.0,
        "cpu_s_per_1000": 0.28,
        "p50_ms": 3.5,
        "p99_ms": 9.25,
        "peak_rss_mb": 150.0,
    }
    assert agreed.items() <= run.items()


def test_a_figure_that_was_not_seen_is_not_invented() -> None:
    blind = replace(SAMPLE, end_to_end_per_s=None, cpu_s_per_1000=None)

    (run,) = summaries([SAMPLE, blind])

    assert run["end_to_end_per_s"] is None
    assert run["accepted_per_s"] == 4100.0
    assert table([run]).splitlines()[2].split("|")[3].strip() == "-"


def test_the_table_shows_the_median_and_the_range() -> None:
    runs = summaries(
        [SAMPLE, replace(SAMPLE, end_to_end_per_s=4400.0), replace(SAMPLE, end_to_end_per_s=3900.0)]
    )

    header, rule, row = table(runs).splitlines()

    assert [cell.strip() for cell in header.split("|")[1:4]] == ["conns", "accepted/s", "end to end/s"]
    assert len({len(line) for line in (header, rule, row)}) == 1
    assert "4,000 (3,900-4,400)" in row


def test_what_went_wrong_is_said_loudly() -> None:
    load = {"ok": 100, "errors": {"Throttling.User": 3, "connection_lost": 1}}
    stored = Stored(messages=98, delivered=90, failed=2, unfinished=6, uncertain=1)

    assert problems(load, stored) == [
        "requests failed: 3 x Throttling.User, 1 x connection_lost",
        "LOST: 2 accepted messages are not in the store",
        "MISSING: 6 stored messages have no receipt",
        "2 messages failed at the carrier",
        "1 messages are uncertain",
    ]
    assert problems({"ok": 0, "errors": {}}, None) == ["no request was accepted"]
    assert problems({"ok": 5, "errors": {}}, Stored(5, 5, 0, 0, 0)) == []


def test_memory_is_flat_within_sixteen_megabytes() -> None:
    flat = MemoryCheck(50_000, 150.0, 200_000, 166.0)
    grown = MemoryCheck(50_000, 150.0, 200_000, 166.1, problems=("no request was accepted",))

    assert all_problems([SAMPLE], flat) == []
    assert all_problems([replace(SAMPLE, problems=("bad",))], grown) == [
        "16 connections: bad",
        "memory: no request was accepted",
        "memory: 16.1 MB more after 200,000 messages than after 50,000; 16 MB are allowed",
    ]
    assert flat.as_json()["flat"]
    assert not grown.as_json()["flat"]

"""The whole bench, briefly, with the real platform, carrier and generator."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("options", [("--text", "latin"), ("--text", "chinese", "--mode", "rpc")])
def test_a_quick_run_measures_messages_up_to_their_receipts(tmp_path: Path, options: tuple[str, ...]) -> None:
    output = tmp_path / "latest.json"
    words = ("--quick", "--seconds", "1", "--output", str(output), *options)

    done = subprocess.run(
        [sys.executable, "-m", "bench", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads(output.read_text(encoding="utf-8"))
    (run,) = results["runs"]
    (sample,) = results["samples"]
    assert run["connections"] == 16
    assert all(
        run[figure] > 0
        for figure in ("accepted_per_s", "end_to_end_per_s", "cpu_s_per_1000", "p50_ms", "peak_rss_mb")
    )
    assert sample["reported"] == sample["accepted"] == sample["requests"] > 0
    assert results["text"]["segments"] == 1
    assert "synchronous=FULL" in results["durability"]
    assert "stages on: " in done.stdout

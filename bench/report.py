"""The figures of several runs: medians, a table for people, JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.measure import Sample

FIGURES = ("accepted_per_s", "end_to_end_per_s", "cpu_s_per_1000", "p50_ms", "p99_ms", "peak_rss_mb")
RESULTS = Path(__file__).parent / "results" / "latest.json"
MEMORY_LIMIT_MB = 16.0


@dataclass(frozen=True, slots=True)
class MemoryCheck:
    """Summed resident sets at rest, after so many messages."""

    after: int
    rss_mb: float
    later: int
    later_rss_mb: float
    problems: tuple[str, ...] = ()

    @property
    def growth_mb(self) -> float:
        """Growth between the two moments."""
        return round(self.later_rss_mb - self.rss_mb, 1)

    @property
    def flat(self) -> bool:
        """Whether memory stayed within the limit."""
        return self.growth_mb <= MEMORY_LIMIT_MB

    def as_json(self) -> dict[str, Any]:
        """For the results file."""
        return {**asdict(self), "growth_mb": self.growth_mb, "limit_mb": MEMORY_LIMIT_MB, "flat": self.flat}


def summaries(samples: Iterable[Sample]) -> list[dict[str, Any]]:
    """One entry for each number of connections, in the order of the runs: the median of every figure, and its
    range. A figure that was not seen in every run is None."""
    groups: dict[int, list[Sample]] = {}
    for sample in samples:
        groups.setdefault(sample.connections, []).append(sample)
    return [_summary(connections, group) for connections, group in groups.items()]


def _summary(connections: int, group: Sequence[Sample]) -> dict[str, Any]:
    summary: dict[str, Any] = {"connections": connections}
    ranges: dict[str, list[float]] = {}
    for figure in FIGURES:
        values = [getattr(sample, figure) for sample in group]
        seen = [value for value in values if value is not None]
        if len(seen) == len(values):
            summary[figure] = round(median(seen), 4)
            ranges[figure] = [min(seen), max(seen)]
        else:
            summary[figure] = None
    return summary | {"runs": len(group), "ranges": ranges}


def all_problems(samples: Iterable[Sample], memory: MemoryCheck | None) -> list[str]:
    """Everything that went wrong, in words that say where."""
    found = [
        f"{sample.connections} connections: {problem}" for sample in samples for problem in sample.problems
    ]
    if memory is not None:
        found += [f"memory: {problem}" for problem in memory.problems]
        if not memory.flat:
            found.append(
                f"memory: {memory.growth_mb} MB more after {memory.later:,} messages than after {memory.after:,};"
                f" {MEMORY_LIMIT_MB:.0f} MB are allowed"
            )
    return found


_COLUMNS = (
    ("connections", "conns", "{:d}"),
    ("accepted_per_s", "accepted/s", "{:,.0f}"),
    ("end_to_end_per_s", "end to end/s", "{:,.0f}"),
    ("cpu_s_per_1000", "CPU-s/1000", "{:.3f}"),
    ("p50_ms", "p50 ms", "{:.2f}"),
    ("p99_ms", "p99 ms", "{:.2f}"),
    ("peak_rss_mb", "peak RSS MB", "{:.0f}"),
)


def table(runs: Sequence[dict[str, Any]]) -> str:
    """The medians as a Markdown table, with (lowest-highest) where there were several runs."""
    rows = [[title for _, title, _ in _COLUMNS]]
    rows += [[_cell(run, figure, form) for figure, _, form in _COLUMNS] for run in runs]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    lines = [
        "| " + " | ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 1) + ":" for width in widths) + "|")
    return "\n".join(lines)


def _cell(run: dict[str, Any], figure: str, form: str) -> str:
    value = run[figure]
    if value is None:
        return "-"
    low, high = run.get("ranges", {}).get(figure, (value, value))
    spread = f" ({form.format(low)}-{form.format(high)})" if run.get("runs", 1) > 1 and low != high else ""
    return form.format(value) + spread


def write(results: dict[str, Any], path: Path = RESULTS) -> None:
    """Store the results where machines look for them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

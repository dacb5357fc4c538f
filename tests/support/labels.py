"""Labelled cases beside what the rules say of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from hongyan.compliance.rules import Outcome

OUTCOMES = [each.value for each in Outcome]


def show_matrix(capsys: pytest.CaptureFixture[str], what: str, judged: Iterable[tuple[str, str]]) -> None:
    """Print how often each label met each outcome. `judged`: (label, what the rules say)."""
    matrix = Counter(judged)
    with capsys.disabled():
        print(f"\n{matrix.total()} {what}: label in rows, rules in columns")
        print("".join(f"{outcome:>8}" for outcome in ["", *OUTCOMES]))
        for label in OUTCOMES:
            print("".join(f"{cell:>8}" for cell in [label, *(matrix[label, found] for found in OUTCOMES)]))

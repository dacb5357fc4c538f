"""Every statement of the sources has tests that exist, or says what is missing."""

from __future__ import annotations

import ast
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parents[1]
ROWS: dict[str, Any] = tomllib.loads((TESTS.parent / "docs" / "requirements.toml").read_text("utf-8"))
CHECKLIST = {"A": 18, "B": 16, "C": 7, "D": 12, "E": 4, "F": 2, "G": 4}
"""Rows of the seed checklist that applying, reviewing, registering and sending by it answer for."""


def _tests() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for file in TESTS.rglob("test_*.py"):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found[file.name].add(node.name)
    return found


FOUND = _tests()


def test_every_row_of_the_checklist_is_there() -> None:
    wanted = {f"{part}{number}" for part, last in CHECKLIST.items() for number in range(1, last + 1)}
    assert set(ROWS) == wanted


@pytest.mark.parametrize("name", ROWS)
def test_a_row_names_tests_that_exist(name: str) -> None:
    row = ROWS[name]
    assert row["en"]
    assert row["zh"]
    assert row["tests"], "a row without a test"
    for test in row["tests"]:
        file, _, function = test.partition("::")
        assert function in FOUND[file], (
            f"{test} does not exist; name the test that shows {name} in docs/requirements.toml"
        )

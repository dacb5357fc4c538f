"""Fixtures of the simulator's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from running_simulator import Start, starter


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Start]:
    """Starts a simulator of all networks with a scenario; it ends with the test."""
    async with starter(tmp_path) as begin:
        yield begin

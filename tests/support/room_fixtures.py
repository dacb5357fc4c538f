"""What tests of a domain room stand on: the real SQLite engine in this process, a clock that is told, ids, a vault.

A conftest takes them by name: `clock = room_fixtures.clock`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from in_process_store import InProcessStore

from hongyan.identity import Vault
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.ids import IdMaker


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def vault() -> Vault:
    return Vault(bytes(range(32)))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[InProcessStore]:
    opened = InProcessStore(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def ids(clock: ManualClock) -> IdMaker:
    return IdMaker(clock)

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hongyan.identity import Identity, Vault
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.ids import IdMaker
from hongyan.storage.sqlite.command_line import CommandLineStore


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def vault() -> Vault:
    return Vault(bytes(range(32)))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CommandLineStore]:
    """The real SQLite engine, in this process."""
    opened = CommandLineStore(tmp_path, tmp_path / "no-server.sock")
    opened.open()
    yield opened
    opened.close()


@pytest.fixture
def ids(clock: ManualClock) -> IdMaker:
    return IdMaker(clock)


@pytest.fixture
def identity(store: CommandLineStore, clock: ManualClock, ids: IdMaker, vault: Vault) -> Identity:
    return Identity(store, clock, ids, vault)

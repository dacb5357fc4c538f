"""PostgreSQL for the bench: a server of its own, a new database, and who works for whom."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
from bench.measure import without
from bench.postgres import new_database, provided_server, server_pids
from bench.processes import Trees
from bench.store import StoreReader

pytestmark = pytest.mark.slow


async def test_a_provided_server_is_durable_and_its_processes_are_counted(tmp_path: Path) -> None:
    with provided_server(tmp_path / "postgres") as server:
        async with new_database(server) as database, StoreReader(database) as store:
            pids = await server_pids(database)
            living = {process.pid for process in Trees(pids).living()}
            counted = {process.pid for process in without(Trees(pids), store.server_pid).living()}

            assert await store.durability() == "PostgreSQL, fsync=on, synchronous_commit=on"
            assert store.server_pid in living
            assert store.server_pid not in counted
            assert len(counted) > 3
        (top,) = map(psutil.Process, pids)
        assert top.is_running()
    top.wait(timeout=10)

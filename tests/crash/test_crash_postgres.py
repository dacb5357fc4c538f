"""The same on PostgreSQL: the node dies, the database server lives; what a dead node held goes over to the next one."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from bench.postgres import new_database, provided_server
from carrier_process import Carrier
from crash_rounds import FRONT, ROUNDS, SEED, moments, survive
from platform_process import Platform

pytestmark = pytest.mark.slow


@pytest.fixture
async def database() -> AsyncIterator[str]:
    """An empty database on a server of our own. Its folder is none of pytest's: the server may run as another user,
    who must be able to walk there."""
    with (
        warnings.catch_warnings(action="ignore"),  # of the wheel, about this machine's folders
        tempfile.TemporaryDirectory(prefix="hongyan-crash-", ignore_cleanup_errors=True) as folder,
        provided_server(Path(folder)) as server,
    ):
        async with new_database(server) as address:
            yield address


async def test_on_postgresql_too_accepted_messages_survive_kills(tmp_path: Path, database: str) -> None:
    async with (
        Carrier(tmp_path / "carrier") as carrier,
        Platform(tmp_path / "platform", smpp=carrier.url, database=database) as platform,
    ):
        kills = moments(SEED, ROUNDS // 4, most_accepts=600, whom=(FRONT,))
        await survive(platform, carrier, seed=SEED, kills=kills)

"""Killed while it makes its data folder, a platform makes it whole at the next start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from bench.numbers import RANGES
from child_processes import HOST
from platform_process import Platform
from signed_load import ask
from sms_tenant import Tenant
from until import until

from hongyan.storage.sqlite.database import FILE

pytestmark = pytest.mark.slow

NUMBER = RANGES["mainland"].numbers()
PASSWORD = "a long password of ours"

MOMENTS: dict[str, Callable[[Platform], object]] = {
    "the folder is there": lambda platform: platform.data.exists(),
    "the writer runs": lambda platform: platform.writer_pid(),
    "the database is there": lambda platform: (platform.data / FILE).exists(),
    "the master key is there": lambda platform: (platform.data / "master.key").exists(),
    "the simulated carrier runs": lambda platform: platform.simulator_pid(),
    "the address is announced": lambda platform: (platform.data / "server.json").exists(),
}


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_first_start_that_is_killed_is_finished_by_the_next(tmp_path: Path, moment: str) -> None:
    settings = {
        "root_access_key_id": "LTAI5tTheRootOfThisTest0",
        "root_access_key_secret": "secretOfThisTestOnly0123456789",
        "root_password": PASSWORD,
    }
    async with Platform(tmp_path / "platform", **settings) as platform:
        await platform.launch()
        await until(lambda: MOMENTS[moment](platform), moment)
        await platform.kill()

        await platform.start()
        tenant = await Tenant.of(platform)
        assert (await ask(platform.port, tenant.wordings["notice"].request(NUMBER(1), 1))).accepted
        await platform.settled()
        assert platform.rows("SELECT count(*) FROM person WHERE login = 'root'") == [(1,)]
        assert await platform.stop() == 0


async def test_commands_work_on_the_data_of_a_killed_server(tmp_path: Path) -> None:
    """Its address file and its socket are still there, and nobody behind them."""
    async with Platform(tmp_path / "platform") as platform:
        await platform.start()
        running = await platform.seed()
        assert running["endpoint"] == f"{HOST}:{platform.port}"
        await platform.kill()
        assert (platform.data / "server.json").exists()
        assert (platform.data / "server.sock").exists()

        alone = await platform.seed()
        code, _, words = await platform.command("key", "list")

        assert (code, alone | {"endpoint": running["endpoint"]}) == (0, running), words
        await platform.start()
        assert await platform.seed() == running

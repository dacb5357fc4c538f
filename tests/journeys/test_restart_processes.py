"""One process of ours dies alone: the server ends with exit code 70, and the next start recovers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bench.numbers import RANGES
from carrier_process import Carrier
from child_processes import sigkill
from platform_process import Platform
from signed_load import Load, ask
from sms_tenant import Tenant
from until import until

pytestmark = pytest.mark.slow

NUMBER = RANGES["mainland"].numbers()
A_PART_DIED = 70


async def test_without_its_writer_a_server_ends_and_the_next_one_recovers(tmp_path: Path) -> None:
    async with (
        Carrier(tmp_path / "carrier") as carrier,
        Platform(tmp_path / "platform", smpp=carrier.url) as platform,
    ):
        await platform.start()
        tenant = await Tenant.of(platform)
        async with Load(tenant, platform.port, connections=32) as load:
            await load.accepts(200)
            assert await platform.kill(front=False) == A_PART_DIED, platform.log()
            load.end()
        assert '"part": "store"' in platform.log_file.read_text()
        assert {answer.status for answer in load.refused} <= {429, 500, 503}

        await platform.start()
        await platform.settled()

        stored = {number for (number,) in platform.rows("SELECT substr(number, -11) FROM message")}
        assert load.promises.keys() <= stored
        assert platform.rows("SELECT DISTINCT state FROM message") == [("delivered",)]


async def test_without_its_simulated_carrier_a_sandbox_ends_and_the_next_one_recovers(tmp_path: Path) -> None:
    async with Platform(tmp_path / "platform") as platform:
        await platform.start()
        tenant = await Tenant.of(platform)
        assert (await ask(platform.port, tenant.wordings["notice"].request(NUMBER(1), 1))).accepted
        await platform.settled()

        assert sigkill(platform.simulator_pid())
        assert await platform.ended() == A_PART_DIED, platform.log()
        assert '"part": "simulated carrier"' in platform.log_file.read_text()

        await platform.start()
        assert (await ask(platform.port, tenant.wordings["notice"].request(NUMBER(2), 2))).accepted
        await platform.settled()
        code, output, words = await platform.command("inbox", "--json")
        assert code == 0, words
        shown = json.dumps(json.loads(output), ensure_ascii=False)
        assert tenant.wordings["notice"].text(1) in shown, "what was on the phones is still there"
        assert tenant.wordings["notice"].text(2) in shown


async def test_killed_alone_a_front_leaves_no_process_behind(tmp_path: Path) -> None:
    async with Platform(tmp_path / "platform") as platform:
        await platform.start()
        left = [platform.writer_pid(), platform.simulator_pid()]
        assert all(left)

        assert await platform.kill(writer=False) == -9
        await platform.start()

        for pid in left:
            await until(lambda pid=pid: not Path(f"/proc/{pid}").exists(), f"process {pid} is gone")

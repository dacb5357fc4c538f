"""The control socket: every line is answered, nothing grows, nobody else may connect."""

from __future__ import annotations

import asyncio
import json
import socket
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hongyan.carriers.simulator import control
from hongyan.carriers.simulator.carrier import Carrier
from hongyan.carriers.simulator.control import call, call_sync
from hongyan.carriers.simulator.desk import ControlDesk
from hongyan.carriers.simulator.exchange import Exchange
from hongyan.carriers.simulator.scenario import Scenario
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Misconfigured, Refused


@pytest.fixture
def carrier() -> Carrier:
    return Carrier(Scenario(), ManualClock())


def desk_of(carrier: Carrier) -> ControlDesk:
    return ControlDesk(Exchange({"international": carrier}, Scenario()), lambda: None)


@pytest.fixture
async def data(tmp_path: Path, carrier: Carrier) -> AsyncIterator[Path]:
    desk = desk_of(carrier)
    await desk.open(tmp_path)
    yield tmp_path
    await desk.close()


def ask(carrier: Carrier, line: bytes) -> dict[str, Any]:
    return desk_of(carrier).answer(line)


async def test_commands_travel_over_the_socket(data: Path, carrier: Carrier) -> None:
    assert (await call(data, control.Stats()))["stats"]["submits"] == 0
    assert (await call(data, control.Pause()))["paused"] is True
    assert carrier.paused
    assert await call(data, control.Resume()) == {"paused": False}
    assert await call(data, control.DropLinks()) == {"dropped": 0}
    reply = control.Reply(number="+8613800138000", to="10690001", text="TD")
    assert await call(data, reply) == {"sent": False}
    assert carrier.stats().replies == 1


async def test_a_scenario_can_be_read_and_replaced(data: Path, carrier: Carrier) -> None:
    before = (await call(data, control.ScenarioCommand()))["scenario"]
    assert before["receipts"]["delay"]["min"] == 0.3
    before["receipts"]["loss_rate"] = 0.5
    await call(data, control.ScenarioCommand(replace=before))
    assert carrier.scenario.receipts.loss_rate == 0.5


async def test_a_scenario_with_mistakes_is_refused_and_the_old_one_stays(
    data: Path, carrier: Carrier
) -> None:
    with pytest.raises(Refused, match="los_rate") as caught:
        await call(data, control.ScenarioCommand(replace={"receipts": {"los_rate": 1}}))
    assert caught.value.code == "simulator.bad_scenario"
    assert carrier.scenario == Scenario()


async def test_only_the_owner_may_connect(data: Path) -> None:
    assert stat.S_IMODE((data / control.FILE).stat().st_mode) == 0o600


async def test_the_socket_goes_with_the_desk(tmp_path: Path, carrier: Carrier) -> None:
    desk = desk_of(carrier)
    await desk.open(tmp_path)
    await desk.close()
    assert not (tmp_path / control.FILE).exists()


async def test_a_socket_left_by_a_killed_simulator_gives_way(tmp_path: Path, carrier: Carrier) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / control.FILE))
    with pytest.raises(Misconfigured, match="no carrier simulator runs"):
        await call(tmp_path, control.Stats())
    desk = desk_of(carrier)
    await desk.open(tmp_path)
    assert (await call(tmp_path, control.Stats()))["paused"] is False
    await desk.close()


async def test_folders_with_very_long_names_work_too(tmp_path: Path, carrier: Carrier) -> None:
    deep = tmp_path / ("x" * 120) / ("y" * 120)
    deep.mkdir(parents=True)
    desk = desk_of(carrier)
    await desk.open(deep)
    assert (await call(deep, control.Stats()))["paused"] is False
    await desk.close()


def test_without_a_simulator_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as caught:
        call_sync(tmp_path, control.Stats())
    assert caught.value.code == "simulator.not_running"


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"stats\n",
        b"\xff\xfe\n",
        b"[]\n",
        b"{}\n",
        b'{"command": "explode"}\n',
        b'{"command": "stats", "more": 1}\n',
        b'{"command": "reply", "number": "13800138000", "to": "1069"}\n',
        b'{"command": "reply", "number": "13800138000\\n", "to": "1069", "text": "x"}\n',
        b'{"command": "reply", "number": "abc", "to": "1069", "text": "x"}\n',
        b'{"command": "reply", "number": "13800138000", "to": "1069", "text": ""}\n',
        json.dumps({"command": "reply", "number": "13800138000", "to": "1069", "text": "x" * 1001}).encode(),
    ],
)
def test_what_is_no_command_is_answered_with_the_reason(carrier: Carrier, line: bytes) -> None:
    answer = ask(carrier, line)
    assert answer["ok"] is False
    assert answer["error"]["code"] == "simulator.bad_command"
    assert answer["error"]["zh"]
    assert carrier.stats().replies == 0


async def test_a_line_without_end_is_answered_and_the_visitor_sent_away(data: Path) -> None:
    reader, writer = await asyncio.open_unix_connection(str(data / control.FILE))
    writer.write(b"x" * (control.MAX_LINE + 2))
    answer = json.loads(await reader.readline())
    assert "too long" in answer["error"]["en"]
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)
    writer.close()


async def test_several_commands_on_one_connection(data: Path) -> None:
    reader, writer = await asyncio.open_unix_connection(str(data / control.FILE))
    writer.write(b'{"command": "pause"}\nnonsense\n{"command": "resume"}\n')
    answers = [json.loads(await reader.readline()) for _ in range(3)]
    assert [answer["ok"] for answer in answers] == [True, False, True]
    writer.close()

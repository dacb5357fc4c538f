"""The simulator as its users start it: a process, announced, ended in order, never left behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from simulator_customers import CmppCustomer, Desk, SgipCustomer, SmgpCustomer
from simulator_esme import Esme

from hongyan.carriers.simulator import control
from hongyan.carriers.simulator.control import call, call_sync
from hongyan.carriers.simulator.handsets import open_inbox

pytestmark = pytest.mark.slow

Process = subprocess.Popen[bytes]
Launch = Callable[..., Process]


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    """Starts simulators; those still there at the end are killed."""
    started: list[Process] = []

    def begin(*arguments: str, data: Path = tmp_path, **options: Any) -> Process:
        command = [sys.executable, "-m", "hongyan.carriers.simulator", "--data", str(data), *arguments]
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = subprocess.Popen(command, **{**streams, **options})
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def ready_of(process: Process) -> dict[str, Any]:
    assert process.stdout is not None
    announced: dict[str, Any] = json.loads(process.stdout.readline())
    return announced


async def test_it_announces_itself_works_and_ends_in_order(launch: Launch, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    scenario = tmp_path / "quick.toml"
    scenario.write_text("[receipts]\ndelay = { max = 0.01 }\n")
    process = launch(
        "--ledger", str(ledger), "--scenario", str(scenario), "--system-id", "esme", "--password", "secret"
    )
    ready = ready_of(process)
    assert (ready["ready"], ready["host"], ready["pid"]) == ("smpp", "127.0.0.1", process.pid)
    esme = await Esme.connect(ready["port"])
    answer = await esme.submit_and_wait("13800138000", "hello")
    await esme.until(lambda: bool(esme.receipts))
    assert (await call(tmp_path, control.Stats()))["stats"]["accepted"] == 1
    process.terminate()
    await esme.until(lambda: esme.closed)
    assert process.wait(10) == 0
    assert "PeerUnbound" in esme.names()
    (line,) = ledger.read_text(encoding="utf-8").splitlines()
    assert (json.loads(line)["id"], json.loads(line)["text"]) == (answer.message_id, "hello")
    with open_inbox(tmp_path) as inbox:
        assert [text.text for text in inbox.messages()] == ["hello"]
    assert not Path(ready["control"]).exists()


def test_readiness_can_go_to_a_file(launch: Launch, tmp_path: Path) -> None:
    where = tmp_path / "ready.json"
    process = launch("--ready-file", str(where))
    until = time.monotonic() + 20
    while not where.exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert json.loads(where.read_bytes())["pid"] == process.pid


def test_readiness_can_go_to_a_descriptor(launch: Launch) -> None:
    reading, writing = os.pipe()
    process = launch("--ready-fd", str(writing), pass_fds=[writing])
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert json.loads(pipe.read())["pid"] == process.pid


def test_it_ends_when_its_parents_pipe_closes(launch: Launch) -> None:
    process = launch("--parent-pipe")
    ready_of(process)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(10) == 0


def test_a_parents_socket_pair_will_do_and_ctrl_c_is_the_parents(launch: Launch) -> None:
    ours, theirs = socket.socketpair()
    with ours:
        process = launch("--parent-pipe", stdin=theirs)
        theirs.close()
        ready = ready_of(process)
        process.send_signal(signal.SIGINT)
        assert call_sync(Path(ready["control"]).parent, control.Stats())["paused"] is False
        assert process.poll() is None
    assert process.wait(10) == 0


def test_without_a_pipe_to_watch_it_says_so(launch: Launch, tmp_path: Path) -> None:
    with (tmp_path / "no-pipe").open("w+b") as plain:
        process = launch("--parent-pipe", stdin=plain)
    assert process.wait(20) == os.EX_CONFIG
    assert process.stderr is not None
    assert b"simulator.no_parent_pipe" in process.stderr.read()


def test_a_bad_scenario_is_told_and_nothing_starts(launch: Launch, tmp_path: Path) -> None:
    scenario = tmp_path / "bad.toml"
    scenario.write_text("[receipts]\nlos_rate = 1\n")
    process = launch("--scenario", str(scenario))
    assert process.wait(20) == os.EX_CONFIG
    assert process.stderr is not None
    assert b"los_rate" in process.stderr.read()


async def test_after_a_kill_the_next_one_takes_over_with_new_ids(launch: Launch, tmp_path: Path) -> None:
    ids = set()
    for _ in range(2):
        process = launch()
        ready = ready_of(process)
        esme = await Esme.connect(ready["port"])
        ids.add((await esme.submit_and_wait("13800138000", "hello")).message_id)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    assert len(ids) == 2


def test_two_simulators_do_not_share_a_folder(launch: Launch) -> None:
    ready_of(launch())
    second = launch()
    assert second.wait(20) == os.EX_CONFIG
    assert second.stderr is not None
    assert b"simulator.already_running" in second.stderr.read()


def test_the_simulate_command_is_the_same_simulator(tmp_path: Path) -> None:
    code = "from hongyan.cli.simulate import app; app()"
    arguments = ["--port", "0", "--json", "--data", str(tmp_path)]
    with subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE) as process:
        assert ready_of(process)["port"] > 0
        assert call_sync(tmp_path, control.Stats())["paused"] is False
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


async def test_it_plays_all_networks_and_unbinds_them_all_at_the_end(launch: Launch, tmp_path: Path) -> None:
    ready = ready_of(process := launch("--networks", "all"))
    networks = ready["networks"]
    assert [where["protocol"] for where in networks.values()] == ["cmpp", "sgip", "smgp", "cmpp", "smpp"]
    assert ready["port"] == networks["international"]["port"]
    desk = Desk("smg", "secret")
    port = await desk.open()
    links = [
        await CmppCustomer.connect(networks["mobile"]["port"], version=0x30),
        await SmgpCustomer.connect(networks["telecom"]["port"]),
        await SgipCustomer.connect(networks["unicom"]["port"]),
        await Esme.connect(ready["port"]),
    ]
    await call(tmp_path, control.Listener("unicom", "sp", "127.0.0.1", port, "smg", "secret"))
    for link, number in zip(links, ("13800138000", "18900138000", "13000138000"), strict=False):
        assert (await link.submit_and_wait(number, "hello")).status == 0
    await desk.until(lambda: len(desk.reports) == 1)
    process.terminate()
    for link in [*links, *desk.calls]:
        await link.until(lambda link=link: link.closed)  # type: ignore[misc]
        assert "PeerUnbound" in link.names()
    assert process.wait(10) == 0
    await desk.close()
    with open_inbox(tmp_path) as inbox:
        assert {text.number for text in inbox.messages()} == {"13800138000", "18900138000", "13000138000"}


async def test_a_listener_may_come_from_the_environment(launch: Launch) -> None:
    desk = Desk("smg", "secret")
    url = f"sgip://smg:secret@127.0.0.1:{await desk.open()}/sp"
    process = launch("--networks", "unicom", env={**os.environ, "HONGYAN_SIMULATOR_LISTENER": url})
    link = await SgipCustomer.connect(ready_of(process)["networks"]["unicom"]["port"])
    answer = await link.submit_and_wait("13000138000", "hello")
    await desk.until(lambda: len(desk.reports) == 1)
    assert desk.reports[0].id == answer.message_id
    await desk.close()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--networks", "mobil"), b"simulator.unknown_network"),
        (("--networks", "unicom", "--listener", "nonsense"), b"simulator.bad_listener"),
        (("--listener", "sgip://a:b@h:1"), b"simulator.nobody_dials"),
        (("--networks", "mobile,telecom", "--port", "65535"), b"simulator.cannot_listen"),
    ],
)
def test_what_cannot_be_played_is_told(launch: Launch, arguments: tuple[str, ...], code: bytes) -> None:
    process = launch(*arguments)
    assert process.wait(20) == os.EX_CONFIG
    assert process.stderr is not None
    assert code in process.stderr.read()


def test_the_simulate_command_plays_all_networks_in_words(tmp_path: Path) -> None:
    code = "from hongyan.cli.simulate import app; app()"
    arguments = ["--port", "0", "--data", str(tmp_path)]
    environment = {**os.environ, "HONGYAN_LANG": "en"}
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().decode() for _ in range(6)]
        assert [line.partition(":")[0] for line in lines[:5]] == [
            "mobile",
            "unicom",
            "telecom",
            "broadnet",
            "international",
        ]
        assert lines[1].startswith("unicom: SGIP 127.0.0.1:")
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0

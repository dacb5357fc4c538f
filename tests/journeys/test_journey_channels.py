"""Channels are configured beside a running server, which hears of every change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from running_platform import RunningPlatform, until

pytestmark = pytest.mark.slow

CMPP = ("--protocol", "cmpp", "host=127.0.0.1", "login=901234", "access_number=1069000001", "carriers=mobile")


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[RunningPlatform]:
    running = RunningPlatform(tmp_path)
    running.start()
    yield running
    assert running.stop() == 0, running.log()


def test_a_channel_is_added_and_changed_beside_a_running_server(
    sandbox: RunningPlatform, tmp_path: Path
) -> None:
    password = tmp_path / "password"
    password.write_text("hunter-2\n", "utf-8")
    before = sandbox.log()
    made = sandbox.command("channel", "add", "mobile", *CMPP, "--password-file", str(password), "--json").json
    assert (made["id"], made["state"]) == (100, "active")
    until(lambda: "a channel was configured" in sandbox.log()[len(before) :], "the server hears of it")

    assert sandbox.command("channel", "edit", "mobile", "window=32", "--json").json["version"] == 2
    assert sandbox.command("channel", "pause", "mobile", "--json").json["state"] == "paused"
    (listed,) = sandbox.command("channel", "list", "--json").json
    assert listed["settings"]["window"] == 32
    ((sealed,),) = sandbox.rows("SELECT secret FROM channel")
    assert b"hunter-2" not in sealed
    assert "hunter-2" not in sandbox.log()

    said = sandbox.command("channel", "edit", "mobile", "window=0")
    assert (said.code, said.out) == (1, "")
    assert "window: it is 0" in said.err
    assert sandbox.command("channel", "remove", "mobile", "--json").json["state"] == "removed"
    assert sandbox.get("/readyz")[0] == 200, "the sandbox goes on"

"""The parts of a running server: one that fails is neither forgotten nor left dead beside the others."""

from __future__ import annotations

import asyncio
import errno
import os
from typing import Any

import pytest
from structlog.testing import capture_logs

from hongyan.bootstrap import Platform
from hongyan.config import Settings
from hongyan.kernel.errors import Misconfigured, Throttled
from hongyan.server import serve
from hongyan.server.address import reachable
from hongyan.server.serve import Server

BUSY = Throttled("throttled", en="the queue is full", zh="队列已满")


async def test_a_part_that_fails_stops_the_server_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(Settings())

    async def carrier_link() -> None:
        raise ValueError("nobody expected this")

    async def start(*_: object) -> None:
        server._begin("carrier link", carrier_link())

    monkeypatch.setattr(server, "_start", start)
    with capture_logs() as log:
        async with asyncio.timeout(10):
            assert await server.run(lambda _started: None) == 70
    assert [(line["event"], line.get("part")) for line in log] == [
        ("a part of ours failed", "carrier link"),
        ("a part of ours ended unexpectedly; stopping, a restart recovers", "carrier link"),
        ("stopping", None),
    ]


async def test_a_full_disk_at_the_start_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(Settings())

    async def start(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "hongyan-data/server.json")

    monkeypatch.setattr(server, "_start", start)
    with pytest.raises(Misconfigured, match=r"settings\.data.*No space left on device") as caught:
        await server.run(lambda _started: None)
    assert "No space left on device" in caught.value.zh


@pytest.mark.parametrize("fault", [BUSY, RuntimeError("disk I/O error")])
async def test_housekeeping_goes_on_after_a_round_that_failed(
    monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    monkeypatch.setattr(serve, "MAINTAIN_EVERY", 0)
    server = Server(Settings())
    again = asyncio.Event()
    rounds: list[Any] = []

    async def once(platform: Platform) -> None:
        rounds.append(platform)
        if len(rounds) == 1:
            raise fault
        again.set()

    monkeypatch.setattr(server, "_maintain_once", once)
    with capture_logs() as log:
        keeping = server._begin("housekeeping", server._maintain(None))  # type: ignore[arg-type]
        async with asyncio.timeout(10):
            await again.wait()
    keeping.cancel()
    assert log[0]["event"].startswith("housekeeping")


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),
        ("::", "127.0.0.1"),
        ("::1", "[::1]"),
        ("sms.example", "sms.example"),
    ],
)
def test_the_printed_address_can_be_used(host: str, shown: str) -> None:
    assert reachable(host) == shown

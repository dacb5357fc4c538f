"""The sandbox's carrier, as the server starts it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hongyan.server.simulated_carrier import SimulatedCarrier

pytestmark = pytest.mark.slow


async def test_it_learns_none_of_our_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither from its environment nor, as anybody on the machine might, from the list of processes."""
    monkeypatch.setenv("HONGYAN_MASTER_KEY", "topsecret")
    monkeypatch.setenv("HONGYAN_SIMULATOR_PASSWORD", "topsecret")
    carrier = SimulatedCarrier(tmp_path, scenario="", handsets=0)
    await carrier.start(lambda: None)
    try:
        process = Path("/proc") / str(carrier._process.pid)
        for name in ("environ", "cmdline"):
            assert b"topsecret" not in (process / name).read_bytes()
    finally:
        await carrier.stop()

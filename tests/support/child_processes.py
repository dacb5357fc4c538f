"""Child processes of tests: found, killed, and never left behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import socket
from asyncio.subprocess import Process
from pathlib import Path

import psutil

HOST = "127.0.0.1"
_STOP_WITHIN = 40.0
_FIRST_PORT = 12_000


def free_port() -> int:
    """A port that nobody listens on now; for servers that must come back at the same address.

    None of those that the system gives to outgoing connections: such a one could be taken while the server is away.
    """
    last = _first_port_for_clients() - 1
    for port in random.sample(range(_FIRST_PORT, last), 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((HOST, port))
            return port
    raise RuntimeError(f"no free port between {_FIRST_PORT} and {last}")


def _first_port_for_clients() -> int:
    known = Path("/proc/sys/net/ipv4/ip_local_port_range")
    return int(known.read_text().split()[0]) if known.exists() else 32_768


def child_running(parent: int, module: str) -> int | None:
    """The child of `parent` that was started as `python -m module`."""
    with contextlib.suppress(psutil.NoSuchProcess):
        for child in psutil.Process(parent).children():
            with contextlib.suppress(psutil.NoSuchProcess):
                if module in child.cmdline() and child.status() != psutil.STATUS_ZOMBIE:
                    return int(child.pid)
    return None


def sigkill(pid: int | None) -> bool:
    """Whether there still was a process to kill."""
    if pid is None:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


async def end(process: Process) -> int:
    """Ask a process to stop, by the end of its standard input when that is our pipe; insist after a while.
    Its exit code."""
    if process.returncode is None:
        if process.stdin is not None:
            process.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(_STOP_WITHIN):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    assert process.returncode is not None
    return process.returncode

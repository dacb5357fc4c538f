"""Child processes of tests: found, killed, and never left behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from asyncio.subprocess import Process

import psutil

HOST = "127.0.0.1"
_STOP_WITHIN = 40.0


def free_port() -> int:
    """A port that nobody listens on now; for servers that must come back at the same address."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


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

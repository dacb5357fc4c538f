"""What figures depend on besides the code: the machine and the versions."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

import apsw
import psutil

_PACKAGES = ("hongyan", "apsw", "asyncpg", "httptools", "msgspec", "uvicorn", "uvloop")


def machine() -> dict[str, str | int | float]:
    """Processor, cores, memory, system."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "system": platform.platform(),
    }


def versions() -> dict[str, str]:
    """Python, SQLite, the packages on the road, and the commit when this is a git checkout."""
    found = {"python": platform.python_version(), "sqlite": apsw.sqlite_lib_version()}
    found |= {name: version(name) for name in _PACKAGES}
    git = ("git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty")
    try:
        found["commit"] = subprocess.run(git, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        found["commit"] = "unknown"
    return found


def settings() -> dict[str, str]:
    """Settings of the platform that were changed for the run (HONGYAN_… variables), without secrets."""
    secret = ("SECRET", "PASSWORD", "KEY", "SMPP", "DATABASE")
    return {
        name: value
        for name, value in sorted(os.environ.items())
        if name.startswith("HONGYAN_") and not name.endswith(secret)
    }


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        return platform.processor() or platform.machine()
    return platform.machine()

"""Where the server of a data folder can be reached: `server.json`, for its owner only, while it runs."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

ADDRESS_FILE = "server.json"


class Address(msgspec.Struct, frozen=True):
    """What commands on this machine need to know of a running server."""

    pid: int
    url: str
    endpoint: str
    database: str = ""
    """postgresql://… when it does not use the SQLite file of its data folder."""


def reachable(host: str) -> str:
    """What a client on this machine writes for the address that we listen on."""
    if host in ("0.0.0.0", "::"):  # noqa: S104  every address, so also this one
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def read_address(data: Path) -> Address | None:
    """Where the server of a data folder listens; None when none runs."""
    try:
        address = msgspec.json.decode((data / ADDRESS_FILE).read_bytes(), type=Address)
    except (OSError, msgspec.DecodeError):
        return None
    try:
        os.kill(address.pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:  # it runs, as somebody else
        return address
    return address

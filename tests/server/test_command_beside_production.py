"""A command knows from the running server whether there are carriers, whatever its own environment says."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from hongyan.bootstrap import open_platform
from hongyan.config import Settings
from hongyan.server.address import ADDRESS_FILE, Address


@pytest.mark.parametrize("production", [True, False])
async def test_a_command_is_in_the_sandbox_only_when_the_server_is(tmp_path: Path, production: bool) -> None:
    address = Address(os.getpid(), "http://127.0.0.1:1", "127.0.0.1:1", production)
    (tmp_path / ADDRESS_FILE).write_bytes(msgspec.json.encode(address))
    async with open_platform(Settings(data=tmp_path)) as opened:
        assert opened.platform.sandbox is not production

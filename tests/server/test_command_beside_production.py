"""A command knows from the store whether it was served with carriers, whatever its own environment says."""

from __future__ import annotations

from pathlib import Path

import pytest

from hongyan.bootstrap import is_sandbox, open_platform
from hongyan.config import Settings
from hongyan.server.channels import channel_names, routes

CARRIER = "smpp://tester:secret@127.0.0.1:1"
CHANNEL = {"host": "10.0.0.1", "login": "901234", "access_number": "1069000001", "carriers": ["mobile"]}


@pytest.mark.parametrize("production", [True, False])
async def test_a_command_is_in_the_sandbox_only_when_the_server_is(tmp_path: Path, production: bool) -> None:
    """The server's own start is in the journeys; this is what it does to the store."""
    async with open_platform(Settings(data=tmp_path, smpp=CARRIER if production else "")) as opened:
        assert opened.platform.sandbox is not production
        if production:
            await opened.platform.production.mark()
    async with open_platform(Settings(data=tmp_path)) as opened:
        assert opened.platform.sandbox is not production


async def test_a_command_knows_the_number_of_the_servers_carrier(tmp_path: Path) -> None:
    """Signatures that it approves are registered there."""
    async with open_platform(Settings(data=tmp_path, smpp=CARRIER)) as opened:
        await opened.platform.production.mark("1069000077")
    async with open_platform(Settings(data=tmp_path)) as opened:
        (route,) = await routes(opened.platform)
        assert (route.name, route.access_number) == ("main", "1069000077")
        assert (await channel_names(opened.platform))[route.id].name == "main"
        await opened.platform.production.mark()
        assert await routes(opened.platform) == []


async def test_a_command_with_a_carrier_in_its_environment_leaves_no_mark(tmp_path: Path) -> None:
    async with open_platform(Settings(data=tmp_path, smpp=CARRIER)) as opened:
        assert not opened.platform.sandbox
    async with open_platform(Settings(data=tmp_path)) as opened:
        assert opened.platform.sandbox


async def test_the_first_channel_marks_the_store_also_when_it_is_removed_again(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    async with open_platform(settings) as opened:
        channels = opened.platform.channels
        await channels.add("mobile", "cmpp", CHANNEL, "password", actor="cli:tester")
        await channels.drain("mobile", actor="cli:tester")
        await channels.remove("mobile", actor="cli:tester")
        assert not await is_sandbox(settings, opened.platform.store)
    async with open_platform(settings) as opened:
        assert not opened.platform.sandbox

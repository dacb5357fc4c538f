"""A start that cannot be is refused at once, with words that say what to do and exit code 78, and changes nothing."""

from __future__ import annotations

import base64
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import apsw
import pytest
from child_processes import HOST
from platform_process import Platform

from hongyan.storage.sqlite.database import FILE

pytestmark = pytest.mark.slow

MISCONFIGURED = 78


@pytest.fixture
async def platform(tmp_path: Path) -> AsyncIterator[Platform]:
    """A sandbox that has run once and is stopped."""
    async with Platform(tmp_path / "platform") as opened:
        await opened.start()
        assert await opened.stop() == 0
        yield opened


async def refused(platform: Platform, *words: str) -> None:
    """It says these words; the last one, the code, in Chinese as well."""
    for language, expected in (("en_US.UTF-8", words), ("zh_CN.UTF-8", words[-1:])):
        platform.locale = language
        code, said = await platform.refused()
        assert code == MISCONFIGURED, said
        assert "Traceback" not in said
        for word in expected:
            assert word in said, said


async def test_a_second_server_on_the_same_data_is_refused_and_does_not_disturb_the_first(
    tmp_path: Path, platform: Platform
) -> None:
    await platform.start()
    async with Platform(tmp_path / "platform") as second:
        code, said = await second.refused()
        assert (code, "another Hongyan process is writing" in said) == (MISCONFIGURED, True), said
    assert await platform.get("/readyz") is not None
    code, output, _ = await platform.command("sandbox", "seed", "--json")
    assert (code, platform.endpoint in output) == (0, True)
    assert await platform.stop() == 0


async def test_a_newer_database_is_refused_and_left_as_it_is(platform: Platform) -> None:
    with apsw.Connection(str(platform.data / FILE)) as database:
        database.execute("INSERT INTO schema_version (version, name, applied_ms) VALUES (9999, 'later', 0)")
    before = platform.rows("SELECT * FROM schema_version")

    await refused(platform, "9999", "Start the newer Hongyan", "storage.schema_too_new")

    assert platform.rows("SELECT * FROM schema_version") == before


async def test_a_master_key_that_others_may_read_is_refused(platform: Platform) -> None:
    key = platform.data / "master.key"
    key.chmod(0o640)
    await refused(platform, f"chmod 600 {key}", "vault.key_permissions")

    key.chmod(0o600)
    await platform.start()


async def test_another_master_key_is_refused(platform: Platform) -> None:
    platform.configure(master_key=base64.b64encode(bytes(range(32))).decode())
    await refused(platform, "another master key", "vault.wrong_key")

    platform.configure(master_key=(platform.data / "master.key").read_text().strip())
    await platform.start()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("not base64!", ("HONGYAN_MASTER_KEY", "openssl rand -base64 32", "vault.key_format")),
        (base64.b64encode(b"short").decode(), ("32 bytes, not 5", "vault.key_length")),
    ],
)
async def test_a_master_key_that_is_none_is_refused(
    platform: Platform, text: str, words: tuple[str, ...]
) -> None:
    platform.configure(master_key=text)
    await refused(platform, *words)


async def test_a_port_in_use_is_refused(platform: Platform) -> None:
    with socket.create_server((HOST, platform.port)):
        await refused(platform, f"{HOST}:{platform.port}", "--port", "settings.port")
    await platform.start()


async def test_a_damaged_database_is_refused(platform: Platform) -> None:
    (platform.data / FILE).write_bytes(b"this is no database, whatever its name says" * 100)
    for leftover in platform.data.glob(f"{FILE}-*"):
        leftover.unlink()
    await refused(platform, FILE, "Restore a backup", "storage.unreadable")

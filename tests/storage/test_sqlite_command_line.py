"""Commands that write the data folder themselves, because no server runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hongyan.storage.port import Change, Done
from hongyan.storage.sqlite import writer
from hongyan.storage.sqlite.command_line import CommandLineStore
from hongyan.storage.sqlite.database import FILE


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLineStore]:
    monkeypatch.setattr(writer, "CHECKPOINT_PAGES", 16)
    opened = CommandLineStore(tmp_path, tmp_path / "nobody.sock")
    opened.open()
    yield opened
    opened.close()


async def test_the_log_of_a_long_command_does_not_grow_with_what_it_writes(
    store: CommandLineStore, tmp_path: Path
) -> None:
    log = tmp_path / f"{FILE}-wal"
    sizes = []
    for n in range(60):
        rows = "[" + ",".join(f'[{1_000 * n + k},"mobile",1]' for k in range(1_000)) + "]"
        assert isinstance(await store.commit(Change((("messaging.keep_ported", (rows, "x"), None),))), Done)
        sizes.append(log.stat().st_size)
    assert max(sizes) < 2 * max(sizes[:10])

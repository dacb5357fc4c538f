from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from link_world import LinkWorld

from hongyan.carriers import connection as connection_module
from hongyan.carriers import link as link_module


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LinkWorld]:
    """A link that looks at its timers often, because the clock jumps."""
    monkeypatch.setattr(connection_module, "TICK", 0.005)
    monkeypatch.setattr(link_module, "FIRST_RECONNECT", 0.01)
    async with LinkWorld(tmp_path) as opened:
        yield opened

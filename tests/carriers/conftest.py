from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from link_world import LinkWorld

from hongyan.carriers import smpp_link


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LinkWorld]:
    """A link that looks at its timers often, because the clock jumps."""
    monkeypatch.setattr(smpp_link, "TICK", 0.005)
    monkeypatch.setattr(smpp_link, "FIRST_RECONNECT", 0.01)
    async with LinkWorld(tmp_path) as opened:
        yield opened

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from road_world import Road


@pytest.fixture
async def road(tmp_path: Path) -> AsyncIterator[Road]:
    """The road with its tenant; nothing was sent yet, and nobody takes what is sent."""
    opened = Road(tmp_path)
    yield opened
    opened.close()

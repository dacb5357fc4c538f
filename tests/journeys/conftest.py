from __future__ import annotations

from collections.abc import Iterator

import pytest
from running_platform import RunningPlatform, Tenant


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlatform]:
    """One platform for all journeys that leave it as they found it."""
    running = RunningPlatform(tmp_path_factory.mktemp("journeys"))
    running.start()
    yield running
    assert running.stop() == 0, running.log()


@pytest.fixture(scope="session")
def tenant(platform: RunningPlatform) -> Tenant:
    return platform.seed()

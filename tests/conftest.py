"""What holds for all tests. Examples of property tests are not timed: a busy machine is no fault of the code, and tests
that take too long show in their durations."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

_LOGS = structlog.get_config()


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """The settings of all logs are one per process, and what opens a platform changes them, also for a whole module."""
    root = logging.getLogger()
    handlers = root.handlers[:]
    structlog.configure(**_LOGS)
    yield
    root.handlers[:] = handlers
    structlog.configure(**_LOGS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, so that no worker is left alone with it in the end."""
    items.sort(key=lambda item: "slow" not in item.keywords)

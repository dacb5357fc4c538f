"""What holds for all tests. Examples of property tests are not timed: a busy machine is no fault of the code, and tests
that take too long show in their durations."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, so that no worker is left alone with it in the end."""
    items.sort(key=lambda item: "slow" not in item.keywords)

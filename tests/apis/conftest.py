from __future__ import annotations

import pytest
from aliyun_client import Client


@pytest.fixture
def client() -> Client:
    """A fresh door with nothing sent yet, at the manual clock's time."""
    return Client()

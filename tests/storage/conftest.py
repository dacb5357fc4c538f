from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from storage_books import Books, Database, NewDatabase, SqliteFolder
from storage_samples import Samples


@pytest.fixture(params=["sqlite"])
def new_database(request: pytest.FixtureRequest) -> NewDatabase:
    """Makes databases of each engine."""
    return SqliteFolder


@pytest.fixture
def database(new_database: NewDatabase, tmp_path: Path) -> Database:
    """A new database of each engine."""
    return new_database(tmp_path)


@pytest.fixture
async def books(database: Database) -> AsyncIterator[Books]:
    """An open store on a new database, of each engine."""
    opened = await Books(database).open()
    yield opened
    await opened.close()


@pytest.fixture
def make() -> Samples:
    return Samples()

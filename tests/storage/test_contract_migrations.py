"""What the store promises of its schema: brought forward in order, never backward, the same for both engines."""

from __future__ import annotations

import importlib

import pytest
from storage_books import Books, Database

from hongyan.kernel.errors import Misconfigured
from hongyan.storage.migrations import TRACK, Migration, migrations, pending


def test_both_engines_have_the_same_versions() -> None:
    sqlite, postgres = migrations("sqlite"), migrations("postgres")

    assert [one.version for one in sqlite] == [one.version for one in postgres]
    assert [one.version for one in sqlite] == list(range(1, len(sqlite) + 1))


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_a_migration_is_not_broken_into_by_its_own_transaction(engine: str) -> None:
    for migration in migrations(engine):
        words = migration.sql.upper().split()
        assert "COMMIT" not in words, migration.name
        assert "BEGIN" not in words, migration.name


def test_only_what_is_missing_is_pending() -> None:
    known = [Migration(1, "a", ""), Migration(2, "b", ""), Migration(3, "c", "")]

    assert pending(known, 1, "here") == known[1:]
    assert pending(known, 3, "here") == []


async def test_a_new_database_gets_every_migration_in_order(books: Books) -> None:
    rows = await books.rows("SELECT version, name FROM schema_version ORDER BY applied_ms, version")

    assert rows == [(one.version, one.name) for one in migrations(books.database.name)]


async def test_opening_again_changes_nothing(books: Books) -> None:
    before = await books.rows("SELECT * FROM schema_version ORDER BY version")

    await books.restart()

    assert await books.rows("SELECT * FROM schema_version ORDER BY version") == before


async def test_an_older_database_is_brought_forward(database: Database) -> None:
    first = migrations(database.name)[0]
    await database.script(TRACK)
    await database.script(first.sql)
    await database.rows(
        "INSERT INTO schema_version (version, name, applied_ms) VALUES (1, $1, 0)", first.name
    )
    await database.rows("INSERT INTO fact (name, value) VALUES ('x', 'kept')")

    books = await Books(database).open()

    try:
        newest = migrations(database.name)[-1].version
        assert await books.value("SELECT max(version) FROM schema_version") == newest
        assert await books.value("SELECT value FROM fact WHERE name = 'x'") == "kept"
    finally:
        await books.close()


async def test_a_newer_database_is_refused_with_words(database: Database) -> None:
    books = await Books(database).open()
    await books.close()
    newest = migrations(database.name)[-1].version
    await database.rows(
        "INSERT INTO schema_version (version, name, applied_ms) VALUES ($1, 'of tomorrow', 0)", newest + 1
    )
    before = await database.rows("SELECT * FROM schema_version ORDER BY version")

    with pytest.raises(Misconfigured) as refused:
        await books.open()

    assert refused.value.code == "storage.schema_too_new"
    for language in ("en", "zh"):
        assert str(newest) in refused.value.words(language)
        assert str(newest + 1) in refused.value.words(language)
    assert await database.rows("SELECT * FROM schema_version ORDER BY version") == before


async def test_a_migration_that_fails_leaves_nothing_of_itself(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = await Books(database).open()
    await books.close()
    known = migrations(database.name)
    broken = Migration(
        known[-1].version + 1, "broken", "CREATE TABLE half (x BIGINT); SELECT no_such_column;"
    )
    opening = importlib.import_module(f"hongyan.storage.{database.name}.database")
    monkeypatch.setattr(opening, "migrations", lambda engine: [*known, broken])

    with pytest.raises(Misconfigured) as refused:
        await books.open()

    assert refused.value.code == "storage.migration_failed"
    monkeypatch.undo()
    await books.open()
    try:
        assert await books.value("SELECT max(version) FROM schema_version") == known[-1].version
        await books.rows("CREATE TABLE half (x BIGINT)")
    finally:
        await books.close()

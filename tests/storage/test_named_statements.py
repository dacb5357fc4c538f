"""Guards over the named SQL of all rooms: every statement stands on both engines and is understood by both."""

from __future__ import annotations

import re

import pytest
from storage_books import Books

from hongyan.storage.statements import catalogue, parse


def named(engine: str) -> list[tuple[str, str]]:
    return sorted(item for item in catalogue(engine).items() if not item[0].startswith("test."))


def test_both_engines_have_every_statement() -> None:
    assert [name for name, _ in named("sqlite")] == [name for name, _ in named("postgres")]


def test_a_statement_has_the_same_parameters_on_both_engines() -> None:
    def parameters(sql: str) -> set[str]:
        return set(re.findall(r"[?$](\d+)", sql))

    postgres = dict(named("postgres"))
    differing = [name for name, sql in named("sqlite") if parameters(sql) != parameters(postgres[name])]

    assert differing == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("-- name: storage.one\nSELECT 1", "ends with"),
        ("-- name: storage.one\nSELECT 1; SELECT 2;", "one statement"),
        ("-- name: storage.one\nSELECT 1;\n-- name: storage.one\nSELECT 2;", "named twice"),
        ("-- part: columns\na, b\n-- part: columns\na", "named twice"),
        ("-- name: storage.one\nSELECT {columns} FROM x;\n-- part: columns\na, b", "no part {columns}"),
        ("-- part: columns\na, b\n-- name: storage.one\nSELECT 1;", "nobody uses: columns"),
    ],
)
def test_a_statement_that_is_written_wrongly_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        parse(text)


def test_what_statements_have_in_common_stands_once_as_a_part() -> None:
    text = """-- part: columns
-- Of a record.
x.a, x.b
-- part: rows
SELECT {columns} FROM x
-- name: storage.one
{rows} WHERE x.a = $1;
-- name: storage.all
{rows} ORDER BY x.a;
"""
    assert parse(text) == {
        "storage.one": "SELECT x.a, x.b FROM x WHERE x.a = $1",
        "storage.all": "SELECT x.a, x.b FROM x ORDER BY x.a",
    }


async def test_the_engine_understands_every_statement(books: Books) -> None:
    problems = [
        f"{name}: {problem}"
        for name, sql in named(books.database.name)
        for problem in await books.database.problems(sql)
    ]

    assert not problems, "\n".join(problems)

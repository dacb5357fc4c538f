"""Named SQL: every statement is used, every used name exists, on both engines; migrations are what their page says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from guard_sources import PACKAGE, Module, modules

from hongyan.storage.migrations import migrations
from hongyan.storage.statements import catalogue

ENGINES = [
    name
    for name in ("sqlite", "postgres")
    if any(path.name != "__init__.py" for path in (PACKAGE / "storage" / name).glob("*.py"))
]
"""The engines that are built."""
_NAME = re.compile(r"(?:storage|identity|compliance|messaging|billing|insight|carriers)\.[a-z_0-9]*")
_SQL = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP) ")
_SQL_ROOMS = {
    "storage": "the engines: the hot path and its scratch tables cannot be written as named statements",
    "carriers.simulator": "the handsets' own file, which is no part of the store",
}


def names_in(module: Module) -> Iterator[tuple[str, bool]]:
    """Strings that may name a statement, as patterns: (pattern, whether it must name one). A name made of parts, as
    in f"compliance.add_{kind}", stands for every statement that begins like it."""
    parts = {
        id(part) for node in ast.walk(module.tree) if isinstance(node, ast.JoinedStr) for part in node.values
    }
    for node in ast.walk(module.tree):
        match node:
            case ast.JoinedStr(values=[ast.Constant(value=str(first)), *_]) if _NAME.fullmatch(first):
                yield re.escape(first) + "[a-z_0-9]+", True
            case ast.Constant(value=str(text)) if id(node) not in parts and _NAME.fullmatch(text):
                yield re.escape(text), False
            case ast.Call(func=ast.Attribute(attr="read"), args=[ast.Constant(value=str(text)), *_]):
                yield re.escape(text), True
            case ast.Tuple(elts=[ast.Constant(value=str(text)), ast.Tuple(), _]):
                yield re.escape(text), True


# `catalogue.__wrapped__` reads the files anew: other tests put statements of their own into the cached one.


def test_every_statement_exists_for_both_engines() -> None:
    assert set(catalogue.__wrapped__("sqlite")) == set(catalogue.__wrapped__("postgres"))


def test_every_statement_is_used() -> None:
    patterns = {pattern for module in modules() for pattern, _ in names_in(module)}
    unused = [
        name for name in catalogue.__wrapped__("sqlite") if not any(re.fullmatch(p, name) for p in patterns)
    ]
    assert not unused, f"statements nobody calls: {', '.join(unused)}"


def test_every_statement_that_is_called_exists() -> None:
    known = catalogue.__wrapped__("sqlite")
    for module in modules():
        for pattern, must in names_in(module):
            assert not must or any(re.fullmatch(pattern, name) for name in known), (
                f"{module.where}: {pattern}"
            )


def test_sql_stands_in_statements_and_engines_only() -> None:
    for module in modules():
        if any(module.name == room or module.name.startswith(room + ".") for room in _SQL_ROOMS):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                place = f"{module.where}:{node.lineno}"
                assert not _SQL.match(node.value), f"{place} holds SQL; name it in the room's statements.sql"


def test_a_planted_call_of_an_unknown_statement_is_found() -> None:
    planted = Module(
        "x", PACKAGE / "x.py", "rows = store.read('messaging.nothing', 1)\nn = f'compliance.add_{kind}'\n"
    )
    assert (r"messaging\.nothing", True) in set(names_in(planted))
    assert (r"compliance\.add_[a-z_0-9]+", True) in set(names_in(planted))


def test_migrations_are_the_ones_of_their_page_and_exist_for_every_engine() -> None:
    page = (PACKAGE / "storage" / "migrations" / "README.md").read_text("utf-8")
    written = [int(version) for version in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)]
    for engine in ENGINES:
        versions = [migration.version for migration in migrations(engine)]
        assert versions == written == list(range(1, len(written) + 1)), engine


def test_every_migration_file_has_a_name_that_the_loader_reads() -> None:
    files = {path.name for path in (PACKAGE / "storage" / "migrations").glob("*.sql")}
    assert files == {migration.name for engine in ENGINES for migration in migrations(engine)}

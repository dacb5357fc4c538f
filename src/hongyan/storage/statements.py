"""The catalogue of named SQL: every `statements.sql` of every room and of the folders in it, loaded once.

A statement starts with `-- name: room.verb_noun`, may have comment lines, and ends with `;`. Parameters are
`$1, $2, …` and the text runs on both engines. Where it cannot, it stands twice, as `-- name: room.verb_noun sqlite`
and `-- name: room.verb_noun postgres`. What several statements of a file have in common, such as the columns of one
record, stands once as `-- part: noun` and is put in where they say `{noun}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

_ROOMS = ("storage", "identity", "compliance", "messaging", "billing", "insight", "carriers")
_HEAD = re.compile(
    r"^-- (?:name: ([a-z_]+\.[a-z_0-9]+(?: (?:sqlite|postgres))?)|part: ([a-z_]+))\s*$", re.MULTILINE
)
_PART = re.compile(r"\{([a-z_]+)\}")
_PARAMETER = re.compile(r"\$(\d+)")


def parse(text: str) -> dict[str, str]:
    """Statement by name, comments removed, parts put in."""
    pieces = _HEAD.split(text)
    found: dict[str, str] = {}
    parts: dict[str, str] = {}
    used: set[str] = set()

    def put_in(mention: re.Match[str]) -> str:
        if mention[1] not in parts:
            raise ValueError(f"there is no part {mention[0]} above the place that uses it")
        used.add(mention[1])
        return parts[mention[1]]

    for name, part, body in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        lines = (line for line in body.splitlines() if not line.lstrip().startswith("--"))
        sql = _PART.sub(put_in, "\n".join(lines).strip())
        if (name or part) in (found if name else parts):
            raise ValueError(f"{name or part}: named twice")
        if part:
            parts[part] = sql
        elif not sql.endswith(";") or ";" in sql[:-1]:
            raise ValueError(f"{name}: a named statement is one statement that ends with ';'")
        else:
            found[name] = sql[:-1]
    if unused := parts.keys() - used:
        raise ValueError(f"parts that nobody uses: {', '.join(sorted(unused))}")
    return found


@cache
def catalogue(engine: str) -> dict[str, str]:
    """All named statements in the dialect of `engine`; SQLite wants `?1` where we write `$1`."""
    found: dict[str, str] = {}
    for room in _ROOMS:
        for entry in _files(resources.files(f"hongyan.{room}")):
            for head, sql in parse(entry.read_text("utf-8")).items():
                name, _, only = head.partition(" ")
                if only not in ("", engine):
                    continue
                if not name.startswith(f"{room}."):
                    raise ValueError(f"{name} stands in the {room} room")
                if name in found:
                    raise ValueError(f"{name}: named twice")
                found[name] = _PARAMETER.sub(r"?\1", sql) if engine == "sqlite" else sql
    return found


def _files(folder: Traversable) -> Iterator[Traversable]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry)
        elif entry.name == "statements.sql":
            yield entry

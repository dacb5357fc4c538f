"""The catalogue of named SQL: every `statements.sql` of every room, loaded once.

A statement starts with `-- name: room.verb_noun`, may have comment lines, and ends with `;`. Parameters are
`$1, $2, …` and the text runs on both engines. Where it cannot, it stands twice, as `-- name: room.verb_noun sqlite`
and `-- name: room.verb_noun postgres`.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

_ROOMS = ("storage", "identity", "compliance", "messaging", "billing", "insight", "carriers")
_HEAD = re.compile(r"^-- name: ([a-z_]+\.[a-z_0-9]+(?: (?:sqlite|postgres))?)\s*$", re.MULTILINE)
_PARAMETER = re.compile(r"\$(\d+)")


def parse(text: str) -> dict[str, str]:
    """Statement by name, comments removed."""
    pieces = _HEAD.split(text)
    found: dict[str, str] = {}
    for name, body in zip(pieces[1::2], pieces[2::2], strict=True):
        sql = "\n".join(line for line in body.splitlines() if not line.lstrip().startswith("--")).strip()
        if not sql.endswith(";") or ";" in sql[:-1]:
            raise ValueError(f"{name}: a named statement is one statement that ends with ';'")
        if name in found:
            raise ValueError(f"{name}: named twice")
        found[name] = sql[:-1]
    return found


@cache
def catalogue(engine: str) -> dict[str, str]:
    """All named statements in the dialect of `engine`; SQLite wants `?1` where we write `$1`."""
    found: dict[str, str] = {}
    for room in _ROOMS:
        entry = resources.files(f"hongyan.{room}") / "statements.sql"
        if not entry.is_file():
            continue
        for head, sql in parse(entry.read_text("utf-8")).items():
            name, _, only = head.partition(" ")
            if only not in ("", engine):
                continue
            if not name.startswith(f"{room}."):
                raise ValueError(f"{name} stands in the {room} room")
            found[name] = _PARAMETER.sub(r"?\1", sql) if engine == "sqlite" else sql
    return found

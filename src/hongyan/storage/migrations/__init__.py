"""Finds and orders the migrations; the engines run them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources

from hongyan.kernel.errors import Misconfigured

_NAME = re.compile(r"(\d{4})_(?:pre|post)_\w+?(?:\.(sqlite|postgres))?\.sql")

TRACK = """CREATE TABLE IF NOT EXISTS schema_version (
    version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_ms BIGINT NOT NULL)"""


@dataclass(frozen=True, slots=True)
class Migration:
    version: int
    name: str
    sql: str


def migrations(engine: str) -> list[Migration]:
    """All migrations for `engine` (sqlite or postgres), oldest first."""
    found = []
    for entry in resources.files(__package__).iterdir():
        match = _NAME.fullmatch(entry.name)
        if match and match.group(2) in (None, engine):
            found.append(Migration(int(match.group(1)), entry.name, entry.read_text("utf-8")))
    return sorted(found, key=lambda migration: migration.version)


def pending(known: list[Migration], applied: int, where: str) -> list[Migration]:
    """What is still to run. Raises Misconfigured when the database is newer than this code."""
    newest = known[-1].version
    if applied > newest:
        raise Misconfigured(
            "storage.schema_too_new",
            en=f"{where} has schema version {applied}, but this Hongyan knows only {newest}. "
            "Start the newer Hongyan that made it, or restore a backup taken before the upgrade.",
            zh=f"{where} 的库结构版本为 {applied}，而当前程序只认识到 {newest}。请用创建它的较新版本启动，或恢复升级前的备份。",
            found=applied,
            known=newest,
        )
    return [migration for migration in known if migration.version > applied]


def failed(migration: Migration, where: str, error: Exception) -> Misconfigured:
    """What to say when a migration does not run; its transaction was undone."""
    return Misconfigured(
        "storage.migration_failed",
        en=f"migration {migration.name} failed on {where} and was undone: {error}",
        zh=f"在 {where} 上执行迁移 {migration.name} 失败，已撤销：{error}",
        version=migration.version,
    )

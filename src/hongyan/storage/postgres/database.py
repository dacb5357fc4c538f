"""Connections to PostgreSQL: their settings in one place, the migrations, and what is said when there is none."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import asyncpg
import structlog

from hongyan.kernel.errors import Misconfigured, RemoteFault
from hongyan.storage.migrations import TRACK, failed, migrations, pending

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Connection = asyncpg.Connection[asyncpg.Record]
    AnyConnection = Connection | PoolConnectionProxy[asyncpg.Record]
else:
    Connection = AnyConnection = asyncpg.Connection

log = structlog.get_logger(__name__)

OLDEST_SERVER = 14
CONNECT_SECONDS = 10.0
COMMAND_SECONDS = 30.0
"""After this a statement that has no answer counts as lost with its connection."""
AWAY = (
    OSError,  # with TimeoutError
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
)
"""What a statement raises when the server is not there, or is going."""
_MIGRATION_LOCK = 0x686F6E67_0001
"""Advisory locks of ours start with the bytes of "hong"."""
_SETTINGS = {"application_name": "hongyan", "jit": "off", "timezone": "UTC"}
_WRITER_SETTINGS = {
    # Every statement of a group finds its rows by key. Plans are made once, while today's tables are still empty,
    # so nothing but the indexes may be considered.
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "default_transaction_isolation": "read committed",
}
LEASE_SETTING = "hongyan.lease"
"""The node's lease, as named statements see it: `current_setting('hongyan.lease')::bigint`."""
_STATEMENTS_CACHED = 512


async def connect(url: str, *, lease: int = 0) -> Connection:
    """The connection that writes. Raises Misconfigured when there is no usable server at `url`."""
    try:
        connection = await asyncpg.connect(
            url,
            timeout=CONNECT_SECONDS,
            command_timeout=COMMAND_SECONDS,
            statement_cache_size=_STATEMENTS_CACHED,
            server_settings=_SETTINGS | _WRITER_SETTINGS | {LEASE_SETTING: str(lease)},
        )
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
        raise unreachable(url, error) from error
    await prepare(connection)
    return connection


async def open_pool(url: str, *, lease: int, most: int) -> asyncpg.Pool[asyncpg.Record]:
    """Connections that read, and look after the lease."""
    return await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=most,
        timeout=CONNECT_SECONDS,
        command_timeout=COMMAND_SECONDS,
        init=prepare,
        reset=_keep,
        statement_cache_size=_STATEMENTS_CACHED,
        server_settings=_SETTINGS | {LEASE_SETTING: str(lease)},
    )


async def prepare(connection: Connection) -> None:
    """A sum of integers is an integer, on both engines."""
    await connection.set_type_codec("numeric", schema="pg_catalog", encoder=str, decoder=_number)


async def _keep(_connection: object) -> None:
    """Reads leave nothing behind that would have to be reset."""


def _number(text: str) -> int | Decimal:
    return int(text) if text.lstrip("-").isdigit() else Decimal(text)


async def migrate(connection: Connection, url: str) -> None:
    """Bring the schema forward; one node at a time. Raises Misconfigured."""
    major = connection.get_server_version().major
    if major < OLDEST_SERVER:
        raise Misconfigured(
            "storage.server_too_old",
            en=f"{place(url)} is PostgreSQL {major}; at least {OLDEST_SERVER} is needed",
            zh=f"{place(url)} 为 PostgreSQL {major}，至少需要 {OLDEST_SERVER}",
            found=major,
            needed=OLDEST_SERVER,
        )
    await connection.execute("SELECT pg_advisory_lock($1)", _MIGRATION_LOCK)
    try:
        await connection.execute(TRACK)
        applied = await connection.fetchval("SELECT coalesce(max(version), 0) FROM schema_version")
        for migration in pending(migrations("postgres"), applied, place(url)):
            try:
                async with connection.transaction():
                    await connection.execute(migration.sql)
                    await connection.execute(
                        "INSERT INTO schema_version (version, name, applied_ms) VALUES ($1, $2, $3)",
                        *(migration.version, migration.name, time.time_ns() // 1_000_000),
                    )
            except asyncpg.PostgresError as error:
                raise failed(migration, place(url), error) from error
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", _MIGRATION_LOCK)


def place(url: str) -> str:
    """The address without its password."""
    parts = urlsplit(url)
    return f"postgresql://{parts.hostname or 'localhost'}{parts.path}"


def unreachable(url: str, error: Exception) -> Misconfigured:
    return Misconfigured(
        "storage.unreachable",
        en=f"{place(url)} cannot be used: {error}. Check --database, the server and the rights of its user.",
        zh=f"无法使用 {place(url)}：{error}。请检查 --database、服务器状态和用户权限。",
        database=place(url),
    )


def away(error: Exception) -> RemoteFault:
    """For a read; groups are tried again until they are stored."""
    log.warning("the database does not answer", why=repr(error))
    return RemoteFault("storage.away", en="the database does not answer", zh="数据库没有响应")


def tuples(records: list[asyncpg.Record]) -> list[tuple[Any, ...]]:
    return [tuple(record) for record in records]

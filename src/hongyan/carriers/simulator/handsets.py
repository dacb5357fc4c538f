"""Reading the virtual handsets: what arrived on which phone, and what its owner answered.

The simulator writes `<data>/handsets.sqlite` (see `phones.py`); command line and console read it here, while it runs and
afterwards. Nothing is ever written through this module.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import apsw
import msgspec

from hongyan.carriers.simulator.parts import national
from hongyan.kernel.clock import Millis
from hongyan.kernel.errors import Misconfigured

FILE = "handsets.sqlite"
SCHEMA_VERSION = 1

_COLUMNS = "id, direction, number, peer, text, parts, received_ms"
_NEWEST_OF_EACH = f"""
    SELECT {_COLUMNS}, (SELECT count(*) FROM texts WHERE number = newest.number) FROM texts AS newest
    WHERE id IN (SELECT max(id) FROM texts GROUP BY number) ORDER BY id DESC LIMIT ?
"""  # noqa: S608 (column names are ours)


class HandsetText(msgspec.Struct, frozen=True):
    """One text on one phone. `in`: it arrived from `peer`; `out`: the owner sent it to `peer`.

    `parts`: short messages that it came in. `received_ms`: UTC.
    """

    id: int
    direction: Literal["in", "out"]
    number: str
    peer: str
    text: str
    parts: int
    received_ms: Millis


class Handset(msgspec.Struct, frozen=True):
    """One phone: its number, how many texts it keeps, the newest of them."""

    number: str
    texts: int
    last: HandsetText


class Inbox:
    """All handsets of one data folder, read-only. Not for use from several threads at once."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._db = connection

    def messages(
        self, number: str | None = None, after_id: int = 0, limit: int = 50, *, newest_first: bool = True
    ) -> list[HandsetText]:
        """Up to `limit` texts with an id above `after_id`, of one phone or of all.

        `newest_first=False` gives the oldest of them first, for following.
        """
        where = "id > ?"
        order = "DESC" if newest_first else "ASC"
        values: list[Any] = [after_id]
        if number is not None:
            where += " AND number = ?"
            values.append(national(number))
        query = f"SELECT {_COLUMNS} FROM texts WHERE {where} ORDER BY id {order} LIMIT ?"  # noqa: S608 (ours)
        return [HandsetText(*row) for row in self._db.execute(query, (*values, limit))]

    def numbers(self, limit: int = 50) -> list[Handset]:
        """Phones with their newest text, the one that rang last first."""
        rows = self._db.execute(_NEWEST_OF_EACH, (limit,))
        return [Handset(row[2], row[7], HandsetText(*row[:7])) for row in rows]

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_inbox(data_dir: Path) -> Inbox:
    """The handsets of a sandbox, running or not. Raises Misconfigured when there are none."""
    path = data_dir / FILE
    if not path.is_file():
        raise Misconfigured(
            "sandbox.no_handsets",
            en=f"there are no handsets in {data_dir}: the sandbox never ran with this data folder",
            zh=f"{data_dir} 中没有虚拟手机：该数据目录从未运行过沙箱",
            data=str(data_dir),
        )
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    connection.set_busy_timeout(2_000)
    check_version(connection, path)
    return Inbox(connection)


def check_version(connection: apsw.Connection, path: Path, *, new: bool = False) -> None:
    """Refuse a file that another version wrote (`new`: an empty file will do). Raises Misconfigured."""
    version = connection.pragma("user_version")
    if version == SCHEMA_VERSION or (new and version == 0):
        return
    connection.close()
    raise Misconfigured(
        "sandbox.handsets_version",
        en=f"{path} is of version {version}, this program reads {SCHEMA_VERSION}: remove the file",
        zh=f"{path} 的版本为 {version}，本程序支持 {SCHEMA_VERSION}：请删除该文件",
        path=str(path),
    )

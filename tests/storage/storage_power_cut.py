"""A disk that forgets: what was not synced when the power went is gone, or there in part, in any order.

A VFS between SQLite and the real files keeps for each file what the last sync covered and the writes since. A cut
makes an image of the disk from that: the synced bytes, and of the rest nothing, the first writes, some writes, or torn
ones. Directory entries have a sync of their own, as on a POSIX file system: a new log is entered by its first sync
(SQLite syncs the directory then), a deletion without directory sync may be undone. Shared memory does not survive.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import apsw

SECTOR = 512
"""Bytes that a disk writes whole."""

_DIRECTORY_SYNCED_WITH = apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL
_SHARED_MEMORY = "-shm"


@dataclass
class _Write:
    offset: int
    data: bytes

    def apply(self, content: bytearray) -> None:
        end = self.offset + len(self.data)
        content.extend(bytes(max(end - len(content), 0)))
        content[self.offset : end] = self.data

    def torn(self, rng: random.Random) -> _Write:
        """The first sectors of it."""
        sectors = len(self.data) // SECTOR
        return _Write(self.offset, self.data[: rng.randint(0, sectors) * SECTOR])


@dataclass
class _Truncate:
    size: int

    def apply(self, content: bytearray) -> None:
        del content[self.size :]

    def torn(self, rng: random.Random) -> _Truncate:
        return self


@dataclass
class _Content:
    """One inode."""

    synced: bytearray = field(default_factory=bytearray)
    pending: list[_Write | _Truncate] = field(default_factory=list)

    def sync(self) -> None:
        for one in self.pending:
            one.apply(self.synced)
        self.pending.clear()

    def after_a_cut(self, rng: random.Random) -> bytes:
        content = bytearray(self.synced)
        survivors: list[_Write | _Truncate] = []
        kind = rng.choice(("none", "first", "some", "torn"))
        if kind == "first":
            survivors = self.pending[: rng.randint(0, len(self.pending))]
        elif kind == "some":
            survivors = [one for one in self.pending if rng.random() < 0.5]
        elif kind == "torn":
            survivors = [one.torn(rng) for one in self.pending]
        for one in survivors:
            one.apply(content)
        return bytes(content)


@dataclass
class Disk:
    """Every file below one VFS. `before_operation` is called before each write, truncation, sync and deletion."""

    before_operation: Callable[[], None] = lambda: None
    operations: int = 0
    syncs: int = 0
    fail_sync: int = 0
    """The number of the sync that reports an error; 0 for none."""
    _now: dict[str, _Content] = field(default_factory=dict)
    _entered: dict[str, _Content] = field(default_factory=dict)

    def opened(self, name: str) -> bool:
        """True when the file is new."""
        if name in self._now:
            return False
        self._now[name] = _Content()
        return True

    def write(self, name: str, offset: int, data: bytes) -> None:
        self._operation()
        self._now[name].pending.append(_Write(offset, data))

    def truncate(self, name: str, size: int) -> None:
        self._operation()
        self._now[name].pending.append(_Truncate(size))

    def sync(self, name: str, *, directory: bool) -> None:
        self._operation()
        self.syncs += 1
        if self.syncs == self.fail_sync:
            raise apsw.IOError("the disk did not take it")
        self._now[name].sync()
        if directory:
            self._entered = dict(self._now)

    def delete(self, name: str, *, directory: bool) -> None:
        self._operation()
        self._now.pop(name, None)
        if directory:
            self._entered = dict(self._now)

    def _operation(self) -> None:
        self.before_operation()
        self.operations += 1

    def cut(self, rng: random.Random) -> dict[str, bytes]:
        """The files that the next start finds."""
        entries = self._now if rng.random() < 0.5 else self._entered
        return {
            name: content.after_a_cut(rng)
            for name, content in entries.items()
            if not name.endswith(_SHARED_MEMORY)
        }


class ForgetfulVfs(apsw.VFS):
    """Passes everything on to the real files and tells the disk."""

    def __init__(self, name: str, disk: Disk) -> None:
        self._disk = disk
        super().__init__(name, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        if name is None:  # a temporary file, gone after any stop
            return super().xOpen(name, flags)
        path = name if isinstance(name, str) else name.filename()
        return _ForgetfulFile(self._disk, path, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        self._disk.delete(Path(filename).name, directory=syncdir)
        super().xDelete(filename, syncdir)


class _ForgetfulFile(apsw.VFSFile):
    def __init__(self, disk: Disk, path: str, name: str | apsw.URIFilename, flags: list[int]) -> None:
        self._disk = disk
        self._name = Path(path).name
        new = disk.opened(self._name)
        self._enters_directory = new and bool(flags[0] & _DIRECTORY_SYNCED_WITH)
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.write(self._name, offset, bytes(data))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        self._disk.truncate(self._name, newsize)
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.sync(self._name, directory=self._enters_directory)
        self._enters_directory = False
        super().xSync(flags)


def restore(image: dict[str, bytes], folder: Path) -> None:
    """Put an image of a disk into an empty folder."""
    folder.mkdir()
    for name, content in image.items():
        (folder / name).write_bytes(content)

"""What commands read: standard input and files, bounded."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from hongyan.kernel.errors import Refused

STANDARD_INPUT = "-"


def read_stdin(limit: int) -> bytes:
    """Everything, unchanged. Raises Refused("input.too_large")."""
    return _bounded(sys.stdin.buffer.read(limit + 1), limit)


def read_file(path: Path, limit: int) -> bytes:
    """The file's octets. Raises Refused: `input.too_large`, `input.unreadable`."""
    try:
        with path.open("rb") as file:
            return _bounded(file.read(limit + 1), limit)
    except OSError as fault:
        raise _unreadable(path, fault) from None


@contextmanager
def open_lines(source: str, longest: int) -> Iterator[Iterator[bytes]]:
    """Lines of a file, or of standard input, one after the other; of a longer one the first `longest` + 1 octets.

    Raises Refused("input.unreadable").
    """
    path = Path(source)
    if source == STANDARD_INPUT:
        yield _lines(sys.stdin.buffer, longest, path)
        return
    try:
        file = path.open("rb")
    except OSError as fault:
        raise _unreadable(path, fault) from None
    with file:
        yield _lines(file, longest, path)


def _lines(file: BinaryIO, longest: int, path: Path) -> Iterator[bytes]:
    try:
        while line := file.readline(longest + 1):
            yield line
            while len(line) > longest and not line.endswith(b"\n"):
                line = file.readline(longest + 1)
    except OSError as fault:
        raise _unreadable(path, fault) from None


def _unreadable(path: Path, fault: OSError) -> Refused:
    return Refused(
        "input.unreadable",
        en=f"{path} cannot be read: {fault.strerror}",
        zh=f"无法读取 {path}：{fault.strerror}",
        path=str(path),
    )


def _bounded(data: bytes, limit: int) -> bytes:
    if len(data) > limit:
        raise Refused(
            "input.too_large",
            en=f"the input is larger than {limit} octets; give it in portions",
            zh=f"输入超过 {limit} 字节，请分批处理",
            limit=limit,
        )
    return data


def as_text(data: bytes) -> str:
    """UTF-8, unchanged. Raises Refused("input.not_utf8")."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise Refused(
            "input.not_utf8",
            en=f"the input is not UTF-8: octet 0x{data[fault.start]:02x} at offset {fault.start}",
            zh=f"输入不是 UTF-8 编码：偏移 {fault.start} 处的字节为 0x{data[fault.start]:02x}",
            offset=fault.start,
        ) from None


def as_told(argument: str) -> str:
    """What a shell passed, as text: octets that are no UTF-8 become the sign for that."""
    return argument.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

"""What commands read: standard input and files, bounded."""

from __future__ import annotations

import sys
from pathlib import Path

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
        raise Refused(
            "input.unreadable",
            en=f"{path} cannot be read: {fault.strerror}",
            zh=f"无法读取 {path}：{fault.strerror}",
            path=str(path),
        ) from None


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

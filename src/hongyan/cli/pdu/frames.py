"""Frames out of what people have at hand: hex in lines, with prefixes and blanks, dumps with offsets, raw octets.

A line holds one frame or several. Lines that together make whole frames, while one by one they do not, are one frame
that was wrapped. A dump (offset, octets, perhaps characters) is one stream from its offset 0 on. Input with a NUL is
raw octets: every frame begins with one, and no text holds any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from hongyan.cli.pdu.dumps import Dump
from hongyan.kernel.errors import Refused
from hongyan.protocols.dialects import Dialect
from hongyan.protocols.wire.walk import Fault

_PREFIX = 4


class Piece(NamedTuple):
    """A frame, or octets that are none. `line`: from 1, 0 for raw octets; `offset`: in that line or in the raw
    octets. `fault`: why no frame could be cut out."""

    octets: bytes
    line: int
    offset: int
    fault: Fault | None = None


class _Stream(NamedTuple):
    line: int
    octets: bytes


def pieces_of(data: bytes, spoken: Dialect) -> list[Piece]:
    """All frames of the input, in order. Raises Refused: `pdu.no_frames`, `pdu.not_hex`."""
    if b"\0" in data:
        return list(_cut(_Stream(0, data), spoken))
    pieces: list[Piece] = []
    for block in _blocks(_text(data)):
        one_by_one = [piece for stream in block for piece in _cut(stream, spoken)]
        if len(block) > 1 and any(piece.fault for piece in one_by_one):
            together = _Stream(block[0].line, b"".join(stream.octets for stream in block))
            wrapped = _in_lines(list(_cut(together, spoken)), block)
            pieces += one_by_one if any(piece.fault for piece in wrapped) else wrapped
        else:
            pieces += one_by_one
    if not pieces:
        raise Refused(
            "pdu.no_frames",
            en="the input is empty: give frames as hex digits",
            zh="输入为空：请提供十六进制报文",
        )
    return pieces


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise _not_hex(
            line, f"0x{data[fault.start]:02x}", fault.start - data.rfind(b"\n", 0, fault.start)
        ) from None


def _cut(stream: _Stream, spoken: Dialect) -> Iterator[Piece]:
    """Frames by their lengths, until one cannot be."""
    line, octets = stream
    at = 0
    while at < len(octets):
        rest = len(octets) - at
        length = int.from_bytes(octets[at : at + _PREFIX], "big")
        fault = _fault(length, rest, spoken)
        end = len(octets) if fault else at + length
        yield Piece(octets[at:end], line, at, fault)
        at = end


def _fault(length: int, rest: int, spoken: Dialect) -> Fault | None:
    field = spoken.header[0].name
    if rest < _PREFIX:
        return Fault(
            field, 0, f"needs {_PREFIX} octets, {rest} are left", f"需要 {_PREFIX} 个字节，只剩 {rest} 个"
        )
    smallest, largest = spoken.header_size, spoken.frame_limit
    if not smallest <= length <= largest:
        return Fault(
            field,
            0,
            f"is {length}; a frame of {spoken.title} has {smallest} to {largest} octets",
            f"为 {length}；{spoken.title} 报文长度为 {smallest} 至 {largest} 字节",
        )
    if length > rest:
        return Fault(
            field, 0, f"is {length}, but only {rest} octets are here", f"为 {length}，但实际只有 {rest} 字节"
        )
    return None


def _in_lines(pieces: list[Piece], block: list[_Stream]) -> list[Piece]:
    """Pieces of joined lines, by the line in which they begin."""
    starts = [0]
    for stream in block:
        starts.append(starts[-1] + len(stream.octets))
    spans = list(zip(pairwise(starts), block, strict=True))
    found = []
    for piece in pieces:
        (start, _), stream = next(each for each in spans if each[0][0] <= piece.offset < each[0][1])
        found.append(piece._replace(line=stream.line, offset=piece.offset - start))
    return found


# -- lines ---------------------------------------------------------------------------------------------------

_MARKS = re.compile(r"\\x|(?<![0-9a-f])0x|[\s,;:-]", re.IGNORECASE)
_GOOD = re.compile(rf"(?:{_MARKS.pattern}|[0-9a-f])*+", re.IGNORECASE).match
_COMMENT = "#"


def _blocks(text: str) -> list[list[_Stream]]:
    """Streams in blocks: a dump is a block of one, lines without a blank line between them are a block."""
    blocks: list[list[_Stream]] = [[]]
    dump: Dump | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith(_COMMENT) or (dump is not None and dump.take(line)):
            continue
        if dump is not None:
            blocks += _dumped(dump)
        dump = Dump(number)
        if dump.take(line):
            continue
        dump = None
        if line.strip():
            blocks[-1].append(_Stream(number, _of_line(line, number)))
        else:
            blocks.append([])
    if dump is not None:
        blocks += _dumped(dump)
    return [block for block in blocks if block]


def _dumped(dump: Dump) -> list[list[_Stream]]:
    return [[_Stream(dump.line, bytes(dump.octets))], []]


def _of_line(line: str, number: int) -> bytes:
    good = _GOOD(line)
    assert good is not None
    if good.end() < len(line):
        raise _not_hex(number, repr(line[good.end()]), good.end() + 1)
    digits = _MARKS.sub("", line)
    if len(digits) % 2:
        raise Refused(
            "pdu.odd_digits",
            en=f"line {number} has {len(digits)} hex digits; an octet has two, so one is missing or too many",
            zh=f"第 {number} 行有 {len(digits)} 个十六进制数字；每字节两位，应为偶数",
            line=number,
        )
    return bytes.fromhex(digits)


def _not_hex(line: int, character: str, column: int) -> Refused:
    return Refused(
        "pdu.not_hex",
        en=f"line {line}, column {column}: {character} is not a hex digit; give hex, a dump with offsets or raw octets",
        zh=f"第 {line} 行第 {column} 列：{character} 不是十六进制数字；可输入十六进制、带偏移的转储或原始字节",
        line=line,
        column=column,
    )

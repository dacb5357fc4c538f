"""`hongyan pdu`: the operator's magnifying glass for carrier protocols."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec
from cyclopts import App, Parameter

from hongyan.cli.language import say
from hongyan.cli.pdu.frames import Piece, pieces_of
from hongyan.cli.pdu.objects import objects_in
from hongyan.cli.pdu.show import in_words, lines_of
from hongyan.cli.reading import STANDARD_INPUT, read_file, read_stdin
from hongyan.cli.visible import print_what_the_terminal_can
from hongyan.kernel.errors import Refused
from hongyan.protocols.dialects import Dialect, DialectName, Reading, dialect, read, readable_by
from hongyan.protocols.wire.errors import FieldError

app = App(
    name="pdu",
    help="Carrier protocol frames: decode and encode. 解析与编码运营商协议报文。",
    default_parameter=Parameter(negative=()),
)

LARGEST_INPUT = 16 << 20
"""Octets of standard input or of a file."""


@app.command
def decode(
    source: Annotated[str, Parameter(allow_leading_hyphen=True)],
    /,
    *,
    protocol: DialectName,
    json: bool = False,
) -> None:
    """Show what frames say, field by field.

    Parameters
    ----------
    source
        Hex digits, the name of a file, or - for standard input. One frame or several: a line for each, one after the
        other, as a dump with offsets, or as raw octets.
    protocol
        What the frames are written in.
    json
        One JSON list of {"pdu", "fields", "hex"}; a frame that cannot be read has "pdu": null, "offset" and "reason".
    """
    spoken = dialect(protocol)
    pieces = pieces_of(_octets(source), spoken)
    show = _JsonList() if json else _Tables(spoken, len(pieces))
    broken, first = 0, None
    for number, piece in enumerate(pieces, 1):  # one at a time: a large file must not become a large memory
        reading = _read(spoken, piece)
        show.add(number, piece, reading)
        if reading.fault is not None:
            broken, first = broken + 1, first or (number, piece, reading)
    show.end()
    if first is not None:
        raise _unreadable(*first, broken, len(pieces), spoken)


@app.command
def encode(*, protocol: DialectName) -> None:
    """Write frames as hex, one a line, from JSON on standard input: {"pdu", "fields"} or a list of these.

    What `decode --json` prints is understood. Lengths, counts and what else follows from the rest may be left out, and
    must be right when they are there; other fields that are left out are 0 or empty. Integers are numbers or text like
    "0x1f".

    Parameters
    ----------
    protocol
        What to write the frames in.
    """
    spoken = dialect(protocol)
    objects = objects_in(read_stdin(LARGEST_INPUT))
    lines = []
    for number, each in enumerate(objects, 1):
        try:
            lines.append(spoken.encode(spoken.from_json(each)).hex())
        except FieldError as fault:
            if len(objects) == 1:
                raise
            raise Refused(
                "pdu.field",
                en=f"object {number} of {len(objects)}: {fault.en}",
                zh=f"第 {number} 个对象（共 {len(objects)} 个）：{fault.zh}",
                **fault.facts,
            ) from None
    for line in lines:
        print(line)


def _octets(source: str) -> bytes:
    if source == STANDARD_INPUT:
        return read_stdin(LARGEST_INPUT)
    path = Path(source)
    try:
        is_file = bool(source) and path.exists()
    except (OSError, ValueError):  # too long for a name
        is_file = False
    if is_file:
        return read_file(path, LARGEST_INPUT)
    try:
        data = source.encode("ascii")
    except UnicodeEncodeError:
        data = b"?"
    if not data.translate(None, b"0123456789abcdefABCDEFxX\\ \t\r\n,;:-"):
        return data
    raise Refused(
        "pdu.no_such_source",
        en=f"'{source}' is neither hex digits nor a file; - reads standard input",
        zh=f"“{source}” 既不是十六进制数字，也不是文件；用 - 表示标准输入",
        source=source,
    )


def _read(spoken: Dialect, piece: Piece) -> Reading:
    reading = read(spoken, piece.octets)
    return reading if piece.fault is None else reading._replace(fault=piece.fault)


class _JsonList:
    """Readings as one JSON list."""

    def __init__(self) -> None:
        self._write = sys.stdout.buffer.write
        self._before = b"["

    def add(self, _number: int, _piece: Piece, reading: Reading) -> None:
        shown: dict[str, Any] = {"pdu": reading.pdu, "fields": reading.fields, "hex": reading.frame.hex()}
        if reading.fault is not None:
            field, offset, reason, _ = reading.fault
            shown |= {"pdu": None, "offset": offset, "reason": f"{field} {reason}".lstrip()}
        self._write(self._before + msgspec.json.encode(shown))
        self._before = b","

    def end(self) -> None:
        self._write(b"]\n")
        sys.stdout.flush()


class _Tables:
    """Readings for people."""

    def __init__(self, spoken: Dialect, count: int) -> None:
        print_what_the_terminal_can()
        self._spoken = spoken
        self._count = count

    def add(self, number: int, piece: Piece, reading: Reading) -> None:
        size = len(reading.frame)
        words = self._spoken.commands.get(reading.pdu or "")
        headline = [
            f"#{number}",
            reading.pdu or say("未知命令", "unknown"),
            in_words(words) if words else "",
            say(f"{size} 字节", f"{size} octets"),
            _place(piece) if self._count > 1 else "",
        ]
        if number > 1:
            print()
        for line in lines_of(reading, self._spoken, "  ".join(filter(None, headline))):
            print(line)

    def end(self) -> None:
        sys.stdout.flush()


def _place(piece: Piece) -> str:
    line = say(f"第 {piece.line} 行", f"line {piece.line}") if piece.line else ""
    offset = say(f"偏移 {piece.offset}", f"offset {piece.offset}") if piece.offset or not piece.line else ""
    return say("，", ", ").join(filter(None, (line, offset)))


def _unreadable(
    number: int, piece: Piece, reading: Reading, broken: int, count: int, spoken: Dialect
) -> Refused:
    """One sentence about the first: which frame, where, why, and what to do."""
    assert reading.fault is not None
    field, offset, en, zh = reading.fault
    advice = _advice(piece, reading, spoken)
    if count == 1:
        which = "the frame cannot be read", "该报文无法解析"
    else:
        which = (
            f"{broken} of {count} frames cannot be read, the first is frame {number} ({_place(piece)})",
            f"{count} 帧中有 {broken} 帧无法解析，首先是第 {number} 帧（{_place(piece)}）",
        )
    return Refused(
        "pdu.unreadable",
        en=f"{which[0]}: at its offset {offset} {field or '–'} {en}. {advice[0]}",
        zh=f"{which[1]}：帧内偏移 {offset} 处{f' {field} ' if field else '，'}{zh}。{advice[1]}",
        frame=number,
        offset=offset,
    )


def _advice(piece: Piece, reading: Reading, spoken: Dialect) -> tuple[str, str]:
    others = [other.name for other in readable_by(reading.frame, spoken.name)]
    if others:
        named = " / ".join(f"--protocol {name}" for name in others)
        return f"It can be read with {named}.", f"可改用 {named} 解析。"
    if piece.fault is None:
        return (
            "Compare with the peer's document, and look whether octets are missing or too many.",
            "请核对对端协议文档，并检查是否缺少或多出字节。",
        )
    return (
        f"Give whole {spoken.title} frames, beginning with their length.",
        f"请提供完整的 {spoken.title} 报文，从长度字段开始。",
    )

"""A frame as a table for people: offset, field, value, meaning."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from rich.cells import cell_len

from hongyan.cli.language import language, say
from hongyan.kernel.visible import visible
from hongyan.protocols.dialects import Dialect, Reading
from hongyan.protocols.wire.meanings import Words

_DIGITS_IN_LINE = 64
_MOST_LINES = 32
_VALUE_WIDTH = 32
_RECORD_IN_ONE_LINE = 3
_HEX = "_hex"


class Row(NamedTuple):
    """`offset`: None for what has no place of its own."""

    offset: int | None
    name: str
    value: str
    meaning: str = ""


def lines_of(reading: Reading, spoken: Dialect, headline: str) -> Iterator[str]:
    """A headline, a row for each field, what the frame carries, and what is wrong with it."""
    paint = _Paint()
    yield paint.bold(headline)
    rows = [*_rows(reading, spoken), *_notes(reading, spoken)]
    names = max((cell_len(row.name) for row in rows), default=0)
    widths = [cell_len(row.value) for row in rows if row.meaning]
    values = max((width for width in widths if width <= _VALUE_WIDTH), default=0)
    for row in rows:
        place = "" if row.offset is None else str(row.offset)
        first, *more = _wrapped(row)
        line = f"{place:>6}  {_padded(row.name, names)}  "
        if row.meaning:
            yield f"{line}{_padded(first, values)}  {paint.dim(row.meaning)}"
        else:
            yield (line + first).rstrip()
        for rest in more:
            yield " " * (names + 10) + rest
    if reading.fault is not None:
        yield paint.red(f"{reading.fault.offset:>6}  ✗ {fault_words(reading)}")


def fault_words(reading: Reading) -> str:
    """Where a frame breaks, and why."""
    assert reading.fault is not None
    field, _, en, zh = reading.fault
    return f"{field} {say(zh, en)}" if field else say(zh, en)


def in_words(words: Words) -> str:
    """In the reader's language."""
    return words.zh if language() == "zh" else words.en


def _rows(reading: Reading, spoken: Dialect) -> Iterator[Row]:
    starts = {span.name: span.start for span in reversed(reading.spans)}
    inner = {name: start for name, start in starts.items() if name not in reading.fields}
    for name, value in reading.fields.items():
        yield from _field(reading.pdu, spoken, name, value, starts.get(name), inner)


def _field(
    pdu: str | None, spoken: Dialect, name: str, value: Any, offset: int | None, starts: Mapping[str, int]
) -> Iterator[Row]:
    indent = " " * (len(name) - len(name.lstrip()))
    match value:
        case dict():
            yield Row(offset, name, "")
            for key, each in value.items():
                yield from _field(pdu, spoken, f"{indent}  {key}", each, starts.get(key), {})
        case [dict(), *_]:
            yield Row(offset, name, str(len(value)))
            for position, each in enumerate(value):
                yield from _record(pdu, spoken, name, f"{indent}  [{position}]", each, starts)
        case [str(), _, *_]:
            yield Row(offset, name, str(len(value)))
            for position, each in enumerate(value):
                yield Row(None, f"{indent}  [{position}]", _shown(each))
        case []:
            yield Row(offset, name, "[]")
        case list():
            yield Row(offset, name, " ".join(map(_shown, value)), _meaning(pdu, spoken, name, value))
        case _:
            yield Row(offset, name, _shown(value), _meaning(pdu, spoken, name, value))


def _record(
    pdu: str | None,
    spoken: Dialect,
    of: str,
    name: str,
    record: Mapping[str, Any],
    starts: Mapping[str, int],
) -> Iterator[Row]:
    """One of the list of records `of`: short ones in one line."""
    if len(record) > _RECORD_IN_ONE_LINE:
        yield from _field(pdu, spoken, name, record, None, starts)
        return
    words = "  ".join(f"{key} {_shown(each)}" for key, each in record.items())
    yield Row(None, name, words, _meaning(pdu, spoken, of, record))


def _meaning(pdu: str | None, spoken: Dialect, name: str, value: Any) -> str:
    meaning = spoken.meaning(pdu, name.strip())
    words = None if meaning is None else meaning(value)
    return "" if words is None else in_words(words)


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return visible(value) if value and value == value.strip() else f'"{visible(value)}"'
    return str(value)


def _notes(reading: Reading, spoken: Dialect) -> Iterator[Row]:
    for note in reading.notes:
        yield Row(None, f"→ {in_words(note.label)}", visible(in_words(note.words)))
    report = reading.receipt
    if report is not None and report.final and not report.delivered:
        from hongyan.carriers.codes import Phase, explain
        from hongyan.carriers.dialects.port import report_code

        code = report_code(report.stat, report.err, delivered=False)
        found = explain(code, spoken.name, Phase.REPORT)
        yield Row(None, f"→ {say('原因', 'cause')}", visible(f"{code}: {found.row.cause(language())}"))


def _wrapped(row: Row) -> list[str]:
    """Long hex in lines, the rest as it is."""
    text = row.value
    if not row.name.endswith(_HEX) or len(text) <= _DIGITS_IN_LINE:
        return [text]
    lines = [text[at : at + _DIGITS_IN_LINE] for at in range(0, len(text), _DIGITS_IN_LINE)]
    if len(lines) > _MOST_LINES:
        hidden = (len(text) - _MOST_LINES * _DIGITS_IN_LINE) // 2
        more = say(
            f"……另有 {hidden} 字节，--json 显示全部", f"… {hidden} more octets, all of them with --json"
        )
        lines[_MOST_LINES:] = [more]
    return lines


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))


class _Paint:
    """Colours on a terminal that wants them."""

    def __init__(self) -> None:
        self._on = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def bold(self, text: str) -> str:
        return self._in("1", text)

    def dim(self, text: str) -> str:
        return self._in("2", text)

    def red(self, text: str) -> str:
        return self._in("31", text)

    def _in(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._on else text

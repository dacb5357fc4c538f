"""Decoders made from field lists. Fixed-size neighbours become one Struct."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from hongyan.protocols.wire.errors import BodyError
from hongyan.protocols.wire.fields import (
    Blob,
    Choice,
    CString,
    Field,
    FixedText,
    Octets,
    Repeated,
    UInt,
    computed_names,
)
from hongyan.protocols.wire.generate import FIXED_SIZE, INTEGER_CODES, Source, check_names

Reader = Callable[[bytes, int], tuple[Any, int]]
"""(frame, offset) -> (value, next offset). Raises one of `generate.READ_FAULTS`."""


def compile_reader(fields: Sequence[Field], label: str) -> Reader:
    """A function that reads the fields into a dict without the computed ones."""
    check_names(fields, label)
    source = Source()
    source.lines.append("def read(d, p):")
    _write_readers(source, fields)
    hidden = computed_names(tuple(fields))
    shown = ", ".join(f"{each.name!r}: {each.name}" for each in fields if each.name not in hidden)
    source.lines.append(f"    return {{{shown}}}, p")
    reader: Reader = source.make("read", f"read {label}")
    return reader


def _compile_item_reader(item: Field | tuple[Field, ...] | Choice, label: str) -> Reader:
    if isinstance(item, tuple):
        return compile_reader(item, label)
    if isinstance(item, Choice):
        return _choice_reader(item, label)
    source = Source()
    source.lines.append("def read(d, p):")
    _write_readers(source, (item,))
    source.lines.append(f"    return {item.name}, p")
    reader: Reader = source.make("read", f"read {label}")
    return reader


def _choice_reader(choice: Choice, label: str) -> Reader:
    readers = {flag: compile_reader(fields, f"{label} {flag}") for flag, fields in choice.layouts.items()}

    def read(data: bytes, at: int) -> tuple[dict[str, object], int]:
        flag = data[at]
        if flag not in readers:
            raise BodyError(f"{choice.flag} {flag} is unknown")
        values, end = readers[flag](data, at + 1)
        return {choice.flag: flag, **values}, end

    return read


def _write_readers(source: Source, fields: Sequence[Field]) -> None:
    add = source.lines.append
    for fixed, group in groupby(fields, key=lambda each: isinstance(each, FIXED_SIZE)):
        run = list(group)
        if fixed:
            _write_fixed_reader(source, run)
            continue
        for each in run:
            name = each.name
            match each:
                case CString():
                    add("    if d[p]:")
                    add("        e = d.index(0, p)")
                    add(f"        {name} = d[p:e].decode('latin-1')")
                    add("        p = e + 1")
                    add("    else:")
                    add(f"        {name} = ''")
                    add("        p += 1")
                case Blob():
                    add(f"    e = p + {each.length}")
                    add(f"    {name} = d[p:e]")
                    add("    if e > len(d):")
                    add(f"        raise BodyError('{name} is cut short')")
                    add("    p = e")
                case Repeated():
                    item = source.refer("item", _compile_item_reader(each.item, name))
                    add(f"    {name} = []")
                    add(f"    for _ in range({each.count}):")
                    add(f"        value, p = {item}(d, p)")
                    add(f"        {name}.append(value)")


def _write_fixed_reader(source: Source, run: Sequence[Field]) -> None:
    add = source.lines.append
    if len(run) <= 2 and all(isinstance(each, UInt) and each.size == 1 for each in run):
        for offset, each in enumerate(run):
            add(f"    {each.name} = d[p + {offset}]" if offset else f"    {each.name} = d[p]")
        add(f"    p += {len(run)}")
        return
    layout = struct.Struct(">" + "".join(_code(each) for each in run))
    unpack = source.refer("unpack", layout.unpack_from)
    add(f"    {', '.join(each.name for each in run)}, = {unpack}(d, p)")
    add(f"    p += {layout.size}")
    for each in run:
        if isinstance(each, FixedText):
            name = each.name
            add(f"    {name} = {name}.partition(b'\\0')[0].rstrip(b' ').decode('latin-1')")


def _code(each: Field) -> str:
    if isinstance(each, UInt):
        return INTEGER_CODES[each.size]
    assert isinstance(each, FixedText | Octets)
    return f"{each.width}s"

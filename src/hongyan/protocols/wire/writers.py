"""Encoders made from field lists. Constants become literal octets, lengths and counts are computed.

A generated encoder does not explain what is wrong; when it fails, `explain` looks at the values one by one.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.explain import explain, fault_of
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
from hongyan.protocols.wire.generate import INTEGER_CODES, WRITE_FAULTS, Source, check_names


def compile_writer(
    fields: Sequence[Field], label: str, constants: Mapping[str, object] | None = None
) -> Callable[..., bytes]:
    """A function that takes the fields as arguments in their order (all optional: 0, empty text, nothing) and
    gives their octets. Fields in `constants` are not arguments; their octets are fixed now.

    Raises:  FieldError from the function for a value that does not fit; now, for a constant.
    """
    check_names(fields, label)
    fixed = dict(constants or {})
    hidden = computed_names(tuple(fields))
    names = [each.name for each in fields if each.name not in hidden]
    for name in hidden & fixed.keys():
        raise FieldError(label, name, "is computed", "由程序计算，不能指定")
    explain(fields, label, fixed)
    source = Source()
    arguments = [name for name in names if name not in fixed]
    by_name = {each.name: each for each in fields}
    signature = ", ".join(f"{name}={_default(by_name[name])!r}" for name in arguments)
    values = "{" + ", ".join(f"{name!r}: {name}" for name in arguments) + "}"
    source.names["FAULTS"] = WRITE_FAULTS
    source.names["complain"] = lambda values: fault_of(fields, label, values)
    add = source.lines.append
    add(f"def write({signature}):")
    add("    try:")
    template, parts = _write_writers(source, fields, fixed)
    add(f"        return {template!r} % ({''.join(part + ', ' for part in parts)})")
    add("    except FAULTS:")
    add(f"        raise complain({values}) from None")
    writer: Callable[..., bytes] = source.make("write", f"write {label}")
    return writer


def _default(each: Field) -> object:
    if isinstance(each, UInt):
        return 0
    if isinstance(each, CString | FixedText):
        return ""
    if isinstance(each, Octets):
        return bytes(each.width)
    return b"" if isinstance(each, Blob) else ()


def _write_writers(
    source: Source, fields: Sequence[Field], fixed: Mapping[str, object]
) -> tuple[bytes, list[str]]:
    """Statements that check and prepare the values, and the template that joins them."""
    template = b""
    parts: list[str] = []
    counted = {each.length: each.name for each in fields if isinstance(each, Blob)}
    counted |= {each.count: each.name for each in fields if isinstance(each, Repeated)}
    known = dict(fixed)
    known |= {name: len(fixed[of]) for name, of in counted.items() if of in fixed}  # type: ignore[arg-type]
    for each in fields:
        if each.name in known:
            template += _octets_of(each, known[each.name]).replace(b"%", b"%%")
            continue
        expression = f"len({counted[each.name]})" if each.name in counted else each.name
        piece, part = _write_one(source, each, expression)
        template += piece
        parts.append(part)
    return template, parts


def _write_one(source: Source, each: Field, name: str) -> tuple[bytes, str]:
    add = source.lines.append
    match each:
        case UInt(size=1):
            return b"%c", name
        case UInt():
            pack = source.refer("pack", struct.Struct(">" + INTEGER_CODES[each.size]).pack)
            return b"%b", f"{pack}({name})"
        case CString():
            add(f"        if len({name}) >= {each.limit} or '\\0' in {name}: raise ValueError")
            return b"%b\0", f"{name}.encode('latin-1')"
        case FixedText():
            add(f"        if len({name}) > {each.width} or '\\0' in {name}: raise ValueError")
            return b"%b", f"{name}.encode('latin-1').ljust({each.width}, b'\\0')"
        case Octets():
            add(f"        if len({name}) != {each.width}: raise ValueError")
            return b"%b", name
        case Blob():
            add(f"        if len({name}) > {each.limit}: raise ValueError")
            return b"%b", name
        case Repeated():
            item = source.refer("item", _item_writer(each.item, each.name))
            return b"%b", f"b''.join([{item}(item) for item in {name}])"


def _octets_of(each: Field, value: object) -> bytes:
    """The octets of one constant."""
    source = Source()
    template, part = _write_one(source, each, each.name)
    source.lines = [f"def write({each.name}):", f"    return {template!r} % ({part},)"]
    octets: bytes = source.make("write", f"constant {each.name}")(value)
    return octets


def _item_writer(item: Field | tuple[Field, ...] | Choice, label: str) -> Callable[[Any], bytes]:
    if isinstance(item, tuple):
        record = compile_writer(item, label)
        return lambda value: record(**value)
    if isinstance(item, Choice):
        records = {flag: compile_writer(fields, label) for flag, fields in item.layouts.items()}
        key = item.flag

        def write(value: Mapping[str, object]) -> bytes:
            flag = value[key]
            assert isinstance(flag, int)
            rest = {name: each for name, each in value.items() if name != key}
            return bytes((flag,)) + records[flag](**rest)

        return write
    return compile_writer((item,), label)

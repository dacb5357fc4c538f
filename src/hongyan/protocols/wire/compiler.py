"""Make one encoder and one decoder from a PDU's fields, as plain Python functions written once at import.

The functions are generated the way dataclasses generate `__init__`: interpreting the field list for every PDU
costs five times as much, and hand-written fast paths beside the list would be a second truth. Fixed-size
neighbours become one Struct, constants become literal octets, lengths and counts are computed.

A generated encoder does not explain what is wrong; when it fails, `explain` looks at the values one by one.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from keyword import iskeyword
from typing import Any

from hongyan.protocols.wire.errors import BodyError, FieldError
from hongyan.protocols.wire.fields import (
    Blob,
    Choice,
    CString,
    Field,
    FixedText,
    Octets,
    PduSpec,
    Repeated,
    UInt,
    computed_names,
)

Reader = Callable[[bytes, int], tuple[Any, int]]
"""(frame, offset) -> (value, next offset). Raises one of FAULTS."""

FAULTS = (struct.error, ValueError, IndexError, TypeError, OverflowError, AttributeError, KeyError)
"""What a generated function may raise; UnicodeError and BodyError are ValueErrors."""

_INTEGER_CODES = {1: "B", 2: "H", 4: "I", 8: "Q"}
_FIXED = (UInt, FixedText, Octets)


class _Source:
    """Lines of one function and the objects they refer to."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"BodyError": BodyError}

    def refer(self, hint: str, value: object) -> str:
        name = f"{hint}_{len(self.names)}"
        self.names[name] = value
        return name

    def make(self, name: str, label: str) -> Any:
        code = compile("\n".join(self.lines), f"<{label}>", "exec")
        exec(code, self.names)  # noqa: S102 - our own text, made from our own specifications
        return self.names[name]


def _check_names(fields: Sequence[Field], label: str) -> None:
    """Field names become variables of the generated functions."""
    names = [each.name for each in fields]
    taken = {"d", "p", "e", "value", "item", "complain", "FAULTS", "BodyError"}
    for name in names:
        if not name.isidentifier() or iskeyword(name) or name in taken or names.count(name) > 1:
            raise ValueError(f"{label}: {name!r} cannot name a field")
    unknown = computed_names(tuple(fields)) - set(names)
    if unknown:
        raise ValueError(f"{label}: no field {sorted(unknown)} for a length or count")


# --- decoding --------------------------------------------------------------------------------------------


def compile_reader(fields: Sequence[Field], label: str) -> Reader:
    """A function that reads the fields into a dict without the computed ones."""
    _check_names(fields, label)
    source = _Source()
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
    source = _Source()
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


def _write_readers(source: _Source, fields: Sequence[Field]) -> None:
    add = source.lines.append
    for fixed, group in groupby(fields, key=lambda each: isinstance(each, _FIXED)):
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


def _write_fixed_reader(source: _Source, run: Sequence[Field]) -> None:
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
        return _INTEGER_CODES[each.size]
    assert isinstance(each, FixedText | Octets)
    return f"{each.width}s"


# --- encoding --------------------------------------------------------------------------------------------


def compile_writer(
    fields: Sequence[Field], label: str, constants: Mapping[str, object] | None = None
) -> Callable[..., bytes]:
    """A function that takes the fields as arguments in their order (all optional: 0, empty text, nothing) and
    gives their octets. Fields in `constants` are not arguments; their octets are fixed now.

    Raises:  FieldError from the function for a value that does not fit; now, for a constant.
    """
    _check_names(fields, label)
    fixed = dict(constants or {})
    hidden = computed_names(tuple(fields))
    names = [each.name for each in fields if each.name not in hidden]
    for name in hidden & fixed.keys():
        raise FieldError(label, name, "is computed")
    explain(fields, label, fixed)
    source = _Source()
    arguments = [name for name in names if name not in fixed]
    by_name = {each.name: each for each in fields}
    signature = ", ".join(f"{name}={_default(by_name[name])!r}" for name in arguments)
    values = "{" + ", ".join(f"{name!r}: {name}" for name in arguments) + "}"
    source.names["FAULTS"] = FAULTS
    source.names["complain"] = lambda values: _complain(fields, label, values)
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
    source: _Source, fields: Sequence[Field], fixed: Mapping[str, object]
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


def _write_one(source: _Source, each: Field, name: str) -> tuple[bytes, str]:
    add = source.lines.append
    match each:
        case UInt(size=1):
            return b"%c", name
        case UInt():
            pack = source.refer("pack", struct.Struct(">" + _INTEGER_CODES[each.size]).pack)
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
    source = _Source()
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


# --- explaining ------------------------------------------------------------------------------------------


def explain(fields: Sequence[Field], label: str, values: Mapping[str, object]) -> None:
    """Raise FieldError for the first value that does not fit its field."""
    by_name = {each.name: each for each in fields}
    for name, value in values.items():
        reason = _reason(by_name[name], value) if name in by_name else "is not a field"
        if reason is not None:
            raise FieldError(label, name, reason)


def _complain(fields: Sequence[Field], label: str, values: Mapping[str, object]) -> Exception:
    try:
        explain(fields, label, values)
    except FieldError as found:
        return found
    return FieldError(label, "?", "cannot be encoded")


def _reason(each: Field, value: object) -> str | None:
    """Why a value does not fit, None when it does."""
    kind = _PYTHON[type(each)]
    if not isinstance(value, kind):
        return f"must be {_WORDS[type(each)]}, not {type(value).__name__}"
    match each, value:
        case UInt(), int():
            return None if 0 <= value < 1 << 8 * each.size else f"does not fit {each.size} octets: {value}"
        case CString(), str():
            return _text_reason(value, each.limit - 1)
        case FixedText(), str():
            return _text_reason(value, each.width)
        case Octets(), bytes():
            return None if len(value) == each.width else f"must have {each.width} octets, not {len(value)}"
        case Blob(), bytes():
            return None if len(value) <= each.limit else f"has {len(value)} octets; {each.limit} fit"
        case Repeated(), _:
            return _items_reason(each, list(value))
    raise AssertionError(each)


_PYTHON: dict[type, Any] = {
    UInt: int,
    CString: str,
    FixedText: str,
    Octets: bytes,
    Blob: bytes,
    Repeated: (list, tuple),
}
_WORDS: dict[type, str] = {
    UInt: "an integer",
    CString: "text",
    FixedText: "text",
    Octets: "bytes",
    Blob: "bytes",
    Repeated: "a list",
}


def _text_reason(value: str, room: int) -> str | None:
    if len(value) > room:
        return f"has {len(value)} characters; {room} fit"
    if "\0" in value:
        return "contains NUL"
    return None if all(ord(c) < 256 for c in value) else "has characters that are not octets"


_MOST_ITEMS = 255


def _items_reason(each: Repeated, items: list[object]) -> str | None:
    if len(items) > _MOST_ITEMS:
        return f"has {len(items)} items; {_MOST_ITEMS} fit"
    for position, item in enumerate(items):
        reason = _item_reason(each.item, item)
        if reason is not None:
            return f"[{position}] {reason}"
    return None


def _item_reason(layout: Field | tuple[Field, ...] | Choice, item: object) -> str | None:
    if not isinstance(layout, tuple | Choice):
        return _reason(layout, item)
    if not isinstance(item, Mapping):
        return f"must be a record, not {type(item).__name__}"
    values = dict(item)
    if isinstance(layout, Choice):
        flag = values.pop(layout.flag, None)
        if flag not in layout.layouts:
            return f"{layout.flag} must be one of {sorted(layout.layouts)}, not {flag!r}"
        layout = layout.layouts[flag]
    try:
        explain(layout, "item", values)
    except FieldError as found:
        return f"{found.facts['field']} {found.facts['reason']}"
    return None


def compile_pdu_writer(spec: PduSpec, constants: Mapping[str, object] | None = None) -> Callable[..., bytes]:
    """The body writer of a PDU, without optional parameters."""
    return compile_writer(spec.fields, spec.name, constants)


def compile_pdu_reader(spec: PduSpec) -> Reader:
    """The body reader of a PDU, without optional parameters."""
    return compile_reader(spec.fields, spec.name)

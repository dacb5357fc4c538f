"""What the generated encoders and decoders have in common.

They are written as plain Python functions once at import, the way dataclasses write `__init__`: interpreting the
field list for every PDU costs five times as much, and hand-written fast paths beside the list would be a second
truth.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from keyword import iskeyword
from typing import Any

from hongyan.protocols.wire.errors import BodyError, FieldError
from hongyan.protocols.wire.fields import Field, FixedText, Octets, UInt, computed_names

READ_FAULTS = (struct.error, ValueError, IndexError)
"""What a generated decoder may raise on bad octets; BodyError is a ValueError."""

WRITE_FAULTS = (FieldError, struct.error, ValueError, TypeError, OverflowError, AttributeError, KeyError)
"""What a generated encoder may meet in bad values; FieldError comes from items, UnicodeError is a ValueError."""

INTEGER_CODES = {1: "B", 2: "H", 4: "I", 8: "Q"}
FIXED_SIZE = (UInt, FixedText, Octets)


class Source:
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


def check_names(fields: Sequence[Field], label: str) -> None:
    """Field names become variables of the generated functions."""
    names = [each.name for each in fields]
    taken = {"d", "p", "e", "value", "item", "complain", "FAULTS", "BodyError"}
    for name in names:
        if not name.isidentifier() or iskeyword(name) or name in taken or names.count(name) > 1:
            raise ValueError(f"{label}: {name!r} cannot name a field")
    unknown = computed_names(tuple(fields)) - set(names)
    if unknown:
        raise ValueError(f"{label}: no field {sorted(unknown)} for a length or count")

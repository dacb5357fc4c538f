"""Words to describe a PDU as data. `wire.readers` and `wire.writers` make the decoders and encoders from them.

All integers are unsigned and big-endian. Text is octets shown as Latin-1, so that whatever a gateway sends
comes back unchanged; what the octets mean is the business of the protocol above.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class UInt:
    """An unsigned integer of `size` octets. One that a Blob or Repeated names as its length or count is
    computed: it is neither asked for nor shown."""

    name: str
    size: int = 1


@dataclass(frozen=True, slots=True)
class CString:
    """Text ended by NUL; `limit` counts the NUL and binds what we send. Longer text is accepted from a peer."""

    name: str
    limit: int


@dataclass(frozen=True, slots=True)
class FixedText:
    """Text in exactly `width` octets, padded right with NUL and not ended by one when full. Read up to the first
    NUL, trailing blanks dropped (some gateways pad with them)."""

    name: str
    width: int


@dataclass(frozen=True, slots=True)
class Octets:
    """Exactly `width` raw octets."""

    name: str
    width: int


@dataclass(frozen=True, slots=True)
class Blob:
    """Raw octets counted by the field `length`; at most `limit` when we send."""

    name: str
    length: str
    limit: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several layouts, chosen by a one-octet flag in front. Shown as a record with the flag in it."""

    flag: str
    layouts: Mapping[int, tuple[Field, ...]]


@dataclass(frozen=True, slots=True)
class Repeated:
    """`count` items: a list of values when the item is one field, of records otherwise."""

    name: str
    count: str
    item: Field | tuple[Field, ...] | Choice


Field = UInt | CString | FixedText | Octets | Blob | Repeated


@dataclass(frozen=True, slots=True)
class PduSpec:
    """One PDU. `empty_body_allowed`: a peer may leave the whole body out (responses that report an error)."""

    name: str
    command_id: int
    fields: tuple[Field, ...] = ()
    empty_body_allowed: bool = False
    computed: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "computed", computed_names(self.fields))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the values that a caller gives and gets."""
        return tuple(each.name for each in self.fields if each.name not in self.computed)


def computed_names(fields: tuple[Field, ...]) -> frozenset[str]:
    """Lengths and counts that follow from other fields."""
    lengths = {each.length for each in fields if isinstance(each, Blob)}
    counts = {each.count for each in fields if isinstance(each, Repeated)}
    return frozenset(lengths | counts)

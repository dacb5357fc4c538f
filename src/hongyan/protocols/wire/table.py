"""The PDUs of one protocol or version: how each is read and written, and words for what cannot be.

Decoding itself stays with the protocols: their headers differ, and it is done for every frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hongyan.protocols.wire.errors import BodyError, FieldError
from hongyan.protocols.wire.explain import NOT_A_FIELD
from hongyan.protocols.wire.fields import PduSpec
from hongyan.protocols.wire.readers import Reader, compile_reader
from hongyan.protocols.wire.writers import compile_writer

_REQUEST = 0x7FFFFFFF
"""A response has the command of its request and one bit more."""


@dataclass(slots=True)
class Unreadable:
    """A frame whose command is not read (`known` false) or whose body breaks its layout."""

    command_id: int
    sequence: int
    raw: bytes
    reason: str
    known: bool


class PduTable:
    """`readers`: command id → name, reader, and whether a peer may leave the whole body out. `names`: command id → name.
    `between_gateways`: commands that are named and not read."""

    __slots__ = (
        "_between_gateways",
        "_protocol",
        "_specs",
        "_spelling",
        "_writers",
        "names",
        "readers",
        "specs",
    )

    def __init__(
        self, protocol: str, specs: Iterable[PduSpec], between_gateways: Mapping[int, str] | None = None
    ) -> None:
        self._protocol = protocol
        self._between_gateways = between_gateways or {}
        self.specs = tuple(specs)
        self.names = {spec.command_id: spec.name for spec in self.specs}
        self.readers: dict[int, tuple[str, Reader, bool]] = {
            spec.command_id: (spec.name, compile_reader(spec.fields, spec.name), spec.empty_body_allowed)
            for spec in self.specs
        }
        self._specs = {spec.name: spec for spec in self.specs}
        self._spelling = {name.lower(): name for name in self._specs}
        self._writers = {spec.name: compile_writer(spec.fields, spec.name) for spec in self.specs}

    def spec_of(self, name: str) -> PduSpec:
        """The specification of a PDU, in whatever case its name is written. Raises FieldError for an unknown name."""
        spec = self._specs.get(name) or self._specs.get(self._spelling.get(name.lower(), ""))
        if spec is None:
            raise FieldError(
                name, "pdu", f"is not a PDU of {self._protocol}", f"不是 {self._protocol} 的 PDU"
            )
        return spec

    def body(self, name: str, fields: Mapping[str, object]) -> bytes:
        """The octets after the header; missing fields are 0 or empty. Raises FieldError, naming the field."""
        spec = self.spec_of(name)
        try:
            return self._writers[spec.name](**fields)
        except TypeError:
            unknown = next((key for key in fields if key not in spec.names), "?")
            raise FieldError(name, unknown, *NOT_A_FIELD) from None

    def not_read(self, command_id: int) -> str:
        """Why a command that has no reader has none."""
        name = self._between_gateways.get(command_id & _REQUEST)
        return f"{name} is spoken between gateways only" if name else "unknown command"


def broken(name: str, fault: Exception) -> str:
    """Why a body could not be read. `fault`: what its reader raised (`generate.READ_FAULTS`)."""
    words = str(fault) if isinstance(fault, BodyError) else "the body ends inside a field"
    return f"{name}: {words}"


def left_over(name: str, octets: int) -> str:
    """Why a body that was read to its last field is none."""
    return f"{name}: {octets} octets after the last field"

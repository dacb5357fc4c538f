"""One authenticated call as an action sees it: who calls, and its parameters with their types.

Values travel as decimal text, True/true, flattened lists (Name.1, Name.1.Key) or JSON text. An empty value
counts as absent, as the SDKs send unset strings as `OutId=`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeVar

import msgspec

from hongyan.apis.aliyun.errors import VendorError, missing
from hongyan.kernel.clock import BEIJING

T = TypeVar("T")

MAX_FLAT_LIST: Final = 100
"""Elements of a flattened list; the vendor's own lists end at 51."""
LEAST_INTEGER: Final = -(2**63)
LARGEST_INTEGER: Final = 2**63 - 1
"""What a store takes; larger ones name nothing that exists."""
MAX_PAGE: Final = 1_000_000
"""Pages of every list count from 1 to this."""
_MAX_INTEGER_DIGITS: Final = 19

Invalid = Callable[[str, str], VendorError]
"""(parameter, reason) -> the error of the action's family."""


class Call:
    """`address`: where the call came from, "" when that is not known; `origin`: scheme and host by which the client knows
    us. `nonce`: (signed minute since 1970, 64-bit keyed hash); a state-changing action hands it to its service, which uses
    it up in the same transaction."""

    __slots__ = (
        "_invalid",
        "access_key_id",
        "account_id",
        "action",
        "address",
        "nonce",
        "origin",
        "parameters",
        "request_id",
    )

    def __init__(
        self,
        action: str,
        *,
        account_id: int,
        access_key_id: str,
        request_id: str,
        nonce: tuple[int, int],
        parameters: dict[str, str],
        invalid: Invalid,
        address: str = "",
        origin: Callable[[], str] = str,
    ) -> None:
        self.action = action
        self.account_id = account_id
        self.access_key_id = access_key_id
        self.request_id = request_id
        self.nonce = nonce
        self.parameters = parameters
        self.address = address
        self.origin = origin
        self._invalid = invalid

    def invalid(self, name: str, reason: str) -> VendorError:
        """The error for a value that cannot be used; raise it."""
        return self._invalid(name, reason)

    def text(self, name: str, default: str | None = None) -> str:
        """The value, or `default` when absent. Raises Missing<name> when absent without a default."""
        value = self.parameters.get(name)
        if value:
            return value
        if default is None:
            raise missing(name)
        return default

    def optional(self, name: str) -> str | None:
        """The value, or None when absent."""
        return self.parameters.get(name) or None

    def integer(
        self,
        name: str,
        default: int | None = None,
        *,
        least: int = LEAST_INTEGER,
        most: int = LARGEST_INTEGER,
    ) -> int:
        """A decimal integer inside least..most, at the most 64 bits."""
        text = self.parameters.get(name)
        if not text:
            if default is None:
                raise missing(name)
            return default
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdecimal()) or len(digits) > _MAX_INTEGER_DIGITS:
            raise self.invalid(name, "must be an integer")
        value = int(text)
        if value < least:
            raise self.invalid(name, f"must be at least {least}")
        if value > most:
            raise self.invalid(name, f"must be at most {most}")
        return value

    def boolean(self, name: str, default: bool | None = None) -> bool:
        """`True`, `true`, `False`, `false`: the SDKs differ in case."""
        text = self.parameters.get(name)
        if not text:
            if default is None:
                raise missing(name)
            return default
        match text.lower():
            case "true":
                return True
            case "false":
                return False
            case _:
                raise self.invalid(name, "must be true or false")

    def date(self, name: str) -> datetime:
        """A `yyyyMMdd` day, as its first moment in Beijing."""
        text = self.text(name)
        try:
            if len(text) == 8 and text.isascii() and text.isdecimal():
                return datetime(int(text[:4]), int(text[4:6]), int(text[6:]), tzinfo=BEIJING)
        except ValueError:
            pass
        raise self.invalid(name, "must be a date in the form yyyyMMdd")

    def json_list(self, name: str, of: type[T]) -> list[T]:
        """A JSON array whose elements are `of`; empty when absent. `of` may be `dict[str, str]`."""
        text = self.parameters.get(name)
        if not text:
            return []
        try:
            return decode_json(text, msgspec.json.Decoder(list[of]))  # type: ignore[valid-type]
        except ValueError:
            raise self.invalid(name, f"must be a JSON array of {_words(of)}") from None

    def flat_list(self, name: str, *, most: int = MAX_FLAT_LIST) -> list[str]:
        """`Name.1=a&Name.2=b` as [a, b]."""
        return [fields.get("", "") for fields in self._flat(name, most)]

    def flat_objects(self, name: str, *, most: int = MAX_FLAT_LIST) -> list[dict[str, str]]:
        """`Name.1.Key=k&Name.1.Value=v` as [{"Key": k, "Value": v}]."""
        return self._flat(name, most)

    def has(self, name: str) -> bool:
        """Present and not empty, also as a flattened list."""
        if self.parameters.get(name):
            return True
        prefix = name + "."
        return any(key.startswith(prefix) for key in self.parameters)

    def _flat(self, name: str, most: int) -> list[dict[str, str]]:
        found: dict[int, dict[str, str]] = {}
        prefix = name + "."
        for key, value in self.parameters.items():
            if not key.startswith(prefix):
                continue
            index, _, field = key[len(prefix) :].partition(".")
            if not (index.isascii() and index.isdecimal()) or len(index) > 4 or not 1 <= int(index) <= most:
                raise self.invalid(key, f"must be numbered from 1 to {most}")
            found.setdefault(int(index), {})[field] = value
        return [found[index] for index in sorted(found)]


def decode_json(text: str, decoder: msgspec.json.Decoder[T]) -> T:
    """JSON text of a parameter, checked by `decoder`. Raises ValueError, also for what is nested too deep
    and for NUL, which no database text can hold."""
    if "\\u0000" in text:
        raise ValueError("a NUL character")
    try:
        return decoder.decode(text)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _words(of: type) -> str:
    return {str: "strings", int: "integers", bool: "booleans"}.get(of, "objects")

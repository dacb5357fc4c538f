"""The policy of a browser upload: what may be sent, where, until when; as base64 of JSON. Pure.

Source: OSS PostObject, appendix "Policy". We write few conditions, and read all four forms that there are.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from hongyan.compliance.refusals import refusal
from hongyan.kernel.clock import Millis, utc

MOST_TEXT: Final = 4096
"""Characters of an encoded policy; ours have some 250."""
_SIZE: Final = "content-length-range"
_MATCHES: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "eq": lambda given, wanted: given == wanted,
    "starts-with": lambda given, wanted: given.startswith(wanted),
}

Condition = dict[str, Any] | list[Any]


class _Document(msgspec.Struct, forbid_unknown_fields=True):
    expiration: str
    conditions: list[Condition]


@dataclass(frozen=True, slots=True)
class Policy:
    """`conditions`: `{"field": value}`, `["eq" | "starts-with", "$field", value]`, `["content-length-range", least, most]`."""

    expires_ms: Millis
    conditions: tuple[Condition, ...]

    def text(self) -> str:
        """As it travels in the form."""
        expiration = utc(self.expires_ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        document = _Document(expiration, list(self.conditions))
        return base64.b64encode(msgspec.json.encode(document)).decode()

    def broken_by(self, fields: Mapping[str, str]) -> str | None:
        """The first condition that the form's fields (names in lower case) do not meet, as JSON."""
        for condition in self.conditions:
            if not all(
                _MATCHES[how](fields.get(name.lower(), ""), wanted) for how, name, wanted in _tests(condition)
            ):
                return msgspec.json.encode(condition).decode()
        return None

    def sizes(self) -> tuple[int, int]:
        """The least and the most bytes that the file may have."""
        ranges = [
            tuple(found[1:]) for found in self.conditions if isinstance(found, list) and found[0] == _SIZE
        ]
        return max((least for least, _ in ranges), default=0), min(
            (most for _, most in ranges), default=sys.maxsize
        )


def read_policy(text: str) -> Policy:
    """Raises Refused("upload.policy_malformed")."""
    try:
        document = msgspec.json.decode(base64.b64decode(text[: MOST_TEXT + 4], validate=True), type=_Document)
        expires = datetime.fromisoformat(document.expiration)
        for condition in document.conditions:
            _tests(condition)
    except (ValueError, RecursionError):
        raise refusal("upload.policy_malformed") from None
    return Policy(
        round(expires.replace(tzinfo=expires.tzinfo or UTC).timestamp() * 1000), tuple(document.conditions)
    )


def _tests(condition: Condition) -> list[tuple[str, str, str]]:
    """(how, field, wanted) of a condition; none for one about the size. Raises ValueError for what is no condition."""
    match condition:
        case dict() if all(isinstance(wanted, str) for wanted in condition.values()):
            return [("eq", name, wanted) for name, wanted in condition.items()]
        case ["eq" | "starts-with" as how, str(field), str(wanted)]:
            return [(how, field.removeprefix("$"), wanted)]
        case [name, int(least), int(most)] if name == _SIZE and 0 <= least <= most:
            return []
        case _:
            raise ValueError("no condition of a policy")

"""What a route is: a row from which the door answers and the OpenAPI document is made.

What a route changes and what it answers with are two functions. A request that is repeated with its idempotency key
changes nothing and gets the answer all the same, made of what there is now.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from hongyan.apis.rest.call import Call, File, Services

_PLACE: Final = re.compile(r"\{(\w+)\}")
_NUMBER: Final = r"[0-9]{1,19}"
_WORD: Final = r"[^/]{1,100}"


def fits(value: object) -> bool:
    """A database can hold it: integers of both have 64 bits, and PostgreSQL's texts no NUL."""
    match value:
        case int(number):
            return -(2**63) <= number < 2**63
        case str(text):
            return "\0" not in text
        case dict(fields):
            return all(map(fits, fields)) and all(map(fits, fields.values()))
        case list(values) | tuple(values):
            return all(map(fits, values))
        case _:
            return True


class Who(Enum):
    """Who may call."""

    ACCOUNT = "account"
    """Whoever has an access key; he sees and changes what belongs to its account."""
    OPERATOR = "operator"
    """Whoever has a key of the root account."""


class Input(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a client sends. A field that is not known is refused: it is most often one that is misspelt."""


class Nothing(Input, frozen=True):
    """No fields."""


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """What a client reads."""


def may_be_left_out(of: type[Input]) -> bool:
    """No field of it must be there."""
    return not any(field.required for field in msgspec.structs.fields(of))


Answer = Callable[["Services", "Call"], Awaitable["Output | File"]]
Change = Callable[["Services", "Call"], Awaitable[str | None]]
"""Its answer: the number or code of what it has made, where that is not told by the request itself."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """One row. `path` below BASE; a place in it is a number, unless `words` gives the words that it may be.

    `shows`: what it answers with, None for a file. `errors`: our codes that it may refuse with, beside those that every
    route may.
    """

    method: str
    path: str
    en: str
    zh: str
    answer: Answer
    shows: type[Output] | None
    change: Change | None = None
    who: Who = Who.ACCOUNT
    body: type[Input] | None = None
    file: tuple[str, ...] = ()
    """Content types of a file that is the body as it is, in place of JSON."""
    query: type[Input] = Nothing
    errors: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Place -> words; () takes any."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches paths below BASE."""
        return re.compile(_PLACE.sub(lambda place: f"(?P<{place[1]}>{self._form(place[1])})", self.path))

    @property
    def places(self) -> list[str]:
        """Names of the parts of the path that vary."""
        return _PLACE.findall(self.path)

    @property
    def name(self) -> str:
        """How metrics and logs call it."""
        return f"{self.method} {self.path}"

    def read(self, path: str) -> dict[str, Any] | None:
        """The places of a path; None when it is none of ours, as one with a number that no id can be."""
        if (found := self.pattern.fullmatch(path)) is None:
            return None
        texts = found.groupdict().items()
        places = {name: text if name in self.words else int(text) for name, text in texts}
        return places if all(fits(each) for each in places.values()) else None

    def _form(self, place: str) -> str:
        if place not in self.words:
            return _NUMBER
        return "|".join(map(re.escape, self.words[place])) or _WORD

"""What peers answer: a number, its name, and what to do with a request that was answered so."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["ok", "throttled", "retry", "refused", "login"]
"""Ours. throttled: slow down and send again · retry: send again · refused: not this message · login: the account or the
link, not the message."""


class Status(NamedTuple):
    """One row of a protocol's table. `name`: the protocol's own word, or its name with the number."""

    code: int
    name: str
    kind: Kind
    en: str
    zh: str
    source: str

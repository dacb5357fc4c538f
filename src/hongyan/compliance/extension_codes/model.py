"""Extension codes as records. No rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from hongyan.compliance.extension_codes.states import CodeState
from hongyan.kernel.clock import Millis


class CodeSource(Enum):
    """Who gave a signature its code, and who acts now: the tenant itself, or the operator of the platform."""

    TENANT = "tenant"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class ExtensionCode:
    """A code, and the signature whose it is, or was last. `primary`: stands in the sender of the signature's messages
    that ask for no other one. `held_until_ms`: when the quarantine of a released code ends. `version` counts changes."""

    code: str
    account_id: int
    signature_id: int
    sign_name: str
    primary: bool
    source: CodeSource
    assigned_ms: Millis
    released_ms: Millis | None
    held_until_ms: Millis | None
    version: int

    def state(self, now_ms: Millis) -> CodeState:
        """Where it stands at a time."""
        if self.held_until_ms is None:
            return CodeState.ASSIGNED
        return CodeState.QUARANTINE if now_ms < self.held_until_ms else CodeState.FREE


@dataclass(frozen=True, slots=True)
class CodeFilter:
    """Empty fields leave a filter out. `released`: also those in quarantine."""

    account_id: int = 0
    sign_name: str = ""
    code: str = ""
    released: bool = False


class ChannelRoom(NamedTuple):
    """A channel whose sender is a number. `digits`: what has room behind it. `accounts`: whose messages it takes, none for
    everybody's."""

    name: str
    digits: int
    accounts: frozenset[int]


ChannelRooms = Callable[[], Sequence[ChannelRoom]]
"""The channels that messages may take now; those whose sender is a name take no code and are not among them."""


@dataclass(frozen=True, slots=True)
class AssignedCode:
    """A code that was assigned. `no_room`: names of channels that have no room for it, so that its messages pass them over.
    `overlaps`: codes of other tenants that begin it, or begin with it; the longest one has the number."""

    code: ExtensionCode
    no_room: tuple[str, ...]
    overlaps: tuple[str, ...]

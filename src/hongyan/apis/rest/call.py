"""One authenticated call as a route sees it, and what routes call."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hongyan.identity import Account, AccountKind, Actor, Identity, Statement
from hongyan.kernel.clock import Clock

if TYPE_CHECKING:
    from hongyan.compliance import Compliance
    from hongyan.compliance.registration.filing import Filing, Trials, Verification
    from hongyan.compliance.registration.keeping import KeepAlive
    from hongyan.messaging.callbacks import Callbacks


@dataclass(frozen=True, slots=True)
class Services:
    """`clock` is the business clock (movable in the sandbox)."""

    identity: Identity
    compliance: Compliance
    callbacks: Callbacks
    clock: Clock
    filing: Filing
    trials: Trials
    verification: Verification
    keep_alive: KeepAlive


@dataclass(frozen=True, slots=True)
class Call:
    """`place`: what stands in the path where it varies; `body` and `query` are of the route's types. `using`: statements
    that use up the call's key for what it makes. `made`: the number or code that was given to it, for the answer."""

    account: Account
    actor: Actor
    language: str
    place: Mapping[str, Any]
    query: Any
    body: Any
    using: Callable[[str], tuple[Statement, ...]] | None = None
    made: str = ""

    @property
    def once(self) -> tuple[Statement, ...]:
        """Statements that belong into the Change that the call asks for, so that a repeated one does nothing."""
        return self.once_making("")

    def once_making(self, made: object) -> tuple[Statement, ...]:
        """The same for a change that makes something with a number or code of its own."""
        return self.using(str(made)) if self.using else ()

    @property
    def operator(self) -> bool:
        """Of the root account: he sees what belongs to everybody."""
        return self.account.kind is AccountKind.ROOT

    @property
    def scope(self) -> int | None:
        """The account whose things may be seen; None: all of them."""
        return None if self.operator else self.account.id

    def tenant(self, said: int) -> int:
        """The account that is meant: a tenant's own; the operator names one, or with 0 means his own."""
        return said if self.operator and said else self.account.id

    def tenants(self, said: int) -> int | None:
        """The same, and None for all of them where the operator names none."""
        return (said or None) if self.operator else self.account.id


@dataclass(frozen=True, slots=True)
class File:
    """An answer that is no JSON: `headers` tell what it is."""

    headers: Sequence[tuple[bytes, bytes]]
    content: AsyncIterator[bytes]

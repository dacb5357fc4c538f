"""What the console asks of other rooms; small on purpose, so that a test can stand in for each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Protocol, Self

from hongyan.identity.model import Account, LoginSession, Person
from hongyan.kernel.clock import Millis
from hongyan.messaging.model import MessageView, PartView, ReplyView


class IdentityPort(Protocol):
    """People and their login sessions (`hongyan.identity`)."""

    async def check_password(self, login: str, password: str, *, source: str = "") -> Person | None:
        """Who this is. `source`: the caller's address. Raises Throttled."""
        ...

    async def open_login_session(self, person: Person, *, source: str = "") -> str:
        """The token of a new session."""
        ...

    async def login_session(self, token: str) -> LoginSession | None: ...

    async def close_login_session(self, token: str) -> None: ...

    async def change_language(self, person: Person, language: str) -> None: ...

    async def account(self, account_id: int) -> Account: ...

    async def record_event(
        self, account_id: int, actor: str, action: str, object_: str, /, **facts: object
    ) -> None:
        """Append to the audit trail what somebody did that changes nothing else. Durable when it returns."""
        ...


class MessagingPort(Protocol):
    """What was sent and what came back (`hongyan.messaging`). `account_id` None: of every account.

    Lists are newest first, before the id of the page before (None: from the newest).
    """

    async def recent_messages(
        self, account_id: int | None, before_id: int | None, limit: int, *, number: str | None = None
    ) -> Sequence[MessageView]:
        """To one `number` or to all."""
        ...

    async def message(self, message_id: int) -> MessageView | None: ...

    async def parts(self, message_id: int) -> Sequence[PartView]: ...

    async def recent_replies(
        self, account_id: int | None, before_id: int | None, limit: int
    ) -> Sequence[ReplyView]: ...

    async def usage(self, account_id: int | None, since_day: int) -> Mapping[str, int]:
        """Counters since a Beijing day (`kernel.clock.day_of`): accepted, segments, delivered, failed, charged, …"""
        ...


class ChannelName(Protocol):
    """What people call a channel. `protocol`: cmpp, sgip, smgp or smpp."""

    @property
    def name(self) -> str: ...
    @property
    def protocol(self) -> str: ...


class ChannelNames(Protocol):
    """The names of all channels by their numbers. A message may have gone by one that nobody knows any more."""

    async def __call__(self) -> Mapping[int, ChannelName]: ...


class HandsetText(Protocol):
    """One text on a virtual handset. `direction`: `in` arrived from `peer`, `out` was typed and sent to `peer`."""

    @property
    def id(self) -> int: ...
    @property
    def direction(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def peer(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def parts(self) -> int: ...
    @property
    def received_ms(self) -> Millis: ...


class Handset(Protocol):
    """One virtual handset with its newest text."""

    @property
    def number(self) -> str: ...
    @property
    def texts(self) -> int: ...
    @property
    def last(self) -> HandsetText: ...


class HandsetInbox(Protocol):
    """The virtual handsets of the sandbox (`hongyan.carriers.simulator.handsets`). Blocking: used in a thread."""

    def messages(
        self, number: str | None = None, after_id: int = 0, limit: int = 50, *, newest_first: bool = True
    ) -> Sequence[HandsetText]: ...

    def numbers(self, limit: int = 50) -> Sequence[Handset]: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class InboxFactory(Protocol):
    """Opens the handsets for one look. Raises Misconfigured while there are none."""

    def __call__(self) -> HandsetInbox: ...


class Reply(Protocol):
    """Types `text` on the handset `number` and sends it to the access number `to`; it comes in as MO.

    Raises Misconfigured when no simulated carrier runs, RemoteFault when it does not answer, Refused when it says no.
    """

    async def __call__(self, number: str, to: str, text: str) -> None: ...

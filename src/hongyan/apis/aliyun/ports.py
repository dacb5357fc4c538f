"""What the door needs of the rooms behind it, as narrow as it uses them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from hongyan.messaging.model import MessageView, SendAccepted, SendRequest


class AccessKey(Protocol):
    """An access key; `secret` signs."""

    @property
    def id(self) -> str: ...
    @property
    def secret(self) -> str: ...
    @property
    def account_id(self) -> int: ...
    @property
    def enabled(self) -> bool: ...


class Identity(Protocol):
    """Who calls."""

    def peek_key(self, access_key_id: str) -> AccessKey | None:
        """From the cache only."""
        ...

    async def key(self, access_key_id: str) -> AccessKey | None:
        """Loaded when not cached; None when there is none."""
        ...


class Vault(Protocol):
    """Keyed hashes."""

    def blind_index(self, value: str, purpose: str) -> int:
        """64-bit signed."""
        ...


class Messaging(Protocol):
    """The only door into sending."""

    async def accept(self, request: SendRequest) -> SendAccepted: ...

    async def sent_details(
        self, account_id: int, number: str, day_yyyymmdd: str, biz_id: int | None, *, page: int, size: int
    ) -> tuple[int, list[MessageView]]: ...

    async def delivered_by_code(self, account_id: int) -> Mapping[str, int] | None:
        """Messages delivered in the last 30 days by extension code; None when that is not known."""
        ...

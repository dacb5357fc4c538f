"""A request's body as it comes, bounded in bytes and time; and how many may come at once."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from hongyan.apis.aliyun.oss.answers import OssError
from hongyan.apis.asgi import ClientGone, Receive
from hongyan.compliance.papers import MOST_BYTES


@dataclass(frozen=True, slots=True)
class OssSettings:
    """Sizes in bytes, times in seconds."""

    max_file: int = MOST_BYTES
    max_fields: int = 64 * 1024
    """Of all fields together, names and values. The vendor takes 8 MB, and forms have some 700 bytes."""
    max_parts: int = 64
    fields_within_s: float = 15.0
    """For everything in front of the file."""
    file_within_s: float = 120.0
    at_once: int = 8
    """Files that are being sent or looked into: at most so many are in memory."""
    at_once_of_account: int = 3
    unfinished: int = 256
    """Forms whose file has not begun: anybody may begin to send one."""

    @property
    def max_body(self) -> int:
        """The file, the fields, and the boundaries and headers between them."""
        return self.max_file + 2 * self.max_fields


class TooSlow(OssError):
    """The client takes longer than it may."""

    def __init__(self) -> None:
        super().__init__("RequestTimeout")


@contextlib.asynccontextmanager
async def within(seconds: float) -> AsyncIterator[None]:
    """A bound on what a client sends. Raises TooSlow."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise TooSlow from None


class Body:
    """The pieces of one request's body. `too_long`: it is, or says that it will be."""

    def __init__(self, receive: Receive, length: bytes | None, most: int) -> None:
        self._receive = receive
        self._left = most
        self._more = True
        self.too_long = length is not None and (not length.isdigit() or int(length) > most)

    async def next(self) -> bytes:
        """A piece; b"" at the end. Raises ClientGone, or OssError when there is too much."""
        while self._more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            piece: bytes = message.get("body", b"")
            self._more = message.get("more_body", False)
            self._left -= len(piece)
            if self._left < 0:
                self.too_long = True
                raise OssError("EntityTooLarge")
            if piece:
                return piece
        return b""

    async def drain(self, within_s: float) -> bool:
        """Read what is left and forget it, because clients read an answer only when they have sent everything. Whether the
        connection can be used again."""
        if self.too_long:
            return False
        with contextlib.suppress(TimeoutError, OssError):
            async with asyncio.timeout(within_s):
                while await self.next():
                    pass
        return not self._more


class Places:
    """Bounds what goes on at once. Raises OssError("ServiceUnavailable") when there is no place."""

    def __init__(self, settings: OssSettings) -> None:
        self._settings = settings
        self._unfinished = 0
        self._files = 0
        self._of_account: Counter[int] = Counter()

    @contextlib.contextmanager
    def form(self) -> Iterator[None]:
        """One whose file has not begun."""
        if self._unfinished >= self._settings.unfinished:
            raise OssError("ServiceUnavailable")
        self._unfinished += 1
        try:
            yield
        finally:
            self._unfinished -= 1

    @contextlib.contextmanager
    def file(self, account_id: int) -> Iterator[None]:
        """One that is sent or looked into; one account does not take all places."""
        settings = self._settings
        if self._files >= settings.at_once or self._of_account[account_id] >= settings.at_once_of_account:
            raise OssError("ServiceUnavailable")
        self._files += 1
        self._of_account[account_id] += 1
        try:
            yield
        finally:
            self._files -= 1
            self._of_account[account_id] -= 1
            if not self._of_account[account_id]:
                del self._of_account[account_id]

"""What every HTTP door needs of ASGI: the types, who is at the other end, and bodies that are bounded while they come."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from enum import Enum
from typing import Any, Final

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_HOST: Final = re.compile(rb"[A-Za-z0-9._:\[\]-]{1,255}")


class ClientGone(Exception):
    """The connection ended before the request was whole: nobody is there to answer."""


class BodyFault(Enum):
    """Why a body is not read."""

    TOO_LONG = "too long"
    TOO_SLOW = "too slow"
    TOO_MANY = "too many at once"


class BodyRefused(Exception):
    """Each door says it in its own words."""

    def __init__(self, fault: BodyFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Bodies:
    """Reads bodies of at most `most` bytes, and bounds what the unfinished ones of all requests take: anybody may begin
    to send one."""

    def __init__(self, *, most: int, most_unfinished: int, within_s: float) -> None:
        self.most = most
        self._most_unfinished = most_unfinished
        self._within_s = within_s
        self._held = 0

    async def read(self, length: bytes | None, receive: Receive, most: int | None = None) -> bytes:
        """The whole body, chunked or not; `length` is its Content-Length. `most`: for a body that has a smaller bound of
        its own. Raises ClientGone, BodyRefused."""
        most = self.most if most is None else min(most, self.most)
        if length == b"0":
            return b""
        if length is not None and (not length.isdigit() or int(length) > most):
            raise BodyRefused(BodyFault.TOO_LONG)
        try:
            async with asyncio.timeout(self._within_s):
                return await self._read(receive, most)
        except TimeoutError:
            raise BodyRefused(BodyFault.TOO_SLOW) from None

    async def _read(self, receive: Receive, most: int) -> bytes:
        body = bytearray()
        try:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                piece = message.get("body", b"")
                body += piece
                self._held += len(piece)
                if len(body) > most:
                    raise BodyRefused(BodyFault.TOO_LONG)
                if not message.get("more_body", False):
                    return bytes(body)
                if self._held > self._most_unfinished:
                    raise BodyRefused(BodyFault.TOO_MANY)
        finally:
            self._held -= len(body)


def peer(scope: Scope) -> str:
    """The address at the other end of the connection: what a proxy says of others is not believed."""
    client = scope.get("client")
    return client[0] if client else ""


def origin(scope: Scope, public_url: str) -> str:
    """What the client calls this port: `http://host:port`, without a slash at the end."""
    if public_url:
        return public_url
    host = header(scope, b"host")
    if not _HOST.fullmatch(host):
        name, port = scope["server"]
        host = f"{name}:{port}".encode()
    return f"{scope.get('scheme', 'http')}://{host.decode()}"


def header(scope: Scope, wanted: bytes) -> bytes:
    """The first of this name; empty when there is none."""
    return next((value for name, value in scope["headers"] if name == wanted), b"")

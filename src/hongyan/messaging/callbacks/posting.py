"""One HTTP request to somebody's address: bounded in time and size, without redirects, and only to where the guard allows.

Our own small client, because the guard must choose the address that is connected to, and a callback needs no more.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol

import httptools

from hongyan.kernel.errors import Misconfigured
from hongyan.messaging.callbacks.addresses import Guard, Target

CONNECT_WITHIN_SECONDS: Final = 5.0
ANSWER_WITHIN_SECONDS: Final = 10.0
"""From the beginning of connecting to the end of the answer. Ours: the vendor publishes no timeout."""
MOST_ANSWER: Final = 64 * 1024
"""Bytes of an answer with its head."""
_PIECE: Final = 16 * 1024


class PostFault(Enum):
    """Why there is no answer."""

    UNRESOLVED = "unresolved"
    """The name has no address."""
    FORBIDDEN = "forbidden"
    """It leads into a private network."""
    UNREACHABLE = "unreachable"
    TLS = "tls"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    NO_HTTP = "no_http"


class NotPosted(Exception):
    """`fault` says why."""

    def __init__(self, fault: PostFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Posted:
    """An answer."""

    status: int
    body: bytes


def trusted(authorities: str) -> ssl.SSLContext | None:
    """Believes the system's authorities, and those of a PEM file; None where no file is named. Raises
    Misconfigured("settings.callback_ca")."""
    if not authorities:
        return None
    context = ssl.create_default_context()
    try:
        context.load_verify_locations(authorities)
    except OSError as fault:
        why = fault.strerror or str(fault)
        raise Misconfigured(
            "settings.callback_ca",
            en=f"HONGYAN_CALLBACK_CA: no certificates can be read from {authorities}: {why}",
            zh=f"HONGYAN_CALLBACK_CA：无法从 {authorities} 读取证书：{why}",
        ) from fault
    return context


class Post(Protocol):
    """Sends a body somewhere. Raises NotPosted."""

    async def __call__(self, target: Target, headers: Iterable[tuple[str, str]], body: bytes) -> Posted: ...


class HttpPost:
    """The real one. `trust`: which certificates are believed; the system's when None."""

    def __init__(self, guard: Guard, trust: ssl.SSLContext | None = None) -> None:
        self._guard = guard
        self._trust = trust

    async def __call__(self, target: Target, headers: Iterable[tuple[str, str]], body: bytes) -> Posted:
        """Never follows a redirect: it would lead where nobody has looked."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
                reader, writer = await self._connect(target)
                try:
                    writer.write(_request(target, headers, body))
                    await writer.drain()
                    return await _answer(reader)
                finally:
                    writer.transport.abort()
        except TimeoutError:
            raise NotPosted(PostFault.TIMEOUT) from None
        except ssl.SSLError:
            raise NotPosted(PostFault.TLS) from None
        except (OSError, asyncio.IncompleteReadError):
            raise NotPosted(PostFault.UNREACHABLE) from None

    async def _connect(self, target: Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        addresses = await self._addresses(target)
        if target.secure and self._trust is None:
            self._trust = ssl.create_default_context()
        trust = self._trust if target.secure else None
        async with asyncio.timeout(CONNECT_WITHIN_SECONDS):
            for place, address in enumerate(addresses):
                try:
                    return await asyncio.open_connection(
                        address,
                        target.port,
                        ssl=trust,
                        server_hostname=target.host.strip("[]") if trust else None,
                        limit=MOST_ANSWER,
                    )
                except ssl.SSLError:
                    raise
                except OSError:
                    if place == len(addresses) - 1:
                        raise
        raise NotPosted(PostFault.UNRESOLVED)

    async def _addresses(self, target: Target) -> list[str]:
        """All of a name's addresses, when all of them are allowed."""
        try:
            found = await asyncio.get_running_loop().getaddrinfo(target.host.strip("[]"), target.port)
        except (OSError, UnicodeError):
            raise NotPosted(PostFault.UNRESOLVED) from None
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        if not all(map(self._guard.allows, addresses)):
            raise NotPosted(PostFault.FORBIDDEN)
        return addresses


def _request(target: Target, headers: Iterable[tuple[str, str]], body: bytes) -> bytes:
    lines = [
        f"POST {target.path} HTTP/1.1",
        f"Host: {target.authority}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *(f"{name}: {value}" for name, value in headers),
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


class _Answer:
    """What the parser tells."""

    def __init__(self) -> None:
        self.body = bytearray()
        self.whole = False

    def on_body(self, piece: bytes) -> None:
        self.body += piece

    def on_message_complete(self) -> None:
        self.whole = True


async def _answer(reader: asyncio.StreamReader) -> Posted:
    answer, read = _Answer(), 0
    parser = httptools.HttpResponseParser(answer)
    while not answer.whole:
        piece = await reader.read(_PIECE)
        read += len(piece)
        if read > MOST_ANSWER:
            raise NotPosted(PostFault.TOO_LARGE)
        if not piece:
            break
        try:
            parser.feed_data(piece)
        except httptools.HttpParserError:
            raise NotPosted(PostFault.NO_HTTP) from None
    if not read:
        raise NotPosted(PostFault.UNREACHABLE)
    return Posted(parser.get_status_code(), bytes(answer.body))

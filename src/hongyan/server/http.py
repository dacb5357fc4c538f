"""The one HTTP port: who answers which path, and a guard against slow and endless requests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, cast

import msgspec
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_HEAD = 128 * 1024
"""Bytes of request line and headers; a SendSms with 1,000 numbers in its query has about 16 KiB."""
MOST_CONNECTIONS = 10_000
"""Open at once; further ones are told so and closed."""
HEAD_WITHIN_SECONDS = 15.0
"""From a request's first byte to its last header. uvicorn itself only limits idle connections."""

_json = msgspec.json.Encoder().encode


class Readiness(msgspec.Struct, frozen=True):
    """`parts`: what must work to serve. `warnings`: sentences for the operator that stop nothing."""

    parts: dict[str, bool]
    warnings: list[str]


class Front:
    """Routes by path. `/` is the vendors' door, so it comes first and costs one comparison."""

    def __init__(
        self, door: App, console: App, metrics: Callable[[], bytes], ready: Callable[[], Readiness]
    ) -> None:
        self._door = door
        self._console = console
        self._metrics = metrics
        self._ready = ready

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path = scope["path"]
        if path == "/":
            await self._door(scope, receive, send)
        elif path == "/console" or path.startswith("/console/"):
            await self._console(scope, receive, send)
        elif path == "/healthz":
            await _answer(send, 200, {"alive": True})
        elif path == "/readyz":
            readiness = self._ready()
            await _answer(send, 200 if all(readiness.parts.values()) else 503, readiness)
        elif path == "/metrics":
            await _send(send, 200, b"text/plain; version=0.0.4; charset=utf-8", self._metrics())
        else:
            words = {
                "code": "path.unknown",
                "message": f"nothing here; SDKs use /, people use /console ({path[:200]} was asked for)",
            }
            await _answer(send, 404, words)


async def _answer(send: Send, status: int, value: object) -> None:
    await _send(send, status, b"application/json;charset=utf-8", _json(value))


async def _send(send: Send, status: int, kind: bytes, body: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class _OneWrite:
    """A transport that sends what is written in one turn of the loop with one system call: uvicorn writes head and
    body of an answer apart, and a second send costs as much as checking the request's signature."""

    __slots__ = ("_buffer", "_loop", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._buffer: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not self._buffer:
            self._loop.call_soon(self._flush)
        self._buffer.append(data)

    def _flush(self) -> None:
        if self._buffer:
            data = b"".join(self._buffer)
            self._buffer.clear()
            self._transport.write(data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol with a bound on the size and the time of a request's head.

    A head that comes in one read, as nearly all do, costs a comparison; only a slow one gets a timer.
    """

    _head_bytes = 0
    _in_body = False
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(cast(asyncio.Transport, _OneWrite(transport, self.loop)))
        if len(self.connections) > MOST_CONNECTIONS:
            self._refuse(_FULL)
        else:
            self._wait()

    def data_received(self, data: bytes) -> None:
        if not self._in_body:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes:
            self._wait()
            if self._head_bytes > LARGEST_HEAD:
                self._cut()

    def on_headers_complete(self) -> None:
        self._head_bytes = 0
        self._in_body = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_body = False
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(HEAD_WITHIN_SECONDS, self._cut)

    def _cut(self) -> None:
        self._refuse(_CUT)

    def _refuse(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(answer)
            self.transport.close()


def _last_answer(status: str, code: str, message: str) -> bytes:
    """A whole HTTP answer for a connection that gets no further."""
    body = _json({"code": code, "message": message})
    head = (
        f"HTTP/1.1 {status}\r\ncontent-type: application/json;charset=utf-8\r\nconnection: close\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


_CUT = _last_answer(
    "408 Request Timeout", "request.head", "the request's headers are too large or came too slowly"
)
_FULL = _last_answer("503 Service Unavailable", "server.connections", "too many connections are open")


class HttpServer(uvicorn.Server):
    """uvicorn without its own signal handling: our lifecycle decides when to stop."""

    def __init__(self, app: App, host: str, port: int) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                http=GuardedProtocol,
                loop="none",
                lifespan="off",
                ws="none",
                access_log=False,
                log_config=None,
                server_header=False,
                date_header=False,
                timeout_keep_alive=75,
                timeout_graceful_shutdown=10,
                backlog=1024,
            )
        )

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    @property
    def port(self) -> int:
        """The port in use; differs from the asked one when that was 0."""
        return int(self.servers[0].sockets[0].getsockname()[1])

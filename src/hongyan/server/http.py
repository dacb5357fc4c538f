"""The one HTTP port: who answers which path, and a guard against slow and endless requests."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, cast

import msgspec
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from hongyan.apis.asgi import Receive, Scope, Send, header
from hongyan.apis.rest import BASE
from hongyan.compliance.papers import PATH
from hongyan.kernel.languages import pick_language
from hongyan.server.readiness import Readiness

App = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_HEAD = 128 * 1024
"""Bytes of request line and headers; a SendSms with 1,000 numbers in its query has about 16 KiB."""
MOST_CONNECTIONS = 10_000
"""Open at once; further ones are told so and closed."""
KEPT_DESCRIPTORS = 128
"""For the database, the carrier and commands, when connections have taken all others."""
HEAD_WITHIN_SECONDS = 15.0
"""From a request's first byte to its last header. uvicorn itself only limits idle connections."""
READ_WITHIN_SECONDS = 60.0
"""For a client to take what was written to it. One that takes nothing would keep its connection for ever, also after
we have closed it."""

_json = msgspec.json.Encoder().encode


class Front:
    """Routes by path. `/` is the vendors' door, so it comes first and costs one comparison."""

    def __init__(
        self,
        door: App,
        console: App,
        rest: App,
        papers: App,
        metrics: Callable[[], bytes],
        ready: Callable[[], Readiness],
    ) -> None:
        self._door = door
        self._console = console
        self._rest = rest
        self._papers = papers
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
        elif path == BASE or path.startswith(f"{BASE}/"):
            await self._rest(scope, receive, send)
        elif path == PATH or path.startswith(f"{PATH}/"):
            await self._papers(scope, receive, send)
        elif path == "/healthz":
            await _answer(send, 200, {"alive": True})
        elif path == "/readyz":
            readiness = self._ready()
            language = pick_language(None, header(scope, b"accept-language").decode("latin-1"), "en")
            warnings = [warning.words(language) for warning in readiness.warnings]
            status = 200 if readiness.ready else 503
            await _answer(send, status, {"parts": readiness.parts, "warnings": warnings})
        elif path == "/metrics":
            await _send(send, 200, b"text/plain; version=0.0.4; charset=utf-8", self._metrics())
        else:
            words = {
                "code": "path.unknown",
                "message": f"nothing here; SDKs use /, programs {BASE}, people /console ({path[:200]} was asked for)",
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

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def close(self) -> None:
        self._flush()
        self._transport.close()
        if self._transport.get_write_buffer_size():
            self._loop.call_later(READ_WITHIN_SECONDS, self._transport.abort)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class _NoTrailers(list[tuple[bytes, bytes]]):
    """Where fields after a body go. uvicorn would add them to the request's headers, which were checked already."""

    def append(self, _field: tuple[bytes, bytes]) -> None:
        return


_NO_TRAILERS = _NoTrailers()
"""One for all requests, as it stays empty."""


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol with a bound on the size and the time of a request's head, and on what may follow it.

    A head that comes in one read, as nearly all do, costs a comparison; only a slow one gets a timer. How long a body
    may take is the application's to say; one that it did not wait for ends the connection.
    """

    largest_rest: ClassVar[int]
    """Bytes of a request behind the read that completed its head: the body in its chunks, and what follows it. Bodies have
    smaller bounds where they are read; nobody else counts the rest."""
    most_connections: ClassVar[int]

    _head_bytes = 0
    _rest_bytes = 0
    _in_body = False
    _timer: asyncio.TimerHandle | None = None
    _stuck: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(cast(asyncio.Transport, _OneWrite(transport, self.loop)))
        if len(self.connections) > self.most_connections:
            self._refuse(_FULL)
        else:
            self._wait()

    def data_received(self, data: bytes) -> None:
        if self._in_body:
            self._rest_bytes += len(data)
            if self._rest_bytes > self.largest_rest:
                self.transport.close()
                return
        else:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes:
            self._wait()
            if self._head_bytes > LARGEST_HEAD:
                self._cut()

    def on_headers_complete(self) -> None:
        self._head_bytes = self._rest_bytes = 0
        self._in_body = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        super().on_headers_complete()
        self.headers = _NO_TRAILERS

    def on_message_complete(self) -> None:
        self._in_body = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._in_body and self.cycle.response_complete:
            self.transport.close()

    def eof_received(self) -> bool:  # type: ignore[override]
        """A client may end its side once its request is whole, and still reads the answer. True: write on."""
        cycle = self.cycle
        if self._in_body or self._head_bytes or cycle is None or cycle.response_complete:
            return False
        cycle.keep_alive = False
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._unstick()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unstick()
        self._stuck = self.loop.call_later(READ_WITHIN_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        self._unstick()
        super().resume_writing()

    def _unstick(self) -> None:
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None

    def send_400_response(self, msg: str) -> None:
        """For what is no HTTP, and for addresses of 64 KiB and more, which the parser does not take."""
        self._refuse(_UNREADABLE)

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
_UNREADABLE = _last_answer(
    "400 Bad Request", "request.unreadable", "this is no HTTP request, or its address has more than 64 KiB"
)
_FULL = _last_answer("503 Service Unavailable", "server.connections", "too many connections are open")


def connections_that_fit() -> int:
    """MOST_CONNECTIONS, or what the system's limit on open files leaves. Raises that limit as far as it may."""
    wanted = MOST_CONNECTIONS + KEPT_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(1, allowed - KEPT_DESCRIPTORS)


class HttpServer(uvicorn.Server):
    """uvicorn without its own signal handling: our lifecycle decides when to stop."""

    def __init__(self, app: App, host: str, port: int, *, largest_body: int) -> None:
        class Protocol(GuardedProtocol):
            largest_rest = 2 * largest_body + LARGEST_HEAD
            most_connections = connections_that_fit()

        super().__init__(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                http=Protocol,
                loop="none",
                lifespan="off",
                ws="none",
                access_log=False,
                log_config=None,
                server_header=False,
                date_header=False,
                proxy_headers=False,  # who asks matters to the console only, which reads them itself
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

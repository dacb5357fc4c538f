"""The one HTTP port against those who do not play by the rules."""

from __future__ import annotations

import asyncio
import contextlib
import resource
from collections.abc import AsyncIterator

import pytest

from hongyan.server import http
from hongyan.server.http import HttpServer, Receive, Scope, Send, connections_that_fit

PATIENCE = 10.0
LARGE = 64 * 1024 * 1024
"""More than the system keeps on the way between two processes."""
CHUNKED = b"POST /all HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"


class App:
    """Answers at once, or at `/all` when the whole body is there. Keeps the headers it was asked with."""

    def __init__(self) -> None:
        self.headers: list[list[tuple[bytes, bytes]]] = []
        self.asked = asyncio.Event()
        self.gone = asyncio.Event()
        self.slow = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.slow:
            await asyncio.sleep(0.01)
        self.headers.append(list(scope["headers"]))
        self.asked.set()
        body = b""
        while scope["path"] == "/all":
            message = await receive()
            if message["type"] == "http.disconnect":
                self.gone.set()
                return
            body += message["body"]
            if not message["more_body"]:
                break
        if scope["path"] == "/large":
            body = b"x" * LARGE
        length = str(len(body)).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture
def app() -> App:
    return App()


class Port:
    """Call it for a connection."""

    def __init__(self, server: HttpServer) -> None:
        self._server = server

    def __call__(self) -> Connection:
        return Connection(self._server.port)

    async def nobody_left(self) -> None:
        """Wait until the server has given up every connection."""
        async with asyncio.timeout(PATIENCE):
            while self._server.server_state.connections:
                await asyncio.sleep(0.001)


@pytest.fixture
async def connect(app: App) -> AsyncIterator[Port]:
    server = HttpServer(app, "127.0.0.1", 0, largest_body=1000)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0)
    yield Port(server)
    server.should_exit = True
    await serving


class Connection:
    """A client that sends what it likes."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> Connection:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        with contextlib.suppress(ConnectionError):
            await self._writer.drain()

    def end(self) -> None:
        """Say that nothing more will come, and read on."""
        self._writer.write_eof()

    async def answer(self) -> tuple[int, bytes]:
        """Status and body of the next answer."""
        async with asyncio.timeout(PATIENCE):
            head = await self._reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            return int(head.split()[1]), await self._reader.readexactly(length)

    def read_nothing(self) -> None:
        self._writer.transport.pause_reading()  # type: ignore[attr-defined]

    async def rest(self) -> int:
        """How much there is to read until the end."""
        self._writer.transport.resume_reading()  # type: ignore[attr-defined]
        taken = 0
        async with asyncio.timeout(PATIENCE):
            with contextlib.suppress(ConnectionError):
                while piece := await self._reader.read(1 << 20):
                    taken += len(piece)
        return taken

    async def ended(self) -> None:
        """Wait until the server has closed it."""
        async with asyncio.timeout(PATIENCE):
            with contextlib.suppress(ConnectionError):
                while await self._reader.read(65_536):
                    pass


async def test_fields_behind_the_body_are_no_headers(app: App, connect: Port) -> None:
    """A proxy in front has checked the head; what it hands through behind the body, it has not."""
    async with connect() as client:
        await client.send(CHUNKED + b"3\r\na=b\r\n0\r\ncookie: hongyan_session=stolen\r\n\r\n")
        assert await client.answer() == (200, b"a=b")
        await client.send(b"GET / HTTP/1.1\r\nhost: y\r\n\r\n")
        assert await client.answer() == (200, b"")
    assert app.headers == [[(b"host", b"x"), (b"transfer-encoding", b"chunked")], [(b"host", b"y")]]


async def test_a_body_that_nobody_waits_for_ends_the_connection(connect: Port) -> None:
    """Otherwise a byte a minute would hold it for ever."""
    async with connect() as client:
        await client.send(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000000\r\n\r\n")
        assert await client.answer() == (200, b"")
        await client.ended()


async def test_requests_that_follow_each_other_closely_are_all_answered(
    connect: Port,
) -> None:
    async with connect() as client:
        await client.send(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n" * 2 + CHUNKED + b"3\r\na=")
        assert [await client.answer(), await client.answer()] == [(200, b""), (200, b"")]
        await client.send(b"b\r\n0\r\n\r\n")
        assert await client.answer() == (200, b"a=b")


async def test_what_follows_a_head_is_bounded(app: App, connect: Port) -> None:
    """Also what is no body: a field behind it could grow for ever."""
    async with connect() as client:
        await client.send(CHUNKED + b"3\r\na=b\r\n0\r\nx: ")
        for _ in range(20):
            await client.send(b"x" * 16_384)
        await client.ended()
        async with asyncio.timeout(PATIENCE):
            await app.gone.wait()


async def test_a_head_that_never_ends_is_bounded(connect: Port) -> None:
    async with connect() as client:
        await client.send(b"GET / HTTP/1.1\r\nhost: x\r\n" + b"x: " + b"x" * http.LARGEST_HEAD)
        status, body = await client.answer()
        assert (status, b"request.head" in body) == (408, True)
        await client.ended()


async def test_a_slow_head_is_not_waited_for(connect: Port, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "HEAD_WITHIN_SECONDS", 0.05)
    async with connect() as client:
        await client.send(b"GET / HTTP/1.1\r\n")
        assert (await client.answer())[0] == 408
        await client.ended()


async def test_a_client_that_has_said_everything_still_reads_its_answers(app: App, connect: Port) -> None:
    """Otherwise it would not learn that its message was accepted."""
    app.slow = True
    async with connect() as client:
        await client.send(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n" * 2)
        client.end()
        assert [await client.answer(), await client.answer()] == [(200, b""), (200, b"")]
        await client.ended()


@pytest.mark.parametrize("half", [b"", b"GET / HTTP/1.1\r\nhost: x\r\n", CHUNKED + b"3\r\na="])
async def test_a_client_that_ends_in_the_middle_is_let_go(app: App, connect: Port, half: bytes) -> None:
    async with connect() as client:
        await client.send(half)
        client.end()
        await client.ended()


@pytest.mark.parametrize(
    "rubbish", [b"\x00" * 64, b"GET / HTTP/9\r\n\r\n", b"POST / HTTP/1.1\r\ncontent-length: x\r\n\r\n"]
)
async def test_what_is_no_http_is_answered_in_json(connect: Port, rubbish: bytes) -> None:
    async with connect() as client:
        await client.send(rubbish)
        status, body = await client.answer()
        assert (status, b"request.unreadable" in body) == (400, True)
        await client.ended()


@pytest.mark.parametrize("connection", ["keep-alive", "close"])
async def test_a_client_that_takes_nothing_is_not_waited_for(
    app: App, connect: Port, monkeypatch: pytest.MonkeyPatch, connection: str
) -> None:
    monkeypatch.setattr(http, "READ_WITHIN_SECONDS", 0.05)
    async with connect() as client:
        request = f"GET /large HTTP/1.1\r\nhost: x\r\nconnection: {connection}\r\n\r\n"
        client.read_nothing()
        await client.send(request.encode())
        await app.asked.wait()
        await connect.nobody_left()
        assert await client.rest() < LARGE


def test_connections_leave_room_for_everything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda _which, limits: raised.append(limits))
    for limits, connections in (
        ((256, 256), 256 - http.KEPT_DESCRIPTORS),
        ((256, 4096), 4096 - http.KEPT_DESCRIPTORS),
        ((1024, 1 << 20), http.MOST_CONNECTIONS),
        ((1 << 20, resource.RLIM_INFINITY), http.MOST_CONNECTIONS),
    ):
        monkeypatch.setattr(resource, "getrlimit", lambda _which, limits=limits: limits)
        assert connections_that_fit() == connections
    assert raised == [(4096, 4096), (http.MOST_CONNECTIONS + http.KEPT_DESCRIPTORS, 1 << 20)]

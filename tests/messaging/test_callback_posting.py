"""One request to somebody's program: bounded in every way, on real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from hongyan.messaging.callbacks import Guard, HttpPost, posting
from hongyan.messaging.callbacks.addresses import Target
from hongyan.messaging.callbacks.posting import NotPosted, Posted, PostFault

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
HEADERS = [("Content-Type", "application/json"), ("X-One", "1")]


@asynccontextmanager
async def server(handler: Handler) -> AsyncIterator[Target]:
    """A program of somebody's on loopback."""
    running = await asyncio.start_server(handler, "127.0.0.1", 0)
    port = running.sockets[0].getsockname()[1]
    async with running:
        yield Target(False, "127.0.0.1", port, "/path?x=1")


def answering(text: bytes, seen: list[bytes] | None = None) -> Handler:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(4)
        if seen is not None:
            seen.extend((head, body))
        writer.write(text)
        await writer.drain()
        writer.close()

    return handle


async def post(target: Target, guard: Guard | None = None) -> Posted:
    return await HttpPost(guard or Guard(everywhere=True))(target, HEADERS, b"[{}]")


async def fault(target: Target, guard: Guard | None = None) -> PostFault:
    with pytest.raises(NotPosted) as refused:
        await post(target, guard)
    return refused.value.fault


async def test_a_request_is_whole_and_its_answer_is_read() -> None:
    seen: list[bytes] = []
    async with server(answering(b'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"code":0}', seen)) as target:
        assert await post(target) == Posted(200, b'{"code":0}')
    head, body = seen
    assert head.startswith(b"POST /path?x=1 HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{target.port}\r\n".encode() in head
    assert b"X-One: 1\r\n" in head
    assert (b"Content-Length: 4\r\n" in head, body) == (True, b"[{}]")


@pytest.mark.parametrize(
    ("text", "posted"),
    [
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", Posted(503, b"")),
        (b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n", Posted(302, b"")),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{}}\r\n0\r\n\r\n", Posted(200, b"{}}")),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", Posted(200, b"until the end")),
    ],
)
async def test_answers_of_all_shapes_are_read_and_redirects_are_not_followed(
    text: bytes, posted: Posted
) -> None:
    async with server(answering(text)) as target:
        assert await post(target) == posted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", PostFault.UNREACHABLE),
        (b"hello\r\n\r\n", PostFault.NO_HTTP),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000, PostFault.TOO_LARGE),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n" + b"z" * 200_000, PostFault.TOO_LARGE),
    ],
)
async def test_what_is_no_answer_is_told(text: bytes, expected: PostFault) -> None:
    async with server(answering(text)) as target:
        assert await fault(target) is expected


async def test_a_program_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "ANSWER_WITHIN_SECONDS", 0.05)

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with server(silent) as target:
        assert await fault(target) is PostFault.TIMEOUT


async def test_a_program_that_trickles_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "ANSWER_WITHIN_SECONDS", 0.1)

    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                writer.write(b"H")
                await writer.drain()
                await asyncio.sleep(0.01)
        except ConnectionError:
            return

    async with server(trickle) as target:
        assert await fault(target) in (PostFault.TIMEOUT, PostFault.NO_HTTP)


async def test_nobody_there_no_name_and_forbidden_are_told_apart() -> None:
    async with server(answering(b"")) as target:
        assert await fault(target, Guard()) is PostFault.FORBIDDEN
        by_name = Target(False, "localhost", target.port, "/")
        assert await fault(by_name, Guard()) is PostFault.FORBIDDEN
    assert await fault(target) is PostFault.UNREACHABLE
    assert await fault(Target(False, "no-such-host.invalid", 80, "/")) is PostFault.UNRESOLVED


async def test_a_name_with_one_forbidden_address_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the first of its addresses would be allowed."""
    loop = asyncio.get_running_loop()

    async def resolve(host: str, port: int, **_: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        return [(2, 1, 6, "", ("8.8.8.8", port)), (2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(loop, "getaddrinfo", resolve)
    assert await fault(Target(False, "rebinding.example", 80, "/"), Guard()) is PostFault.FORBIDDEN


async def test_no_tls_where_it_is_asked_for_is_told() -> None:
    async with server(answering(b"HTTP/1.1 200 OK\r\n\r\n")) as target:
        assert await fault(Target(True, "127.0.0.1", target.port, "/")) in (
            PostFault.TLS,
            PostFault.UNREACHABLE,
            PostFault.TIMEOUT,
        )

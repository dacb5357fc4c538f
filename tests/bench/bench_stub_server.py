"""A tiny HTTP server that keeps what it was sent and answers as the vendor does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

OK = b'{"Code":"OK","Message":"OK","BizId":"628323749491270669^0","RequestId":"8E5DDF2B"}'


def answer(body: bytes = OK, status: str = "200 OK", *headers: str) -> bytes:
    """One HTTP answer."""
    head = "".join(f"{row}\r\n" for row in (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers))
    return f"{head}\r\n".encode() + body


class StubServer:
    """`reply` gives the bytes to send for the n-th request (from 0), b"" to close the connection instead."""

    def __init__(self, reply: Callable[[int], bytes] = lambda _n: answer()) -> None:
        self.reply = reply
        self.requests: list[bytes] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.pieces = False
        """Send answers byte by byte."""

    async def start(self) -> str:
        """Listen; the endpoint."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        return f"http://{host}:{port}"

    async def stop(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            while True:
                self.requests.append(await reader.readuntil(b"\r\n\r\n"))
                data = self.reply(len(self.requests) - 1)
                if not data:
                    break
                for piece in [data[i : i + 1] for i in range(len(data))] if self.pieces else [data]:
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0)
        except (asyncio.IncompleteReadError, ConnectionResetError):
            pass
        finally:
            writer.close()


@contextmanager
def stub_in_a_thread(server: StubServer) -> Iterator[str]:
    """The server beside blocking code; gives the endpoint."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(server.start(), loop).result(5)
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(5)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)

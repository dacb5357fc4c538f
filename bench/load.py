"""A closed-loop load generator for `SendSms`, a process of its own: `python -m bench.load --help`.

N keep-alive connections, one request each at a time; every request has its own number, nonce and
signature. Knows HTTP and the vendor's request format, nothing of the platform: any server that answers the
format can be measured. It stops by itself and prints one JSON object (see `Load.summary`).

An answered request whose body says `"Code":"OK"` is `ok`; anything else is counted under its code. A lost
connection is dialled again; the request that was open on it is counted as `connection_lost`, and one still
open at the end as `unanswered`: the server may have accepted either.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import os
import re
import resource
import signal
import ssl
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO, cast
from urllib.parse import urlsplit

import uvloop

from bench.histogram import Histogram
from bench.numbers import RANGES
from bench.request_signing import MAKERS, Maker, SendSms

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_CODE = re.compile(rb'"Code"\s*:\s*"([^"]*)"')
_BIZ_ID = re.compile(rb'"BizId"\s*:\s*"([^"]*)"')
_REDIAL_SECONDS = 0.05
_MAX_ANSWER = 1 << 20


class Load:
    """The run: which request is next, when to stop, what was seen."""

    def __init__(
        self,
        maker: Maker,
        number_of: Callable[[int], str],
        *,
        first: int,
        count: int | None,
        answers: TextIO | None,
    ) -> None:
        self._maker = maker
        self._number_of = number_of
        self._first = first
        self._count = count
        self._answers = answers
        self._stopped = False
        self._open = 0
        self._connections = 0
        self._over = asyncio.get_running_loop().create_future()
        self.requests = 0
        self.ok = 0
        self.errors: Counter[str] = Counter()
        self.latency = Histogram()
        self.dials = 0
        self.first_ms = 0
        self.last_ms = 0

    @property
    def stopped(self) -> bool:
        """No further request is sent."""
        return self._stopped

    def next_request(self) -> tuple[str, bytes] | None:
        """The number and the bytes of the next request; None when it is time to stop."""
        n = self.requests
        if self._stopped or n == self._count:
            self.stop()
            return None
        self.requests = n + 1
        self._open += 1
        number = self._number_of(self._first + n)
        return number, self._maker(number, self._first + n)

    def answered(self, number: str, status: bytes, body: bytes, microseconds: int) -> None:
        """One answer is complete."""
        self._open -= 1
        self.latency.record(microseconds)
        if status == b"200" and (b'"Code":"OK"' in body or _code(body) == "OK"):
            self.ok += 1
            if self._answers is not None:
                biz_id = _BIZ_ID.search(body)
                self._answers.write(f"{number}\t{biz_id[1].decode() if biz_id else ''}\n")
        else:
            code = _code(body)
            self.errors[code if code not in ("", "OK") else f"http_{status.decode('latin-1')}"] += 1
        if self._stopped:
            self._check_over()

    def failed(self, why: str) -> None:
        """A request will get no answer."""
        self._open -= 1
        self.errors[why] += 1
        self._check_over()

    def stop(self) -> None:
        """Send nothing more; over as soon as nothing is open."""
        self._stopped = True
        self._check_over()

    def _check_over(self) -> None:
        if self._stopped and not self._open and not self._over.done():
            self.last_ms = _wall_ms()
            self._over.set_result(None)

    async def over(self, seconds: float, drain: float) -> None:
        """Wait for the end: by count, by time, and then at most `drain` seconds for open answers."""
        asyncio.get_running_loop().call_later(seconds, self.stop)
        await asyncio.wait([self._over], timeout=seconds + drain)
        if not self._over.done():
            self.last_ms = _wall_ms()
            self.errors["unanswered"] += self._open

    def summary(self) -> dict[str, Any]:
        """What the run saw. Times in ms since 1970 UTC, latencies in ms; `requests` = `ok` + all `errors`.

        `first_ms`: just before the first request; `last_ms`: after the last answer.
        """
        return {
            "requests": self.requests,
            "ok": self.ok,
            "errors": dict(self.errors),
            "dials": self.dials,
            "first_ms": self.first_ms,
            "last_ms": self.last_ms,
            "p50_ms": self.latency.percentile(50) / 1000,
            "p99_ms": self.latency.percentile(99) / 1000,
            "max_ms": self.latency.highest / 1000,
        }


class Connection(asyncio.Protocol):
    """One keep-alive connection with at most one open request."""

    __slots__ = ("_load", "_number", "_pending", "_since", "_transport", "lost")

    def __init__(self, load: Load) -> None:
        self._load = load
        self._number = ""
        self._pending = b""
        self._since = 0
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's does not derive from it
        self._send()

    def _send(self) -> None:
        request = self._load.next_request()
        if request is None:
            self._transport.close()
            return
        self._number, data = request
        self._since = time.perf_counter_ns()
        self._transport.write(data)

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter_ns()
        if self._pending:
            data = self._pending + data
        head = data.find(b"\r\n\r\n") + 4
        length = _LENGTH.search(data, 0, head) if head > 3 else None
        if length is None or len(data) < head + int(length[1]):
            self._wait_for_more(data, head)
            return
        end = head + int(length[1])
        if not self._number or len(data) > end:
            self._give_up("unexpected_data")
            return
        self._pending = b""
        number, self._number = self._number, ""
        self._load.answered(number, data[9:12], data[head:end], (now - self._since) // 1000)
        if data.find(b"close", 0, head) >= 0:  # "connection: close"; rare, and a false alarm only redials
            self._transport.close()
        else:
            self._send()

    def _wait_for_more(self, data: bytes, head: int) -> None:
        """Keep an incomplete answer; refuse one that we could never complete (chunked, or endless)."""
        readable = head <= 3 or _LENGTH.search(data, 0, head)
        if readable and len(data) <= _MAX_ANSWER:
            self._pending = data
        else:
            self._give_up("unreadable_answer")

    def _give_up(self, why: str) -> None:
        if self._number:
            self._number = ""
            self._load.failed(why)
        self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._number:
            self._number = ""
            self._load.failed("connection_lost")
        if not self.lost.done():
            self.lost.set_result(None)


async def keep_connected(load: Load, endpoint: str) -> None:
    """Hold one connection open until the run stops; a server that is away is dialled again and again."""
    url = urlsplit(endpoint)
    context = ssl.create_default_context() if url.scheme == "https" else None
    port = url.port or (443 if context else 80)
    loop = asyncio.get_running_loop()
    while not load.stopped:
        load.dials += 1
        try:
            transport, connection = await loop.create_connection(
                lambda: Connection(load), url.hostname or "127.0.0.1", port, ssl=context
            )
        except OSError:
            pass  # the next dial tells
        else:
            try:
                await connection.lost
            finally:
                transport.abort()
        if not load.stopped:
            await asyncio.sleep(_REDIAL_SECONDS)


def _code(body: bytes) -> str:
    found = _CODE.search(body)
    return found[1].decode("utf-8", "replace") if found else ""


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def run(options: argparse.Namespace) -> dict[str, Any]:
    """Make the load that the options describe and tell what happened."""
    call = SendSms(
        endpoint=options.endpoint,
        access_key_id=options.access_key_id,
        access_key_secret=options.access_key_secret,
        sign_name=options.sign_name,
        template_code=options.template_code,
        template_param=options.template_param,
    )
    with (
        Path(options.answers).open("w", encoding="utf-8")
        if options.answers
        else contextlib.nullcontext() as answers
    ):
        load = Load(
            MAKERS[options.mode](call),
            RANGES[options.numbers].numbers(),
            first=options.first,
            count=options.count or None,
            answers=answers,
        )
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, load.stop)
        before = _cpu_seconds()
        load.first_ms = _wall_ms()
        dialling = [
            asyncio.create_task(keep_connected(load, options.endpoint)) for _ in range(options.connections)
        ]
        await load.over(options.seconds, options.drain)
        summary = load.summary()
        summary["cpu_s"] = round(_cpu_seconds() - before, 3)
        for task in dialling:
            task.cancel()
        await asyncio.gather(*dialling, return_exceptions=True)
    return {"mode": options.mode, "connections": options.connections, **summary}


def parser() -> argparse.ArgumentParser:
    """The options; `bench.harness` fills them for its runs."""
    options = argparse.ArgumentParser(
        prog="python -m bench.load", description=(__doc__ or "").splitlines()[0]
    )
    options.add_argument("--endpoint", required=True, help="http://host:port of the platform")
    for name in ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET"):
        variable = f"ALIBABA_CLOUD_{name}"
        options.add_argument(
            f"--{name.lower().replace('_', '-')}",
            default=os.environ.get(variable, ""),
            help=f"or ${variable}",
        )
    options.add_argument("--sign-name", required=True)
    options.add_argument("--template-code", required=True)
    options.add_argument(
        "--template-param",
        default="",
        help="JSON; {n} is the number of the request, {n:6} its last six digits",
    )
    options.add_argument("--mode", choices=sorted(MAKERS), default="acs3")
    options.add_argument("--connections", type=int, default=16)
    options.add_argument("--seconds", type=float, default=30.0, help="send for so long at most")
    options.add_argument("--count", type=int, default=0, help="send so many requests at most (0: no limit)")
    options.add_argument("--numbers", choices=sorted(RANGES), default="mainland", help="whose mobile numbers")
    options.add_argument("--first", type=int, default=0, help="index of the first number, to continue a run")
    options.add_argument("--drain", type=float, default=10.0, help="wait so long for the last answers")
    options.add_argument(
        "--answers", default="", help="write number<TAB>BizId of every accepted request here"
    )
    options.add_argument("--output", default="-", help="where the JSON goes")
    return options


def main() -> None:
    """Entry point of the process."""
    options = parser().parse_args()
    gc.collect()
    gc.freeze()
    summary = json.dumps(uvloop.run(run(options)))
    if options.output == "-":
        sys.stdout.write(summary + "\n")
    else:
        Path(options.output).write_text(summary + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

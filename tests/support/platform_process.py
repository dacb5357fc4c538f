"""The platform as its users run it: `hongyan serve`, its processes, its exit code, its words."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import apsw
import asyncpg
from child_processes import HOST, child_running, end, free_port, sigkill
from until import until

from hongyan.server.address import read_address
from hongyan.storage.sqlite.database import FILE

_WRITER = "hongyan.storage.sqlite.writer"
_SIMULATOR = "hongyan.carriers.simulator"
_READY_WITHIN = 40.0
_METRIC = re.compile(r"^(hongyan_\w+) (\S+)$", re.MULTILINE)


def read_postgres(database: str, sql: str) -> list[tuple[Any, ...]]:
    """Rows of one statement, read by a thread with a loop of its own."""

    async def read() -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(database)
        try:
            return [tuple(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, read()).result()


class Platform:
    """One data folder and the server on it, at one address over all restarts. Use as `async with`; it is not
    started yet then. `settings` are HONGYAN_… variables without the prefix."""

    def __init__(self, data: Path, *, smpp: str = "", **settings: object) -> None:
        self.data = data
        self.port = free_port()
        self.log_file = data.with_name(f"{data.name}.log")
        self.locale = "en_US.UTF-8"
        self.database = str(settings.get("database", ""))
        """PostgreSQL's address; empty for SQLite in the data folder."""
        self._settings = {
            "smpp": smpp,
            "review": "rules" if smpp else "auto",
            "log_level": "warning",
            "log_format": "json",
            **settings,
        }
        self._process: Process | None = None

    async def __aenter__(self) -> Platform:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None:
            await end(self._process)

    @property
    def endpoint(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Ours, without the settings and the screen of whoever runs the tests; papers are not read, whether or not that is
        installed, and what is not registered is sent without a limit, because no carrier here answers a registration."""
        foreign = ("HONGYAN_", "COLUMNS")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        return (
            inherited
            | {"LANG": self.locale, "LC_ALL": self.locale, "HONGYAN_OCR_MEMORY": "0"}
            | {"HONGYAN_SMALL_SENDS": str(1 << 40)}
            | {f"HONGYAN_{name.upper()}": str(value) for name, value in self._settings.items()}
        )

    def configure(self, **settings: object) -> None:
        """Other settings from the next start on."""
        self._settings |= settings

    # -- life ----------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Start and wait until it is ready: serving, with a bound carrier link."""
        await self.launch()
        await self.become_ready()

    async def become_ready(self) -> None:
        """Wait until it serves, with a bound carrier link. Fails when it ends instead."""

        async def ready_or_ended() -> bool:
            return not self.running or await self.get("/readyz") is not None

        await until(ready_or_ended, "the platform is ready", within=_READY_WITHIN)
        assert self.running, f"the platform ended while starting:\n{self.log()}"

    async def listening(self) -> None:
        """Wait until it answers HTTP, ready or not."""

        async def answers_or_ended() -> bool:
            return not self.running or await self.get("/healthz") is not None

        await until(answers_or_ended, "the platform answers", within=_READY_WITHIN)
        assert self.running, f"the platform ended while starting:\n{self.log()}"

    async def launch(self) -> None:
        """Start, and do not wait for anything."""
        with self.log_file.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "hongyan", "serve", "--data", str(self.data)),
                *("--port", str(self.port)),
                env=self.environment,
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def refused(self) -> tuple[int, str]:
        """Start where it cannot: the exit code and what was said on standard error."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hongyan", "serve", "--data", str(self.data), "--port", str(self.port)),
            env=self.environment,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
        )
        try:
            async with asyncio.timeout(_READY_WITHIN):
                _, words = await process.communicate()
        finally:
            await end(process)
        assert process.returncode is not None
        return process.returncode, words.decode()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    def begun(self) -> bool:
        """The start has come so far that the store is being opened, or is over."""
        if not self.running or self.writer_pid():
            return True
        address = read_address(self.data)
        return address is not None and address.pid == self.pid

    def writer_pid(self) -> int | None:
        return child_running(self.pid, _WRITER)

    def simulator_pid(self) -> int | None:
        return child_running(self.pid, _SIMULATOR)

    async def kill(self, *, front: bool = True, writer: bool = True) -> int:
        """SIGKILL to the named processes; the exit code of the front, which does not outlive its writer."""
        writer_pid = self.writer_pid() if writer else None
        if front:
            sigkill(self.pid)
        sigkill(writer_pid)
        return await self.ended()

    async def ended(self, within: float = _READY_WITHIN) -> int:
        """Wait for the end of the front; its exit code."""
        assert self._process is not None
        async with asyncio.timeout(within):
            return await self._process.wait()

    def ask_to_stop(self) -> None:
        """SIGTERM, and do not wait."""
        os.kill(self.pid, signal.SIGTERM)

    async def stop(self) -> int:
        """A graceful stop; the exit code."""
        self.ask_to_stop()
        return await self.ended()

    def log(self) -> str:
        """The end of what it wrote."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")[-4_000:]

    # -- looking into it -----------------------------------------------------------------------------------

    async def get(self, path: str) -> bytes | None:
        """The body of a 200 answer; None for anything else."""
        return await asyncio.to_thread(self._get, path)

    def _get(self, path: str) -> bytes | None:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        return body if answer.status == 200 else None

    async def metrics(self) -> dict[str, float]:
        """Metrics without labels, by name."""
        text = await self.get("/metrics")
        assert text is not None, f"no metrics:\n{self.log()}"
        return {name: float(value) for name, value in _METRIC.findall(text.decode())}

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Read the database beside the server; parameters are for SQLite only."""
        if self.database:
            assert not parameters
            return read_postgres(self.database, sql)
        connection = apsw.Connection(str(self.data / FILE), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            connection.set_busy_timeout(5_000)
            return connection.execute(sql, parameters).fetchall()  # type: ignore[arg-type]
        finally:
            connection.close()

    async def command(self, *words: str) -> tuple[int, str, str]:
        """`hongyan …` on this data folder: exit code, standard output, standard error."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hongyan", *words, "--data", str(self.data)),
            env=self.environment,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
        )
        output, words_of_error = await process.communicate()
        assert process.returncode is not None
        return process.returncode, output.decode(), words_of_error.decode()

    async def seed(self) -> dict[str, Any]:
        """The ready-made tenant."""
        code, output, error = await self.command("sandbox", "seed", "--json")
        assert code == 0, error
        tenant: dict[str, Any] = json.loads(output)
        return tenant

    async def settled(self, *, within: float = 60.0) -> None:
        """Wait until the outbox is empty and every message has ended."""

        def ended() -> bool:
            assert self.running, f"the platform ended:\n{self.log()}"
            ((waiting,),) = self.rows(
                "SELECT (SELECT count(*) FROM outbox) + count(*) FROM message WHERE state = 'accepted'"
            )
            return not waiting

        await until(ended, "an empty outbox and no open message", within=within)

"""The platform as its users have it: `hongyan serve` in a process, commands beside it, the official SDK in front.

Synchronous, so that one platform can serve many tests.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import apsw
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_tea_openapi.utils_models import Config

from hongyan.carriers.simulator.control import Pause, Resume, call_sync
from hongyan.carriers.simulator.handsets import HandsetText, open_inbox
from hongyan.server.address import read_address
from hongyan.storage.sqlite.database import FILE

Fact = TypeVar("Fact")

HOST = "127.0.0.1"
ROOT = {
    "root_access_key_id": "LTAIrootrootroot",
    "root_access_key_secret": "rootsecretrootsecret",
    "root_password": "console-password-of-root",
}
QUICK = "[receipts]\ndelay = { min = 0.01, max = 0.05 }\n"
_PATIENCE = 30.0
_LOOK_EVERY = 0.02


def until(look: Callable[[], Fact], what: str, *, within: float = _PATIENCE) -> Fact:
    """The first true value. Raises AssertionError naming `what`."""
    deadline = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < deadline, f"not within {within:g} s: {what} (last: {found!r})"
        time.sleep(_LOOK_EVERY)
    return found


def environment(settings: Mapping[str, object] | None = None) -> dict[str, str]:
    """HONGYAN_… variables of these settings only, whatever those who run the tests have set or installed, and how wide
    their screens are."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("HONGYAN_", "COLUMNS"))
    }
    said = {"ocr_memory": 0, **(settings or {})}
    return inherited | {f"HONGYAN_{name.upper()}": str(value) for name, value in said.items()}


@dataclass(frozen=True)
class Said:
    """What a command left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the one JSON value that it is."""
        assert self.code == 0, self.err
        assert self.out.count("\n") == 1, "one value on one line"
        return json.loads(self.out)


def hongyan(*words: str, **settings: object) -> Said:
    """Run a command."""
    settings = {"lang": "en", **settings}
    done = subprocess.run(
        [sys.executable, "-m", "hongyan", *words],
        check=False,
        env=environment(settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return Said(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Tenant:
    """Who sends: a key, and what it may send with."""

    endpoint: str
    access_key_id: str
    access_key_secret: str
    sign_name: str = ""
    template_code: str = ""
    template_param_example: Mapping[str, str] | None = None
    verification_template_code: str = ""

    def sdk(self, family: str = "acs3", **changed: Any) -> Client:
        """The official client. `family`: "acs3" or "v2" (the RPC signature)."""
        options = {
            "access_key_id": self.access_key_id,
            "access_key_secret": self.access_key_secret,
            "endpoint": self.endpoint,
            "protocol": "HTTP",
            **({"signature_algorithm": "v2"} if family == "v2" else {}),
            **changed,
        }
        return Client(Config(**options))


class RunningPlatform:
    """A server on a data folder of its own. Its log is JSON at level debug."""

    def __init__(self, folder: Path, **settings: object) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.data = folder / "data"
        self._out, self._log = folder / "stdout", folder / "stderr"
        scenario = folder / "scenario.toml"
        scenario.write_text(str(settings.pop("scenario", QUICK)), encoding="utf-8")
        usual = {"log_level": "debug", "log_format": "json", "lang": "en", "scenario": scenario, **ROOT}
        self._settings = usual | settings
        self._process: subprocess.Popen[bytes] | None = None
        self.endpoint = ""

    # -- life ----------------------------------------------------------------------------------------------

    def start(self, *, wait_for_carrier: bool = True) -> None:
        with self._out.open("ab") as out, self._log.open("ab") as log:
            self._process = process = subprocess.Popen(
                [sys.executable, "-m", "hongyan", "serve", "--data", str(self.data), "--port", "0"],
                env=environment(self._settings),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=log,
            )
        address = until(lambda: process.poll() is not None or read_address(self.data), "the server listens")
        assert process.poll() is None, f"ended with {process.returncode}:\n{self.log()}"
        assert not isinstance(address, bool)
        self.endpoint = address.endpoint
        if wait_for_carrier:
            until(self.everybody_is_bound, "the platform is ready")

    def stop(self) -> int:
        """Gracefully; the exit code."""
        assert self._process is not None
        self._process.terminate()
        try:
            return self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise

    def kill(self) -> None:
        """Without a word."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def log(self) -> str:
        """Everything on standard error so far."""
        return self._log.read_text(encoding="utf-8")

    def out(self) -> str:
        """Everything on standard output so far."""
        return self._out.read_text(encoding="utf-8")

    # -- commands ------------------------------------------------------------------------------------------

    def command(self, *words: str, **settings: object) -> Said:
        """`hongyan …` on this data folder."""
        return hongyan(*words, "--data", str(self.data), **settings)

    def seed(self) -> Tenant:
        """The ready-made tenant, reviewed as on the server."""
        found = self.command("sandbox", "seed", "--json", review=self._settings.get("review", "")).json
        found.pop("company_name")
        return Tenant(**found)

    @property
    def root(self) -> Tenant:
        """Another account, which has no signature and no template."""
        return Tenant(self.endpoint, str(ROOT["root_access_key_id"]), str(ROOT["root_access_key_secret"]))

    # -- HTTP ----------------------------------------------------------------------------------------------

    def get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Status (0 when nobody answers), headers, body."""
        return self.request("GET", path)

    def request(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(self.endpoint, timeout=_PATIENCE)
        try:
            connection.request(method, path, body or None, dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        except ConnectionRefusedError:
            return 0, {}, b""
        finally:
            connection.close()

    def everybody_is_bound(self) -> bool:
        """Ready, and no carrier is away."""
        status, _, body = self.get("/readyz")
        return status == http.client.OK and not json.loads(body)["warnings"]

    # -- what became of it ---------------------------------------------------------------------------------

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Read the database file beside the server."""
        connection = apsw.Connection(str(self.data / FILE), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            connection.set_busy_timeout(5_000)
            return connection.execute(sql, parameters).fetchall()  # type: ignore[arg-type]
        finally:
            connection.close()

    def texts(self, number: str, count: int = 1) -> list[HandsetText]:
        """What arrived on a phone, the oldest first, once there is so much."""

        def arrived() -> list[HandsetText] | None:
            with open_inbox(self.data) as inbox:
                found = [
                    text for text in inbox.messages(number, newest_first=False) if text.direction == "in"
                ]
            return found if len(found) >= count else None

        return until(arrived, f"{count} texts on {number}") or []

    @contextmanager
    def carrier_pauses(self) -> Iterator[None]:
        """The carrier reads, answers and reports nothing meanwhile."""
        call_sync(self.data, Pause())
        try:
            yield
        finally:
            call_sync(self.data, Resume())

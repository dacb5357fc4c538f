"""A platform of the demo's own: a free port, a temporary data folder, gone afterwards."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hongyan.kernel.errors import Misconfigured
from hongyan.server.address import read_address

STARTS_WITHIN = 30.0
STOPS_WITHIN = 20.0


@dataclass(frozen=True, slots=True)
class DemoServer:
    data: Path
    url: str
    endpoint: str
    password: str
    process: subprocess.Popen[bytes]


@contextmanager
def demo_server() -> Iterator[DemoServer]:
    """Start `hongyan serve` as a user would, and stop it gracefully. Raises Misconfigured when it does not start."""
    password = secrets.token_urlsafe(9)
    with TemporaryDirectory(prefix="hongyan-demo-") as folder:
        data = Path(folder)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HONGYAN_")}
        environment |= {"HONGYAN_ROOT_PASSWORD": password, "HONGYAN_LOG_LEVEL": "warning"}
        process = subprocess.Popen(
            [sys.executable, "-m", "hongyan", "serve", "--data", folder, "--port", "0"],
            env=environment,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the demo, which then stops the server in order
        )
        try:
            address = _wait(process, data)
            yield DemoServer(data, address[0], address[1], password, process)
        finally:
            process.terminate()
            try:
                process.wait(STOPS_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen[bytes], data: Path) -> tuple[str, str]:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        address = read_address(data)
        if address is not None:
            return address.url, address.endpoint
        time.sleep(0.02)
    raise Misconfigured(
        "demo.server",
        en="the platform did not start; its reason stands above",
        zh="平台未能启动，原因见上文",
    )

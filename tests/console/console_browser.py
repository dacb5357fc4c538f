"""A real browser and a real port for the console."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

HOW_TO_INSTALL = (
    "NO BROWSER, SO THE CONSOLE WAS NOT SEEN BY ANYBODY: install Chromium (apt-get install chromium, or "
    ".venv/bin/playwright install chromium), or name one in HONGYAN_CHROMIUM"
)


def chromium_path() -> str | None:
    """The Chromium to use: HONGYAN_CHROMIUM, one on the path, or playwright's own. None when there is none."""
    named = os.environ.get("HONGYAN_CHROMIUM")
    if named:
        return named
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found:
        return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        bundled = play.chromium.executable_path
    return bundled if Path(bundled).is_file() else None


@contextmanager
def serve(app: ASGIApp) -> Iterator[str]:
    """Serve `app` on a free port of this machine; gives its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()  # who comes before the server is up waits instead of being turned away
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()

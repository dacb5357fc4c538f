"""What libraries log: in the form of our own lines, in a process of its own because logs are set up once."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PROGRAM = """
import logging
from hongyan.server.logs import configure_logs
configure_logs("info", "{form}")
logging.getLogger("asyncio").info("nobody wants to know")
logging.getLogger("asyncio").warning("Executing %s took %.1f seconds", "x", 1.5)
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
"""


def said(form: str) -> str:
    command = [sys.executable, "-c", PROGRAM.format(form=form)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout == ""
    return done.stderr


def test_a_library_writes_lines_of_json_too() -> None:
    first, second = (json.loads(line) for line in said("json").splitlines())
    assert (first["event"], first["level"], first["logger"]) == (
        "Executing x took 1.5 seconds",
        "warning",
        "asyncio",
    )
    assert (second["event"], second["level"]) == ("Exception in ASGI application", "error")
    assert "ZeroDivisionError: division by zero" in second["exception"]
    assert all("timestamp" in line for line in (first, second))


@pytest.mark.parametrize("words", ["Executing x took 1.5 seconds", "ZeroDivisionError: division by zero"])
def test_people_read_them_on_the_terminal(words: str) -> None:
    assert words in said("console")

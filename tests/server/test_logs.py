"""What reaches the log, and what must not."""

from __future__ import annotations

import errno
import io
import json
import logging
import sys
from pathlib import Path

import pytest
import structlog

from hongyan.bootstrap import open_platform
from hongyan.config import Settings
from hongyan.server.logs import configure_logs


def fail(password: str) -> None:
    raise ValueError(f"wrong after {len(password)} characters")


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_stack_trace_shows_no_values(capsys: pytest.CaptureFixture[str], form: str) -> None:
    configure_logs("debug", form)
    try:
        fail("hunter" + "2")
    except ValueError:
        structlog.get_logger("a room").exception("something broke")
    text = capsys.readouterr().err
    assert "ValueError: wrong after 7 characters" in text
    assert "in fail" in text
    assert "hunter2" not in text


def test_one_event_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info", "json")
    structlog.get_logger("a room").info("said", words="one\ntwo\x1b[2J")
    (line, rest) = capsys.readouterr().err.split("\n")
    assert json.loads(line)["words"] == "one\ntwo\x1b[2J"
    assert (rest, "\x1b" in line) == ("", False)


@pytest.mark.parametrize("words", ["x\n2026 [error] all is lost", "x\x1b[2Jy", "x\ry", "x\u2028y", "\x9b2J"])
def test_what_others_say_cannot_write_lines_or_move_the_cursor_of_a_terminal(
    capsys: pytest.CaptureFixture[str], words: str
) -> None:
    configure_logs("info", "console")
    structlog.get_logger("a room").info("a carrier said", words=words)
    text = capsys.readouterr().err
    assert words not in text
    assert len(text.splitlines()) == 1


async def test_a_commands_answer_is_all_that_is_on_standard_output(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    async with open_platform(Settings(data=tmp_path)):
        log = structlog.get_logger("a room")
        log.info("of no interest to who ran a command")
        log.warning("an order was left")
    output, error = capsys.readouterr()
    assert output == ""
    assert "an order was left" in error
    assert "of no interest" not in error


def test_unreadable_requests_do_not_fill_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger().handlers.clear()  # of the test runner
    for name in ("uvicorn", "uvicorn.error"):  # of tests that ran a server with uvicorn's own log settings
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    configure_logs("info", "json")
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
    assert capsys.readouterr().err == ""
    logging.getLogger("uvicorn.error").error("Exception in ASGI application")
    assert "Exception in ASGI application" in capsys.readouterr().err


class Full(io.StringIO):
    """A file on a disk without room."""

    def write(self, _text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("closed", [False, True])
def test_a_log_that_cannot_be_written_stops_nobody(monkeypatch: pytest.MonkeyPatch, closed: bool) -> None:
    stream = Full()
    if closed:
        stream.close()
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logs("info", "json")
    structlog.get_logger("a room").warning("the disk is full")

"""Commands in this process: what they were given, what they said, how they left."""

from __future__ import annotations

import io
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from hongyan.cli import main


@dataclass(frozen=True)
class Said:
    """Exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the one JSON value on one line that it is."""
        assert self.out.count("\n") == 1, self.out + self.err
        return json.loads(self.out)


def hongyan(*words: str, given: bytes = b"") -> Said:
    """Run a command with standard input; the streams are those of a UTF-8 terminal."""
    kept = sys.argv, sys.stdin, sys.stdout, sys.stderr
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    sys.argv = ["hongyan", *words]
    sys.stdin = io.TextIOWrapper(io.BytesIO(given), "utf-8")
    sys.stdout, sys.stderr = out, err
    code = 0
    try:
        with logs_as_they_were(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Cyclopts application invoked without tokens")
            main()
    except SystemExit as left:
        code = int(left.code or 0)
    finally:
        sys.argv, sys.stdin, sys.stdout, sys.stderr = kept
    return Said(code, _written(out), _written(err))


def done(*words: str, given: bytes = b"") -> Said:
    """A command that did what it was asked for."""
    said = hongyan(*words, given=given)
    assert said.code == 0, said.err
    return said


def refused(*words: str, given: bytes = b"") -> str:
    """The sentence of a command that did not, and its code in brackets."""
    said = hongyan(*words, given=given)
    assert (said.code, said.out) == (1, "")
    return said.err.rpartition("hongyan: ")[2].strip()


@contextmanager
def logs_as_they_were() -> Iterator[None]:
    """The settings of all logs are one per process, and commands that open the platform change them."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers = root.handlers[:]
    try:
        yield
    finally:
        root.handlers[:] = handlers
        structlog.configure(**before)


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    written = stream.buffer
    assert isinstance(written, io.BytesIO)
    return written.getvalue().decode()

"""Reads one stranger's sheet: a program of its own (`apart.py`), which ends with it.

    python -m hongyan.compliance.registration.sheets.program WHAT NETWORK

The file comes on standard input until its end. The answer is one JSON object: `rows`, or `problem`, the code of a sheet
problem, with its `facts`. It opens no file and no socket, and the system ends it when it takes too much.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from hongyan.compliance.registration.sheets.answers import read_answers
from hongyan.compliance.registration.sheets.bounds import MOST_BYTES, MOST_UNPACKED
from hongyan.compliance.registration.sheets.migration import read_migration
from hongyan.compliance.registration.sheets.opening import open_sheets
from hongyan.compliance.registration.sheets.problems import sheet_problem
from hongyan.kernel.errors import Refused

READERS: Final[Mapping[str, Callable[[bytes, Any], Sequence[object]]]] = {
    "answers": lambda data, network: read_answers(open_sheets(data), network),
    "closed": lambda data, network: read_answers(open_sheets(data), network, results=False),
    "migration": lambda data, _network: read_migration(open_sheets(data)),
}
MOST_MEMORY: Final = 1024 * 1024 * 1024
"""Bytes of addresses. A file within the bounds takes half of it."""
CPU_SECONDS: Final = 90
"""The reader outside looks at the clock; this holds when nobody is there any more."""


def read_bounded(what: str, network: str, data: bytes) -> bytes:
    """The answer. What it tells is bounded as what it reads: a cell may be repeated by thousands of merged ones."""
    try:
        rows = msgspec.json.encode({"rows": READERS[what](data, network)})
        if len(rows) > MOST_UNPACKED:
            raise sheet_problem("sheet.unpacked_too_large", most=MOST_UNPACKED)
    except Refused as refused:
        return msgspec.json.encode({"problem": refused.code, "facts": refused.facts})
    return rows


def main(what: str, network: str) -> None:
    """Answer on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    sys.stdout.buffer.write(read_bounded(what, network, data))


if __name__ == "__main__":
    main(*sys.argv[1:])

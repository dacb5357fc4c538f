"""What commands print for programs."""

from __future__ import annotations

import sys

import msgspec


def print_json(value: object) -> None:
    """One JSON value in a line, in UTF-8 whatever the terminal's encoding is (RFC 8259, 8.1)."""
    sys.stdout.flush()  # what was printed before stays before
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
    sys.stdout.flush()

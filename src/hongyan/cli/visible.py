"""Text on a terminal that may lack its characters."""

from __future__ import annotations

import sys
from io import TextIOWrapper


def print_what_the_terminal_can() -> None:
    """From now on standard output writes characters that its encoding lacks as escapes, instead of failing."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")

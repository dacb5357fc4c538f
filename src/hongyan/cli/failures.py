"""How a command says that it cannot: one sentence in the reader's language on standard error, and an exit code."""

from __future__ import annotations

import sys

from hongyan.cli.language import language
from hongyan.kernel.errors import HongyanError, Misconfigured
from hongyan.kernel.visible import visible

REFUSED, MISCONFIGURED = 1, 78


def explain(error: HongyanError) -> None:
    """One line: facts in the sentence may come from anywhere."""
    print(f"hongyan: {visible(error.words(language()))} [{error.code}]", file=sys.stderr)


def exit_code(error: HongyanError) -> int:
    """78 is EX_CONFIG of sysexits.h."""
    return MISCONFIGURED if isinstance(error, Misconfigured) else REFUSED

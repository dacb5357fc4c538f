"""Where a command gets a channel's password from: a terminal or a file, never its own words, which others can see."""

from __future__ import annotations

import sys
from getpass import getpass
from pathlib import Path

from hongyan.cli.language import say
from hongyan.cli.reading import STANDARD_INPUT, as_text, read_file, read_stdin
from hongyan.kernel.errors import Refused

_LARGEST = 4_096
"""Octets of a password file."""


def password_in(file: str) -> str:
    """The first line of a file, or of standard input for `-`. Raises Refused."""
    data = read_stdin(_LARGEST) if file == STANDARD_INPUT else read_file(Path(file), _LARGEST)
    return as_text(data).partition("\n")[0].removesuffix("\r")


def ask_password(name: str) -> str:
    """Asked for on the terminal, without echo. Raises Refused("channel.password_missing") without one."""
    if not sys.stdin.isatty():
        raise _missing()
    try:
        return getpass(say(f"通道 {name} 的密码：", f"Password of channel {name}: "))
    except EOFError:
        raise _missing() from None


def _missing() -> Refused:
    return Refused(
        "channel.password_missing",
        en="the password is missing: type it on a terminal, or give --password-file FILE (- for standard input)",
        zh="缺少密码：请在终端输入，或使用 --password-file FILE（- 表示标准输入）",
    )

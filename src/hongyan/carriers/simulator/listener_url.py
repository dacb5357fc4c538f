"""Where a customer takes calls, in one word for the command line: `sgip://login:password@host:port/account`.

Without an account it is the login: customers often have one name for both directions.
"""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import msgspec

from hongyan.carriers.simulator.scenario import Listener
from hongyan.kernel.errors import Misconfigured

LISTENER_VARIABLE = "HONGYAN_SIMULATOR_LISTENER"
"""The environment's word for it, which does not show in the list of processes."""

_SCHEME = "sgip"


def parse_listener(url: str) -> Listener:
    """The listener of a URL. Raises Misconfigured, without showing the password."""
    try:
        parts = urlsplit(url)
        login, password = unquote(parts.username or ""), unquote(parts.password or "")
        account = unquote(parts.path.strip("/")) or login
        port = parts.port
    except ValueError as fault:
        raise _bad(str(fault)) from None
    if parts.scheme != _SCHEME or not parts.hostname or not port:
        raise _bad("it is written sgip://login:password@host:port/account")
    value = {
        "account": account,
        "host": parts.hostname,
        "port": port,
        "login": login,
        "password": password,
    }
    try:
        return msgspec.convert(value, Listener)
    except msgspec.ValidationError as fault:
        raise _bad(str(fault)) from None


def _bad(fault: str) -> Misconfigured:
    return Misconfigured(
        "simulator.bad_listener",
        en=f"this listener cannot be used: {fault}",
        zh=f"该监听地址无法使用：{fault}",
        fault=fault,
    )

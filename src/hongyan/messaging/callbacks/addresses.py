"""Where callbacks may go: a tenant chooses the address, and it must not lead into the operator's own network. Pure.

The name is resolved anew for each attempt, every address that it has must be allowed, and the connection is made to the
address that was looked at: a name that is pointed elsewhere in between leads nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from hongyan.kernel.errors import Misconfigured, Refused

Address: TypeAlias = IPv4Address | IPv6Address
LONGEST_URL: Final = 500
_PORTS: Final = {"http": 80, "https": 443}
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\]")
_REST: Final = re.compile(r"[!-~]*")
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
"""IPv4 addresses behind a NAT64 (RFC 6052)."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart. `path`: with its query."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """For the Host header."""
        usual = _PORTS["https" if self.secure else "http"]
        return self.host if self.port == usual else f"{self.host}:{self.port}"


def read_url(url: str) -> Target:
    """Raises Refused("callback.url")."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _malformed() from None
    authority = parts.netloc.rpartition("@")[2]
    host = authority if authority.endswith("]") else authority.rpartition(":")[0] or authority
    fits = (
        len(url) <= LONGEST_URL
        and _REST.fullmatch(url)
        and parts.scheme in _PORTS
        and "@" not in parts.netloc
        and not parts.fragment
        and _HOST.fullmatch(host)
        and port != 0
    )
    if not fits:
        raise _malformed()
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme == "https", host, port or _PORTS[parts.scheme], path)


class Guard:
    """`networks`: beside everything that is public, as CIDR. `everywhere`: no guard at all, as in the sandbox."""

    def __init__(self, networks: Iterable[str] = (), *, everywhere: bool = False) -> None:
        self._everywhere = everywhere
        try:
            self._networks = [ip_network(each) for each in networks]
        except ValueError as error:
            raise Misconfigured(
                "settings.callback_networks",
                en=f"HONGYAN_CALLBACK_NETWORKS: {error}; write networks as 10.0.0.0/8, with commas between",
                zh=f"HONGYAN_CALLBACK_NETWORKS：{error}；应为 10.0.0.0/8 形式，以逗号分隔",
            ) from None

    def allows(self, text: str) -> bool:
        """An IP address, as resolving gives it."""
        if self._everywhere:
            return True
        try:
            address = ip_address(text.partition("%")[0])
        except ValueError:
            return False
        return all(self._allows(each) for each in (address, *_inside(address)))

    def _allows(self, address: Address) -> bool:
        if any(address in network for network in self._networks):
            return True
        return address.is_global and not address.is_multicast


def _inside(address: Address) -> list[Address]:
    """IPv4 addresses that an IPv6 one leads to."""
    if isinstance(address, IPv4Address):
        return []
    found: list[Address | None] = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _TRANSLATED:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in found if each is not None]


def _malformed() -> Refused:
    return Refused(
        "callback.url",
        en=f"a callback's address is http:// or https:// with a host, at most {LONGEST_URL} characters of ASCII, without a"
        " login and without #",
        zh=f"回调地址须以 http:// 或 https:// 开头并包含主机名，最多 {LONGEST_URL} 个 ASCII 字符，不能包含用户名密码和 #",
    )

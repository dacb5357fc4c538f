"""Which channel a message leaves by.

For now one table of channels in order; a message takes the first that serves its country and category. The
carrier, the registration state and the cost join the choice with their own issues.
"""

from __future__ import annotations

from dataclasses import dataclass

from hongyan.kernel.errors import Refused

LONGEST_SENDER = 20
"""Digits of access number and extension code together (carrier-protocols.md 6.5)."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A way out as routing sees it. `countries`: ISO codes, empty for every country."""

    id: int
    name: str
    access_number: str
    countries: frozenset[str] = frozenset()

    def sender(self, extension_code: str) -> str:
        """The number the handset shows. Raises Refused("extension.malformed")."""
        if not extension_code:
            return self.access_number
        sender = self.access_number + extension_code
        if not extension_code.isascii() or not extension_code.isdigit() or len(sender) > LONGEST_SENDER:
            raise Refused(
                "extension.malformed",
                en=f"an extension code is digits, at most {LONGEST_SENDER - len(self.access_number)} of them here",
                zh=f"扩展码只能是数字，此处最多 {LONGEST_SENDER - len(self.access_number)} 位",
            )
        return sender


class Router:
    """Chooses among the channels, in their order."""

    def __init__(self, channels: tuple[Channel, ...]) -> None:
        self._channels = channels
        self._by_country: dict[str, Channel | None] = {}

    def choose(self, country: str) -> Channel:
        """The first channel that serves the country. Raises Refused("route.none")."""
        try:
            found = self._by_country[country]
        except KeyError:
            found = next((c for c in self._channels if not c.countries or country in c.countries), None)
            self._by_country[country] = found
        if found is None:
            raise Refused(
                "route.none",
                en=f"no channel serves numbers of {country or 'this kind'}",
                zh=f"没有通道可以发送到 {country or '该类号码'}",
                country=country,
            )
        return found

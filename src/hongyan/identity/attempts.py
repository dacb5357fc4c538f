"""Failed logins are counted per login and per source, so that guessing stays hopeless."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hongyan.kernel.clock import Clock
from hongyan.kernel.errors import Throttled


@dataclass(frozen=True, slots=True)
class AttemptLimit:
    """At most `most` failures within `window_s` seconds; after that, wait until the oldest leaves the window."""

    most: int
    window_s: float


PER_SOURCE: Final = AttemptLimit(most=20, window_s=300)
PER_LOGIN: Final = AttemptLimit(most=60, window_s=300)
"""Several times as many: whoever guesses from one address is stopped there, and locks nobody else out."""
KEPT: Final = 10_000
"""Logins and sources remembered at a time; the one that failed longest ago is forgotten first."""
LONGEST_NAME: Final = 100
"""Characters of a login or source that tell it from others; whoever tries may not fill the memory with it."""


class LoginAttempts:
    """A window in memory: a restart forgets it, which costs an attacker more time than it gives."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: dict[tuple[str, str], list[float]] = {}

    def begin(self, login: str, source: str) -> None:
        """Count an attempt as failed before it is verified: many at the same moment must not slip through.

        An empty `login` or `source` counts nowhere. Raises Throttled with `retry_after_s`.
        """
        now = self._clock.monotonic()
        named = (("login", login, PER_LOGIN), ("source", source, PER_SOURCE))
        counted = [(_key(kind, name), limit) for kind, name, limit in named if name]
        for key, limit in counted:
            recent = [at for at in self._failures.get(key, ()) if at > now - limit.window_s]
            if len(recent) >= limit.most:
                wait_s = int(recent[0] + limit.window_s - now) + 1
                raise Throttled(
                    "identity.too_many_attempts",
                    en=f"too many failed logins; try again in {wait_s} seconds",
                    zh=f"登录失败次数过多，请 {wait_s} 秒后再试",
                    retry_after_s=wait_s,
                )
            if key in self._failures:
                self._failures[key] = recent
        for key, _ in counted:
            times = self._failures.pop(key, [])
            times.append(now)
            self._failures[key] = times
        while len(self._failures) > KEPT:
            del self._failures[next(iter(self._failures))]

    def succeeded(self, login: str, source: str) -> None:
        """The attempt was a good one: forget the login's failures and take this one back from the source."""
        self._failures.pop(_key("login", login), None)
        times = self._failures.get(_key("source", source))
        if times:
            times.pop()


def _key(kind: str, name: str) -> tuple[str, str]:
    return (kind, name[:LONGEST_NAME])

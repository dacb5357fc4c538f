"""Whether a channel can submit: told at once when a link can, and only after a grace when none could.

A link that hangs up and logs in again (SGIP does so whenever it is idle) is no reason to send by another channel.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from hongyan.kernel.clock import Clock

DOWN_AFTER = 10.0
"""Seconds. A link that lost its carrier has tried five times to log in again by then."""


class Health:
    """Of one channel. `tell(True)`: it can submit; `tell(False)`: it could not for `DOWN_AFTER`."""

    def __init__(self, clock: Clock, tell: Callable[[bool], None]) -> None:
        self._clock = clock
        self._tell = tell
        self._loop = asyncio.get_running_loop()
        self._grace: asyncio.TimerHandle | None = None
        self._unable_since: float | None = None
        self._ended = False
        self.down_since: float | None = None
        """Since when no link could submit, by the monotonic clock, while that is told; None otherwise."""

    def begin(self) -> None:
        """The links are about to log in."""
        self.note(able=False)

    def end(self) -> None:
        """Nothing is told any more: the links leave because we want it so."""
        self._ended = True
        self._forget()

    def note(self, *, able: bool) -> None:
        """Whether a link can submit now."""
        if self._ended:
            return
        if able:
            self._forget()
            self._tell(True)
        elif self._unable_since is None:
            self._lose()

    def _lose(self) -> None:
        self._unable_since = self._clock.monotonic()
        self._grace = self._loop.call_later(DOWN_AFTER, self._down)

    def _forget(self) -> None:
        if self._grace is not None:
            self._grace.cancel()
        self._grace = self._unable_since = self.down_since = None

    def _down(self) -> None:
        self.down_since = self._unable_since
        self._tell(False)

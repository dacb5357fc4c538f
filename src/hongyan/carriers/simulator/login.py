"""Who may log in to a simulated carrier."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import NamedTuple

from hongyan.carriers.simulator.scenario import Scenario

SYSTEM_ID = "hongyan"
"""How the simulator names itself, where a protocol has a place for it."""

DEFAULT_SECRET = "hongyan"  # noqa: S105 (a simulator's, and documented)
"""What a network proves itself with when anybody may log in."""


class Login(NamedTuple):
    """Who may log in now; None for anybody, with anything."""

    name: str | None
    password: str | None

    @property
    def secret(self) -> str:
        """What the network proves itself with."""
        return DEFAULT_SECRET if self.password is None else self.password

    def knows(self, name: str) -> bool:
        """Whether a customer of this name may log in."""
        return self.name is None or _same(name, self.name)

    def opens(self, password: str) -> bool:
        """Whether this password, sent in the clear, will do."""
        return self.password is None or _same(password, self.password)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who may log in, for all networks: without `system_id` anybody, without `password` with any. What a scenario says
    of a network goes before."""

    system_id: str | None = None
    password: str | None = field(default=None, repr=False)

    def under(self, scenario: Scenario) -> Login:
        """What holds while a scenario is played."""
        login = scenario.login
        return Login(login.name or self.system_id, login.password or self.password)


def _same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())

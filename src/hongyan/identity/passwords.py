"""Passwords: argon2id, slow on purpose, a few at a time and off the event loop."""

from __future__ import annotations

import asyncio
import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from hongyan.kernel.errors import Throttled

AT_ONCE: Final = 2
WAITING: Final = 16
"""Logins that may wait for their turn; beyond that the caller is told to come back."""
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""No look-alikes: a generated password is read off a terminal once."""


class Passwords:
    """Hashes and verifies. Cost: 19 MiB and 2 passes (OWASP password storage cheat sheet, argon2id)."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """The text to store, with its own salt and parameters."""
        async with self._turn:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether the password fits. An unknown login (no hash) takes as long as a known one and never fits.

        Raises Throttled when too many wait already.
        """
        if self._waiting >= WAITING:
            raise Throttled(
                "identity.logins_busy", en="too many logins at once", zh="同时登录人数过多，请稍后再试"
            )
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(self._verify, password_hash, password)
        finally:
            self._waiting -= 1

    def _verify(self, password_hash: str | None, password: str) -> bool:
        if password_hash is None and self._nobody is None:
            self._nobody = self._hasher.hash(secrets.token_hex())
        try:
            fits = self._hasher.verify(password_hash or self._nobody or "", password)
        except VerificationError:
            return False
        return fits and password_hash is not None


def generate_password() -> str:
    """20 characters, about 115 bits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(20))

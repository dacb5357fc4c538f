"""Console logins: passwords checked at a bounded pace, and login sessions of which only a hash is stored."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from hongyan.identity.attempts import LoginAttempts
from hongyan.identity.audit import Audit
from hongyan.identity.changes import commit_change
from hongyan.identity.model import LoginSession, Person
from hongyan.identity.passwords import Passwords
from hongyan.kernel.clock import Clock, Millis
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import Store, one

IDLE_MS: Final = 12 * 3_600_000
"""A session ends this long after it was last seen."""
LONGEST_MS: Final = 7 * 86_400_000
"""A session ends this long after the login, whatever happens."""
SEEN_AGAIN_MS: Final = 5 * 60_000
"""Being seen is written at most this often: pages that update by themselves must not write with every look."""


class Logins:
    """People of the console and their login sessions. `clock`: the real one, not the sandbox's movable one."""

    def __init__(self, store: Store, clock: Clock, ids: IdMaker) -> None:
        self._store = store
        self._clock = clock
        self._audit = Audit(clock, ids)
        self._attempts = LoginAttempts(clock)
        self.passwords = Passwords()

    async def check_password(self, login: str, password: str, source: str) -> Person | None:
        """Who this is, or None; a wrong login and a wrong password cannot be told apart, nor by the time it takes.

        `source`: the caller's address. Raises Throttled after too many failures or with too many logins at once.
        """
        self._attempts.begin(login, source)
        row = one(await self._store.read("identity.person_by_login", login))
        fits = await self.passwords.verify(row[-1] if row else None, password)
        if row is None or not fits:
            return None
        self._attempts.succeeded(login, source)
        return Person(*row[:-1])

    async def open_session(self, person: Person, source: str) -> str:
        """A new session's token, 256 random bits; it is told once and kept only as a hash."""
        token = secrets.token_urlsafe(32)
        now = self._clock.now_ms()
        await commit_change(
            self._store,
            (
                ("identity.drop_expired_login_sessions", (now,), None),
                ("identity.add_login_session", (_hash(token), person.id, now, now, now + IDLE_MS), 1),
                self._audit.event(
                    person.account_id,
                    f"person:{person.login}",
                    "identity.open_login_session",
                    person.login,
                    source=source,
                ),
            ),
        )
        return token

    async def session(self, token: str) -> LoginSession | None:
        """The session in force, kept alive by being looked at."""
        row = one(await self._store.read("identity.login_session", _hash(token)))
        if row is None:
            return None
        *of_person, created_ms, seen_ms, expires_ms = row
        now = self._clock.now_ms()
        if now >= expires_ms:
            return None
        if now - seen_ms >= SEEN_AGAIN_MS:
            expires_ms = _expiry(created_ms, now)
            await commit_change(
                self._store, (("identity.see_login_session", (_hash(token), now, expires_ms), None),)
            )
        return LoginSession(Person(*of_person), created_ms, expires_ms)

    async def close_session(self, token: str) -> None:
        """Log out. A token that is not in force is no error."""
        await commit_change(self._store, (("identity.close_login_session", (_hash(token),), None),))

    async def change_language(self, person: Person, language: str) -> None:
        """Remember in which language this person reads the console."""
        await commit_change(self._store, (("identity.change_language", (person.id, language), 1),))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _expiry(created_ms: Millis, now: Millis) -> Millis:
    return min(now + IDLE_MS, created_ms + LONGEST_MS)

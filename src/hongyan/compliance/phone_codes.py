"""An administrator proves his phone with a code of six digits.

Only a keyed hash of a code is stored. A code lives ten minutes, takes five wrong guesses, and serves once: for the
account that asked for it. Limits per number: 1 a minute, 5 an hour, 10 a day (RequiredPhoneCode).
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from hongyan.compliance.refusals import refusal
from hongyan.identity import Nonce, Statement, Vault, again_on_conflict, commit_change
from hongyan.kernel.clock import DAY_MS, Clock, Millis
from hongyan.kernel.errors import Refused
from hongyan.kernel.numbers import parse_number
from hongyan.storage.port import Store, one

SendPhoneCode = Callable[[str, str], Awaitable[None]]
"""(number, code): sends the SMS."""

LIVES_MS: Final = 10 * 60_000
MOST_GUESSES: Final = 5


@dataclass(frozen=True, slots=True)
class _Limit:
    most: int
    window_ms: Millis
    code: str
    en: str
    zh: str


_LIMITS: Final = (
    _Limit(1, 60_000, "limit.minute", "one code a minute for a number", "同一号码每分钟最多发送 1 次验证码"),
    _Limit(
        5, 3_600_000, "limit.hour", "five codes an hour for a number", "同一号码每小时最多发送 5 次验证码"
    ),
    _Limit(10, DAY_MS, "limit.day", "ten codes a day for a number", "同一号码每天最多发送 10 次验证码"),
)


@dataclass(frozen=True, slots=True)
class _Live:
    number_index: int
    sequence: int
    code_hash: int
    attempts: int


class PhoneCodes:
    """Sends and checks codes. The number may be written in any form; only mainland mobile numbers get codes."""

    def __init__(self, store: Store, clock: Clock, vault: Vault, send: SendPhoneCode) -> None:
        self._store = store
        self._clock = clock
        self._vault = vault
        self._send = send

    def sent_by(self, send: SendPhoneCode) -> PhoneCodes:
        """The same codes and limits with another way to the phone."""
        return PhoneCodes(self._store, self._clock, self._vault, send)

    async def request(self, account_id: int, number: str, *, nonce: Nonce | None = None) -> None:
        """Send a new code; an older one of this account is dead from then on.

        The code is stored before it is sent, so a send that fails counts against the limits. Raises
        Refused("number.malformed", "limit.minute", "limit.hour", "limit.day").
        """
        number = _mainland(number)
        number_index = self._vault.blind_index(number, "phone_code.number")
        code = f"{secrets.randbelow(10**6):06d}"

        async def attempt() -> None:
            now = self._clock.now_ms()
            sent = await self._store.read("compliance.phone_codes_since", number_index, now - DAY_MS)
            _check_limits([row[2] for row in sent], now)
            sequence = sent[0][0] + 1 if sent else now
            row = (
                *(number_index, sequence, account_id, self._hash(account_id, number, sequence, code)),
                *(now, now + LIVES_MS),
            )
            await commit_change(
                self._store,
                (
                    ("compliance.drop_old_phone_codes", (now - DAY_MS,), None),
                    ("compliance.add_phone_code", row, 1),
                ),
                nonce=nonce,
            )

        await again_on_conflict(attempt)
        await self._send(number, code)

    async def check(self, account_id: int, number: str, code: str, *, nonce: Nonce | None = None) -> bool:
        """Whether the code is right, without using it up. A wrong guess is stored before it is answered."""
        return await self._find(account_id, number, code, nonce) is not None

    async def use_statement(self, account_id: int, number: str, code: str) -> Statement:
        """The statement that uses the code up, for the Change that it allows.

        Raises Refused("phone_code.wrong"). A conflict of the statement means that the code was used or guessed at
        in between.
        """
        live = await self._find(account_id, number, code, None)
        if live is None:
            raise refusal("phone_code.wrong")
        row = (live.number_index, live.sequence, live.attempts, self._clock.now_ms())
        return ("compliance.use_phone_code", row, 1)

    async def _find(self, account_id: int, number: str, code: str, nonce: Nonce | None) -> _Live | None:
        try:
            number = _mainland(number)
        except Refused:
            return None

        async def attempt() -> _Live | None:
            live = await self._live(account_id, number)
            if live is None:
                return None
            guess = self._hash(account_id, number, live.sequence, code)
            if hmac.compare_digest(str(guess), str(live.code_hash)):
                return live
            row = (live.number_index, live.sequence, live.attempts)
            await commit_change(self._store, (("compliance.miss_phone_code", row, 1),), nonce=nonce)
            return None

        return await again_on_conflict(attempt)

    async def _live(self, account_id: int, number: str) -> _Live | None:
        number_index = self._vault.blind_index(number, "phone_code.number")
        row = one(await self._store.read("compliance.live_phone_code", number_index, account_id))
        if row is None:
            return None
        sequence, code_hash, expires_ms, attempts, used_ms = row
        dead = used_ms is not None or attempts >= MOST_GUESSES or self._clock.now_ms() >= expires_ms
        return None if dead else _Live(number_index, sequence, code_hash, attempts)

    def _hash(self, account_id: int, number: str, sequence: int, code: str) -> int:
        return self._vault.blind_index(f"{account_id}:{number}:{sequence}:{code}", "phone_code.code")


def _mainland(number: str) -> str:
    parsed = parse_number(number)
    if parsed.country != "CN":
        raise Refused(
            "number.malformed",
            en="codes go to mainland mobile numbers only",
            zh="仅支持中国内地手机号码接收验证码",
        )
    return parsed.national


def _check_limits(times: list[Millis], now: Millis) -> None:
    for limit in _LIMITS:
        if sum(at > now - limit.window_ms for at in times) >= limit.most:
            raise Refused(limit.code, en=limit.en, zh=limit.zh, most=limit.most)

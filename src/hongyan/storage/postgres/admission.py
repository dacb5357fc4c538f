"""Which accepts of a group are admitted, decided in their order on what was read under locks. No I/O."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping

from hongyan.kernel.clock import day_of
from hongyan.kernel.money import Amount
from hongyan.storage.port import Accept, Refusal

UsedNonce = tuple[int, int]


class Admission:
    """What the accepts of one group may rely on. Each accept sees those before it."""

    def __init__(
        self,
        *,
        used: Iterable[UsedNonce],
        keys: Mapping[int, tuple[int, int]],
        times: Mapping[int, bytes],
        balances: Mapping[int, tuple[Amount, Amount]],
    ) -> None:
        self._used = set(used)
        self._keys = dict(keys)
        self._times = {key: unpack(packed) for key, packed in times.items()}
        self._available = {account: balance - held for account, (balance, held) in balances.items()}
        self.kept: set[UsedNonce] = set()
        """Nonces that the admitted commands have used up."""
        self.new_keys: list[tuple[int, int, int, int]] = []
        """(day, key, body, BizId) of admitted accepts."""
        self.new_times: dict[int, list[int]] = {}

    def use(self, nonce: UsedNonce) -> bool:
        """False when it was used before."""
        if nonce in self._used or nonce in self.kept:
            return False
        self.kept.add(nonce)
        return True

    def refuse(self, accept: Accept) -> Refusal | None:
        """Why an accept is not admitted; None: it is. The nonce comes last, so a refused command does not use it."""
        if accept.idempotency is not None:
            known = self._keys.get(accept.idempotency[0])
            if known is not None:
                same = known[0] == accept.idempotency[1]
                return Refusal("idempotency.repeated" if same else "idempotency.mismatch", known[1])
        for limit in accept.limits:
            times = [t for t in self._times.get(limit.key, ()) if t > limit.since_ms]
            if len(times) >= limit.most:
                return Refusal(limit.code, {"most": limit.most, "oldest_ms": times[0]})
        available = self._available.get(accept.account_id)
        if available is not None and accept.hold and available < accept.hold:
            return Refusal("balance.insufficient", {"available": available, "needed": accept.hold})
        if accept.nonce is not None and not self.use(accept.nonce):
            return Refusal("nonce.used")
        self._reserve(accept, available)
        return None

    def _reserve(self, accept: Accept, available: Amount | None) -> None:
        if available is not None:
            self._available[accept.account_id] = available - accept.hold
        for key in {limit.key for limit in accept.limits}:
            oldest = min(limit.since_ms for limit in accept.limits if limit.key == key)
            kept = [t for t in self._times.get(key, ()) if t > oldest]
            self._times[key] = self.new_times[key] = [*kept, accept.now_ms]
        if accept.idempotency is not None:
            key, body = accept.idempotency
            biz_id = accept.messages[0].biz_id
            self._keys[key] = body, biz_id
            self.new_keys.append((day_of(accept.now_ms), key, body, biz_id))


def unpack(packed: bytes) -> list[int]:
    """The times of a frequency row."""
    return list(struct.unpack(f">{len(packed) // 8}q", packed))


def pack(times: list[int]) -> bytes:
    return struct.pack(f">{len(times)}q", *times)

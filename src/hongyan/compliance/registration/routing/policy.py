"""What a registration's state means for sending: freely, in small numbers, or not at all.

By the state table of the seed: success sends freely; what a carrier has accepted, or not yet answered, goes in small numbers,
which is also what verifies it; what lapsed does not go. For what is not registered, or was refused, the operator chooses
(docs/adr/0033). Marketing goes only where the signature is registered: a mailing is no test.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum, StrEnum
from typing import Final, NamedTuple

from hongyan.compliance.registration.networks import COUNTED
from hongyan.compliance.registration.reasons import ReasonCode
from hongyan.compliance.registration.routing.index import Stand, StandingIndex
from hongyan.compliance.registration.states import RegistrationState
from hongyan.kernel.clock import Clock, day_of, day_start

SMALL_CATEGORIES: Final = frozenset({0, 1})
"""Codes and notices (seed 003: "发送验证码或通知短信"), as messaging.model.Category has them."""


class Unregistered(StrEnum):
    """The operator's choice for what no carrier has taken: HONGYAN_UNREGISTERED."""

    SMALL = "small"
    REFUSE = "refuse"
    BULK = "bulk"


class Turn(IntEnum):
    """NEVER: not by this channel. LAST: when no channel has it freely. IN_TURN: as if it were free, because it has to be
    tried."""

    NEVER = 0
    LAST = 1
    IN_TURN = 2


class Permission(NamedTuple):
    """Why a message does not go freely, and whether it goes at all. `code`: of messaging.route.REASONS."""

    code: str
    turn: Turn


CAPPED: Final = Permission("capped", Turn.NEVER)
_LAPSED: Final = Permission("lapsed", Turn.NEVER)
_AWAITING: Final = Permission("awaiting", Turn.IN_TURN)
_REGISTERING: Final = Permission("registering", Turn.LAST)
_TIMED_OUT: Final = Permission("timed_out", Turn.LAST)

_S = RegistrationState
_RULES: Final[dict[RegistrationState, Permission | None]] = {
    _S.SUCCESS: None,
    _S.AWAITING: _AWAITING,  # seed 003, D6: test sends verify it
    _S.REGISTERING: _REGISTERING,  # seed 003, D5: 少量多次
    _S.LAPSED: _LAPSED,  # seed 003, D9: 会发送失败
}
"""The other states are the operator's choice, but for what failed because nobody answered."""
_CHOSEN: Final[dict[Unregistered, Turn | None]] = {
    Unregistered.SMALL: Turn.LAST,
    Unregistered.REFUSE: Turn.NEVER,
    Unregistered.BULK: None,
}


class RegistrationPolicy:
    """Asked for every message and each channel in question. `networks`: those that count; on others, abroad and for
    numbers whose network nobody knows registrations do not apply. `most`: small sends of a signature to a network in one
    Beijing day, by this node."""

    def __init__(
        self,
        clock: Clock,
        index: StandingIndex,
        *,
        networks: Collection[str] = COUNTED,
        unregistered: Unregistered = Unregistered.SMALL,
        most: int = 100,
    ) -> None:
        self._clock = clock
        self.index = index
        self._networks = frozenset(networks)
        self.most = most
        turn = _CHOSEN[unregistered]
        self._unregistered = None if turn is None else Permission("unregistered", turn)
        self._failed = None if turn is None else Permission("failed", turn)
        self._sent: dict[tuple[int, str], int] = {}
        self._until_ms = 0

    def permission(
        self, signature_id: int, _channel_id: int, sender: str, network: str | None, category: int
    ) -> Permission | None:
        """None: it goes freely."""
        if network not in self._networks or not signature_id:
            return None
        found = self._rule(self.index.at(signature_id, network, sender))
        if found is None or found.turn is Turn.NEVER:
            return found
        if category not in SMALL_CATEGORIES:
            return Permission(found.code, Turn.NEVER)
        if self._clock.now_ms() >= self._until_ms:
            self._new_day()
        return CAPPED if self._sent.get((signature_id, network), 0) >= self.most else found

    def stops(self, signature_id: int, sender: str, network: str, category: int) -> str | None:
        """Why a message that was let in must not go now. The day's few are not counted again."""
        if network not in self._networks or not signature_id:
            return None
        found = self._rule(self.index.at(signature_id, network, sender))
        if found is None or (found.turn is not Turn.NEVER and category in SMALL_CATEGORIES):
            return None
        return found.code

    def took(self, signature_id: int, network: str) -> None:
        """A message goes that does not go freely."""
        key = signature_id, network
        self._sent[key] = self._sent.get(key, 0) + 1

    def gave_back(self, signature_id: int, network: str) -> None:
        """One that was taken does not go after all: its request was refused."""
        key = signature_id, network
        self._sent[key] = max(0, self._sent.get(key, 0) - 1)

    def small_sends(self, signature_id: int, network: str) -> int:
        """Today's, by this node."""
        return self._sent.get((signature_id, network), 0)

    def restore(self, sent: dict[tuple[int, str], int]) -> None:
        """After a start: what was sent today, freely or not."""
        self._new_day()
        self._sent = dict(sent)

    def _rule(self, stand: Stand | None) -> Permission | None:
        if stand is None or stand.state is _S.NOT_REGISTERED:
            return self._unregistered
        if stand.state is _S.FAILED:
            return _TIMED_OUT if stand.reason is ReasonCode.REGISTER_TIMEOUT else self._failed
        return _RULES[stand.state]

    def _new_day(self) -> None:
        self._sent = {}
        self._until_ms = day_start(day_of(self._clock.now_ms()) + 1)

"""Whose the digits behind an access number are. Pure, in memory: asked for messages and for replies.

The longest code that some digits begin with decides, as on the networks. What follows it are digits of the tenant's own.
A message never goes out with digits that are, begin with, or are the beginning of what belongs to somebody else, so that
no reply to it, and no digit that a handset's owner adds, leads to another tenant (docs/adr/0022).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from typing import Final, NamedTuple

from hongyan.compliance.extension_codes.limits import LIMITS
from hongyan.compliance.refusals import refusal
from hongyan.kernel.clock import Millis

FOR_GOOD: Final[Millis] = (1 << 63) - 1
_LONGEST: Final = max(row.digits for row in LIMITS)
_AFTER_DIGITS: Final = ":"
"""The character after the digits: no code that begins with some digits sorts behind them and this."""


class HeldCode(NamedTuple):
    """A code and whose it is. `until_ms`: when its quarantine ends, FOR_GOOD while it is assigned."""

    code: str
    account_id: int
    signature_id: int
    primary: bool = False
    until_ms: Millis = FOR_GOOD

    @property
    def assigned(self) -> bool:
        return self.until_ms == FOR_GOOD


class CodeIndex:
    """Codes that are assigned or in quarantine. Quarantines end by the time that is passed in."""

    def __init__(self) -> None:
        self._held: dict[str, HeldCode] = {}
        self._sorted: list[str] = []
        self._primary: dict[int, str] = {}

    @property
    def count(self) -> int:
        """Codes in memory."""
        return len(self._held)

    def put(self, held: HeldCode) -> None:
        """From now on the code is this signature's."""
        self.drop(held.code)
        insort(self._sorted, held.code)
        self._held[held.code] = held
        if held.primary:
            self._primary[held.signature_id] = held.code

    def drop(self, code: str) -> None:
        """The code is nobody's."""
        was = self._held.pop(code, None)
        if was is None:
            return
        del self._sorted[bisect_left(self._sorted, code)]
        if self._primary.get(was.signature_id) == code:
            del self._primary[was.signature_id]

    def become(self, other: CodeIndex) -> None:
        """Hold what another one holds, which is not used any more."""
        self._held, self._sorted, self._primary = other._held, other._sorted, other._primary

    def primary(self, signature_id: int) -> str:
        """The code in the sender of a signature's messages; "" when it has none."""
        return self._primary.get(signature_id, "")

    def owner(self, digits: str, now_ms: Millis) -> HeldCode | None:
        """Of the codes that `digits` begin with the longest; None when they begin with none."""
        for length in range(min(len(digits), _LONGEST), 0, -1):
            held = self._held.get(digits[:length])
            if held is not None and now_ms < held.until_ms:
                return held
        return None

    def digits_behind(self, account_id: int, signature_id: int, asked: str, now_ms: Millis) -> str:
        """What a message's sender has behind the access number. `asked`: the extension code of the request, "" for none.

        One of the signature's own codes is taken as it is, anything else goes behind the signature's primary code.
        Raises Refused: `extension.foreign`, `extension.quarantined`.
        """
        own = self._primary.get(signature_id, "")
        if not asked:
            return own
        named = self._held.get(asked)
        if named is not None and now_ms < named.until_ms:
            if not named.assigned:
                raise refusal("extension.quarantined")
            if named.signature_id != signature_id:
                raise refusal("extension.foreign")
            return asked
        digits = own + asked
        owner = self.owner(digits, now_ms)
        if (owner is not None and owner.signature_id != signature_id) or self._begins_others(
            digits, account_id, now_ms
        ):
            raise refusal("extension.foreign")
        return digits

    def _begins_others(self, digits: str, account_id: int, now_ms: Millis) -> bool:
        """Whether some other account's code begins with these digits. Looks at the account's own ones at most besides."""
        first = bisect_right(self._sorted, digits)
        last = bisect_left(self._sorted, digits + _AFTER_DIGITS, first)
        return any(
            held.account_id != account_id and now_ms < held.until_ms
            for held in map(self._held.__getitem__, self._sorted[first:last])
        )

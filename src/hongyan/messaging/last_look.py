"""What is looked at once more when a submit slot is free: much may have happened while a message waited (issue 5, item 7).

Everything is in memory and asked for each message; on most days the first two are empty.
"""

from __future__ import annotations

from typing import Final

from hongyan.compliance import DeletionIndex, Sent
from hongyan.compliance.freezes import ENDED_AS, FreezeIndex
from hongyan.messaging.route import SignaturePolicy

LAPSED, UNREGISTERED = "SIGN_LAPSED", "SIGN_UNREGISTERED"
_ENDED_AS: Final = {"lapsed": LAPSED}
"""The code of a message that no other channel may have either, by the policy's reason; UNREGISTERED of all others."""


class LastLook:
    """`policy`: says where registrations stand."""

    def __init__(self, freezes: FreezeIndex, deletions: DeletionIndex, policy: SignaturePolicy) -> None:
        self._freezes = freezes
        self._deletions = deletions
        self._policy = policy

    def ends(self, sent: Sent) -> str | None:
        """The code with which a message ends, whatever the channel."""
        if self._freezes and (
            freeze := self._freezes.bites(sent.account_id, sent.sign_name, sent.template_code)
        ):
            return ENDED_AS[freeze.kind]
        return self._deletions.bites(sent) if self._deletions else None

    def leaves(self, sent: Sent, sender: str) -> str | None:
        """Why a message must not go with this sender any more, as the code with which it ends when no other channel may
        have it."""
        reason = self._policy.stops(sent.signature_id, sender, sent.network, sent.category)
        return None if reason is None else _ENDED_AS.get(reason, UNREGISTERED)

"""Commands for tests: what a test does not name is ordinary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hongyan.kernel.clock import ManualClock, day_of
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import (
    LANE_NOTICES,
    PART_SUBMITTED,
    Accept,
    Limit,
    Maintain,
    Message,
    PartResult,
    Receipt,
)

ACCOUNT = 7
CHANNEL = 1
PRICE = 450


class Samples:
    """Makes commands of one story: one clock, ids that grow."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.ids = IdMaker(self.clock)

    @property
    def now_ms(self) -> int:
        return self.clock.now_ms()

    @property
    def minute(self) -> int:
        return self.now_ms // 60_000

    def message(self, *, segments: int = 1, **others: Any) -> Message:
        message_id = self.ids.next()
        fields = {
            "id": message_id,
            "biz_id": message_id,
            "account_id": ACCOUNT,
            "number": "8613500000000",
            "number_hash": -(1 << 62) + message_id % 1_000,
            "signature_id": 11,
            "sign_name": "鸿雁",
            "template_code": "SMS_1",
            "category": 1,
            "content": "【鸿雁】你好",
            "segments": segments,
            "price": PRICE * segments,
            "channel_id": CHANNEL,
            "lane": LANE_NOTICES,
            "access_number": "1069000012",
            "reference": 0 if segments == 1 else message_id & 0xFF,
            "out_id": None,
            "accepted_ms": self.now_ms,
            "expires_ms": self.now_ms + 48 * 3_600_000,
            "request_id": "R-1",
        }
        return Message(**(fields | others))

    def accept(
        self,
        *messages: Message,
        nonce: tuple[int, int] | None = None,
        idempotency: tuple[int, int] | None = None,
        limits: Sequence[Limit] = (),
    ) -> Accept:
        """One request; with one message unless messages are given."""
        messages = messages or (self.message(),)
        return Accept(
            messages[0].account_id,
            messages[0].lane,
            messages,
            nonce,
            idempotency,
            tuple(limits),
            sum(message.price for message in messages),
            self.now_ms,
        )

    def result(self, message: Message, outbox_id: int, **others: Any) -> PartResult:
        """The carrier took the only (or first) part. The item is done unless said otherwise."""
        fields = {
            "message_id": message.id,
            "part": 1,
            "parts": message.segments,
            "attempt": 1,
            "channel_id": message.channel_id,
            "outbox_id": outbox_id,
            "carrier_id": "",
            "status": 0,
            "outcome": PART_SUBMITTED,
            "reference": message.reference,
            "at_ms": self.now_ms,
            "day": day_of(self.now_ms),
            "item_done": True,
        }
        fields |= others
        if not fields["carrier_id"] and fields["outcome"] == PART_SUBMITTED:
            fields["carrier_id"] = carrier_id(message, fields["part"], fields["attempt"])
        return PartResult(**fields)

    def receipt(self, carrier_id: str, **others: Any) -> Receipt:
        """The handset has it."""
        delivered = others.get("delivered", True)
        fields = {
            "channel_id": CHANNEL,
            "carrier_id": carrier_id,
            "delivered": delivered,
            "code": "DELIVRD" if delivered else "UNDELIV",
            "at_ms": self.now_ms - 100,
            "received_ms": self.now_ms,
            "day": day_of(self.now_ms),
        }
        return Receipt(**(fields | others))

    def maintain(self, *, keep_days: int = 0) -> Maintain:
        return Maintain(self.now_ms, self.now_ms, keep_days)


def carrier_id(message: Message, part: int = 1, attempt: int = 1) -> str:
    """What the carrier of these stories calls a part."""
    return f"{message.id:x}-{part}-{attempt}"

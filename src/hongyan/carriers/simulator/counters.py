"""What a carrier counted since it started; read through the control socket."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Counters(msgspec.Struct):
    """Plain sums. One submit is one part; a receipt is counted as sent each time it is written to a link."""

    links: int = 0
    """Bound now."""
    binds: int = 0
    binds_refused: int = 0
    links_dropped: int = 0
    """Cut by a scenario or the control socket."""
    dials: int = 0
    """Calls to customers' listeners (SGIP)."""
    dials_failed: int = 0
    """Calls that nobody took, or whose login was refused."""
    protocol_errors: int = 0
    """Links closed because of bytes that are no PDU."""
    submits: int = 0
    accepted: int = 0
    refused: dict[str, int] = {}
    """By error: a name of the scenario's or a raw status in hexadecimal."""
    answers_lost: int = 0
    """Submits that were never answered, by the scenario."""
    vanished: int = 0
    """Accepted parts that nobody hears of again, by the scenario."""
    delivered: int = 0
    """Parts that reached a phone."""
    failed: int = 0
    """Parts whose receipt tells of failure."""
    distinct_parts: int = 0
    """By number, sender, text and place in the long message; exact for the first million."""
    distinct_destinations: int = 0
    duplicates: int = 0
    """Accepted parts that had been accepted before."""
    receipts_due: int = 0
    """Receipts that the sender asked for and the scenario did not lose, copies included."""
    receipts_sent: int = 0
    receipts_acknowledged: int = 0
    receipts_refused: int = 0
    """Answered with a permanent error: not sent again."""
    receipts_lost: int = 0
    """By the scenario."""
    receipts_dropped: int = 0
    """Because more than `receipts.keep` waited, or because a receipt does not fit the protocol of the link."""
    receipts_early: int = 0
    receipts_waiting: int = 0
    """That only say that the text waits; the final one follows."""
    replies: int = 0
    """Texts typed on phones."""
    reply_parts: int = 0
    reply_parts_acknowledged: int = 0
    pending: int = 0
    """Accepted, fate not yet reached."""
    waiting: int = 0
    """Due, waiting for a link or for room in its window."""
    in_flight: int = 0
    """Written, not acknowledged."""

    def refuse(self, error: str | int) -> None:
        """Count one refused submit."""
        name = error if isinstance(error, str) else f"0x{error:02X}"
        self.refused[name] = self.refused.get(name, 0) + 1


def total(of_each: Iterable[Counters]) -> Counters:
    """All carriers' counters together."""
    whole = Counters()
    for counters in of_each:
        for name in Counters.__struct_fields__:
            value = getattr(counters, name)
            if isinstance(value, int):
                setattr(whole, name, getattr(whole, name) + value)
        for error, count in counters.refused.items():
            whole.refused[error] = whole.refused.get(error, 0) + count
    return whole

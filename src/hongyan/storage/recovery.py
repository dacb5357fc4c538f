"""What is left to submit of an outbox row after its node stopped; the same for both engines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hongyan.messaging.states import MessageState
from hongyan.storage.port import OutboxItem

TRUSTED, SUBMITTED, ANSWERED = 0, 1, 2
"""`outbox.suspect`. TRUSTED: as it was written. SUBMITTED: its node died, any open part may have been submitted.
ANSWERED: its node stopped cleanly, some items may have their answers and nothing else was submitted."""

_ENDED = frozenset({MessageState.DELIVERED.value, MessageState.FAILED.value, MessageState.EXPIRED.value})


def still_open(
    items: Sequence[OutboxItem],
    messages: Mapping[int, tuple[str, int]],
    answers: Iterable[tuple[int, int, int]],
    suspect: int,
) -> list[OutboxItem]:
    """The items with the parts that have no stored answer.

    `messages`: id -> (state, segments). `answers`: (message id, part, attempt) of every stored answer; one of a
    later attempt answers an earlier one, because a lost link makes a part go again inside its row.
    After SUBMITTED the parts go again as the next attempt and are uncertain; after ANSWERED they never went.
    """
    answered: dict[int, list[tuple[int, int]]] = {}
    for message_id, part, attempt in answers:
        answered.setdefault(message_id, []).append((part, attempt))
    found = []
    for item in items:
        state, segments = messages.get(item.message_id, ("", 0))
        if not segments or state in _ENDED:
            continue
        mask = item.mask or (1 << segments) - 1
        for part, attempt in answered.get(item.message_id, ()):
            if attempt >= item.attempt:
                mask &= ~(1 << (part - 1))
        if not mask:
            continue
        again = suspect == SUBMITTED
        found.append(
            OutboxItem(
                item.message_id,
                item.attempt + 1 if again else item.attempt,
                item.reference,
                mask,
                uncertain=again,
                retries=item.retries,
            )
        )
    return found

"""What is left to submit of an outbox row after its node stopped; the same for both engines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from hongyan.messaging.states import ENDED
from hongyan.storage.port import PART_ELSEWHERE, OutboxItem, Reissue

TRUSTED, SUBMITTED, ANSWERED = 0, 1, 2
"""`outbox.suspect`. TRUSTED: as it was written. SUBMITTED: its node died, any open part may have been submitted.
ANSWERED: its node stopped cleanly, some items may have their answers and nothing else was submitted."""

_ENDED = frozenset(state.value for state in ENDED)
_UNKNOWN = "", 0, 0


def still_open(
    channel_id: int,
    items: Sequence[OutboxItem],
    messages: Mapping[int, tuple[str, int, int]],
    answers: Iterable[tuple[int, int, int, int]],
    doubtful: Collection[int] | None,
) -> list[OutboxItem]:
    """The items of a channel's row with the parts that have no stored answer.

    `messages`: id -> (state, segments, channel); one that has moved stands in a row of its new channel. `answers`:
    (message id, part, attempt, outcome) of every stored answer; one of a later attempt answers an earlier one, because
    a lost link makes a part go again inside its row. ELSEWHERE leaves its part open: the answer that would have decided
    about the message was never stored.
    `doubtful`: messages that may have been submitted, None for all; their parts go again as the next attempt and are
    uncertain. Those of others never went.
    """
    answered: dict[int, list[tuple[int, int, int]]] = {}
    for message_id, *answer in answers:
        answered.setdefault(message_id, []).append((answer[0], answer[1], answer[2]))
    found = []
    for item in items:
        state, segments, stands_at = messages.get(item.message_id, _UNKNOWN)
        if state in _ENDED or stands_at != channel_id:
            continue
        mask = item.mask or (1 << segments) - 1
        refused = False
        for part, attempt, outcome in answered.get(item.message_id, ()):
            if attempt < item.attempt:
                continue
            if outcome == PART_ELSEWHERE:
                refused = True
            else:
                mask &= ~(1 << (part - 1))
        if not mask:
            continue
        again = doubtful is None or item.message_id in doubtful
        found.append(
            OutboxItem(
                item.message_id,
                item.attempt + 1 if again or refused else item.attempt,
                item.reference,
                mask,
                uncertain=again,
                retries=item.retries,
            )
        )
    return found


def doubtful_in(command: Reissue, suspect: int) -> dict[int, int] | None:
    """Message -> submits without an answer, of a row that is written anew; None: any message, once."""
    return None if suspect == SUBMITTED else dict(command.doubtful)


def uncertain_in(items: Iterable[OutboxItem], doubtful: Mapping[int, int] | None) -> Counter[int]:
    """How many more copies of each message of a row that was written anew a carrier may have."""
    return Counter(
        {item.message_id: (doubtful or {}).get(item.message_id, 1) for item in items if item.uncertain}
    )

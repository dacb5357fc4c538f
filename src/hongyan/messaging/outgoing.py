"""What waits for a carrier: bounded lanes in memory in front of the durable outbox.

Priority is decided when a submit slot is free, not when a row is handed over: strict order of the lanes, with
every twentieth slot (5 %) for the lowest lane that waits. When a lane is full, later outbox rows stay on the disk
and are read in order once the lane has drained; the same path serves the start after a crash.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable

from hongyan.kernel.clock import Millis
from hongyan.kernel.text import Alphabet

LANES = 3
FLOOR_EVERY = 20
"""Every so many slots the lowest waiting lane goes first (architecture: a 5 % floor)."""


class Job:
    """One message on its way to a carrier, from one outbox row."""

    __slots__ = (
        "access_number",
        "alphabet",
        "attempt",
        "expires_ms",
        "item_uncertain",
        "lane",
        "message_id",
        "number",
        "outbox_id",
        "payloads",
        "reference",
        "unanswered",
    )

    def __init__(
        self,
        message_id: int,
        outbox_id: int,
        lane: int,
        attempt: int,
        reference: int,
        number: str,
        access_number: str,
        alphabet: Alphabet,
        payloads: list[bytes],
        expires_ms: Millis,
        open_parts: int,
    ) -> None:
        self.message_id = message_id
        self.outbox_id = outbox_id
        self.lane = lane
        self.attempt = attempt
        self.reference = reference
        self.number = number
        self.access_number = access_number
        self.alphabet = alphabet
        self.payloads = payloads
        self.expires_ms = expires_ms
        self.unanswered = open_parts
        """Parts of this outbox item that still need an answer."""
        self.item_uncertain: set[int] | None = None
        """Parts that were submitted on a link that died before it answered."""


Part = tuple[Job, int]
"""A job and the number of one of its parts, from 1."""


class _Lane:
    __slots__ = ("after", "deciding", "parts", "seen", "skip", "takes", "waits_on_disk")

    def __init__(self) -> None:
        self.parts: deque[Part] = deque()
        self.waits_on_disk = True  # until the first look into the outbox has found nothing
        self.after = 0
        self.seen = 0
        self.deciding = 0
        self.takes = False
        self.skip: set[int] = set()


class ChannelQueue:
    """The waiting parts of one channel. `wake` is called when there is something new to submit."""

    def __init__(self, channel_id: int, *, capacity: int) -> None:
        self.channel_id = channel_id
        self._capacity = capacity
        self._lanes = [_Lane() for _ in range(LANES)]
        self._later: list[tuple[Millis, int, Job, tuple[int, ...]]] = []
        self._order = 0
        self._slot = 0
        self.wake: Callable[[], None] = lambda: None

    def __len__(self) -> int:
        return sum(len(lane.parts) for lane in self._lanes) + len(self._later)

    # -- filling -------------------------------------------------------------------------------------------

    def takes(self, lane_number: int, row_id: int) -> bool:
        """May the messages of this new outbox row go into memory? Decided once for a whole row."""
        lane = self._lanes[lane_number]
        if row_id != lane.deciding:
            lane.deciding = row_id
            lane.seen = max(lane.seen, row_id)
            if not lane.waits_on_disk:
                if len(lane.parts) < self._capacity:
                    lane.after = row_id
                    lane.takes = True
                else:
                    lane.waits_on_disk = True
                    lane.takes = False
            else:
                lane.takes = False
        return lane.takes

    def put(self, job: Job, parts: tuple[int, ...]) -> None:
        """Queue parts of a job whose row was taken."""
        append = self._lanes[job.lane].parts.append
        for part in parts:
            append((job, part))

    def put_later(self, job: Job, parts: tuple[int, ...], not_before: Millis) -> None:
        """Keep parts until their time comes."""
        self._order += 1
        heapq.heappush(self._later, (not_before, self._order, job, parts))

    def put_back(self, job: Job, part: int) -> None:
        """A part that the carrier did not take just now is the next one of its lane."""
        self._lanes[job.lane].parts.appendleft((job, part))

    def handed_over(self, lane_number: int, row_id: int) -> None:
        """A row went into memory out of order (a retry, a reissue): the disk must not give it again."""
        lane = self._lanes[lane_number]
        lane.seen = max(lane.seen, row_id)
        if lane.waits_on_disk:
            lane.skip.add(row_id)

    # -- the disk ------------------------------------------------------------------------------------------

    def lane_to_refill(self) -> tuple[int, int] | None:
        """(lane, after row id) of a lane that has room again and rows on the disk."""
        for number, lane in enumerate(self._lanes):
            if lane.waits_on_disk and len(lane.parts) <= self._capacity // 2:
                return number, lane.after
        return None

    def refilled(self, lane_number: int, row_ids: list[int]) -> list[int]:
        """Rows read from the disk, in order; gives back those to use. None read and none seen since: all is in memory."""
        lane = self._lanes[lane_number]
        if not row_ids:
            if lane.seen <= lane.after:
                lane.waits_on_disk = False
                lane.skip.clear()
            lane.after = max(lane.after, lane.seen)
            return []
        lane.after = row_ids[-1]
        wanted = [row_id for row_id in row_ids if row_id not in lane.skip]
        lane.skip.difference_update(row_ids)
        return wanted

    # -- emptying ------------------------------------------------------------------------------------------

    def next(self, now_ms: Millis) -> Part | None:
        """The part for a free submit slot, or None when nothing waits."""
        if self._later and self._later[0][0] <= now_ms:
            self._due(now_ms)
        lanes = self._lanes
        self._slot += 1
        if self._slot >= FLOOR_EVERY:
            self._slot = 0
            lanes = lanes[::-1]
        for lane in lanes:
            if lane.parts:
                return lane.parts.popleft()
        return None

    def next_due(self) -> Millis | None:
        """When the earliest kept part may go."""
        return self._later[0][0] if self._later else None

    def _due(self, now_ms: Millis) -> None:
        while self._later and self._later[0][0] <= now_ms:
            _, _, job, parts = heapq.heappop(self._later)
            self.put(job, parts)

"""What waits for a carrier: bounded lanes in memory in front of the durable outbox.

Priority is decided when a submit slot is free, not when a row is handed over: strict order of the lanes, with
every twentieth slot (5 %) for the lowest lane that waits. When a lane is full, later outbox rows stay on the disk
and are read in order once the lane has drained; the same path serves the start after a crash.
"""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Callable, Collection, Container
from typing import NamedTuple

from hongyan.compliance import Sent
from hongyan.kernel.clock import Millis
from hongyan.kernel.text import Alphabet, Repertoire

LANES = 3
FLOOR_EVERY = 20
"""Every so many slots the lowest waiting lane goes first (architecture: a 5 % floor)."""


class Doubt:
    """A part that was submitted and not answered in time (messaging.doubts).

    `losses`: how often. `open`: those of them that nobody has answered since. `taken`: those that the carrier said yes to,
    late. `under_way`: it was submitted again. `settled`: there is an answer, which is stored or on its way there.
    """

    __slots__ = ("losses", "open", "settled", "taken", "under_way")

    def __init__(self) -> None:
        self.losses = 0
        self.open = 0
        self.taken = 0
        self.under_way = False
        self.settled = False

    @property
    def copies(self) -> int:
        """Submits whose answers nobody waits for any more once the part is settled: the carrier may have as many."""
        return self.open + self.under_way


class Trouble:
    """What almost no job has met yet.

    `doubts`: parts that were not answered in time. `refused`: parts that this channel's carrier refused for reasons of its
    own, while whether the message goes to another one is still open.
    """

    __slots__ = ("doubts", "refused")

    def __init__(self) -> None:
        self.doubts: dict[int, Doubt] = {}
        self.refused: list[Refused] = []


class Said(NamedTuple):
    """What a carrier answered to a submit. `carrier_id`: how it calls a part that it took. `error`: the protocol's word for
    why it took none, or ours where no carrier was asked."""

    status: int = 0
    carrier_id: str = ""
    error: str = ""


class Refused(NamedTuple):
    """A part and its answer."""

    part: int
    said: Said


class Job:
    """One message on its way to a carrier, from one outbox row."""

    __slots__ = (
        "access_number",
        "alphabet",
        "attempt",
        "begun",
        "expires_ms",
        "lane",
        "message_id",
        "number",
        "outbox_id",
        "payloads",
        "reference",
        "retries",
        "sent",
        "trouble",
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
        retries: int = 0,
        sent: Sent | None = None,
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
        self.retries = retries
        """How often a carrier has refused it for the moment."""
        self.sent = sent
        """What it is sent with; None: nothing keeps it from being sent."""
        self.unanswered = open_parts
        """Parts of this outbox item that still need an answer."""
        self.trouble: Trouble | None = None
        self.begun = open_parts < len(payloads)
        """Of a long message: a carrier may have a part, and the others follow it whatever becomes of the registration."""

    def doubt(self, part: int) -> Doubt | None:
        """What there is to doubt about a part; None of almost all."""
        return None if self.trouble is None else self.trouble.doubts.get(part)


Part = tuple[Job, int]
"""A job and the number of one of its parts, from 1."""


class _Lane:
    """Rows up to `after` are in memory or done; `handed_over` are later ones that are too. While `waits_on_disk`,
    all others are read from the outbox. `seen`: the newest row told of, `seen_at_read`: when a read began."""

    __slots__ = (
        "after",
        "deciding",
        "handed_over",
        "parts",
        "seen",
        "seen_at_read",
        "takes",
        "waits_on_disk",
    )

    def __init__(self) -> None:
        self.parts: deque[Part] = deque()
        self.waits_on_disk = True  # until the first look into the outbox has found nothing
        self.after = 0
        self.seen = 0
        self.seen_at_read = 0
        self.deciding = 0
        self.takes = False
        self.handed_over: set[int] = set()

    def done_until(self, row_id: int) -> None:
        self.after = max(self.after, row_id)
        if self.handed_over:
            self.handed_over = {row for row in self.handed_over if row > self.after}


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
        self.name = ""
        """How people call the channel, once it has run."""
        self.repertoire = Repertoire.GSM
        """The carrier does not have the GSM alphabet (messaging.route)."""

    def __len__(self) -> int:
        return sum(len(lane.parts) for lane in self._lanes) + len(self._later)

    @property
    def waiting(self) -> tuple[int, ...]:
        """Parts that wait for a slot, lane by lane."""
        return tuple(len(lane.parts) for lane in self._lanes)

    @property
    def kept(self) -> int:
        """How many entries wait for their time."""
        return len(self._later)

    # -- filling -------------------------------------------------------------------------------------------

    def takes(self, lane_number: int, row_id: int) -> bool:
        """May the messages of this new outbox row go into memory? Decided once for a whole row."""
        lane = self._lanes[lane_number]
        if row_id != lane.deciding:
            lane.deciding = row_id
            lane.seen = max(lane.seen, row_id)
            lane.takes = False
            if not lane.waits_on_disk and row_id > lane.after:  # a read may have been faster than this news
                if len(lane.parts) < self._capacity:
                    lane.done_until(row_id)
                    lane.takes = True
                else:
                    lane.waits_on_disk = True
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

    @property
    def keeps_many(self) -> bool:
        """As many parts are kept for later as one lane holds: no more should come."""
        return len(self._later) >= self._capacity

    def put_back(self, job: Job, part: int) -> None:
        """A part that the carrier did not take just now is the next one of its lane."""
        self._lanes[job.lane].parts.appendleft((job, part))

    def takes_out_of_order(self, lane_number: int, row_id: int) -> bool:
        """The same for a row that goes into memory also while its lane waits on the disk (a retry, a reissue).
        False when a read of the disk was faster."""
        lane = self._lanes[lane_number]
        lane.seen = max(lane.seen, row_id)
        if row_id <= lane.after:
            return False
        lane.handed_over.add(row_id)
        return True

    def has_room(self, lane_number: int) -> bool:
        """May a message go into memory that comes beside the order of the rows?"""
        lane = self._lanes[lane_number]
        return not lane.waits_on_disk and len(lane.parts) < self._capacity

    def found_on_disk(self, lane_number: int, row_id: int) -> None:
        """Rows up to this one are not in memory: they are read from the outbox."""
        lane = self._lanes[lane_number]
        lane.seen = max(lane.seen, row_id)
        lane.waits_on_disk = True

    # -- the disk ------------------------------------------------------------------------------------------

    def lane_to_refill(self) -> tuple[int, int] | None:
        """(lane, after row id) of a lane that has room again and rows on the disk: read there, then `refilled`."""
        if self.keeps_many:
            return None  # what is on the disk may have to be kept as well
        for number, lane in enumerate(self._lanes):
            if lane.waits_on_disk and len(lane.parts) <= self._capacity // 2:
                lane.seen_at_read = lane.seen
                return number, lane.after
        return None

    def refilled(self, lane_number: int, row_ids: list[int]) -> list[int]:
        """Rows read from the disk, in order; gives back those to use. When none is left, and none was committed since
        the read began, new rows go into memory again."""
        lane = self._lanes[lane_number]
        if not row_ids:
            if lane.seen == lane.seen_at_read:
                lane.waits_on_disk = False
                lane.done_until(lane.seen)
            return []
        wanted = [row_id for row_id in row_ids if row_id not in lane.handed_over]
        lane.done_until(row_ids[-1])
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

    def take_expired(self, now_ms: Millis) -> list[Part]:
        """Everything that waits past its validity."""
        self._due(now_ms)
        found: list[Part] = []
        for lane in self._lanes:
            expired = [part for part in lane.parts if part[0].expires_ms <= now_ms]
            if expired:
                lane.parts = deque(part for part in lane.parts if part[0].expires_ms > now_ms)
                found += expired
        return found

    def take_whole(self, lanes: Collection[int], most: int, but: Container[int]) -> list[Job]:
        """Messages of these lanes of which every part waits here and none was ever submitted, at most so many, taken
        out. `but`: ids of some that stay."""
        found: list[Job] = []
        for lane in (self._lanes[number] for number in lanes):
            waiting = Counter(
                job for job, _ in lane.parts if job.trouble is None and job.message_id not in but
            )
            whole = [job for job, parts in waiting.items() if parts == len(job.payloads)]
            taken = whole[: most - len(found)]
            if taken:
                gone = set(taken)
                lane.parts = deque(part for part in lane.parts if part[0] not in gone)
                found += taken
        return found

    def take_rest(self, job: Job) -> None:
        """Take the other parts of a message out whose first one was just given by `next`: nothing stands between them."""
        parts = self._lanes[job.lane].parts
        while parts and parts[0][0] is job:
            parts.popleft()

    def take_all(self) -> list[Part]:
        """Everything, due or not."""
        found = [part for lane in self._lanes for part in lane.parts]
        found += [(job, part) for _, _, job, parts in self._later for part in parts]
        for lane in self._lanes:
            lane.parts.clear()
        self._later.clear()
        return found

    def _due(self, now_ms: Millis) -> None:
        while self._later and self._later[0][0] <= now_ms:
            _, _, job, parts = heapq.heappop(self._later)
            self.put(job, parts)

"""The commit port: everything that is stored goes through `Store.commit`.

Commands collect into groups; one group is one transaction; each command gets an outcome of its own.
A refusal is an outcome, never an exception. While one group commits the next collects, so there is no timer:
a lonely command commits at once, a busy system forms large groups. Domain rooms see this module only; the
engines (`storage.sqlite`, `storage.postgres`) are wired by `bootstrap`. Commands travel between processes,
so they are flat and hold no objects of ours. Times: milliseconds since 1970 UTC. Money: 1/10,000.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import msgspec

LANE_CODES, LANE_NOTICES, LANE_MARKETING, LANE_CHANGES = 0, 1, 2, 3
"""Order inside the queue of the commit port: verification codes first, cold changes with the notices."""


class _Command(msgspec.Struct, array_like=True, frozen=True, gc=False):
    pass


class Message(_Command, frozen=True):
    """One message to one number, as stored. `content` is the whole text with 【signature】."""

    id: int
    biz_id: int
    account_id: int
    number: str
    number_hash: int
    signature_id: int
    sign_name: str
    template_code: str
    category: int
    content: str
    segments: int
    price: int
    channel_id: int
    lane: int
    access_number: str
    reference: int
    out_id: str | None
    accepted_ms: int
    expires_ms: int
    request_id: str
    passed_over: str = ""
    """Channels that were not chosen and why (messaging.route)."""
    network: str = ""
    """The mainland carrier that serves the number; "" abroad, and when nobody knows."""


class Limit(_Command, frozen=True):
    """A frequency window: at most `most` accepts of `key` from `since_ms` to now. `code` is the refusal's."""

    key: int
    most: int
    since_ms: int
    code: str


class Accept(_Command, tag=1, frozen=True):
    """One send request with its messages: all are stored, or none."""

    account_id: int
    lane: int
    messages: tuple[Message, ...]
    nonce: tuple[int, int] | None = None
    """(signed minute since 1970, 64-bit keyed hash)."""
    idempotency: tuple[int, int] | None = None
    """(64-bit keyed hash of account and key, 64-bit hash of the body)."""
    limits: tuple[Limit, ...] = ()
    hold: int = 0
    now_ms: int = 0


class Nonce(_Command, tag=2, frozen=True):
    """Use up a nonce for a state-changing call that is no send."""

    minute: int
    hash: int


class Move(_Command, frozen=True):
    """Another channel for a message: what it shows as the sender, and as how many parts with which concatenation reference
    it goes."""

    channel_id: int
    access_number: str
    reference: int
    parts: int


class PartResult(_Command, tag=3, frozen=True):
    """What became of one submitted part. `outcome`: see the constants below."""

    message_id: int
    part: int
    parts: int
    attempt: int
    channel_id: int
    outbox_id: int
    carrier_id: str
    status: int
    outcome: int
    reference: int
    at_ms: int
    day: int
    item_done: bool
    """This was the last open part of its outbox item."""
    retry_at_ms: int = 0
    """RETRY only: not before this time."""
    error: str = ""
    uncertain: int = 0
    """Earlier submits of this part that were never answered (their links died): the carrier may have it as often."""
    retries: int = 0
    """RETRY only: how often the carrier has refused this part for the moment, this time included."""
    move_to: Move | None = None
    """Where the message goes now, with all its parts. None: of an ELSEWHERE a later answer decides; an UNSENT and a STOPPED end."""


PART_SUBMITTED, PART_REFUSED, PART_RETRY, PART_EXPIRED, PART_ELSEWHERE, PART_UNSENT, PART_STOPPED = range(7)
"""REFUSED ends its message, ELSEWHERE does not: the carrier refused it as well, but another one may take it. UNSENT: the
channel could not send it, and it is taken from there. STOPPED: what it is sent with may not be sent any more, or not
by this channel."""
NOT_SUBMITTED = frozenset({PART_EXPIRED, PART_UNSENT, PART_STOPPED})
"""No carrier was asked, so that no submission is stored."""
NO_CHANNEL = "NO_CHANNEL"
"""The code of messages that their channel could not send, and no other one may."""
NO_RECEIPT = "NO_RECEIPT"
"""The code of messages that ended without a receipt."""


class Receipt(_Command, tag=4, frozen=True):
    """A final delivery report of one part. Matched by (channel, carrier id), newest day first."""

    channel_id: int
    carrier_id: str
    delivered: bool
    code: str
    at_ms: int
    received_ms: int
    day: int


class Change(_Command, tag=5, frozen=True):
    """A cold change: named statements in one transaction. Each is (name, parameters, rows it must touch or
    None). When a count does not fit, nothing is stored and the outcome is Refusal("storage.conflict")."""

    statements: tuple[tuple[str, tuple[Any, ...], int | None], ...]
    topics: tuple[tuple[str, str], ...] = ()
    """(topic, key) pairs told to subscribers on every node after the commit."""
    nonce: tuple[int, int] | None = None


class Reissue(_Command, tag=6, frozen=True):
    """Recovery: replace an outbox row whose items may have been submitted by a row of its unanswered parts,
    attempt + 1, counted `uncertain`."""

    outbox_id: int
    now_ms: int
    doubtful: tuple[tuple[int, int], ...] = ()
    """By the node that submitted from the row: (message id, submits without an answer) of all that may have been
    submitted. Without it the row says whether any may have been."""


class Maintain(_Command, tag=7, frozen=True):
    """One bounded round of housekeeping. `keep_days` 0 keeps messages for ever."""

    now_ms: int
    real_now_ms: int
    keep_days: int = 0


class Overdue(_Command, tag=8, frozen=True):
    """Those of these messages end without a receipt that are still open, and of which the carrier took the last part
    before `before_ms`."""

    message_ids: tuple[int, ...]
    before_ms: int
    now_ms: int


Command = Accept | Nonce | PartResult | Receipt | Change | Reissue | Maintain | Overdue


class OutboxItem(_Command, frozen=True):
    """One message in an outbox row. `mask`: open parts as bits from part 1, 0 = all. `retries`: how often a
    carrier refused it for the moment; crashes and lost links raise `attempt`, but not this."""

    message_id: int
    attempt: int
    reference: int
    mask: int = 0
    uncertain: bool = False
    retries: int = 0


decode_items: Callable[[bytes], tuple[OutboxItem, ...]] = msgspec.msgpack.Decoder(
    tuple[OutboxItem, ...]
).decode
"""The items of an outbox row, as the store keeps them."""


class OutboxRow(_Command, frozen=True):
    """A durable list of messages for one channel and lane."""

    id: int
    channel_id: int
    lane: int
    not_before_ms: int
    suspect: bool
    items: tuple[OutboxItem, ...]


class _Outcome(msgspec.Struct, array_like=True, frozen=True, gc=False):
    pass


class Done(_Outcome, tag=1, frozen=True):
    """Stored. `rows`: what each statement of a Change returned."""

    rows: list[list[tuple[Any, ...]]] = []


class Accepted(_Outcome, tag=2, frozen=True):
    """Durable. `outbox_ids` go with the messages (one value: it holds for all)."""

    outbox_ids: tuple[int, ...]


class Refusal(_Outcome, tag=3, frozen=True):
    """Nothing of this command was stored. `code` is one of ours, `detail` a JSON-able fact."""

    code: str
    detail: Any = None


ENDED_DELIVERED, ENDED_FAILED, ENDED_SILENT, ENDED_UNSENT = 0, 1, 2, 3


class Ending(_Outcome, frozen=True):
    """What the end of a message says of its signature, of messages only whose network is known. `outcome`: one of the
    constants above; UNSENT: no carrier was asked. `moved_to`: it has not ended, but goes on from this sender; what is said
    here is said of the one before."""

    message_id: int
    outcome: int
    code: str
    signature_id: int
    network: str
    category: int
    sender: str
    moved_to: str = ""


class Answered(_Outcome, tag=4, frozen=True):
    """A PartResult was stored. `retry`: the new outbox row of a RETRY, or of a message that moved to another channel;
    `early`: a receipt had come first."""

    retry: OutboxRow | None = None
    early: bool = False
    ending: Ending | None = None


class Matched(_Outcome, tag=5, frozen=True):
    """A Receipt was stored. `verdict`: one of the constants below."""

    verdict: int
    message_id: int = 0
    final: bool = False
    delivered: bool = False
    ending: Ending | None = None


RECEIPT_MATCHED, RECEIPT_EARLY, RECEIPT_DUPLICATE, RECEIPT_LATE = 0, 1, 2, 3


class Reissued(_Outcome, tag=7, frozen=True):
    """The row that replaces a suspect one, or None when nothing was open."""

    row: OutboxRow | None


class Ended(_Outcome, tag=8, frozen=True):
    """The messages of an Overdue that ended. `endings`: of those that say something of a signature."""

    message_ids: tuple[int, ...]
    endings: tuple[Ending, ...] = ()


class Maintained(_Outcome, tag=9, frozen=True):
    """A round was done. By channel, `early`: early receipts that are kept now; `dropped`: those that ever gave way to newer
    ones, because there were too many; since the store was opened."""

    early: dict[int, int] = {}
    dropped: dict[int, int] = {}


Outcome = Done | Accepted | Refusal | Answered | Matched | Reissued | Ended | Maintained


OUTBOX_TOPIC = "outbox"
"""Told as `channel:lane:row id:messages` when rows up to this one, with so many messages, stand in the outbox for this
node without having come with an outcome: they were taken over from a node that died. Dispatch must look there. SQLite
never tells it."""


class Store(Protocol):
    """What rooms see of the database."""

    def commit(self, command: Command) -> asyncio.Future[Outcome]:
        """Join the next group. Raises Throttled at once when the queue is full."""
        ...

    def post(self, command: Command, sink: Callable[[Outcome], None]) -> None:
        """Like `commit`, without a future: `sink` gets the outcome in the event loop. For the hot path."""
        ...

    async def read(self, name: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Rows of a named statement, from the last commit on. For bounded reads only."""
        ...

    def subscribe(self, topic: str, callback: Callable[[str], None]) -> None:
        """Call `callback(key)` after a Change of this topic, made on any node."""
        ...

    def may_submit(self) -> bool:
        """Is what this node has in memory of the outbox still its own? False once its lease may have run out."""
        ...


class ServingStore(Store, Protocol):
    """The store of a server, as the one who starts and stops it sees it."""

    last_message_id: int
    """The newest id in the store when it was opened, which new ids must exceed; 0 when there was none."""
    open_items: int
    """Messages that stood in the outbox when it was opened."""
    node: int
    """The node number for ids."""
    groups: int
    rows: int

    async def open(self, lost: Callable[[], None]) -> None:
        """Connect, migrate, begin service. `lost` is called when the store is gone for good and only a restart
        helps. Raises Misconfigured."""
        ...

    async def close(self) -> None:
        """Store what still waits, then end."""
        ...

    @property
    def waiting(self) -> int:
        """Rows that wait for a group."""
        ...

    @property
    def closed(self) -> bool:
        """Nothing can be stored any more."""
        ...


def json_list(values: Iterable[object]) -> str:
    """For statements that are about several things, which both engines take as a JSON list."""
    return msgspec.json.encode(list(values)).decode()


def one(rows: Sequence[tuple[Any, ...]]) -> tuple[Any, ...] | None:
    """The only row, or None."""
    return rows[0] if rows else None

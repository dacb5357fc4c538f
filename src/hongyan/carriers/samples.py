"""Channels and their links at one moment, for those who watch: metrics, readiness, the command line.

The counts grow from the start of the channel's links, and begin anew when these are made anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hongyan.carriers.faults import Fault
from hongyan.kernel.clock import Millis

LANES = ("codes", "notices", "marketing")
"""Lanes by number (storage.port)."""
DELIVERIES = ("report", "text", "interim")
"""What a carrier brings."""

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LinkSample:
    """`name`: its number in the channel. `state`: of LinkState. `since_ms`: when it was bound, or ceased to be.
    `reason`, `detail`: why it is not bound or is of no use, a code of ENDINGS and what the peer or the system says; ""
    when it works.
    `window`: submits that may wait for an answer, 0 while none may be sent; `in_flight` of them wait.
    `answers`: by kind; `answered` of them took `answer_seconds` together. `refusals`: by the protocol's word.
    `pauses`: how often the carrier's throttling made it pause. `endings`: connections by code of ENDINGS. `oddities`: what
    the carrier did that harms nothing, by name."""

    name: str
    state: str
    since_ms: Millis
    reason: str
    detail: str
    window: int
    in_flight: int
    connects: int
    logins_refused: int
    endings: Counts
    submitted: int
    answers: Counts
    refusals: Counts
    answered: int
    answer_seconds: float
    lost: int
    late: int
    pauses: int
    ignored: int
    oddities: Counts


@dataclass(frozen=True, slots=True)
class ListenerSample:
    """Where the carrier dials us. `open`: connections now, `bound` of them are logged in. `refused`: connections and
    logins that were turned away, by code of ENDINGS. `ignored`: PDUs that fit nowhere."""

    open: int
    bound: int
    refused: Counts
    ignored: int


@dataclass(frozen=True, slots=True)
class FaultSample:
    """Why a channel does not run as it is configured, and since when that is known."""

    fault: Fault
    since_ms: Millis


@dataclass(frozen=True, slots=True)
class ChannelSample:
    """`protocol`: with its version. `submits`: it may send. `up`: routing counts on it. `waiting`: parts in memory by
    lane; `kept`: those that wait for their next try. `deliveries`: what the carrier brought, by kind; `put_off`: what it
    was asked to bring again. `fault`: with it, links are those of the settings before, if there are any."""

    id: int
    name: str
    protocol: str
    submits: bool
    up: bool
    waiting: Counts
    kept: int
    deliveries: Counts
    put_off: int
    links: tuple[LinkSample, ...]
    listener: ListenerSample | None
    fault: FaultSample | None = None

    @property
    def bound(self) -> int:
        """Links that are logged in."""
        return sum(link.state == "bound" for link in self.links)

    @property
    def sends(self) -> bool:
        """A link can submit now."""
        return self.submits and any(link.window for link in self.links)

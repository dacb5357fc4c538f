"""Limits of one session."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Limits of one session; times in seconds. The carrier's account sheet overrides the defaults.

    `window`: most requests of ours without answer. `open_requests`: most requests of the peer that wait for our
    answer; beyond it they are refused as temporary. `enquire_idle`: silence before a heartbeat, 0 for never.
    `frame_limit`: octets, 0 for the protocol's own limit.
    """

    window: int = 16
    open_requests: int = 1000
    answer_timeout: float = 60.0
    bind_timeout: float = 30.0
    unbind_timeout: float = 5.0
    enquire_idle: float = 30.0
    enquire_timeout: float = 10.0
    enquire_tries: int = 3
    frame_limit: int = 0

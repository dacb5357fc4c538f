"""Samples of channels and links as a test wants them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hongyan.carriers.samples import LANES, ChannelSample, LinkSample

SINCE_MS = 1_780_000_000_000
_LINK = LinkSample(
    name="1",
    state="bound",
    since_ms=SINCE_MS,
    reason="",
    detail="",
    window=16,
    in_flight=0,
    connects=1,
    logins_refused=0,
    endings={},
    submitted=0,
    answers={"accepted": 0, "throttled": 0, "retry": 0, "refused": 0},
    refusals={},
    answered=0,
    answer_seconds=0.0,
    lost=0,
    late=0,
    pauses=0,
    ignored=0,
    oddities={},
)
_CHANNEL = ChannelSample(
    id=101,
    name="mobile",
    protocol="CMPP 3.0",
    submits=True,
    up=True,
    waiting=dict.fromkeys(LANES, 0),
    kept=0,
    deliveries={"report": 0, "text": 0, "interim": 0},
    put_off=0,
    links=(_LINK,),
    listener=None,
)


def link(**changes: Any) -> LinkSample:
    """A bound link that has done nothing, with changes."""
    return replace(_LINK, **changes)


def down(reason: str = "nobody_listens", detail: str = "10.0.0.1:7890", **changes: Any) -> LinkSample:
    """A link that is not bound."""
    return link(**{"state": "down", "reason": reason, "detail": detail, "window": 0, **changes})


def channel(*links: LinkSample, **changes: Any) -> ChannelSample:
    """A channel with these links, or with the usual one."""
    return replace(_CHANNEL, links=links or (_LINK,), **changes)

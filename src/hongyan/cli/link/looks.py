"""Two looks at a server become what happened between them.

Counts begin anew when links are made anew and when the server is started again. A link of which any count has fallen is
such a one: what it counts now has all happened since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hongyan.carriers.faults import Fault
from hongyan.cli.link.scrape import Scrape
from hongyan.kernel.clock import Millis, beijing

_LINK_COUNTS = (
    "hongyan_link_submits_total",
    "hongyan_link_answers_total",
    "hongyan_link_answer_seconds_sum",
    "hongyan_link_refusals_total",
    "hongyan_link_lost_total",
    "hongyan_link_connects_total",
    "hongyan_link_endings_total",
)
_CHANNEL_COUNTS = ("hongyan_channel_deliveries_total", "hongyan_listener_refused_total")


@dataclass(frozen=True, slots=True)
class Flow:
    """A link in an interval, each second. `answer_ms`: average, None without answers. `errors`: answers that took
    nothing, by the protocol's word, the most frequent first; `lost`: submits whose answer never came."""

    submits: float
    answers: float
    answer_ms: float | None
    errors: Mapping[str, int]
    lost: int


@dataclass(frozen=True, slots=True)
class LinkLook:
    """A link as metrics have it; `flow`: None in the first look."""

    name: str
    state: str
    since_ms: Millis
    reason: str
    detail: str
    window: int
    used: int
    flow: Flow | None


@dataclass(frozen=True, slots=True)
class ListenerLook:
    """Connections that the carrier has opened, and those turned away in the interval by why."""

    bound: int
    waiting: int
    refused: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ChannelLook:
    """`arrivals`: reports and texts a second; None in the first look. `fault`: why it cannot run as it is configured."""

    id: int
    name: str
    protocol: str
    submits: bool
    up: bool
    waiting: Mapping[str, int]
    kept: int
    arrivals: Mapping[str, float] | None
    links: tuple[LinkLook, ...]
    listener: ListenerLook | None
    fault: Fault | None


@dataclass(frozen=True, slots=True)
class Look:
    """All channels. `seconds`: since the look before, None in the first."""

    url: str
    at_ms: Millis
    seconds: float | None
    channels: tuple[ChannelLook, ...]


def look(now: Scrape, before: Scrape | None = None) -> Look:
    """How everything is, and what happened since `before`."""
    seconds = max(now.seconds - before.seconds, 0.001) if before is not None else None
    if before is not None and before.pid != now.pid:
        before = Scrape(now.url, now.pid, before.at_ms, before.seconds, {})
    channels = tuple(
        _channel(number, name, protocol, now, before) for number, name, protocol in now.channels()
    )
    return Look(now.url, now.at_ms, seconds, channels)


class _Growth:
    """What the counts of one channel or link have gained."""

    def __init__(
        self, now: Scrape, before: Scrape, counts: tuple[str, ...], channel: str, link: str = ""
    ) -> None:
        self._now = now
        self._place = channel, link
        anew = any(now.value(name, channel, link) < before.value(name, channel, link) for name in counts)
        self._before = None if anew else before
        self.seconds = max(now.seconds - before.seconds, 0.001)

    def of(self, name: str) -> float:
        known = self._before.value(name, *self._place) if self._before is not None else 0.0
        return self._now.value(name, *self._place) - known

    def by(self, name: str) -> dict[str, int]:
        """Those that have grown, the most first."""
        known = self._before.by(name, *self._place) if self._before is not None else {}
        grown = {
            key: round(value - known.get(key, 0)) for key, value in self._now.by(name, *self._place).items()
        }
        return dict(sorted(((k, n) for k, n in grown.items() if n > 0), key=lambda item: (-item[1], item[0])))


def _channel(number: int, name: str, protocol: str, now: Scrape, before: Scrape | None) -> ChannelLook:
    growth = _Growth(now, before, _CHANNEL_COUNTS, name) if before is not None else None
    arrivals = None
    if growth is not None:
        grown = growth.by("hongyan_channel_deliveries_total")
        arrivals = {kind: grown.get(kind, 0) / growth.seconds for kind in ("report", "text")}
    waiting = now.by("hongyan_channel_waiting_parts", name)
    return ChannelLook(
        id=number,
        name=name,
        protocol=protocol,
        submits=bool(now.value("hongyan_channel_submits", name)),
        up=bool(now.value("hongyan_channel_up", name)),
        waiting={lane: int(parts) for lane, parts in waiting.items()},
        kept=int(now.value("hongyan_channel_kept_parts", name)),
        arrivals=arrivals,
        links=tuple(_link(name, link, now, before) for link in now.links(name)),
        listener=_listener(name, now, growth),
        fault=now.fault(name),
    )


def _link(channel: str, link: str, now: Scrape, before: Scrape | None) -> LinkLook:
    states = now.by("hongyan_link_state", channel, link)
    troubles = [*now.labelled("hongyan_link_trouble", channel, link)]
    detail, reason = troubles[0] if troubles else ("", "")
    return LinkLook(
        name=link,
        state=next((state for state, value in states.items() if value), "?"),
        since_ms=round(now.value("hongyan_link_since_timestamp_seconds", channel, link) * 1000),
        reason=reason,
        detail=detail,
        window=int(now.value("hongyan_link_window", channel, link)),
        used=int(now.value("hongyan_link_window_used", channel, link)),
        flow=_flow(_Growth(now, before, _LINK_COUNTS, channel, link)) if before is not None else None,
    )


def _flow(growth: _Growth) -> Flow:
    answers = growth.of("hongyan_link_answer_seconds_count")
    taken = growth.of("hongyan_link_answer_seconds_sum")
    return Flow(
        submits=growth.of("hongyan_link_submits_total") / growth.seconds,
        answers=answers / growth.seconds,
        answer_ms=taken / answers * 1000 if answers else None,
        errors=growth.by("hongyan_link_refusals_total"),
        lost=round(growth.of("hongyan_link_lost_total")),
    )


def _listener(channel: str, now: Scrape, growth: _Growth | None) -> ListenerLook | None:
    connections = now.by("hongyan_listener_connections", channel)
    if not connections:
        return None
    refused = growth.by("hongyan_listener_refused_total") if growth is not None else {}
    return ListenerLook(int(connections["bound"]), int(connections["waiting"]), refused)


# -- for machines --------------------------------------------------------------------------------------------


def facts(seen: Look) -> dict[str, Any]:
    """One JSON object; without what needs two looks when there was one."""
    return {
        "at": beijing(seen.at_ms).isoformat(timespec="milliseconds"),
        "running": True,
        "url": seen.url,
        **({"seconds": round(seen.seconds, 3)} if seen.seconds is not None else {}),
        "channels": [_channel_facts(channel) for channel in seen.channels],
    }


def _channel_facts(channel: ChannelLook) -> dict[str, Any]:
    arrivals = channel.arrivals
    listener = channel.listener
    return {
        "id": channel.id,
        "channel": channel.name,
        "protocol": channel.protocol,
        "submits": channel.submits,
        "up": channel.up,
        "waiting": dict(channel.waiting),
        "kept": channel.kept,
        **({f"{kind}s_per_s": round(rate, 3) for kind, rate in arrivals.items()} if arrivals else {}),
        "links": [_link_facts(link) for link in channel.links],
        "listener": listener
        and {"bound": listener.bound, "waiting": listener.waiting, "refused": dict(listener.refused)},
        "fault": channel.fault and {"reason": channel.fault.code, "detail": channel.fault.detail or None},
    }


def _link_facts(link: LinkLook) -> dict[str, Any]:
    flow = link.flow
    return {
        "link": link.name,
        "state": link.state,
        "since": beijing(link.since_ms).isoformat(timespec="seconds"),
        "reason": link.reason or None,
        "detail": link.detail or None,
        "window": link.window,
        "used": link.used,
    } | (
        {
            "submits_per_s": round(flow.submits, 3),
            "answers_per_s": round(flow.answers, 3),
            "answer_ms": round(flow.answer_ms, 3) if flow.answer_ms is not None else None,
            "errors": dict(flow.errors),
            "lost": flow.lost,
        }
        if flow is not None
        else {}
    )

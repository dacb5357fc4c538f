"""Channels, their links and listeners as Prometheus sees them: a row for each metric, read from samples when scraped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.metrics_core import Metric

from hongyan.carriers.link import LinkState
from hongyan.carriers.samples import ChannelSample, Counts, LinkSample, ListenerSample

Values = Iterable[tuple[tuple[str, ...], float]]
"""Label values after that of the channel, and the value."""
Read = Callable[[ChannelSample], Values]


@dataclass(frozen=True, slots=True)
class _Row:
    family: type[CounterMetricFamily] | type[GaugeMetricFamily]
    name: str
    words: str
    read: Read
    labels: list[str]


def counter(name: str, words: str, read: Read, *, labels: list[str]) -> _Row:
    """What only grows, until the links of the channel are made anew."""
    return _Row(CounterMetricFamily, name, words, read, labels)


def gauge(name: str, words: str, read: Read, *, labels: list[str]) -> _Row:
    """What is so now."""
    return _Row(GaugeMetricFamily, name, words, read, labels)


T = TypeVar("T")
Things = Callable[[ChannelSample], Iterable[tuple[tuple[str, ...], T]]]
"""What of a channel a metric is about, with the labels that name each."""


def _channel(channel: ChannelSample) -> Iterable[tuple[tuple[str, ...], ChannelSample]]:
    return [((), channel)]


def _links(channel: ChannelSample) -> Iterable[tuple[tuple[str, ...], LinkSample]]:
    return [((link.name,), link) for link in channel.links]


def _listener(channel: ChannelSample) -> Iterable[tuple[tuple[str, ...], ListenerSample]]:
    return [((), channel.listener)] if channel.listener is not None else []


def _of(things: Things[T], read: Callable[[T], float]) -> Read:
    """One value of each."""
    return lambda channel: [(labels, read(thing)) for labels, thing in things(channel)]


def _by(things: Things[T], read: Callable[[T], Counts]) -> Read:
    """Several values of each, with one more label."""
    return lambda channel: [
        ((*labels, key), count) for labels, thing in things(channel) for key, count in read(thing).items()
    ]


def _info(channel: ChannelSample) -> Values:
    return [((str(channel.id), channel.protocol), 1)]


def _fault(channel: ChannelSample) -> Values:
    known = channel.fault
    return [((known.fault.code, known.fault.detail), 1)] if known is not None else []


def _trouble(channel: ChannelSample) -> Values:
    return [((link.name, link.reason, link.detail), 1) for link in channel.links if link.reason]


def _states(link: LinkSample) -> Counts:
    return {state.value: int(state.value == link.state) for state in LinkState}


_ROWS = (
    # -- channels
    gauge(
        "hongyan_channel_info",
        "always 1: number and protocol of a channel",
        _info,
        labels=["channel", "id", "protocol"],
    ),
    gauge(
        "hongyan_channel_submits",
        "1 while a channel may submit, 0 while it is paused",
        _of(_channel, lambda channel: channel.submits),
        labels=["channel"],
    ),
    gauge(
        "hongyan_channel_up",
        "1 while routing counts on a channel, 0 once none of its links could submit for ten seconds",
        _of(_channel, lambda channel: channel.up),
        labels=["channel"],
    ),
    gauge(
        "hongyan_channel_fault",
        "1 for a channel that cannot run as it is configured: why",
        _fault,
        labels=["channel", "reason", "detail"],
    ),
    gauge(
        "hongyan_channel_waiting_parts",
        "parts in memory that wait for a slot",
        _by(_channel, lambda channel: channel.waiting),
        labels=["channel", "lane"],
    ),
    gauge(
        "hongyan_channel_kept_parts",
        "parts in memory that wait for the time of their next try",
        _of(_channel, lambda channel: channel.kept),
        labels=["channel"],
    ),
    counter(
        "hongyan_channel_deliveries",
        "what a carrier brought: reports, texts, and interim reports that settle nothing",
        _by(_channel, lambda channel: channel.deliveries),
        labels=["channel", "kind"],
    ),
    counter(
        "hongyan_channel_deliveries_put_off",
        "deliveries that could not be stored; the carrier was asked to bring them again",
        _of(_channel, lambda channel: channel.put_off),
        labels=["channel"],
    ),
    # -- links
    gauge(
        "hongyan_link_state",
        "1 for the state that a link is in, 0 for the others",
        _by(_links, _states),
        labels=["channel", "link", "state"],
    ),
    gauge(
        "hongyan_link_since_timestamp_seconds",
        "when a link was bound, or ceased to be",
        _of(_links, lambda link: link.since_ms / 1000),
        labels=["channel", "link"],
    ),
    gauge(
        "hongyan_link_trouble",
        "1 for a link that is not bound, why its last connection ended, or whose carrier answers no submit",
        _trouble,
        labels=["channel", "link", "reason", "detail"],
    ),
    gauge(
        "hongyan_link_window",
        "submits that may wait for an answer; 0 while none may be sent",
        _of(_links, lambda link: link.window),
        labels=["channel", "link"],
    ),
    gauge(
        "hongyan_link_window_used",
        "submits that wait for an answer",
        _of(_links, lambda link: link.in_flight),
        labels=["channel", "link"],
    ),
    counter(
        "hongyan_link_connects",
        "logins that worked",
        _of(_links, lambda link: link.connects),
        labels=["channel", "link"],
    ),
    counter(
        "hongyan_link_logins_refused",
        "logins that the carrier refused",
        _of(_links, lambda link: link.logins_refused),
        labels=["channel", "link"],
    ),
    counter(
        "hongyan_link_endings",
        "connections that ended or were not had, by why",
        _by(_links, lambda link: link.endings),
        labels=["channel", "link", "reason"],
    ),
    counter(
        "hongyan_link_submits",
        "parts submitted",
        _of(_links, lambda link: link.submitted),
        labels=["channel", "link"],
    ),
    counter(
        "hongyan_link_answers",
        "answers to submits by what they mean",
        _by(_links, lambda link: link.answers),
        labels=["channel", "link", "answer"],
    ),
    counter(
        "hongyan_link_refusals",
        "answers that took nothing, by the protocol's word; a word beyond the 64th is other",
        _by(_links, lambda link: link.refusals),
        labels=["channel", "link", "error"],
    ),
    counter(
        "hongyan_link_lost",
        "submits whose answer never came",
        _of(_links, lambda link: link.lost),
        labels=["channel", "link"],
    ),
    counter(
        "hongyan_link_late_answers",
        "answers that came after they were given up",
        _of(_links, lambda link: link.late),
        labels=["channel", "link"],
    ),
    counter(
        "hongyan_link_pauses",
        "pauses because the carrier throttles",
        _of(_links, lambda link: link.pauses),
        labels=["channel", "link"],
    ),
    counter(
        "hongyan_link_ignored_pdus",
        "PDUs that are unknown, unreadable or not expected",
        _of(_links, lambda link: link.ignored),
        labels=["channel", "link"],
    ),
    counter(
        "hongyan_link_oddities",
        "what a carrier does that harms nothing: wrong_digest is an answer to our login that does not prove that the"
        " carrier knows the password",
        _by(_links, lambda link: link.oddities),
        labels=["channel", "link", "what"],
    ),
    # -- where carriers dial us
    gauge(
        "hongyan_listener_connections",
        "connections that the carrier has opened, by whether it has logged in",
        _by(_listener, lambda listener: {"bound": listener.bound, "waiting": listener.open - listener.bound}),
        labels=["channel", "state"],
    ),
    counter(
        "hongyan_listener_refused",
        "connections and logins that were turned away, by why",
        _by(_listener, lambda listener: listener.refused),
        labels=["channel", "reason"],
    ),
    counter(
        "hongyan_listener_ignored_pdus",
        "PDUs that are unknown, unreadable or not expected",
        _of(_listener, lambda listener: listener.ignored),
        labels=["channel"],
    ),
)


def families(channels: Sequence[ChannelSample]) -> Iterator[Metric]:
    """All metrics of these channels; without values when there are none."""
    known = names(channels)
    named = [(known[channel.id], channel) for channel in channels]
    for row in _ROWS:
        family = row.family(row.name, row.words, labels=row.labels)
        for name, channel in named:
            for labels, value in row.read(channel):
                family.add_metric((name, *labels), value)
        yield family
    seconds = SummaryMetricFamily(
        "hongyan_link_answer_seconds", "time from submit to answer", labels=["channel", "link"]
    )
    for name, channel in named:
        for link in channel.links:
            seconds.add_metric((name, link.name), link.answered, link.answer_seconds)
    yield seconds


def names(channels: Sequence[ChannelSample]) -> dict[int, str]:
    """What the label says of each: the name, with the number when two have the same (one is the channel of HONGYAN_SMPP)."""
    used = Counter(channel.name for channel in channels)
    return {each.id: f"{each.name}#{each.id}" if used[each.name] > 1 else each.name for each in channels}

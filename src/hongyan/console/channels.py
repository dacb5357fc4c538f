"""Channels on a page: what one is called, and which came into question for a message. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hongyan.console.ports import ChannelName
from hongyan.messaging.considered import Considered, considered
from hongyan.messaging.model import MessageView


@dataclass(frozen=True, slots=True)
class ChannelLabel:
    """`name`: the channel's number when nobody knows more; `protocol` is "" then."""

    name: str
    protocol: str


@dataclass(frozen=True, slots=True)
class RouteRow:
    """One channel that came into question, and what became of that."""

    channel: ChannelLabel
    considered: Considered


def channel_label(channel_id: int, names: Mapping[int, ChannelName]) -> ChannelLabel:
    """How people call it."""
    known = names.get(channel_id)
    return ChannelLabel(str(channel_id), "") if known is None else ChannelLabel(known.name, known.protocol)


def route_rows(message: MessageView, names: Mapping[int, ChannelName]) -> tuple[RouteRow, ...]:
    """The chosen channel first."""
    return tuple(RouteRow(channel_label(each.channel_id, names), each) for each in considered(message))

"""Channels as records: what an operator may set, the checks, the store. `fields` is the table to start from."""

from hongyan.carriers.channels.fields import FIELDS, PROTOCOLS, Field, default_of, fields_of
from hongyan.carriers.channels.reading import parse_json, parse_texts, to_json, to_texts
from hongyan.carriers.channels.record import (
    ChannelRecord,
    StoredRecord,
    UnreadableRecord,
    routing_view,
    same_account,
)
from hongyan.carriers.channels.records import TOPIC, Channels
from hongyan.carriers.channels.settings import (
    ChannelSettings,
    CmppSettings,
    ProtocolName,
    SgipSettings,
    SmgpSettings,
    SmppSettings,
)
from hongyan.carriers.channels.states import CHANNEL, ChannelEvent, ChannelState
from hongyan.carriers.channels.waiting import Waiting

__all__ = [
    "CHANNEL",
    "FIELDS",
    "PROTOCOLS",
    "TOPIC",
    "ChannelEvent",
    "ChannelRecord",
    "ChannelSettings",
    "ChannelState",
    "Channels",
    "CmppSettings",
    "Field",
    "ProtocolName",
    "SgipSettings",
    "SmgpSettings",
    "SmppSettings",
    "StoredRecord",
    "UnreadableRecord",
    "Waiting",
    "default_of",
    "fields_of",
    "parse_json",
    "parse_texts",
    "routing_view",
    "same_account",
    "to_json",
    "to_texts",
]

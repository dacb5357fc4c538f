"""One channel as it is stored, and what routing and links see of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from hongyan.carriers.channels.fields import fields_of
from hongyan.carriers.channels.reading import to_json
from hongyan.carriers.channels.settings import (
    SETTINGS,
    ChannelSettings,
    ProtocolName,
    SmgpSettings,
)
from hongyan.carriers.channels.states import ChannelState
from hongyan.kernel.clock import Millis
from hongyan.kernel.errors import Misconfigured
from hongyan.messaging.model import Category
from hongyan.messaging.route import Channel

_RECEIVES_ONLY: Final = 1
"""login_mode of SMGP."""


@dataclass(frozen=True, slots=True)
class ChannelRecord:
    """`version` counts its changes. `sealed`: its passwords, which `Channels.passwords` opens."""

    id: int
    name: str
    protocol: ProtocolName
    settings: ChannelSettings
    state: ChannelState
    version: int
    changed_ms: Millis
    sealed: bytes = field(repr=False)

    @property
    def links_version(self) -> int:
        """Differs when something does that links log in with or work by: everything but state and routing."""
        rows = fields_of(self.protocol)
        values = [value for name, value in to_json(self.settings).items() if not rows[name].routing]
        text = msgspec.json.encode([self.protocol, *values])
        return int.from_bytes(hashlib.blake2b(text + self.sealed, digest_size=7).digest(), "big")


@dataclass(frozen=True, slots=True)
class UnreadableRecord:
    """A channel whose stored settings cannot be read, and why: shown as it is, stepped to its end, and nothing else."""

    id: int
    name: str
    protocol: ProtocolName
    why: Misconfigured
    state: ChannelState
    version: int
    changed_ms: Millis
    sealed: bytes = field(repr=False)


StoredRecord = ChannelRecord | UnreadableRecord


def same_account(record: ChannelRecord, others: Iterable[StoredRecord]) -> tuple[str, ...]:
    """Names of other channels that log in as the same account. Carriers bring reports on the links of any of them, and
    reports find their messages by the channel that brings them."""
    account = _account(record)
    return tuple(
        other.name
        for other in others
        if other.id != record.id and isinstance(other, ChannelRecord) and _account(other) == account
    )


def _account(record: ChannelRecord) -> tuple[str, str, int, str]:
    settings = record.settings
    return record.protocol, settings.host.lower(), settings.port, settings.login


def routing_view(record: ChannelRecord) -> Channel:
    """The channel as routing sees it. One whose login only receives takes no messages."""
    settings = record.settings
    submits = not isinstance(settings, SmgpSettings) or settings.login_mode != _RECEIVES_ONLY
    return Channel(
        record.id,
        record.name,
        settings.access_number,
        countries=frozenset(settings.countries),
        carriers=frozenset(settings.carriers),
        categories=frozenset(Category.__members__[word.upper()].value for word in settings.categories),
        accounts=frozenset(settings.accounts),
        priority=settings.priority,
        cost=settings.cost,
        weight=settings.weight,
        open=record.state is ChannelState.ACTIVE,
        submits=submits,
        repertoire=settings.repertoire,
        longest_sender=settings.longest_sender,
    )


def stored_settings(settings: ChannelSettings) -> str:
    """As a row holds them."""
    return msgspec.json.encode(settings).decode()


def record_of(row: tuple[Any, ...]) -> StoredRecord:
    """A row of `carriers.channels`; somebody may have changed it past us."""
    channel_id, name, protocol, settings, sealed, state, version, changed_ms = row
    rest = ChannelState(state), version, changed_ms, bytes(sealed)
    try:
        read: ChannelSettings = msgspec.json.decode(settings, type=SETTINGS[protocol])
    except msgspec.DecodeError as error:
        why = Misconfigured(
            "channel.stored",
            en=f"the settings of channel {name} in the database cannot be read: {error}",
            zh=f"数据库中通道 {name} 的设置无法读取：{error}",
            channel=name,
            detail=str(error),
        )
        return UnreadableRecord(channel_id, name, protocol, why, *rest)
    return ChannelRecord(channel_id, name, protocol, read, *rest)

"""From a channel's record to the setup that the switchboard runs."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from functools import partial

from hongyan.carriers.channels import (
    ChannelRecord,
    Channels,
    StoredRecord,
    UnreadableRecord,
    routing_view,
)
from hongyan.carriers.channels.passwords import Passwords
from hongyan.carriers.channels.settings import SgipSettings, SmppSettings
from hongyan.carriers.channels.states import ChannelState
from hongyan.carriers.dialects.choose import dialects_of
from hongyan.carriers.faults import fault_of
from hongyan.carriers.link import LinkSettings
from hongyan.carriers.listener import ListenerSettings
from hongyan.carriers.switchboard import AnySetup, ChannelSetup, Unusable
from hongyan.kernel.clock import Clock
from hongyan.kernel.errors import HongyanError, Misconfigured
from hongyan.messaging.route import Channel

_SUBMITS = frozenset({ChannelState.ACTIVE, ChannelState.DRAINING})


def setup_of(record: ChannelRecord, passwords: Passwords, clock: Clock) -> ChannelSetup:
    """How a channel runs. Raises Misconfigured for what cannot be used on this machine."""
    settings = record.settings
    try:
        dialects = dialects_of(settings, passwords, clock)
    except ValueError as error:  # what a protocol has no room for
        raise Misconfigured(
            "channel.unfit",
            en=f"what is set for channel {record.name} does not fit its protocol: {error}",
            zh=f"通道 {record.name} 的设置不符合其协议：{error}",
            detail=str(error),
        ) from error
    listener = None
    if isinstance(settings, SgipSettings) and settings.listen_port:
        listener = ListenerSettings(settings.listen_host, settings.listen_port)
    return ChannelSetup(
        route=routing_view(record),
        version=record.links_version,
        where=LinkSettings(settings.host, settings.port, settings.link_rate, _tls(record)),
        dialects=dialects,
        connections=settings.connections,
        rate=settings.rate,
        submits=record.state in _SUBMITS,
        listener=listener,
    )


def stored_setups(channels: Channels, records: Iterable[StoredRecord], clock: Clock) -> list[AnySetup]:
    """Those that were not removed. One that cannot run must not keep the others down."""
    return [
        stored_setup(channels, record, clock)
        for record in records
        if record.state is not ChannelState.REMOVED
    ]


def removed_channels(records: Iterable[StoredRecord]) -> dict[int, Channel | None]:
    """Channels that are gone for ever, as routing saw them; None for one that nobody can read."""
    return {
        record.id: routing_view(record) if isinstance(record, ChannelRecord) else None
        for record in records
        if record.state is ChannelState.REMOVED
    }


def stored_setup(channels: Channels, record: StoredRecord, clock: Clock) -> AnySetup:
    """How a channel runs, or why it does not."""
    title, submits = record.protocol.upper(), record.state in _SUBMITS
    unusable = partial(Unusable, record.id, record.name, title, submits=submits)
    if isinstance(record, UnreadableRecord):
        return unusable(fault_of(record.why))
    try:
        return setup_of(record, channels.passwords(record), clock)
    except HongyanError as error:
        return unusable(fault_of(error), routing_view(record), record.links_version)


def _tls(record: ChannelRecord) -> ssl.SSLContext | None:
    settings = record.settings
    if not isinstance(settings, SmppSettings) or not settings.tls:
        return None
    try:
        context = ssl.create_default_context(cafile=settings.tls_ca or None)
    except OSError as fault:
        raise Misconfigured(
            "channel.certificate",
            en=f"the certificates of channel {record.name} in {settings.tls_ca} cannot be read: {fault}",
            zh=f"无法读取通道 {record.name} 的证书文件 {settings.tls_ca}：{fault}",
            detail=f"{settings.tls_ca}: {fault.strerror or fault}",
        ) from fault
    if not settings.tls_verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context

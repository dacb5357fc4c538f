"""From a channel's record to the setup that the switchboard runs."""

from __future__ import annotations

import ssl

import structlog

from hongyan.carriers.channels import ChannelRecord, Channels, routing_view
from hongyan.carriers.channels.settings import SgipSettings, SmppSettings
from hongyan.carriers.channels.states import ChannelState
from hongyan.carriers.dialects.choose import Secrets, dialects_of
from hongyan.carriers.link import LinkSettings
from hongyan.carriers.listener import ListenerSettings
from hongyan.carriers.switchboard import ChannelSetup
from hongyan.kernel.clock import Clock
from hongyan.kernel.errors import HongyanError, Misconfigured

log = structlog.get_logger(__name__)

_SUBMITS = frozenset({ChannelState.ACTIVE, ChannelState.DRAINING})


def setup_of(record: ChannelRecord, secrets: Secrets, clock: Clock) -> ChannelSetup:
    """How a channel runs. Raises FieldError or Misconfigured for what cannot be used on this machine."""
    settings = record.settings
    listener = None
    if isinstance(settings, SgipSettings) and settings.listen_port:
        listener = ListenerSettings(settings.listen_host, settings.listen_port)
    return ChannelSetup(
        route=routing_view(record),
        version=record.links_version,
        where=LinkSettings(settings.host, settings.port, settings.link_rate, _tls(record)),
        dialects=dialects_of(settings, secrets, clock),
        connections=settings.connections,
        rate=settings.rate,
        submits=record.state in _SUBMITS,
        listener=listener,
    )


async def stored_setups(channels: Channels, clock: Clock) -> list[ChannelSetup]:
    """All channels that have a record. One that cannot run is logged and left out: it must not keep the others down."""
    setups = []
    for record in await channels.all():
        try:
            secrets = Secrets(channels.secret(record), channels.listen_secret(record))
            setups.append(setup_of(record, secrets, clock))
        except (HongyanError, ValueError) as error:
            log.error("a channel cannot be used as it is configured", channel=record.name, why=str(error))
    return setups


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
        ) from fault
    if not settings.tls_verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context

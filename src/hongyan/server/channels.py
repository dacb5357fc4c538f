"""Which channels a server runs: those with a record, the one of HONGYAN_SMPP, or, when there is neither, the sandbox's."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import NamedTuple

import structlog

from hongyan.bootstrap import Platform
from hongyan.carriers.channels import TOPIC
from hongyan.carriers.channels.passwords import Passwords
from hongyan.carriers.channels.settings import ProtocolName, SgipSettings
from hongyan.carriers.connection import OPEN_REQUESTS
from hongyan.carriers.dialects.smpp import SmppAccount, SmppDialect
from hongyan.carriers.link import LinkSettings
from hongyan.carriers.listener import ListenerSettings
from hongyan.carriers.setups import removed_channels, setup_of, stored_setups
from hongyan.carriers.simulator.control import Listener, call
from hongyan.carriers.simulator.networks import NetworkName
from hongyan.carriers.switchboard import Begin, ChannelSetup, Switchboard
from hongyan.config import Settings, carrier_address
from hongyan.kernel.errors import HongyanError
from hongyan.messaging.route import Channel
from hongyan.protocols.session.timing import Timing
from hongyan.server.configured_channels import (
    MAIN_CHANNEL,
    MAIN_NAME,
    SANDBOX,
    configured_routes,
    main_route,
    sandbox_record,
)
from hongyan.server.simulated_carrier import SECRET, Network, SimulatedCarrier

log = structlog.get_logger(__name__)

FIRST_RETRY, LONGEST_RETRY = 1.0, 60.0
"""Seconds until what could not run is tried again, doubling: a port that was taken is free one day."""
RELIEVE_EVERY = 1.0


async def routes(platform: Platform) -> list[Channel]:
    """What a server that starts now would choose among; see `configured_routes`."""
    return await configured_routes(platform.settings, platform.channels, sandbox=platform.sandbox)


class ChannelName(NamedTuple):
    """What people call a channel."""

    name: str
    protocol: ProtocolName


async def channel_names(platform: Platform) -> dict[int, ChannelName]:
    """By number, also of channels that were removed. Of one that has no record and is not used any more nobody knows."""
    records = await platform.channels.all(removed=True)
    names = {record.id: ChannelName(record.name, record.protocol) for record in records}
    if platform.sandbox:
        names |= {row.id: ChannelName(name, row.protocol) for name, row in SANDBOX.items()}
    elif platform.settings.smpp or await platform.channels.main_number():
        names[MAIN_CHANNEL] = ChannelName(MAIN_NAME, "smpp")
    return names


class RunningChannels:
    """Keeps the switchboard at what is configured. `start` once; records are followed from then on."""

    def __init__(self, settings: Settings, platform: Platform, begin: Begin) -> None:
        self._settings = settings
        self._platform = platform
        self._changed = asyncio.Event()
        self._removed: dict[int, Channel | None] = {}
        self.switchboard = Switchboard(
            clock=platform.real_clock,
            dispatcher=platform.dispatcher,
            router=platform.router,
            receipts=platform.receipts,
            replies=platform.replies,
            begin=begin,
        )
        platform.store.subscribe(TOPIC, lambda _key: self._changed.set())

    async def start(self, carrier: SimulatedCarrier | None) -> None:
        """Begin to run them. `carrier`: the sandbox's, started."""
        if carrier is None:
            await self._use()
            return
        await self.switchboard.use(
            [self._sandboxed(name, network) for name, network in carrier.networks.items()]
        )
        await self._tell_where_we_listen(carrier)

    async def follow(self) -> None:
        """Use other channels whenever their records change, and try again what could not run."""
        done, wait = not self.switchboard.faulty, FIRST_RETRY
        while True:
            changed = await self._changed_within(None if done else wait)
            wait = FIRST_RETRY if changed else min(wait * 2, LONGEST_RETRY)
            done = await self._renew()

    async def _changed_within(self, seconds: float | None) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), seconds)
        changed = self._changed.is_set()
        self._changed.clear()
        return changed

    async def _renew(self) -> bool:
        """Run what is configured now; False when there is something to try again."""
        if self._platform.sandbox:
            log.warning("a channel was configured; this sandbox goes on, the next start uses the channel")
            return True
        try:
            await self._use()
        except HongyanError as error:
            log.error("it is not known which channels are configured", why=error.code, words=error.en)
            return False
        return not self.switchboard.faulty

    async def _use(self) -> None:
        """What was removed is told of when its links have ended: until then they take what waits there."""
        channels = self._platform.channels
        records = await channels.all(removed=True)
        main = [self._of_environment()] if self._settings.smpp else []
        await self.switchboard.use([*main, *stored_setups(channels, records, self._platform.real_clock)])
        self._removed = removed_channels(records)

    async def relieve(self) -> None:
        """Again and again, let what waits at channels that cannot send go by others."""
        while True:
            await asyncio.sleep(RELIEVE_EVERY)
            try:
                await self._platform.relief.look(self.switchboard.down(), self._removed)
            except HongyanError as error:
                log.warning("messages wait on where nothing can be sent", why=error.code)
            except Exception:  # e.g. of a disk that is full: it may be better in the next round
                log.exception("messages wait on where nothing can be sent")

    def _of_environment(self) -> ChannelSetup:
        settings = self._settings
        address = carrier_address(settings)
        timing = Timing(window=settings.smpp_window, open_requests=OPEN_REQUESTS)
        account = SmppAccount(address.system_id, address.password)
        return ChannelSetup(
            route=main_route(settings.access_number),
            version=0,
            where=LinkSettings(address.host, address.port, settings.smpp_rate),
            dialects=(SmppDialect(account, timing),),
        )

    def _sandboxed(self, name: NetworkName, network: Network) -> ChannelSetup:
        record = sandbox_record(self._settings, name, network)
        setup = setup_of(record, Passwords(SECRET), self._platform.real_clock)
        if isinstance(record.settings, SgipSettings):
            return replace(setup, listener=ListenerSettings("127.0.0.1", 0))
        return setup

    async def _tell_where_we_listen(self, carrier: SimulatedCarrier) -> None:
        for name in carrier.networks:
            row = SANDBOX[name]
            listener = self.switchboard.listener(row.id)
            if listener is not None:
                where = Listener(name, row.login, "127.0.0.1", listener.port, row.login, SECRET)
                await call(self._settings.data, where)

"""Which channels are configured, as routing sees them: those with a record, the one of HONGYAN_SMPP, or the sandbox's.

Whether a server runs or not; what a running server has, beyond that, is `server.channels`.
"""

from __future__ import annotations

from dataclasses import dataclass

from hongyan.carriers.channels import ChannelRecord, Channels, routing_view
from hongyan.carriers.channels.reading import make_settings
from hongyan.carriers.channels.settings import ProtocolName
from hongyan.carriers.channels.states import ChannelState
from hongyan.carriers.simulator.networks import NetworkName
from hongyan.config import Settings
from hongyan.messaging.route import Channel
from hongyan.server.simulated_carrier import Network

MAIN_CHANNEL = 1
"""The channel of HONGYAN_SMPP. Ids below 100 belong to channels without a record."""
MAIN_NAME = "main"


@dataclass(frozen=True, slots=True)
class SandboxChannel:
    """One of the sandbox's channels; its name is its network's. `settings`: besides address and access number."""

    id: int
    protocol: ProtocolName
    login: str
    settings: dict[str, object]


SANDBOX: dict[NetworkName, SandboxChannel] = {
    "mobile": SandboxChannel(MAIN_CHANNEL, "cmpp", "901234", {"version": "3.0", "carriers": ["mobile"]}),
    "unicom": SandboxChannel(
        2,
        "sgip",
        "hongyan",
        {
            "node": 3010012345,
            "corp_id": "12345",
            "carriers": ["unicom"],
            "listen_port": 0,
        },
    ),
    "telecom": SandboxChannel(3, "smgp", "hongyan", {"carriers": ["telecom"]}),
    "broadnet": SandboxChannel(4, "cmpp", "901235", {"version": "2.0", "carriers": ["broadnet"]}),
    "international": SandboxChannel(5, "smpp", "hongyan", {"priority": 9}),
}
"""By the network of the simulator. International takes what no other one takes."""


async def configured_routes(settings: Settings, channels: Channels, *, sandbox: bool) -> list[Channel]:
    """What a server that starts now would choose among, as far as it is configured; for a command whose environment leaves
    HONGYAN_SMPP out, what the last one had. Without channels that nobody can read."""
    if sandbox:
        nowhere = Network("", "127.0.0.1", 1)
        return [routing_view(sandbox_record(settings, name, nowhere)) for name in SANDBOX]
    number = settings.access_number if settings.smpp else await channels.main_number()
    main = [main_route(number)] if number else []
    records = [each for each in await channels.all() if isinstance(each, ChannelRecord)]
    return [*main, *map(routing_view, records)]


def main_route(access_number: str) -> Channel:
    """The channel of HONGYAN_SMPP."""
    return Channel(MAIN_CHANNEL, MAIN_NAME, access_number)


def sandbox_record(settings: Settings, name: NetworkName, network: Network) -> ChannelRecord:
    """One of the sandbox's, at an address of the simulator's."""
    row = SANDBOX[name]
    made = make_settings(
        row.protocol,
        {
            "host": network.host,
            "port": network.port,
            "login": row.login,
            "access_number": settings.access_number,
            **row.settings,
        },
    )
    return ChannelRecord(row.id, name, row.protocol, made, ChannelState.ACTIVE, 0, 0, b"")

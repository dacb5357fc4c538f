"""Under which numbers, on which networks, a signature is to be registered. Pure."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import NamedTuple, TypeAlias

from hongyan.compliance.registration.model import Place
from hongyan.compliance.registration.networks import Network
from hongyan.kernel.numbers import HOME


class ChannelPlace(NamedTuple):
    """A channel as registration sees it; empty sets exclude nobody. `longest`: characters that a sender may have here."""

    id: int
    name: str
    access_number: str
    longest: int
    carriers: frozenset[str]
    countries: frozenset[str]
    accounts: frozenset[int]


class Offer(NamedTuple):
    """A number of a channel on one network. `account_id`: whose messages it takes, 0 for everybody's."""

    channel_id: int
    access_number: str
    longest: int
    network: Network
    account_id: int


ChannelPlaces: TypeAlias = Callable[[], Awaitable[Sequence[ChannelPlace]]]
"""The channels that are configured, whether they can send now or not."""


async def no_channels() -> Sequence[ChannelPlace]:
    """Before any is configured."""
    return ()


def offers_of(channels: Iterable[ChannelPlace], networks: Sequence[Network]) -> list[Offer]:
    """What places are made of, in the order of the channels; `places_of` and the statement of the matrix put codes behind."""
    return [
        Offer(channel.id, channel.access_number, channel.longest, network, account_id)
        for channel in channels
        if _is_number_at_home(channel)
        for network in _carried(channel, networks)
        for account_id in sorted(channel.accounts) or (0,)
    ]


def places_of(
    account_id: int, codes: Iterable[str], channels: Iterable[ChannelPlace], networks: Sequence[Network]
) -> list[Place]:
    """Each number once: with several channels of one number the first one has it. A signature with extension codes of its
    own never shows the bare access number; names and channels abroad are not registered with carriers."""
    wanted = tuple(codes) or ("",)
    found: list[Place] = []
    seen: set[tuple[str, Network]] = set()
    for channel in channels:
        if not _is_number_at_home(channel) or (channel.accounts and account_id not in channel.accounts):
            continue
        for code in wanted:
            sender = channel.access_number + code
            new = tuple(each for each in _carried(channel, networks) if (sender, each) not in seen)
            if new and len(sender) <= channel.longest:
                seen.update((sender, network) for network in new)
                found.append(Place(channel.id, channel.name, channel.access_number, code, new))
    return found


def _is_number_at_home(channel: ChannelPlace) -> bool:
    return channel.access_number.isdigit() and (not channel.countries or HOME in channel.countries)


def _carried(channel: ChannelPlace, networks: Sequence[Network]) -> list[Network]:
    return [network for network in networks if not channel.carriers or network in channel.carriers]

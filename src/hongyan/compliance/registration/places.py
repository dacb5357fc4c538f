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


ChannelPlaces: TypeAlias = Callable[[], Awaitable[Sequence[ChannelPlace]]]
"""The channels that are configured, whether they can send now or not."""


async def no_channels() -> Sequence[ChannelPlace]:
    """Before any is configured."""
    return ()


def places_of(
    account_id: int, codes: Iterable[str], channels: Iterable[ChannelPlace], networks: Sequence[Network]
) -> list[Place]:
    """Each number once: with several channels of one number the first one has it. A signature with extension codes of its
    own never shows the bare access number; names and channels abroad are not registered with carriers."""
    wanted = tuple(codes) or ("",)
    found: list[Place] = []
    seen: set[tuple[str, Network]] = set()
    for channel in channels:
        if not _serves(channel, account_id):
            continue
        for code in wanted:
            sender = channel.access_number + code
            new = tuple(
                network
                for network in networks
                if (not channel.carriers or network in channel.carriers) and (sender, network) not in seen
            )
            if new and len(sender) <= channel.longest:
                seen.update((sender, network) for network in new)
                found.append(Place(channel.id, channel.name, channel.access_number, code, new))
    return found


def _serves(channel: ChannelPlace, account_id: int) -> bool:
    return (
        channel.access_number.isdigit()
        and (not channel.countries or HOME in channel.countries)
        and (not channel.accounts or account_id in channel.accounts)
    )

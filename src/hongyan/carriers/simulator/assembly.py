"""Puts one simulator together: a carrier and a front for each network, with the same phones and the same ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from hongyan.carriers.simulator.carrier import Carrier, Phones
from hongyan.carriers.simulator.cmpp_front import CmppFront
from hongyan.carriers.simulator.front import Front
from hongyan.carriers.simulator.ledger import Ledger
from hongyan.carriers.simulator.login import Credentials
from hongyan.carriers.simulator.mainland_translate import cut_reply
from hongyan.carriers.simulator.message_ids import CmppIds, SmgpIds
from hongyan.carriers.simulator.networks import NETWORKS, Network, NetworkName, ProtocolName
from hongyan.carriers.simulator.scenario import Scenario
from hongyan.carriers.simulator.sgip_front import SgipFront
from hongyan.carriers.simulator.smgp_front import SmgpFront
from hongyan.carriers.simulator.smpp_front import SmppFront
from hongyan.kernel.clock import Clock


class World(NamedTuple):
    """What all networks share. `woken`: called when something new may wait for a tick."""

    scenario: Scenario
    clock: Clock
    woken: Callable[[], None]
    credentials: Credentials
    phones: Phones | None
    ledger: Ledger | None


class Station(NamedTuple):
    """One network at work."""

    network: Network
    carrier: Carrier
    front: Front


def assemble(names: Sequence[NetworkName], world: World) -> list[Station]:
    """The networks of these names; nothing listens yet. Raises HongyanError when the scenario asks too much."""
    return [_MAKERS[NETWORKS[name].protocol](NETWORKS[name], world) for name in names]


def _cmpp(network: Network, world: World) -> Station:
    scenario, clock, woken, credentials, phones, ledger = world
    ids = CmppIds(network.gateway)
    carrier = Carrier(
        scenario, clock, name=network.name, ids=ids, cut=cut_reply, phones=phones, ledger=ledger
    )
    return Station(network, carrier, CmppFront(carrier, clock, woken, credentials, ids))


def _smgp(network: Network, world: World) -> Station:
    scenario, clock, woken, credentials, phones, ledger = world
    ids = SmgpIds(network.gateway)
    carrier = Carrier(
        scenario, clock, name=network.name, ids=ids, cut=cut_reply, phones=phones, ledger=ledger
    )
    return Station(network, carrier, SmgpFront(carrier, clock, woken, credentials, ids))


def _sgip(network: Network, world: World) -> Station:
    scenario, clock, woken, credentials, phones, ledger = world
    carrier = Carrier(scenario, clock, name=network.name, cut=cut_reply, phones=phones, ledger=ledger)
    return Station(network, carrier, SgipFront(carrier, clock, woken, credentials, network.gateway))


def _smpp(network: Network, world: World) -> Station:
    scenario, clock, woken, credentials, phones, ledger = world
    carrier = Carrier(scenario, clock, name=network.name, phones=phones, ledger=ledger)
    return Station(network, carrier, SmppFront(carrier, clock, woken, credentials))


_MAKERS: Mapping[ProtocolName, Callable[[Network, World], Station]] = MappingProxyType(
    {"cmpp": _cmpp, "sgip": _sgip, "smgp": _smgp, "smpp": _smpp}
)

"""Puts one simulator together: a carrier and a front for each network, with the same phones and the same ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from hongyan.carriers.simulator import cmpp_translate, smgp_translate, smpp_translate
from hongyan.carriers.simulator.carrier import Carrier, Phones
from hongyan.carriers.simulator.cmpp_front import CmppLink
from hongyan.carriers.simulator.front import Front, ServingFront
from hongyan.carriers.simulator.ledger import Ledger
from hongyan.carriers.simulator.link import CarrierLink
from hongyan.carriers.simulator.login import Credentials
from hongyan.carriers.simulator.mainland_translate import cut_reply
from hongyan.carriers.simulator.message_ids import CmppIds, SmgpIds
from hongyan.carriers.simulator.networks import NETWORKS, Network, NetworkName, ProtocolName
from hongyan.carriers.simulator.scenario import Scenario
from hongyan.carriers.simulator.sgip_front import SgipFront
from hongyan.carriers.simulator.smgp_front import SmgpLink
from hongyan.carriers.simulator.smpp_front import SmppLink
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


def _carrier(network: Network, world: World, **others: Any) -> Carrier:
    scenario, clock, _, _, phones, ledger = world
    return Carrier(scenario, clock, name=network.name, phones=phones, ledger=ledger, **others)


def _serving(
    network: Network, world: World, carrier: Carrier, link: Callable[[Any], CarrierLink[Any]], deliveries: Any
) -> Station:
    front = ServingFront(carrier, world.clock, world.woken, world.credentials, link, deliveries)
    return Station(network, carrier, front)


def _cmpp(network: Network, world: World) -> Station:
    ids = CmppIds(network.gateway)
    carrier = _carrier(network, world, ids=ids, cut=cut_reply)
    return _serving(network, world, carrier, CmppLink, cmpp_translate.Deliveries(ids, world.clock))


def _smgp(network: Network, world: World) -> Station:
    ids = SmgpIds(network.gateway)
    carrier = _carrier(network, world, ids=ids, cut=cut_reply)
    return _serving(network, world, carrier, SmgpLink, smgp_translate.Deliveries(ids, world.clock))


def _sgip(network: Network, world: World) -> Station:
    carrier = _carrier(network, world, cut=cut_reply)
    front = SgipFront(carrier, world.clock, world.woken, world.credentials, network.gateway)
    return Station(network, carrier, front)


def _smpp(network: Network, world: World) -> Station:
    return _serving(network, world, _carrier(network, world), SmppLink, smpp_translate.Deliveries())


_MAKERS: Mapping[ProtocolName, Callable[[Network, World], Station]] = MappingProxyType(
    {"cmpp": _cmpp, "sgip": _sgip, "smgp": _smgp, "smpp": _smpp}
)

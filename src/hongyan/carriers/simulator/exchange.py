"""All networks that one simulator plays: what the control socket asks of the whole, and which way a reply goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hongyan.carriers.simulator.carrier import Carrier
from hongyan.carriers.simulator.counters import Counters, total
from hongyan.carriers.simulator.networks import NETWORKS, NetworkName
from hongyan.carriers.simulator.numbering import Numbering
from hongyan.carriers.simulator.scenario import Listener, Scenario
from hongyan.kernel.errors import Refused


class Exchange:
    """Carriers by network; at least one."""

    def __init__(self, carriers: Mapping[NetworkName, Carrier], scenario: Scenario) -> None:
        self.carriers = carriers
        self.scenario = scenario
        self._numbering = Numbering(scenario)

    @property
    def paused(self) -> bool:
        """Whether all of them are."""
        return all(carrier.paused for carrier in self.carriers.values())

    def play(self, scenario: Scenario) -> None:
        """Behave by `scenario` from now on. Raises Refused("simulator.too_many_customers")."""
        self.scenario = scenario
        self._numbering = Numbering(scenario)
        for carrier in self.carriers.values():
            carrier.play(scenario)

    def pause(self, paused: bool, network: NetworkName | None = None) -> None:
        """One network, or all; see `Carrier.pause`. Raises Refused("simulator.network_off")."""
        for carrier in self._those(network):
            carrier.pause(paused)

    def drop_links(self, network: NetworkName | None = None) -> int:
        """Cut every link of one network or of all; answers how many. Raises Refused("simulator.network_off")."""
        return sum(carrier.drop_links() for carrier in self._those(network))

    def call_at(self, network: NetworkName, listener: Listener) -> None:
        """A customer of a network that dials takes calls there. Raises Refused."""
        (carrier,) = self._those(network)
        if not NETWORKS[network].dials:
            raise Refused(
                "simulator.does_not_dial",
                en=f"the network '{network}' does not dial its customers",
                zh=f"网络“{network}”不会反向连接客户",
                network=network,
            )
        carrier.call_at(listener)

    def reply(self, number: str, to: str, text: str) -> bool:
        """A phone's owner sends `text` to an access number; see `Carrier.reply`."""
        return self._way(number, to).reply(number, to, text)

    def _way(self, number: str, to: str) -> Carrier:
        """The phone's own network, when it knows the access number; else the one that knows most of it; else again its
        own network, the one where somebody bound last, or any."""
        own = self.carriers.get(self._numbering.network_of(number))
        if own is not None and own.knows(to):
            return own
        knowing = max(self.carriers.values(), key=lambda carrier: carrier.knows(to))
        if knowing.knows(to):
            return knowing
        if own is not None and own.counters.links:
            return own
        bound = [carrier for carrier in self.carriers.values() if carrier.counters.links]
        if bound:
            return max(bound, key=lambda carrier: carrier.bound_at)
        return knowing if own is None else own

    def stats(self) -> Counters:
        """All networks together."""
        return total(carrier.stats() for carrier in self.carriers.values())

    def stats_of_each(self) -> dict[NetworkName, Counters]:
        """Each network by itself."""
        return {name: carrier.stats() for name, carrier in self.carriers.items()}

    def _those(self, network: NetworkName | None) -> Iterable[Carrier]:
        if network is None:
            return self.carriers.values()
        carrier = self.carriers.get(network)
        if carrier is None:
            raise Refused(
                "simulator.network_off",
                en=f"this simulator does not play the network '{network}'",
                zh=f"本模拟器未运行网络“{network}”",
                network=network,
            )
        return (carrier,)

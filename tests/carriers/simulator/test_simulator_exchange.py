"""All networks together: whose number is whose, which way a reply goes, what is counted."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations

import pytest
from test_simulator_carrier import PaperLink

from hongyan.carriers.simulator.carrier import Carrier
from hongyan.carriers.simulator.exchange import Exchange
from hongyan.carriers.simulator.networks import NAMES, NETWORKS, NetworkName, network_of, parse_networks
from hongyan.carriers.simulator.numbering import Numbering
from hongyan.carriers.simulator.parts import ReplyPart
from hongyan.carriers.simulator.scenario import Scenario, convert_scenario
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.errors import Misconfigured

PHONES: dict[NetworkName, str] = {
    "mobile": "13800138000",
    "unicom": "13000138000",
    "telecom": "18900138000",
    "broadnet": "19200138000",
    "international": "447700900123",
}


def exchange_of(names: Iterable[NetworkName], scenario: Scenario | None = None) -> Exchange:
    clock = ManualClock()
    played = scenario or Scenario()
    return Exchange({name: Carrier(played, clock, name=name) for name in names}, played)


@pytest.mark.parametrize("name", NAMES)
def test_numbers_belong_to_the_network_of_their_block(name: NetworkName) -> None:
    assert network_of(PHONES[name]) == name


@pytest.mark.parametrize("number", ["", "1", "12345678901", "138001380001", "x" * 11])
def test_what_is_no_mainland_mobile_number_is_abroad(number: str) -> None:
    assert network_of(number) == "international"


def test_ported_numbers_belong_to_their_new_network() -> None:
    scenario = convert_scenario({"numbers": {"ported": {"1380013800?": "unicom"}}})
    numbering = Numbering(scenario)
    assert numbering.network_of("13800138001") == "unicom"
    assert numbering.network_of("13800138010") == "mobile"
    assert numbering.network_of("19900000016") == "mobile"
    assert Numbering(Scenario(magic_numbers=False)).network_of("19900000016") == "telecom"


@pytest.mark.parametrize("own", NAMES)
@pytest.mark.parametrize("order", list(permutations(["mobile", "telecom"])))
def test_a_phones_own_network_takes_its_reply_when_it_knows_the_number(
    own: NetworkName, order: tuple[NetworkName, ...]
) -> None:
    exchange = exchange_of(NAMES)
    links = {name: PaperLink(exchange.carriers[name], name) for name in {*order, own}}
    for link in links.values():
        link.submit(source="10690001")
    assert exchange.reply(PHONES[own], "1069000177", "TD")
    assert [name for name, link in links.items() if link.got] == [own]


def test_else_the_network_that_knows_most_of_it() -> None:
    exchange = exchange_of(["mobile", "unicom", "telecom"])
    links = {name: PaperLink(carrier) for name, carrier in exchange.carriers.items()}
    links["mobile"].submit(source="1069")
    links["unicom"].submit(source="10690001")
    assert exchange.reply(PHONES["telecom"], "1069000177", "TD")
    assert [name for name, link in links.items() if link.got] == ["unicom"]


def test_else_its_own_network_or_the_one_where_somebody_bound_last() -> None:
    exchange = exchange_of(["mobile", "telecom", "international"])
    mobile = PaperLink(exchange.carriers["mobile"])
    exchange.reply(PHONES["mobile"], "99", "to its own")
    assert len(mobile.got) == 1
    exchange.reply(PHONES["telecom"], "99", "where somebody is")
    assert len(mobile.got) == 2
    mobile.leave()
    assert not exchange.reply(PHONES["telecom"], "99", "to its own, when somebody comes")
    telecom = PaperLink(exchange.carriers["telecom"])
    telecom.pump()
    assert [one.segment.text for one in telecom.got if isinstance(one, ReplyPart)] == [
        "to its own, when somebody comes"
    ]


def test_a_reply_waits_even_where_its_network_is_not_played() -> None:
    exchange = exchange_of(["unicom"])
    assert not exchange.reply(PHONES["mobile"], "99", "hello")
    assert exchange.stats().replies == 1


def test_counters_are_told_for_each_and_together() -> None:
    exchange = exchange_of(["mobile", "telecom"])
    for name, times in (("mobile", 2), ("telecom", 3)):
        link = PaperLink(exchange.carriers[name])  # type: ignore[index]
        for _ in range(times):
            link.submit("19900000012")
    assert exchange.stats().submits == 5
    assert exchange.stats().refused == {"rejected": 5}
    assert {name: counted.submits for name, counted in exchange.stats_of_each().items()} == {
        "mobile": 2,
        "telecom": 3,
    }
    assert exchange.stats().submits == 5


def test_names_of_networks_as_people_type_them() -> None:
    assert parse_networks("all") == NAMES == tuple(NETWORKS)
    assert parse_networks("telecom, mobile,mobile") == ("mobile", "telecom")
    for wrong in ("", "mobil", "all,mobile", "mobile,,telecom"):
        with pytest.raises(Misconfigured) as caught:
            parse_networks(wrong)
        assert caught.value.code == "simulator.unknown_network"


def test_usual_ports_differ() -> None:
    assert len({network.port for network in NETWORKS.values()}) == len(NETWORKS)

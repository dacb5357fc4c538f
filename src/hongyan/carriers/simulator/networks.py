"""The five networks that one simulator can play, and whose number is whose.

`port`: where the network listens when no port is asked for; the document's own, or the usual one. `dials`: whether its
gateway dials the customer for reports and texts. A number without network of its own here is abroad.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

from hongyan.kernel.errors import Misconfigured
from hongyan.kernel.numbers import allocation_of

NetworkName = Literal["mobile", "unicom", "telecom", "broadnet", "international"]
ProtocolName = Literal["cmpp", "sgip", "smgp", "smpp"]

NAMES: tuple[NetworkName, ...] = get_args(NetworkName)
"""In the order in which their ports follow each other."""

ABROAD: NetworkName = "international"
ALL = "all"


class Network(NamedTuple):
    """One row. `gateway`: how its gateway names itself in message ids and sequences (SMPP names none)."""

    name: NetworkName
    protocol: ProtocolName
    zh: str
    en: str
    port: int
    gateway: int
    dials: bool = False


NETWORKS: Mapping[NetworkName, Network] = MappingProxyType(
    {
        row.name: row
        for row in (
            Network("mobile", "cmpp", "中国移动", "China Mobile", 7890, 10086),
            Network("unicom", "sgip", "中国联通", "China Unicom", 8801, 101001, dials=True),  # node 1AAAAX
            Network("telecom", "smgp", "中国电信", "China Telecom", 8890, 10061),  # area 010, device 06, 1
            Network("broadnet", "cmpp", "中国广电", "China Broadnet", 7891, 10099),
            Network("international", "smpp", "国际短信", "international", 2775, 0),
        )
    }
)
"""Ports and the forms of gateway numbers: carrier-protocols notes, 1, 2.8, 3.1 and 4.5."""


def network_of(number: str) -> NetworkName:
    """Whose block a phone number ("13800138000", otherwise with country code) lies in."""
    allocation = allocation_of(number) if len(number) == 11 else None
    return ABROAD if allocation is None else allocation.carrier


def parse_networks(text: str) -> tuple[NetworkName, ...]:
    """The networks of a list with commas, each once, in the order of `NAMES`; "all" for all. Raises Misconfigured."""
    wanted = {word.strip() for word in text.split(",")}
    if wanted == {ALL}:
        return NAMES
    unknown = sorted(wanted - set(NAMES))
    if unknown:
        name, known = unknown[0], ", ".join((*NAMES, ALL))
        raise Misconfigured(
            "simulator.unknown_network",
            en=f"there is no network '{name}'; choose from {known}",
            zh=f"没有名为“{name}”的网络；可选：{known}",
            network=name,
        )
    return tuple(name for name in NAMES if name in wanted)

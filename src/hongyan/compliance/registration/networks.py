"""The networks that signatures are registered with, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from hongyan.compliance.rules.core import Words
from hongyan.kernel.cn_prefixes import Carrier

Network: TypeAlias = Carrier
"""Registration speaks of networks: a `channel` has a carrier too, and carries messages to all of them."""

_SDK: Final = "vendor: GetSmsSign.SignIspRegisterDetailList.OperatorCode"


@dataclass(frozen=True, slots=True)
class NetworkRow:
    """`operator_code`: how the vendor's answers call it. `counted`: in health and in the vendor's answers unless the
    operator says otherwise."""

    network: Network
    operator_code: str
    counted: bool
    words: Words
    source: str


NETWORKS: Final[Mapping[Network, NetworkRow]] = {
    row.network: row
    for row in (
        NetworkRow("mobile", "mobile", True, Words("China Mobile", "中国移动"), _SDK),
        NetworkRow("unicom", "unicom", True, Words("China Unicom", "中国联通"), _SDK),
        NetworkRow("telecom", "telecom", True, Words("China Telecom", "中国电信"), _SDK),
        NetworkRow(
            "broadnet",
            "broadnet",
            False,
            Words("China Broadnet", "中国广电"),
            "issue 5, item 1: data, not counted unless the operator enables it; the vendor's SDK has no code for it",
        ),
    )
}

COUNTED: Final = tuple(row.network for row in NETWORKS.values() if row.counted)
"""Where the operator says nothing else."""


def networks_named(names: Iterable[str]) -> tuple[Network, ...]:
    """The networks of a setting, in the order of the rows, each once. Raises ValueError with what is not one of them."""
    wanted = [name.strip().lower() for name in names if name.strip()]
    unknown = [name for name in wanted if name not in NETWORKS]
    if unknown or not wanted:
        raise ValueError(f"networks are {', '.join(NETWORKS)}; not {', '.join(unknown) or 'none at all'}")
    return tuple(network for network in NETWORKS if network in wanted)

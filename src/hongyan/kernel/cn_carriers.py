"""The mainland's carriers, and how people write them."""

from __future__ import annotations

from typing import Final, NamedTuple

from hongyan.kernel.cn_prefixes import Carrier


class CarrierRow(NamedTuple):
    """One carrier. `short`: what else it is called in files, beside its names here."""

    carrier: Carrier
    en: str
    zh: str
    short: tuple[str, ...]


CARRIERS: Final[tuple[CarrierRow, ...]] = (
    CarrierRow("mobile", "China Mobile", "中国移动", ("移动", "CMCC")),
    CarrierRow("unicom", "China Unicom", "中国联通", ("联通", "CUCC")),
    CarrierRow("telecom", "China Telecom", "中国电信", ("电信", "CTCC")),
    CarrierRow("broadnet", "China Broadnet", "中国广电", ("广电", "CBN")),
)

_BY_NAME: Final = {
    name.casefold(): row.carrier for row in CARRIERS for name in (row.carrier, row.en, row.zh, *row.short)
}
_BY_CARRIER: Final = {row.carrier: row for row in CARRIERS}


def carrier_named(text: str) -> Carrier | None:
    """The carrier that somebody wrote: "mobile", "中国移动", "移动", "CMCC"; None when it is none."""
    return _BY_NAME.get(text.strip().casefold())


def carrier_row(carrier: Carrier) -> CarrierRow:
    """Its names."""
    return _BY_CARRIER[carrier]

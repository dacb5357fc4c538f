"""What people write after options: carriers, states, reasons."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

from hongyan.compliance.registration import Network
from hongyan.kernel.cn_carriers import CARRIERS, carrier_named
from hongyan.kernel.errors import Refused

E = TypeVar("E", bound=Enum)


def read_network(text: str) -> Network:
    """A carrier as people write it. Raises Refused("registration.network_unknown")."""
    found = carrier_named(text)
    if found is None:
        known = ", ".join(row.carrier for row in CARRIERS)
        raise Refused(
            "registration.network_unknown",
            en=f"a carrier is one of {known}",
            zh=f"运营商应为 {known} 之一（或移动、联通、电信、广电）",
        )
    return found


def chosen(of: type[E], text: str) -> E | None:
    """The member of this value; None for nothing. Raises Refused("registration.value_unknown") with what there is."""
    if not text:
        return None
    for each in of:
        if each.value == text:
            return each
    known = ", ".join(each.value for each in of)
    raise Refused(
        "registration.value_unknown", en=f"{text} is none of {known}", zh=f"{text} 不是以下值之一：{known}"
    )

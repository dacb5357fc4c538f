"""What people write after options: carriers, states, reasons, values of templates."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

import msgspec

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


def read_values(text: str) -> dict[str, str]:
    """The variables of a template. Raises Refused("registration.trial_json")."""
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except msgspec.DecodeError as error:
        raise Refused(
            "registration.trial_json",
            en=f'--params is a JSON object of texts, as {{"code": "1234"}}: {error}',
            zh=f'--params 应为取值均为字符串的 JSON 对象，例如 {{"code": "1234"}}：{error}',
        ) from None


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

"""TrafficDriving, the declarations of a template's links and phone numbers, as the vendor writes them: JSON in a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from hongyan.apis.aliyun.call import Call
from hongyan.compliance import DrivingType, TrafficDriving

_NAME: Final = "TrafficDriving"
_TYPE: Final = "trafficDrivingType"
_TYPES: Final[Mapping[str, DrivingType]] = {
    "DOMAIN": DrivingType.DOMAIN,
    "FIXED_PHONE": DrivingType.FIXED_PHONE,
    "400_PHONE": DrivingType.PHONE_400,
    "800_PHONE": DrivingType.PHONE_800,
    "95_PHONE": DrivingType.PHONE_95,
    "96_PHONE": DrivingType.PHONE_96,
    "1_PHONE": DrivingType.PHONE_1,
    "OTHER_PHONE": DrivingType.OTHER_PHONE,
}
_WORDS: Final = {type_: word for word, type_ in _TYPES.items()}
_FIELDS: Final[Mapping[str, str]] = {
    "trafficDrivingContent": "content",
    "variableName": "variable",
    "companyName": "company_name",
    "organizationCode": "organization_code",
    "icpNo": "icp_number",
    "icpPicOssKey": "icp_paper",
    "companyDifferentFromSignQuaReason": "other_company_because",
}
"""The vendor's name of a field -> ours. Source: CreateSmsTemplate, TrafficDriving."""


def declarations(call: Call) -> tuple[TrafficDriving, ...]:
    """Of the call, none when there are none. Fields that the vendor does not name are passed over."""
    entries = call.json_list(_NAME, dict[str, str | None])
    return tuple(_read(call, number, entry) for number, entry in enumerate(entries, 1))


def declarations_text(said: tuple[TrafficDriving, ...]) -> str:
    """The same as `declarations` reads; empty fields are left out."""
    entries = [
        {_TYPE: _WORDS[each.type]}
        | {name: getattr(each, ours) for name, ours in _FIELDS.items() if getattr(each, ours)}
        for each in said
    ]
    return msgspec.json.encode(entries).decode()


def _read(call: Call, number: int, entry: Mapping[str, str | None]) -> TrafficDriving:
    type_ = _TYPES.get(entry.get(_TYPE) or "")
    if type_ is None:
        raise call.invalid(_NAME, f"{_TYPE} of entry {number} must be one of {', '.join(_TYPES)}")
    return TrafficDriving(type=type_, **{ours: entry.get(name) or "" for name, ours in _FIELDS.items()})

"""The vendor's 80 actions as data: what each requires, which HTTP methods it takes, its documented errors.

`actions.json` is cut from the official SDK and the vendor's published metadata (API version 2017-05-25); an
action without `http_methods` there has no published metadata and takes both, as the SDK always posts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Final

import msgspec

API_VERSION: Final = "2017-05-25"


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """One row. `errors`: documented vendor code -> (HTTP status, message)."""

    name: str
    group: str
    core: bool
    discontinued: bool
    required: tuple[str, ...]
    methods: frozenset[str]
    errors: Mapping[str, tuple[int, str]]


class _Row(msgspec.Struct):
    group: str
    core: bool
    required: tuple[str, ...]
    discontinued: bool = False
    http_methods: tuple[str, ...] = ("POST", "GET")
    errors: dict[int, dict[str, str]] = {}


def _load() -> Mapping[str, ActionFacts]:
    raw = files("hongyan.apis.aliyun").joinpath("actions.json").read_bytes()
    rows = msgspec.json.decode(raw, type=dict[str, _Row])
    return MappingProxyType({name: _facts(name, row) for name, row in rows.items()})


def _facts(name: str, row: _Row) -> ActionFacts:
    return ActionFacts(
        name=name,
        group=row.group,
        core=row.core,
        discontinued=row.discontinued,
        required=row.required,
        methods=frozenset(row.http_methods),
        errors={
            code: (status, message)
            for status, messages in row.errors.items()
            for code, message in messages.items()
        },
    )


ACTIONS: Final = _load()
"""Action name -> its row, for all 80 actions of the SDK."""

SUCCESSORS: Final[Mapping[str, str]] = {
    "AddSmsSign": "CreateSmsSign",
    "ModifySmsSign": "UpdateSmsSign",
    "AddSmsTemplate": "CreateSmsTemplate",
    "ModifySmsTemplate": "UpdateSmsTemplate",
    "QuerySmsTemplate": "GetSmsTemplate",
}
"""Action that the vendor has taken offline -> the one to use. Source: its announcement of 2024-12-30 (help page 2806975)."""

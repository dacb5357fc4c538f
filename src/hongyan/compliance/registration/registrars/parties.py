"""Who stands between the number and the tenant: the operator of this platform, and the holders of access numbers.

One TOML file says it, together with the operator's own column templates (HONGYAN_FILING):

    [operator]
    name = "…"
    organization_code = "…"

    [code_holder]              # of every channel that has none of its own; the operator when left out
    name = "…"

    [channels.NAME.code_holder]
    name = "…"

    [layouts]                  # column templates, relative to this file
    mobile = "mobile.toml"
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec

from hongyan.compliance.registration.networks import Network
from hongyan.compliance.registration.registrars.port import Party
from hongyan.compliance.registration.sheets.layouts import Layout, layout_on, read_layout
from hongyan.kernel.errors import Misconfigured


class _Party(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=150)]
    organization_code: Annotated[str, msgspec.Meta(max_length=18)] = ""


class _Channel(msgspec.Struct, forbid_unknown_fields=True):
    code_holder: _Party


class _File(msgspec.Struct, forbid_unknown_fields=True):
    operator: _Party | None = None
    code_holder: _Party | None = None
    channels: dict[str, _Channel] = {}
    layouts: dict[Network, str] = {}


class Parties:
    """What the operator said of himself. Without a file he has no name, and layouts that ask for one say so."""

    def __init__(self, path: Path | None = None) -> None:
        """Raises Misconfigured("registration.filing")."""
        self._folder = Path() if path is None else path.parent
        self._file = _File() if path is None else _read(path)
        self.operator = _party(self._file.operator)

    def holder_of(self, channel: str) -> Party:
        """Of a channel's access number."""
        own = self._file.channels.get(channel)
        return _party(own.code_holder if own else self._file.code_holder or self._file.operator)

    def layout(self, network: Network, day: date) -> Layout:
        """The operator's own column template, else ours. Raises Misconfigured("registration.layout")."""
        own = self._file.layouts.get(network)
        return read_layout(self._folder / own) if own else layout_on(network, day)


def _party(said: _Party | None) -> Party:
    return Party(said.name, said.organization_code) if said else Party("")


def _read(path: Path) -> _File:
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), _File)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Misconfigured(
            "registration.filing",
            en=f"HONGYAN_FILING, {path}, cannot be used: {error}",
            zh=f"HONGYAN_FILING 指定的 {path} 不可用：{error}",
        ) from None

"""How a platform registers: what the operator has set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hongyan.compliance.registration.beginning import PACK, RegistrarChoice
from hongyan.compliance.registration.networks import COUNTED, Network
from hongyan.compliance.registration.places import ChannelPlaces, no_channels


@dataclass(frozen=True, slots=True)
class Registering:
    """How this platform registers. `channels`: those that are configured. `networks`: those that count. `registrar`: who
    files what begins from now on. `digits`: of the extension code that a signature is given before it is filed first; 0
    gives none. `time_out`: working days until a filing without an answer has failed, 0 for never. `overrides`: of the
    calendar, see `calendar.read_overrides`."""

    channels: ChannelPlaces = no_channels
    networks: tuple[Network, ...] = COUNTED
    registrar: RegistrarChoice = PACK
    digits: int = 0
    time_out: int = 30
    overrides: str = ""


BY_PACK: Final = Registering()

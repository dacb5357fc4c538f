"""Plans of waves as records, and how registrations are put into waves. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hongyan.compliance.registration.networks import Network
from hongyan.compliance.registration.reasons import ReasonCode
from hongyan.compliance.registration.waves.states import ItemState, PlanState
from hongyan.kernel.clock import Millis


@dataclass(frozen=True, slots=True)
class Candidate:
    """A signature that could be registered with a network, under all of its numbers that are not. `traffic`: messages of it
    to this network lately."""

    account_id: int
    signature_id: int
    sign_name: str
    network: Network
    traffic: int = 0


@dataclass(frozen=True, slots=True)
class WaveItem:
    """`why`: a code of what hindered it, when it was skipped."""

    position: int
    wave: int
    candidate: Candidate
    state: ItemState = ItemState.WAITING
    why: str = ""


@dataclass(frozen=True, slots=True)
class Unplanned:
    """A signature that no plan can hold, because no carrier would take it as it is; `reason` says why."""

    account_id: int
    signature_id: int
    sign_name: str
    reason: ReasonCode


@dataclass(frozen=True, slots=True)
class WaveDraft:
    """What a plan would hold, and what it leaves out."""

    items: list[WaveItem]
    left_out: list[Unplanned]


@dataclass(frozen=True, slots=True)
class WavePlan:
    """`size`: items of a wave. `days`: after which the next wave begins, also when carriers have not answered the
    last one. `wave`: the one that has begun, 0 before the first; `wave_ms`: when."""

    id: int
    made_ms: Millis
    actor: str
    size: int
    days: int
    waves: int
    state: PlanState
    wave: int
    wave_ms: Millis | None
    version: int


def in_waves(candidates: Iterable[Candidate], size: int) -> list[WaveItem]:
    """Signatures with most traffic first. A signature is locked while it is being registered, so everything of it goes in
    one wave, which may then be larger than `size`."""
    by_signature: dict[int, list[Candidate]] = defaultdict(list)
    for each in candidates:
        by_signature[each.signature_id].append(each)
    ordered = sorted(by_signature.values(), key=_first_of_all)
    items: list[WaveItem] = []
    wave, filled = 1, 0
    for group in ordered:
        if filled and filled + len(group) > size:
            wave, filled = wave + 1, 0
        filled += len(group)
        items += [WaveItem(len(items) + place, wave, each) for place, each in enumerate(group)]
    return items


def _first_of_all(group: list[Candidate]) -> tuple[int, str, int]:
    return -sum(each.traffic for each in group), group[0].sign_name, group[0].signature_id


Traffic = Mapping[tuple[int, Network], int]
"""Messages by signature and network."""

"""Cells of the matrix as records. No rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from hongyan.compliance.registration.model import Registration
from hongyan.compliance.registration.networks import NETWORKS


class Position(NamedTuple):
    """Where a page of the matrix ended."""

    signature_id: int
    sender: str
    order: int
    """Of the network."""


BEFORE_ALL: Final = Position(0, "", -1)
_ORDER: Final = {network: order for order, network in enumerate(NETWORKS)}


@dataclass(frozen=True, slots=True)
class Cell:
    """One signature on one network under one number. The registration has id 0 where nothing began. `past`: the signature
    has this number no more, or its channel is gone. `deleted`: the signature is."""

    registration: Registration
    past: bool = False
    deleted: bool = False


def position_of(row: Registration) -> Position:
    """For the page behind it."""
    return Position(row.signature_id, row.sender, _ORDER[row.network])

"""Freezes: what keeps an approved signature, a template or a tenant from sending until it is lifted."""

from hongyan.compliance.freezes.desk import Freezes
from hongyan.compliance.freezes.index import FreezeIndex
from hongyan.compliance.freezes.memory import FreezeMemory
from hongyan.compliance.freezes.model import (
    ENDED_AS,
    ROWS,
    Freeze,
    FreezeRow,
    FrozenBy,
    FrozenKind,
    row_of,
)
from hongyan.compliance.freezes.showing import freeze_facts

__all__ = [
    "ENDED_AS",
    "ROWS",
    "Freeze",
    "FreezeIndex",
    "FreezeMemory",
    "FreezeRow",
    "Freezes",
    "FrozenBy",
    "FrozenKind",
    "freeze_facts",
    "row_of",
]

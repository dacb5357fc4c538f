"""A page that the reader is tried on, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from compliance_material import uscc_of
from PIL import Image

from hongyan.compliance.uscc import check_character


@dataclass(frozen=True)
class Page:
    """`fields`: what it says, by the names of the fields, as it ought to be read. `sealed`: a seal covers words."""

    name: str
    kind: str
    fields: Mapping[str, str]
    draw: Callable[[], Image.Image]
    sealed: bool = False


def code_of(kind: str, division: str, organization: str) -> str:
    """`kind`: registry and kind of entity, as 91 company, 92 sole trader, 12 public institution."""
    first_17 = kind + uscc_of(organization, division)[2:17]
    return first_17 + check_character(first_17)

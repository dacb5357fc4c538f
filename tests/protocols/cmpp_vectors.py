"""The CMPP vectors: frames made by other implementations, with what they mean."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from hongyan.protocols.cmpp.codec import CODECS, Pdu
from hongyan.protocols.cmpp.pdus import Layout


class Vector(NamedTuple):
    """`facts`: everything that the file says."""

    name: str
    layout: Layout
    frame: bytes
    facts: dict[str, Any]

    def __str__(self) -> str:
        return self.name


def _vectors(layout: Layout, file: str) -> list[Vector]:
    path = Path(__file__).parents[1] / "vectors" / file
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return [Vector(each["name"], layout, bytes.fromhex(each["hex"]), each) for each in found]


VECTORS = [*_vectors(Layout.V20, "cmpp2.json"), *_vectors(Layout.V30, "cmpp3.json")]


def vector(layout: Layout, name: str) -> Vector:
    """One vector by its name without the protocol."""
    return next(each for each in VECTORS if each.layout is layout and each.name.partition("_")[2] == name)


def frame_named(layout: Layout, name: str) -> bytes:
    """Its frame."""
    return vector(layout, name).frame


def readable(frame: bytes, layout: Layout = Layout.V20) -> Pdu:
    """A frame that must be readable."""
    pdu = CODECS[layout].decode(frame)
    assert isinstance(pdu, Pdu), pdu
    return pdu

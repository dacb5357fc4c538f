"""What no vector shows, decoded and encoded as the tables of the documents say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from handmade_frames import FRAMES, Frame

from hongyan.protocols.dialects import NAMES, DialectName, dialect, read

VECTORS = Path(__file__).parents[1] / "vectors"

frames = pytest.mark.parametrize(
    "frame", FRAMES, ids=lambda frame: f"{frame.protocol}-{frame.pdu}-{frame.known}"
)


@frames
def test_a_frame_is_shown_with_its_fields(frame: Frame) -> None:
    name: DialectName = frame.protocol  # type: ignore[assignment]
    found = read(dialect(name), frame.octets)
    assert (found.pdu, found.fault) == (frame.pdu, None)
    assert found.fields == frame.fields


@frames
def test_its_fields_make_the_frame(frame: Frame) -> None:
    name: DialectName = frame.protocol  # type: ignore[assignment]
    spoken = dialect(name)
    shown = json.loads(json.dumps({"pdu": frame.pdu, "fields": frame.fields}))
    assert spoken.encode(spoken.from_json(shown)) == frame.octets


@pytest.mark.parametrize("name", NAMES)
def test_every_pdu_has_a_frame_here_or_in_the_vectors(name: DialectName) -> None:
    shown = {vector["pdu"] for vector in json.loads((VECTORS / f"{name}.json").read_text("utf-8"))}
    shown |= {frame.pdu for frame in FRAMES if frame.protocol == name}
    assert {spec.name for spec in dialect(name).specs.values()} <= shown

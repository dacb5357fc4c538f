"""The SMGP vectors: frames made by other implementations, with what they mean."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "smgp.json").read_text("utf-8")
)


def vector_named(name: str) -> dict[str, Any]:
    """One vector by its name without the protocol."""
    return next(vector for vector in VECTORS if vector["name"] == f"smgp_{name}")


def frame_named(name: str) -> bytes:
    """Its octets."""
    return bytes.fromhex(vector_named(name)["hex"])

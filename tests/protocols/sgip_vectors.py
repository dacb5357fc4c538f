"""The SGIP vectors: frames made by other implementations, with what they mean."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "sgip.json").read_text("utf-8")
)


def frame_named(name: str) -> bytes:
    """One frame by its name without the protocol."""
    return next(bytes.fromhex(vector["hex"]) for vector in VECTORS if vector["name"] == f"sgip_{name}")

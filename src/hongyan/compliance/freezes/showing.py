"""A freeze as machines read it: the command's --json and REST."""

from __future__ import annotations

from typing import Any

from hongyan.compliance.freezes.model import Freeze, row_of
from hongyan.kernel.clock import moment


def freeze_facts(freeze: Freeze) -> dict[str, Any]:
    """Stable names."""
    row = row_of(freeze)
    return {
        "kind": freeze.kind.value,
        "account_id": freeze.account_id,
        "label": freeze.label,
        "by": freeze.by.value,
        "words": {"zh": row.zh, "en": row.en},
        "because": freeze.because,
        "since": moment(freeze.since_ms),
        "actor": freeze.actor,
    }

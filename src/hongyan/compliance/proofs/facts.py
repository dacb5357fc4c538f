"""Letters for machines: what the command line prints and REST answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from hongyan.compliance.proofs.model import Letter
from hongyan.kernel.clock import moment


def letter_facts(letter: Letter, today: date) -> dict[str, Any]:
    """`passed`: with a signature that was approved; `status`: whether today is within its validity."""
    said = letter.material
    return {
        "id": letter.id,
        "account_id": letter.account_id,
        "name": letter.name,
        "revision": letter.revision,
        "passed": letter.passed_revision > 0,
        "status": letter.status(today).value,
        "kept": moment(letter.created_ms),
        "authorizer": said.authorizer,
        "uscc": said.organization_code,
        "authorized": said.authorized_party,
        "validity": said.validity,
        "picture": said.picture,
        "scope": list(said.scope),
    }

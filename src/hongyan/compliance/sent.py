"""What a message is sent with: what decides, once more before it is submitted, whether it still may be."""

from __future__ import annotations

from typing import NamedTuple


class Sent(NamedTuple):
    """`network`: of the number, "" abroad and when nobody knows it. `category`: as messaging.model.Category has it."""

    account_id: int
    signature_id: int
    sign_name: str
    template_code: str
    category: int
    network: str

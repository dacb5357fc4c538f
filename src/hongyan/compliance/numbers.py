"""Numbers that tenants see. Random, so that they tell nothing of other tenants, and at most 53 bits, because
JavaScript clients read them as numbers. One that is taken already conflicts and is drawn again.
"""

from __future__ import annotations

import secrets


def record_number() -> int:
    """10 digits, of qualifications, letters, trademarks, app records."""
    return 10**9 + secrets.randbelow(9 * 10**9)


def order_number() -> int:
    """13 digits that begin with 200, as the vendor's order numbers do."""
    return 200 * 10**10 + secrets.randbelow(10**10)


def code_digits(digits: int) -> str:
    """An extension code."""
    return f"{secrets.randbelow(10**digits):0{digits}}"


def template_code() -> str:
    """`SMS_` and 9 digits."""
    return f"SMS_{10**8 + secrets.randbelow(9 * 10**8)}"

"""What is known of one number, and what would become of messages to it."""

from __future__ import annotations

from dataclasses import dataclass

from hongyan.bootstrap import Platform
from hongyan.kernel.cn_prefixes import Allocation, Carrier
from hongyan.kernel.numbers import HOME, PhoneNumber, allocation_of, parse_number
from hongyan.messaging.choices import Choice, choices
from hongyan.messaging.ported import PortedNumber, is_mobile
from hongyan.server.channels import routes


@dataclass(frozen=True, slots=True)
class Looked:
    """`allocation`: who got the number's block. `carrier`: who serves it now, None when nobody knows."""

    number: PhoneNumber
    allocation: Allocation | None
    ported: PortedNumber | None
    carrier: Carrier | None
    choices: list[Choice]


async def look(platform: Platform, written: str, account_id: int, extension_code: str) -> Looked:
    """Raises Refused: `number.malformed`, `identity.no_account`, `extension.malformed`."""
    number = parse_number(written)
    if account_id:
        await platform.identity.account(account_id)
    ported = await platform.ported_numbers.of(number.e164) if is_mobile(number) else None
    carrier = number.carrier if ported is None else ported.carrier
    channels = await routes(platform)
    platform.router.use(channels)
    found = choices(
        platform.router,
        channels,
        number.country,
        carrier,
        account_id=account_id,
        extension_code=extension_code,
    )
    allocation = allocation_of(number.national) if number.country == HOME else None
    return Looked(number, allocation, ported, carrier, found)

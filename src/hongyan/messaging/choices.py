"""Which channel messages to a number would take, and why not the others: for those who ask before they send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hongyan.kernel.errors import Refused
from hongyan.kernel.numbers import HOME
from hongyan.messaging.model import Category
from hongyan.messaging.route import Channel, Reason, Route, Router, Wanted, passed_over_in

_DOMESTIC: Final = (Category.CODE, Category.NOTICE, Category.MARKETING)
_ABROAD: Final = (Category.INTERNATIONAL,)
_TURNS: Final = Reason("turns", "it shares the turns with the one that is chosen", "与所选通道按权重轮流使用")
_LATER: Final = Reason(
    "later", "it comes after the one that is chosen: priority, then cost", "优先级或成本排在所选通道之后"
)


@dataclass(frozen=True, slots=True)
class Choice:
    """For one category. `route`: None when no channel takes it, and `refused` says so. `others`: each with its reason."""

    category: Category
    route: Route | None
    refused: Refused | None
    others: tuple[tuple[Channel, Reason], ...]


def choices(
    router: Router,
    channels: Sequence[Channel],
    country: str,
    carrier: str | None,
    *,
    account_id: int = 0,
    extension_code: str = "",
) -> list[Choice]:
    """One for each category that may be sent to the country. `channels`: those that the router chooses among.

    Raises Refused("extension.malformed") for an extension code that is not digits.
    """
    found = []
    for category in _DOMESTIC if country == HOME else _ABROAD:
        route = refused = None
        try:
            route = router.choose(Wanted(country, carrier, category, account_id), 0, extension_code)
            passed_over = route.passed_over
        except Refused as error:
            if "passed_over" not in error.facts:
                raise
            refused = error
            passed_over = str(error.facts["passed_over"])
        reasons = dict(passed_over_in(passed_over))
        others = tuple(
            (channel, reasons.get(channel.id) or _order(channel, route))
            for channel in channels
            if route is None or channel.id != route.channel.id
        )
        found.append(Choice(category, route, refused, others))
    return found


def _order(channel: Channel, route: Route | None) -> Reason:
    assert route is not None, "where no channel is chosen, routing gives a reason for each"
    chosen = route.channel
    return _TURNS if (channel.priority, channel.cost) == (chosen.priority, chosen.cost) else _LATER

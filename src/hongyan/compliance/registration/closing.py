"""What a carrier, or a supplier of numbers, has closed: many registrations at once, by what they have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hongyan.compliance.refusals import refusal
from hongyan.compliance.registration.desk import Registrations
from hongyan.compliance.registration.model import Registration, RegistrationFilter
from hongyan.compliance.registration.moving import Told
from hongyan.compliance.registration.states import REGISTRATION, RegistrationEvent
from hongyan.identity import Actor
from hongyan.kernel.errors import Refused, Throttled

CLOSED: Final[Mapping[str, RegistrationEvent]] = {
    "campaign": RegistrationEvent.CAMPAIGN,
    "recycled": RegistrationEvent.CODE_TAKEN_BACK,
}
"""Why, word by word of the doors. Source: seed 003, lapsed: the carrier's compliance campaign; the extension code taken back."""


@dataclass(frozen=True, slots=True)
class Closing:
    """One registration. `refused`: the code of why it was not closed."""

    registration: Registration
    refused: str = ""


class Closings:
    """Every registration is closed by itself, with its step in the history; what was stays when a later one fails."""

    def __init__(self, desk: Registrations) -> None:
        self._desk = desk

    async def draft(
        self,
        wanted: RegistrationFilter,
        event: RegistrationEvent,
        *,
        access_number: str = "",
        everything: bool = False,
    ) -> list[Registration]:
        """What would be closed with a network: of an account, a signature, a number, behind an access number, or `everything`.
        Raises Refused("registration.close_what", "registration.nothing_to_close")."""
        if not (everything or access_number or wanted.account_id or wanted.sign_name or wanted.sender):
            raise refusal("registration.close_what")
        found = [
            row
            async for row in self._desk.all(wanted)
            if REGISTRATION.allows(row.state, event) and access_number in ("", row.access_number)
        ]
        if not found:
            raise refusal("registration.nothing_to_close")
        return found

    async def close(
        self, rows: Sequence[Registration], event: RegistrationEvent, words: str, actor: Actor
    ) -> list[Closing]:
        """`words`: of the carrier, for the history."""
        told = Told(came_back={"words": words} if words else {})
        return [await self._close(row, event, told, actor) for row in rows]

    async def _close(self, row: Registration, event: RegistrationEvent, told: Told, actor: Actor) -> Closing:
        try:
            after = await self._desk.apply(row.id, event, actor=actor, told=told, version=row.version)
        except Throttled:
            raise
        except Refused as error:
            return Closing(row, error.code)
        return Closing(after)

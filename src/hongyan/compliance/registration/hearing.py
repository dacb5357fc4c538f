"""What people write down of a carrier, word by word of the doors: what it has said on the phone, or wherever no registrar hears it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hongyan.compliance.refusals import refusal
from hongyan.compliance.registration.closing import CLOSED
from hongyan.compliance.registration.desk import Registrations
from hongyan.compliance.registration.model import Registration
from hongyan.compliance.registration.moving import Told
from hongyan.compliance.registration.reasons import ReasonCode
from hongyan.compliance.registration.registrars.port import OUR_REFERENCE
from hongyan.compliance.registration.sheets.words import read_reason
from hongyan.compliance.registration.states import ANSWERS, RegistrationEvent
from hongyan.identity import Actor, Statement

SAID: Final = {
    "filed": RegistrationEvent.FILED,
    "accepted": RegistrationEvent.ACCEPTED,
    "refused": RegistrationEvent.REFUSED,
    **CLOSED,
}


async def hear(
    desk: Registrations,
    registration_id: int,
    said: str,
    *,
    reason: ReasonCode | None = None,
    words: str = "",
    reference: str = "",
    actor: Actor,
    also: Sequence[Statement] = (),
) -> Registration:
    """`said`: of SAID. `reason`: of a refusal; without it by the words, as those of answer sheets are read. `reference`: the
    carrier's, or ours. Raises what `Registrations.apply` does, and Refused("registration.reference_stale") for our reference
    of another filing."""
    row, event = await desk.get(registration_id), SAID[said]
    if event in ANSWERS and OUR_REFERENCE.fullmatch(reference) and reference != row.reference:
        raise refusal("registration.reference_stale", reference=row.reference)
    if event is RegistrationEvent.REFUSED and reason is None and words:
        reason = read_reason(words)
    told = Told(reason=reason, reference=reference, came_back={"words": words} if words else {})
    return await desk.apply(registration_id, event, actor=actor, told=told, version=row.version, also=also)

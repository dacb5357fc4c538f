"""What the messages of an unanswered registration say of it: the evidence of verification, read for silence."""

from __future__ import annotations

from typing import Final

from hongyan.compliance.registration.evidence.judging import Judging
from hongyan.compliance.registration.evidence.statistics import Verdict
from hongyan.compliance.registration.model import Inference, Registration
from hongyan.compliance.registration.watch import Arrivals

_MEANINGS: Final = {Verdict.VERIFIED: Inference.ACCEPTED, Verdict.DOUBTFUL: Inference.REFUSED}


class MessageArrivals:
    """Judged as those that await verification are, without a carrier's word for it."""

    def __init__(self, judging: Judging) -> None:
        self._judging = judging

    async def arrivals(self, row: Registration) -> Arrivals:
        """Of the messages since it was filed."""
        place = row.signature_id, row.network, row.sender
        found = await self._judging.evidence(place, row.state, row.filed_ms or row.since_ms)
        facts = found.judgement.facts()
        meaning = _MEANINGS.get(found.judgement.verdict, Inference.NOTHING)
        return Arrivals(meaning, {name: value for name, value in facts.items() if name != "needed"})

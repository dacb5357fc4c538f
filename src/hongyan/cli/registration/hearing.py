"""`hongyan registration answer`: what a carrier has said on the phone, or wherever no registrar hears it."""

from __future__ import annotations

import asyncio
from typing import Literal

from hongyan.cli.actor import cli_actor
from hongyan.cli.context import Data, Json, opened
from hongyan.cli.language import say
from hongyan.cli.output import print_json
from hongyan.cli.registration.listing import STATES
from hongyan.cli.registration.reading import chosen
from hongyan.compliance.registration import ReasonCode, RegistrationView, hear, registration_facts
from hongyan.identity import Actor


def answer(
    registration: int,
    said: Literal["filed", "accepted", "refused", "campaign", "recycled"],
    *,
    reason: str = "",
    words: str = "",
    reference: str = "",
    json: Json = False,
    data: Data = None,
) -> None:
    """Write down what a carrier has said of a registration. 登记运营商的反馈。

    Parameters
    ----------
    registration
        Its number, from `list --json`.
    said
        filed: the carrier has it, by whatever way; then accepted or refused; campaign: it closed the number in a
        campaign of its own; recycled: the extension code was taken back.
    reason
        The vendor's code of a refusal, as QUALIFICATION_ERROR; without it the words are read.
    words
        The carrier's own words, for the history.
    reference
        The carrier's number of it, or ours, as HY1A-2B: an answer to an earlier filing is then refused.
    """
    code = chosen(ReasonCode, reason.upper())
    view = asyncio.run(_answer(data, registration, said, code, words, reference))
    if json:
        print_json(registration_facts(view))
        return
    row = view.registration
    print(f"{row.sign_name}  {row.network}  {row.sender}  {say(*STATES[row.state])}")


async def _answer(
    data: Data, registration: int, said: str, reason: ReasonCode | None, words: str, reference: str
) -> RegistrationView:
    async with opened(data) as platform:
        desk, actor = platform.compliance.registrations, Actor(cli_actor())
        row = await hear(
            desk, registration, said, reason=reason, words=words, reference=reference, actor=actor
        )
        (view,) = await platform.compliance.registration_views.of([row])
        return view

"""What is known of a signature when its health is looked at. Plain data, gathered elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from hongyan.compliance.freezes import Freeze
from hongyan.compliance.model import Qualification, SignatureView
from hongyan.compliance.proofs import LetterMaterial, TrademarkMaterial
from hongyan.compliance.registration.idleness import Silence
from hongyan.compliance.registration.roll_up import NetworkStanding
from hongyan.compliance.rules import Finding


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How much of what was sent lately arrived on one network, and what arrives there of others. `low`: fewer than chance
    explains. Counts of messages; shares from 0 to 1."""

    network: str
    sent: int
    delivered: int
    others_share: float
    low: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthFacts:
    """`qualification`: with the material that was approved last, also while a change of it is reviewed, and the state of
    that review; None when there is none, or it was deleted. `findings`: what today's rules say of the name, the source and
    the proofs. `letter`: in the revision that passed last. `enterprises`: for how many the qualification's administrator
    stands. `networks`: registrations, those that count. `idle_days`: since it was last sent, or since it was approved if it
    never was; `unchanged_days`: since its material was last touched. `recent_days`: how long is recent, the n of the seed.
    `silence`: of the registration that lapses first; None where none can. `coming`: what the rules of days to come say, of
    those that were asked for."""

    today: date
    view: SignatureView
    qualification: Qualification | None
    findings: tuple[Finding, ...]
    letter: LetterMaterial | None
    trademark: TrademarkMaterial | None
    enterprises: int
    networks: tuple[NetworkStanding, ...]
    arrivals: tuple[Arrivals, ...]
    idle_days: int
    unchanged_days: int
    recent_days: int
    silence: Silence | None
    freezes: tuple[Freeze, ...]
    coming: Mapping[date, tuple[Finding, ...]] = field(default_factory=dict)

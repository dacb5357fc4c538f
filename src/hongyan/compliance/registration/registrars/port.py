"""What is filed with a carrier, and who files it.

A registrar takes filings and, sooner or later, knows answers. It keeps nothing: what was filed under which reference, and what
came back, lies in the registrations, so that a restart forgets nothing. A filing may come to a registrar more than once, after
a crash in between; it then has the same reference, and must not become two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Protocol

from hongyan.compliance.model import Kind, ProofKind, QualificationMaterial, SignatureMaterial
from hongyan.compliance.papers import StoredPaper
from hongyan.compliance.proofs import LetterMaterial, TrademarkMaterial
from hongyan.compliance.registration.model import Registration
from hongyan.compliance.registration.networks import Network
from hongyan.compliance.registration.reasons import ReasonCode
from hongyan.kernel.clock import Millis

NOT_TAKEN: Final = "registration.registrar"
"""Code of the RemoteFault of a registrar that answers, and does not take what it was sent."""
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Party:
    """An enterprise of the chain."""

    name: str
    organization_code: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """Who stands between the number and the name: the holder of the access number, whoever runs this platform, the tenant
    who sends (the authorized party of a letter), and the enterprise whose name it is (its authorizer)."""

    code_holder: Party
    operator: Party
    authorized: Party
    authorizer: Party


class PaperRole(Enum):
    """What a paper of a filing proves."""

    LICENSE = "license"
    LEGAL_EMBLEM = "legal_emblem"
    LEGAL_PORTRAIT = "legal_portrait"
    ADMIN_EMBLEM = "admin_emblem"
    ADMIN_PORTRAIT = "admin_portrait"
    QUALIFICATION_OTHER = "qualification_other"
    LETTER = "letter"
    TRADEMARK = "trademark"
    APP_RECORD = "app_record"
    SIGNATURE_OTHER = "signature_other"


@dataclass(frozen=True, slots=True)
class FiledPaper:
    """`kind`, `object_id`, `revision`: what it was applied with, for the audit trail."""

    role: PaperRole
    kind: Kind | ProofKind
    object_id: int
    revision: int
    paper: StoredPaper


@dataclass(frozen=True, slots=True)
class Filing:
    """Everything that a carrier asks of one signature at one sender number. `reference`: see `reference_of`. `samples`: texts
    as they would be sent. `scenes`: kinds of messages, `验证码` and the like. `stand_ins`: the sandbox's, keys of papers that
    nobody uploaded."""

    registration_id: int
    account_id: int
    reference: str
    network: Network
    channel: str
    access_number: str
    extension_code: str
    sign_name: str
    signature: SignatureMaterial
    qualification: QualificationMaterial = field(repr=False)
    letter: LetterMaterial | None
    trademark: TrademarkMaterial | None
    chain: Chain
    samples: tuple[str, ...]
    scenes: tuple[str, ...]
    papers: tuple[FiledPaper, ...]
    stand_ins: tuple[tuple[PaperRole, str], ...] = ()

    @property
    def sender(self) -> str:
        return self.access_number + self.extension_code


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of handing a filing over. `problem`: a code of why it was not taken, "" when it was; `words`: more about
    it. `final`: the same again would end the same way, so that somebody has to look."""

    registration_id: int
    reference: str
    problem: str = ""
    words: str = ""
    final: bool = False
    sent: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FilingAnswer:
    """What a carrier has decided. `verified`: messages need not show it any more, as with a simulator. `words`: the carrier's.
    `came_back`: for the history."""

    registration_id: int
    accepted: bool
    reason: ReasonCode | None = None
    words: str = ""
    at_ms: Millis | None = None
    verified: bool = False
    came_back: dict[str, Any] = field(default_factory=dict)


class Registrar(Protocol):
    """One way to file. `simulated`: nobody hears of it, and production takes what it filed as not filed. `by_hand`: people
    take what is to be filed and bring the answers, so that nothing happens by itself."""

    name: str
    simulated: bool
    by_hand: bool

    async def file(self, filings: Sequence[Filing]) -> Sequence[Filed]:
        """Hand over; one result for each. Raises RemoteFault when nothing is known of any of them."""
        ...

    async def answers(self, waiting: Sequence[Registration]) -> Sequence[FilingAnswer]:
        """What is known by now of filings that this registrar has. Raises RemoteFault."""
        ...


OUR_REFERENCE: Final = re.compile(r"HY[0-9A-Z]{1,13}-[0-9A-Z]{1,9}")
"""What `reference_of` makes; carriers have numbers of their own."""


def reference_of(registration: Registration) -> str:
    """Of what is open now: the same for every try to file it, another one after a new start. `HY`, the registration's
    number, `-`, the millisecond of its start; both in base 36, short enough for a cell that people copy."""
    return f"HY{_base36(registration.id)}-{_base36(registration.started_ms or 0)}"


def _base36(number: int) -> str:
    text = ""
    while number or not text:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text

"""Proofs: letters of authorization, trademarks, app records, which signatures lean on."""

from hongyan.compliance.proofs.app_records import AppRecords
from hongyan.compliance.proofs.facts import letter_facts
from hongyan.compliance.proofs.letters import LetterFilter, Letters
from hongyan.compliance.proofs.model import (
    AppRecord,
    AppRecordMaterial,
    Letter,
    LetterMaterial,
    LetterStatus,
    Trademark,
    TrademarkMaterial,
)
from hongyan.compliance.proofs.states import LetterState
from hongyan.compliance.proofs.trademarks import Trademarks

__all__ = [
    "AppRecord",
    "AppRecordMaterial",
    "AppRecords",
    "Letter",
    "LetterFilter",
    "LetterMaterial",
    "LetterState",
    "LetterStatus",
    "Letters",
    "Trademark",
    "TrademarkMaterial",
    "Trademarks",
    "letter_facts",
]

"""What a receipt's code means to a person, as far as anybody can say.

The set is open: carriers add codes, provinces disagree. So a code that no row knows is shown as it came, with the
family that its first letters name, and nothing is ever refused here.
Source of all rows: carrier-protocols notes 7.1, 7.2 (collected from provider lists, which disagree in places).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from hongyan.console.tones import Tone


@dataclass(frozen=True, slots=True)
class ReceiptMeaning:
    """`words`: catalogue key."""

    tone: Tone
    words: str


_DELIVERED = ReceiptMeaning(Tone.GOOD, "receipt.delivered")
_UNKNOWN = ReceiptMeaning(Tone.BAD, "receipt.unknown")

_CLASSES: Final = (
    ("receipt.undeliverable", ("UNDELIV",)),
    ("receipt.expired", ("EXPIRED",)),
    ("receipt.rejected", ("REJECTD",)),
    ("receipt.deleted", ("DELETED",)),
    ("receipt.empty_number", ("MK:0000", "MK:0001", "MK:0012", "MN:0001", "DB:0100", "DB:0101", "ID:0101")),
    ("receipt.suspended", ("MK:0004", "MK:0005", "MK:0011", "MK:0013", "MN:0013", "DB:0102", "ID:0102")),
    ("receipt.phone_off", ("MI:0024", "MK:0024", "MK:0023", "MK:0029", "MK:0010", "MI:0010")),
    ("receipt.no_coverage", ("MK:0008", "MK:0009", "MK:0060", "MK:0080", "MN:0059")),
    ("receipt.memory_full", ("MK:0017", "MI:0017", "MK:0022", "MB:1042", "MB:1031", "MB:0066")),
    ("receipt.handset", ("MK:0015", "MK:0019", "MK:0020", "MI:0012", "MI:0020")),
    ("receipt.congestion", ("MB:1026", "MB:1078", "IB:0008", "MK:0061", "MK:0072", "MK:0101", "DB:9007")),
    ("receipt.wrong_network", ("IB:0009", "IB:0011", "IB:0070", "ID:0013", "MH:0007", "NP:1243")),
    ("receipt.blacklist", ("MB:1077", "DB:0141", "DB:0140", "DB:0144", "DB:0164")),
    ("receipt.in_debt", ("DB:0103", "ID:0103", "CB:0007")),
    ("receipt.frequency", ("DB:0142", "MA:0022", "TE:0003", "MX:0003")),
    ("receipt.content", ("ID:0076", "MK:0014", "MK:0115", "MK:0116", "MK:0200", "MA:0002")),
)

RECEIPT_CODES: Mapping[str, ReceiptMeaning] = MappingProxyType(
    {
        "DELIVRD": _DELIVERED,
        "DELIVERED": _DELIVERED,
        **{code: ReceiptMeaning(Tone.BAD, words) for words, codes in _CLASSES for code in codes},
    }
)

_FAMILIES: Final = (
    ("MI:", "receipt.family.expired"),
    ("MK:", "receipt.family.undeliverable"),
    ("MN:", "receipt.family.rejected"),
    ("MA:", "receipt.family.centre"),
    ("MB:", "receipt.family.centre"),
    ("MC:", "receipt.family.centre"),
    ("I", "receipt.family.gateway"),
    ("D", "receipt.family.service"),
    ("C", "receipt.family.prepaid"),
)
"""First letters -> words, tried in order; only for codes shaped like `MK:0001`."""


def all_words() -> frozenset[str]:
    """Every catalogue key that a code can lead to."""
    families = (words for _, words in _FAMILIES)
    return frozenset({_UNKNOWN.words, *families, *(meaning.words for meaning in RECEIPT_CODES.values())})


def receipt_meaning(code: str) -> ReceiptMeaning:
    """The best that is known of `code`."""
    known = RECEIPT_CODES.get(code)
    if known is not None:
        return known
    if code[2:3] == ":":
        for start, words in _FAMILIES:
            if code.startswith(start):
                return ReceiptMeaning(Tone.BAD, words)
    return _UNKNOWN

"""Signatures: the name in 【】 that tells who sends, and the proofs that it may be used."""

from hongyan.compliance.signatures.binding import Binding
from hongyan.compliance.signatures.checks import is_paper_kind
from hongyan.compliance.signatures.complimentary import Complimentary
from hongyan.compliance.signatures.desk import Signatures, encode_kinds
from hongyan.compliance.signatures.judging import SOURCES, SignatureJudge
from hongyan.compliance.signatures.leaning import Leaning, Leanings

__all__ = [
    "SOURCES",
    "Binding",
    "Complimentary",
    "Leaning",
    "Leanings",
    "SignatureJudge",
    "Signatures",
    "encode_kinds",
    "is_paper_kind",
]

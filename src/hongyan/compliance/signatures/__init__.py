"""Signatures: the name in 【】 that tells who sends, and the proofs that it may be used."""

from hongyan.compliance.signatures.binding import Binding
from hongyan.compliance.signatures.complimentary import Complimentary
from hongyan.compliance.signatures.desk import Signatures
from hongyan.compliance.signatures.judging import SignatureJudge
from hongyan.compliance.signatures.leaning import Leaning, Leanings

__all__ = ["Binding", "Complimentary", "Leaning", "Leanings", "SignatureJudge", "Signatures"]

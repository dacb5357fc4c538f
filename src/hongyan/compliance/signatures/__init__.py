"""Signatures: the name in 【】 that tells who sends, and the proofs that it may be used."""

from hongyan.compliance.signatures.desk import Proofs, Signatures

__all__ = ["Proofs", "Signatures"]

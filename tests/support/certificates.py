"""An authority of a test's own, and certificates that it signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_KEY = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@dataclass(frozen=True)
class Authority:
    """`file`: its own certificate, for those who trust it."""

    folder: Path
    file: Path
    name: x509.Name
    key: ec.EllipticCurvePrivateKey

    def certificate(self, host: str, *, days: int = 1) -> Path:
        """Key and certificate of a host in one file; over already when `days` is negative."""
        key = ec.generate_private_key(ec.SECP256R1())
        signed = (
            _named(host, self.name, key, days=days)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        path = self.folder / f"{host}-{days}.pem"
        path.write_bytes(key.private_bytes(*_KEY) + signed.public_bytes(Encoding.PEM))
        return path


def make_authority(folder: Path, name: str = "tests") -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    constraints = x509.BasicConstraints(ca=True, path_length=0)
    signed = (
        _named(name, None, key, days=1).add_extension(constraints, critical=True).sign(key, hashes.SHA256())
    )
    path = folder / f"{name}-ca.pem"
    path.write_bytes(signed.public_bytes(Encoding.PEM))
    return Authority(folder, path, signed.subject, key)


def _named(
    name: str, issuer: x509.Name | None, key: ec.EllipticCurvePrivateKey, *, days: int
) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=10))
        .not_valid_after(now + timedelta(days=days))
    )

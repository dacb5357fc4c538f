"""Access-key ids and secrets: how they are made and how they lie in the database."""

from __future__ import annotations

import secrets
import string
from typing import Final

from hongyan.identity.changes import Statement
from hongyan.identity.model import AccessKey
from hongyan.identity.vault import Vault
from hongyan.kernel.clock import Millis

_ALPHANUMERIC: Final = string.ascii_letters + string.digits
_PURPOSE: Final = "access_key.secret"


def generate_key_id() -> str:
    """24 characters, in the shape the vendor's SDKs and secret scanners know."""
    return "LTAI5t" + _characters(18)


def generate_secret() -> str:
    """30 characters, about 178 bits."""
    return _characters(30)


def seal_secret(vault: Vault, key_id: str, secret: str) -> bytes:
    """The secret as stored, bound to its key: copied to another row it does not open."""
    return vault.seal(secret.encode(), _PURPOSE, row=key_id)


def open_secret(vault: Vault, key_id: str, sealed: bytes) -> str:
    return vault.open(sealed, _PURPOSE, row=key_id).decode()


def add_key_statement(vault: Vault, key: AccessKey, name: str, now: Millis) -> Statement:
    """Stores a new key; touches no row when the id is taken."""
    return (
        "identity.add_access_key",
        (key.id, key.account_id, name, seal_secret(vault, key.id, key.secret), now),
        1,
    )


def _characters(count: int) -> str:
    return "".join(secrets.choice(_ALPHANUMERIC) for _ in range(count))

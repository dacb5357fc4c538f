"""The passwords of a channel: checked by protocol, sealed, bound to their channel."""

from __future__ import annotations

from typing import Final

import msgspec

from hongyan.carriers.channels.reading import LISTEN_PASSWORD, check_secret, invalid
from hongyan.carriers.channels.settings import ProtocolName
from hongyan.identity import Vault

_PURPOSE: Final = "channel.secret"

Secret = str | bytes


class Passwords(msgspec.Struct, frozen=True):
    """`password`: what we log in with. `listen_password`: what the carrier logs in with where it dials us, "" for the
    same."""

    password: str = ""
    listen_password: str = ""

    def __repr__(self) -> str:
        return "Passwords(…)"

    @property
    def expected(self) -> str:
        """What the carrier says where it dials us."""
        return self.listen_password or self.password

    def changed(
        self, protocol: ProtocolName, secret: Secret | None, listen_secret: Secret | None
    ) -> Passwords:
        """With other ones; None leaves one as it is, an empty `listen_secret` makes it the same as ours.

        Raises Refused("channel.invalid").
        """
        password, listen_password = self.password, self.listen_password
        if secret is not None:
            password = check_secret(protocol, secret)
        if listen_secret is not None:
            if protocol != "sgip":
                raise invalid(LISTEN_PASSWORD, "only an SGIP channel has one", "仅 SGIP 通道有该密码")
            listen_password = check_secret(protocol, listen_secret, LISTEN_PASSWORD) if listen_secret else ""
        return Passwords(password, listen_password)


def seal(vault: Vault, channel_id: int, passwords: Passwords) -> bytes:
    """As stored: copied to another channel they do not open."""
    return vault.seal(msgspec.json.encode(passwords), _PURPOSE, row=str(channel_id))


def unseal(vault: Vault, channel_id: int, sealed: bytes) -> Passwords:
    """Raises Misconfigured when the key is another one, or the row was changed past us."""
    return msgspec.json.decode(vault.open(sealed, _PURPOSE, row=str(channel_id)), type=Passwords)

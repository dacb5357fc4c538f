"""Whose signature somebody means, who only says its name."""

from __future__ import annotations

from hongyan.bootstrap import Platform
from hongyan.kernel.errors import Refused


async def account_with(platform: Platform, signature: str, account: int) -> int:
    """The account that was said, or the only one that has a signature of this name. Raises Refused."""
    if account:
        return (await platform.identity.account(account)).id
    found = await platform.compliance.extension_codes.accounts_with(signature)
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refused(
            "signature.unknown",
            en=f"no account has a signature named {signature}",
            zh=f"没有账号拥有签名 {signature}",
        )
    accounts = ", ".join(map(str, found))
    raise Refused(
        "signature.which_account",
        en=f"several accounts have a signature named {signature}; say which with --account: {accounts}",
        zh=f"多个账号拥有签名 {signature}，请用 --account 指定：{accounts}",
    )

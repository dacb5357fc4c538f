"""The room's front door: what sending looks up, and the desks where tenants apply and reviewers decide."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from hongyan.compliance.model import ReviewMode, Signature, Template
from hongyan.compliance.road import Road, road_key
from hongyan.identity import Identity, Vault
from hongyan.kernel.clock import Clock
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import Store

SendPhoneCode = Callable[[str, str], Awaitable[None]]
"""(number, code): sends an administrator's code by SMS, wired to messaging."""


class Compliance:
    """Wired once. `clock` is the business clock: validity, reviews and codes follow the sandbox's day."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: IdMaker,
        vault: Vault,
        review_mode: ReviewMode,
        *,
        identity: Identity,
        send_phone_code: SendPhoneCode,
    ) -> None:
        self._road = Road(store)

    # For sending

    def peek_signature(self, account_id: int, name: str) -> Signature | None:
        """The signature if it is at hand; None says nothing, ask `signature`."""
        return self._road.signatures.peek(road_key(account_id, name))

    async def signature(self, account_id: int, name: str) -> Signature | None:
        """The account's signature of this name, or None. Check `usable`."""
        return await self._road.signatures.get(road_key(account_id, name))

    def peek_template(self, account_id: int, code: str) -> Template | None:
        """The template if it is at hand; None says nothing, ask `template`."""
        return self._road.templates.peek(road_key(account_id, code))

    async def template(self, account_id: int, code: str) -> Template | None:
        """The account's template of this code, or None. Check `usable`."""
        return await self._road.templates.get(road_key(account_id, code))

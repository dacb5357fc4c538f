"""Accounts and access keys: the use cases, and the memory that request signing looks into."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Any, Final

from hongyan.identity.attempts import LoginAttempts
from hongyan.identity.audit import Audit, AuditEvent, audit_event
from hongyan.identity.changes import Conflict, Statement, again_on_conflict, commit_change
from hongyan.identity.credentials import add_key_statement, generate_key_id, generate_secret, open_secret
from hongyan.identity.first_start import TOPIC_ACCESS_KEY, RootAccount
from hongyan.identity.logins import Logins
from hongyan.identity.model import (
    AccessKey,
    AccessKeyView,
    Account,
    AccountKind,
    FirstStart,
    LoginSession,
    Person,
    RootSettings,
)
from hongyan.identity.once import OnceKeys
from hongyan.identity.vault import Vault
from hongyan.kernel.cache import RecordCache
from hongyan.kernel.clock import Clock
from hongyan.kernel.errors import Refused
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import Store, json_list, one

TOPIC_ACCOUNT: Final = "account"


class Identity:
    """Who may act. `clock` is the real one: keys and logins do not follow the sandbox's movable day."""

    def __init__(self, store: Store, clock: Clock, ids: IdMaker, vault: Vault) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._audit = Audit(clock, ids)
        self._vault = vault
        self._logins = Logins(store, clock, ids)
        self._key_attempts = LoginAttempts(clock)
        self.once = OnceKeys(store, clock, vault)
        self._keys = RecordCache(self._load_key)
        self._accounts = RecordCache(self._load_account)
        store.subscribe(TOPIC_ACCESS_KEY, self._keys.forget)
        store.subscribe(TOPIC_ACCOUNT, self._accounts.forget)

    async def first_start(self, settings: RootSettings) -> FirstStart | None:
        """Make the root account, or follow changed settings: see `RootAccount.start`. Call it at every start."""
        root = RootAccount(self._store, self._clock, self._ids, self._vault, self._logins.passwords)
        return await root.start(settings)

    # Accounts

    async def account(self, account_id: int) -> Account:
        """Raises Refused("identity.no_account")."""
        found = await self._accounts.get(str(account_id))
        if found is None:
            raise _no_account(account_id)
        return found

    async def account_named(self, name: str) -> Account | None:
        row = one(await self._store.read("identity.account_named", name))
        return _account(row) if row else None

    async def root_account(self) -> Account:
        """The operator's own account. Raises Refused before the first start."""
        row = one(await self._store.read("identity.root_account"))
        if row is None:
            raise _no_account("root")
        return _account(row)

    async def accounts(self, *, after_id: int = 0, limit: int = 100) -> list[Account]:
        """A page in the order of creation."""
        return [_account(row) for row in await self._store.read("identity.accounts", after_id, limit)]

    async def accounts_among(self, account_ids: Iterable[int]) -> dict[int, Account]:
        """By their numbers, in one question; without those that do not exist."""
        rows = await self._store.read("identity.accounts_among", json_list(sorted(set(account_ids))))
        return {account.id: account for account in map(_account, rows)}

    async def create_account(
        self,
        kind: AccountKind,
        name: str,
        *,
        company_name: str | None = None,
        uscc: str | None = None,
        actor: str,
    ) -> Account:
        """A new tenant. `company_name` and `uscc` are what the operator has verified.

        Raises Refused("identity.account_name_taken").
        """
        account = Account(self._ids.next(), kind, name, company_name, uscc, self._clock.now_ms())
        row = (account.id, kind.value, name, company_name, uscc, account.created_ms)
        try:
            await commit_change(
                self._store,
                (
                    ("identity.add_account", row, 1),
                    self._audit.event(account.id, actor, "identity.create_account", name, kind=kind.value),
                ),
                ((TOPIC_ACCOUNT, str(account.id)),),
            )
        except Conflict:
            raise Refused(
                "identity.account_name_taken",
                en=f"there is an account named '{name}' already",
                zh=f"账号名“{name}”已存在",
                name=name,
            ) from None
        return account

    # Access keys

    def peek_key(self, access_key_id: str) -> AccessKey | None:
        """The key if it is at hand; None says nothing, ask `key`."""
        return self._keys.peek(access_key_id)

    async def key(self, access_key_id: str) -> AccessKey | None:
        """The key, or None when there is no such key. Check `enabled`."""
        return await self._keys.get(access_key_id)

    async def check_secret(self, access_key_id: str, secret: str, *, source: str) -> AccessKey | None:
        """The key that a caller at address `source` has, shown with its secret; None: there is none of both, or it is
        disabled. Whoever guesses is stopped by his address, so that he locks nobody else out. Raises Throttled."""
        key = await self.key(access_key_id)
        self._key_attempts.begin("", source)
        fits = hmac.compare_digest(secret.encode(), (key.secret if key else "").encode())
        if key is None or not key.enabled or not fits:
            return None
        self._key_attempts.succeeded("", source)
        return key

    async def create_key(self, account_id: int, name: str, *, actor: str) -> AccessKey:
        """A new key with its secret."""
        await self.account(account_id)

        async def attempt() -> AccessKey:
            key = AccessKey(generate_key_id(), generate_secret(), account_id, enabled=True)
            now = self._clock.now_ms()
            await commit_change(
                self._store,
                (
                    add_key_statement(self._vault, key, name, now),
                    self._audit.event(account_id, actor, "identity.create_key", key.id, name=name),
                ),
                ((TOPIC_ACCESS_KEY, key.id),),
            )
            return key

        return await again_on_conflict(attempt)

    async def list_keys(
        self, account_id: int | None = None, *, after_id: str = "", limit: int = 500
    ) -> list[AccessKeyView]:
        """The keys of one account, oldest first, or a page of everybody's in the order of ids."""
        if account_id is None:
            rows = await self._store.read("identity.access_keys", after_id, limit)
        else:
            rows = await self._store.read("identity.access_keys_of", account_id)
        return [AccessKeyView(*row) for row in rows]

    async def disable_key(self, access_key_id: str, *, actor: str) -> None:
        """From now on the key signs nothing, on any node. Disabling twice is no error.

        Raises Refused("identity.no_access_key").
        """
        key = await self.key(access_key_id)
        if key is None:
            raise Refused(
                "identity.no_access_key",
                en=f"there is no access key {access_key_id}",
                zh=f"访问密钥 {access_key_id} 不存在",
            )
        await commit_change(
            self._store,
            (
                ("identity.disable_access_key", (access_key_id, self._clock.now_ms()), None),
                self._audit.event(key.account_id, actor, "identity.disable_key", access_key_id),
            ),
            ((TOPIC_ACCESS_KEY, access_key_id),),
        )

    # Console logins: see `Logins`

    async def check_password(self, login: str, password: str, *, source: str = "") -> Person | None:
        """Who logs in from address `source`, or None. Raises Throttled after too many failures."""
        return await self._logins.check_password(login, password, source)

    async def open_login_session(self, person: Person, *, source: str = "") -> str:
        """The token of a new login session, for the browser's cookie."""
        return await self._logins.open_session(person, source)

    async def login_session(self, token: str) -> LoginSession | None:
        """The session in force: 12 hours after it was last seen and 7 days after the login at most."""
        return await self._logins.session(token)

    async def close_login_session(self, token: str) -> None:
        await self._logins.close_session(token)

    async def change_language(self, person: Person, language: str) -> None:
        await self._logins.change_language(person, language)

    # Audit trail

    def event(self, account_id: int, actor: str, action: str, object_: str, /, **facts: object) -> Statement:
        """What belongs into the Change that somebody asks for, so that both are stored or neither."""
        return self._audit.event(account_id, actor, action, object_, **facts)

    async def record_event(
        self, account_id: int, actor: str, action: str, object_: str, /, **facts: object
    ) -> None:
        """Append what somebody did that changes nothing else. Durable when it returns."""
        await commit_change(self._store, (self._audit.event(account_id, actor, action, object_, **facts),))

    async def audit_events(
        self, account_id: int, *, before_id: int = 2**63 - 1, limit: int = 100
    ) -> list[AuditEvent]:
        """What was done in an account, the newest first."""
        rows = await self._store.read("identity.audit_events_of", account_id, before_id, limit)
        return [audit_event(row) for row in rows]

    async def _load_key(self, access_key_id: str) -> AccessKey | None:
        row = one(await self._store.read("identity.access_key", access_key_id))
        if row is None:
            return None
        key_id, sealed, account_id, disabled_ms = row
        return AccessKey(key_id, open_secret(self._vault, key_id, sealed), account_id, disabled_ms is None)

    async def _load_account(self, account_id: str) -> Account | None:
        row = one(await self._store.read("identity.account", int(account_id)))
        return _account(row) if row else None


def _account(row: tuple[Any, ...]) -> Account:
    account_id, kind, *rest = row
    return Account(account_id, AccountKind(kind), *rest)


def _no_account(which: int | str) -> Refused:
    return Refused(
        "identity.no_account", en=f"there is no account {which}", zh=f"账号 {which} 不存在", account=which
    )

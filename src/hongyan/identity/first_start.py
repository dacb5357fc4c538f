"""The root account: made on first start, kept in step with the environment afterwards."""

from __future__ import annotations

from typing import Final

from hongyan.identity.audit import Audit
from hongyan.identity.changes import Statement, Topic, again_on_conflict, commit_change
from hongyan.identity.credentials import (
    add_key_statement,
    generate_key_id,
    generate_secret,
    open_secret,
    seal_secret,
)
from hongyan.identity.model import AccessKey, AccountKind, FirstStart, RootSettings
from hongyan.identity.passwords import Passwords, generate_password
from hongyan.identity.vault import Vault
from hongyan.kernel.clock import Clock
from hongyan.kernel.errors import Misconfigured
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import Store, one

ROOT_LOGIN: Final = "root"
ROOT_NAME: Final = "root"
ROOT_KEY: Final = "root"
"""Name of the key that was generated on first start."""
ENVIRONMENT_KEY: Final = "environment"
"""Name of the key that HONGYAN_ROOT_ACCESS_KEY_ID names; there is one in force."""
_ACTOR: Final = "system:start"
TOPIC_ACCESS_KEY: Final = "access_key"


class RootAccount:
    """Makes the root account, or brings an existing one in step with the settings."""

    def __init__(self, store: Store, clock: Clock, ids: IdMaker, vault: Vault, passwords: Passwords) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._audit = Audit(clock, ids)
        self._vault = vault
        self._passwords = passwords

    async def start(self, settings: RootSettings) -> FirstStart | None:
        """The credentials to hand out, on the very first start only; of nodes that start together, to one.

        Raises Misconfigured when only half of a key is given, when the key id belongs to another account, or when
        the master key is not the one that the stored secrets were sealed with.
        """
        _check(settings)
        return await again_on_conflict(lambda: self._start(settings))

    async def _start(self, settings: RootSettings) -> FirstStart | None:
        root = one(await self._store.read("identity.root_account"))
        if root is None:
            return await self._create(settings)
        await self._check_vault(root[0])
        await self._follow_key(root[0], settings)
        await self._follow_password(settings)
        return None

    async def _create(self, settings: RootSettings) -> FirstStart:
        account_id, now = self._ids.next(), self._clock.now_ms()
        key_id = settings.access_key_id or generate_key_id()
        secret = settings.access_key_secret or generate_secret()
        key_name = ENVIRONMENT_KEY if settings.access_key_id else ROOT_KEY
        password = settings.password or generate_password()
        password_hash = await self._passwords.hash(password)
        person = (self._ids.next(), account_id, ROOT_LOGIN, ROOT_LOGIN, "zh-CN", "root", password_hash, now)
        await self._commit(
            ("identity.add_account", (account_id, AccountKind.ROOT.value, ROOT_NAME, None, None, now), 1),
            add_key_statement(self._vault, AccessKey(key_id, secret, account_id, True), key_name, now),
            ("identity.add_person", person, 1),
            self._audit.event(account_id, _ACTOR, "identity.create_account", ROOT_NAME, access_key_id=key_id),
            topics=((TOPIC_ACCESS_KEY, key_id),),
        )
        return FirstStart(
            access_key_id=key_id,
            access_key_secret=secret,
            console_login=ROOT_LOGIN,
            password=password,
            generated_key=settings.access_key_id is None,
            generated_password=settings.password is None,
        )

    async def _check_vault(self, root_id: int) -> None:
        """Opening one secret proves the master key before anything is sealed with a wrong one."""
        first = one(await self._store.read("identity.access_keys_of", root_id))
        if first is not None:
            await self._stored_secret(first[0])

    async def _follow_key(self, root_id: int, settings: RootSettings) -> None:
        key_id, secret = settings.access_key_id, settings.access_key_secret
        if key_id is None or secret is None:
            return
        now = self._clock.now_ms()
        row = one(await self._store.read("identity.access_key", key_id))
        if row is None:
            # A new id takes the place of the one that the environment named before.
            older = await self._store.read("identity.access_keys_of", root_id)
            replaced = [k[0] for k in older if k[2] == ENVIRONMENT_KEY and k[4] is None]
            await self._commit(
                add_key_statement(
                    self._vault, AccessKey(key_id, secret, root_id, True), ENVIRONMENT_KEY, now
                ),
                *(("identity.disable_access_key", (old, now), None) for old in replaced),
                self._audit.event(root_id, _ACTOR, "identity.create_key", key_id, replaced=replaced),
                topics=tuple((TOPIC_ACCESS_KEY, k) for k in (key_id, *replaced)),
            )
        elif row[2] != root_id:
            raise Misconfigured(
                "identity.root_key_taken",
                en=f"HONGYAN_ROOT_ACCESS_KEY_ID {key_id} belongs to another account",
                zh=f"HONGYAN_ROOT_ACCESS_KEY_ID {key_id} 属于其他账号",
            )
        elif await self._stored_secret(key_id) != secret:
            await self._commit(
                ("identity.reseal_access_key", (key_id, seal_secret(self._vault, key_id, secret)), 1),
                self._audit.event(root_id, _ACTOR, "identity.change_key_secret", key_id),
                topics=((TOPIC_ACCESS_KEY, key_id),),
            )

    async def _follow_password(self, settings: RootSettings) -> None:
        row = one(await self._store.read("identity.person_by_login", ROOT_LOGIN))
        if settings.password is None or row is None:
            return
        person_id, account_id, password_hash = row[0], row[1], row[-1]
        if await self._passwords.verify(password_hash, settings.password):
            return
        await self._commit(
            ("identity.change_password", (person_id, await self._passwords.hash(settings.password)), 1),
            ("identity.close_login_sessions_of", (person_id,), None),
            self._audit.event(account_id, _ACTOR, "identity.change_password", ROOT_LOGIN),
        )

    async def _stored_secret(self, key_id: str) -> str:
        ((_, sealed, _, _),) = await self._store.read("identity.access_key", key_id)
        return open_secret(self._vault, key_id, sealed)

    async def _commit(self, *statements: Statement, topics: tuple[Topic, ...] = ()) -> None:
        await commit_change(self._store, statements, topics)


def _check(settings: RootSettings) -> None:
    if (settings.access_key_id is None) != (settings.access_key_secret is None):
        raise Misconfigured(
            "identity.root_key_incomplete",
            en="set both HONGYAN_ROOT_ACCESS_KEY_ID and HONGYAN_ROOT_ACCESS_KEY_SECRET, or neither",
            zh="HONGYAN_ROOT_ACCESS_KEY_ID 与 HONGYAN_ROOT_ACCESS_KEY_SECRET 必须同时设置或都不设置",
        )
    for name, value in (
        ("HONGYAN_ROOT_ACCESS_KEY_ID", settings.access_key_id),
        ("HONGYAN_ROOT_ACCESS_KEY_SECRET", settings.access_key_secret),
    ):
        if value is not None and not (0 < len(value) <= 128 and value.isascii() and value.isalnum()):
            raise Misconfigured(
                "identity.root_key_characters",
                en=f"{name} must be 1 to 128 letters and digits",
                zh=f"{name} 必须是 1 到 128 个字母或数字",
            )

"""Channels as the operator has configured them: stored, audited, told to every node when they change.

A channel is never deleted: its id and its name stand in messages for ever. What a change means for links that are up
is the switchboard's business; `ChannelRecord.links_version` says whether it means anything to them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from typing import Final, TypeVar

from hongyan.carriers.channels.passwords import Passwords, Secret, seal, unseal
from hongyan.carriers.channels.reading import (
    change_settings,
    check_name,
    check_protocol,
    invalid,
    make_settings,
    to_json,
)
from hongyan.carriers.channels.record import (
    ChannelRecord,
    StoredRecord,
    UnreadableRecord,
    record_of,
    stored_settings,
)
from hongyan.carriers.channels.settings import ChannelSettings, SgipSettings
from hongyan.carriers.channels.states import CHANNEL, ChannelEvent, ChannelState
from hongyan.carriers.channels.waiting import Waiting, waiting_of
from hongyan.carriers.production import noted_main_number, production_mark
from hongyan.identity import Audit, Identity, Statement, Vault, again_on_conflict, commit_change
from hongyan.kernel.clock import Clock
from hongyan.kernel.errors import Refused
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import Store, one

TOPIC: Final = "channel"
"""Told with the id after each change."""
FIRST_ID: Final = 100
_ACTIONS: Final = {
    ChannelEvent.PAUSE: "carriers.pause_channel",
    ChannelEvent.RESUME: "carriers.resume_channel",
    ChannelEvent.DRAIN: "carriers.drain_channel",
    ChannelEvent.REMOVE: "carriers.remove_channel",
}
"""How the audit trail calls a step."""

R = TypeVar("R", bound=StoredRecord)


LongestCode = Callable[[Collection[int]], Awaitable[str | None]]
"""The longest extension code that signatures of these accounts have, of any when they are none; None: they have none."""


class Channels:
    """Every channel that has a record. `clock` is the real one."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: IdMaker,
        vault: Vault,
        identity: Identity,
        longest_code: LongestCode,
    ) -> None:
        self._store = store
        self._clock = clock
        self._vault = vault
        self._identity = identity
        self._longest_code = longest_code
        self._audit = Audit(clock, ids)

    # -- looking -------------------------------------------------------------------------------------------

    async def all(self, *, removed: bool = False) -> list[StoredRecord]:
        """In the order of their ids, those that cannot be read among them; `removed`: also those that were."""
        records = [record_of(row) for row in await self._store.read("carriers.channels")]
        return [each for each in records if removed or each.state is not ChannelState.REMOVED]

    async def main_number(self) -> str:
        """The access number of the carrier that servers have in their environment; "" when they have none there."""
        return await noted_main_number(self._store)

    async def named(self, name: str) -> ChannelRecord:
        """Also one that was removed. Raises Refused("channel.unknown"), Misconfigured("channel.stored")."""
        record = await self.stored(name)
        if isinstance(record, UnreadableRecord):
            raise record.why
        return record

    async def there(self, name: str) -> ChannelRecord:
        """One that was not removed. Raises as `named` does, and Refused("channel.removed")."""
        record = await self.named(name)
        _check_there(record)
        return record

    async def stored(self, name: str) -> StoredRecord:
        """The same, whether it can be read or not. Raises Refused("channel.unknown")."""
        row = one(await self._store.read("carriers.channel_named", name))
        if row is None:
            raise Refused(
                "channel.unknown",
                en=f"there is no channel named {name!r}",
                zh=f"没有名为 {name!r} 的通道",
                name=name,
            )
        return record_of(row)

    def passwords(self, record: ChannelRecord) -> Passwords:
        """Raises Misconfigured when the vault cannot open them."""
        return unseal(self._vault, record.id, record.sealed)

    # -- changing ------------------------------------------------------------------------------------------

    async def add(
        self,
        name: str,
        protocol: str,
        settings: Mapping[str, object],
        secret: Secret,
        *,
        listen_secret: Secret | None = None,
        actor: str,
    ) -> ChannelRecord:
        """A new channel, active at once. `settings`: values as JSON has them.

        Raises Refused: `channel.invalid` with the facts field and reason, `channel.name_taken`.
        """
        speaks = check_protocol(protocol)
        check_name(name)
        made = make_settings(speaks, settings)
        secrets = Passwords().changed(speaks, secret, listen_secret)

        async def attempt() -> ChannelRecord:
            if await self._store.read("carriers.channel_named", name):
                raise Refused(
                    "channel.name_taken",
                    en=f"there is, or was, a channel named {name}; a name is never used again",
                    zh=f"通道名 {name} 已被使用（包括已移除的通道），请换一个名称",
                    name=name,
                )
            await self._check_accounts(made)
            await self._check_room(made)
            claims = [await self._claim(0, port)] if (port := _port(made)) else []
            ((last,),) = await self._store.read("carriers.last_channel_id")
            channel_id = FIRST_ID if last is None else last + 1
            record = ChannelRecord(
                *(channel_id, name, speaks, made, CHANNEL.first, 1, self._clock.now_ms()),
                sealed=seal(self._vault, channel_id, secrets),
            )
            row = (channel_id, name, speaks, stored_settings(made), record.sealed)
            await self._commit(
                record,
                *claims,
                ("carriers.add_channel", (*row, record.state.value, 1, record.changed_ms), 1),
                production_mark(record.changed_ms),
                await self._event(
                    actor, "carriers.add_channel", name, protocol=speaks, settings=to_json(made)
                ),
            )
            return record

        return await again_on_conflict(attempt)

    async def edit(
        self,
        name: str,
        changes: Mapping[str, object],
        secret: Secret | None = None,
        *,
        listen_secret: Secret | None = None,
        actor: str,
    ) -> ChannelRecord:
        """Other values for some fields, another password. Nothing is stored when nothing differs.

        Raises Refused: `channel.invalid`, `channel.unknown`, `channel.removed`; Misconfigured("channel.stored").
        """

        async def attempt() -> ChannelRecord:
            record = await self.named(name)
            _check_there(record)
            made = change_settings(record.protocol, record.settings, changes)
            known = self.passwords(record)
            secrets = known.changed(record.protocol, secret, listen_secret)
            if made == record.settings and secrets == known:
                return record
            await self._check_accounts(made)
            if _room(made) != _room(record.settings) or made.accounts != record.settings.accounts:
                await self._check_room(made)
            port = _port(made)
            claims = [await self._claim(record.id, port)] if port and port != _listen_port(record) else []
            sealed = record.sealed if secrets == known else seal(self._vault, record.id, secrets)
            edited = replace(self._next(record), settings=made, sealed=sealed)
            row = (record.id, record.version, stored_settings(made), sealed, edited.changed_ms)
            before, after = to_json(record.settings), to_json(made)
            differ = {
                field: [before[field], after[field]] for field in after if before[field] != after[field]
            }
            await self._commit(
                edited,
                *claims,
                ("carriers.edit_channel", row, 1),
                await self._event(
                    actor, "carriers.edit_channel", name, changes=differ, new_password=secrets != known
                ),
            )
            return edited

        return await again_on_conflict(attempt)

    async def pause(self, name: str, *, actor: str) -> StoredRecord:
        """Take no messages and submit none; reports and replies still come."""
        return await self._step(name, ChannelEvent.PAUSE, actor)

    async def resume(self, name: str, *, actor: str) -> StoredRecord:
        """Take messages again."""
        return await self._step(name, ChannelEvent.RESUME, actor)

    async def drain(self, name: str, *, actor: str) -> StoredRecord:
        """Take no messages, and submit those that wait."""
        return await self._step(name, ChannelEvent.DRAIN, actor)

    async def remove(self, name: str, *, force: bool = False, actor: str) -> StoredRecord:
        """For ever. Raises Refused("channel.waiting") while messages wait to leave by it, unless `force`: each node lets
        those go by other channels then, or ends them."""
        return await self._step(name, ChannelEvent.REMOVE, actor, force=force)

    async def waiting(self, record: StoredRecord) -> Waiting:
        """What waits to leave by a channel."""
        return await waiting_of(self._store, record.id)

    async def _step(self, name: str, event: ChannelEvent, actor: str, *, force: bool = False) -> StoredRecord:
        """Raises Refused: `channel.unknown`, `channel.removed`, `channel.illegal_step`, `channel.waiting`."""

        async def attempt() -> StoredRecord:
            record = await self.stored(name)
            _check_there(record)
            if not CHANNEL.allows(record.state, event):
                raise _illegal_step(record, event)
            state = CHANNEL.after(record.state, event)
            facts: dict[str, object] = {"before": record.state.value, "after": state.value}
            if state is ChannelState.REMOVED and (waiting := await self.waiting(record)):
                if not force:
                    raise _waiting(record, waiting)
                facts["left_behind"] = waiting.facts
            stepped = replace(self._next(record), state=state)
            row = (record.id, record.version, state.value, stepped.changed_ms)
            await self._commit(
                stepped,
                ("carriers.step_channel", row, 1),
                await self._event(actor, _ACTIONS[event], name, **facts),
            )
            return stepped

        return await again_on_conflict(attempt)

    # -- checks that need the store ------------------------------------------------------------------------

    async def _check_accounts(self, settings: ChannelSettings) -> None:
        """Tenants that it names exist."""
        for account_id in settings.accounts:
            try:
                await self._identity.account(account_id)
            except Refused:
                raise invalid(
                    "accounts", f"there is no account {account_id}", f"账号 {account_id} 不存在"
                ) from None

    async def _check_room(self, settings: ChannelSettings) -> None:
        """The extension codes of those whose messages it takes fit behind its number; a name takes none."""
        room = _room(settings)
        if room is None:
            return
        code = await self._longest_code(settings.accounts)
        if code is not None and len(code) > room:
            length = len(settings.access_number)
            raise invalid(
                "access_number",
                f"with {length} digits it has room for {room} more, and extension code {code} has {len(code)};"
                " release that code, or reserve the channel (accounts) for tenants whose codes are shorter",
                f"接入号 {length} 位，其后只能容纳 {room} 位，而扩展码 {code} 有 {len(code)} 位；"
                "请释放该扩展码，或用 accounts 将通道限定给扩展码较短的租户",
            )

    async def _claim(self, channel_id: int, port: int) -> Statement:
        """Where it listens nobody else does, and that is still so when this is stored with the change: who listens where
        changes for one channel at a time."""
        known = one(await self._store.read("carriers.listen_ports"))
        for other in await self.all():
            if other.id != channel_id and _listen_port(other) == port:
                raise invalid(
                    "listen_port",
                    f"channel {other.name} listens at {port} already; choose another port",
                    f"通道 {other.name} 已在监听 {port}，请换一个端口",
                )
        before = known[0] if known is not None else "0"
        return "carriers.change_listen_ports", (before, str(int(before) + 1)), 1

    # -- storing -------------------------------------------------------------------------------------------

    def _next(self, record: R) -> R:
        return replace(record, version=record.version + 1, changed_ms=self._clock.now_ms())

    async def _event(self, actor: str, action: str, name: str, **facts: object) -> Statement:
        root = await self._identity.root_account()
        return self._audit.event(root.id, actor, action, name, **facts)

    async def _commit(self, record: StoredRecord, *statements: Statement) -> None:
        await commit_change(self._store, statements, ((TOPIC, str(record.id)),))


def _room(settings: ChannelSettings) -> int | None:
    """Digits that have room behind the access number; None for a name."""
    number = settings.access_number
    return settings.longest_sender - len(number) if number.isdigit() else None


def _listen_port(record: StoredRecord) -> int:
    """Where a channel listens; 0 for one that does not, or that nobody can read."""
    return _port(record.settings) if isinstance(record, ChannelRecord) else 0


def _port(settings: ChannelSettings) -> int:
    return settings.listen_port if isinstance(settings, SgipSettings) else 0


def _check_there(record: StoredRecord) -> None:
    if record.state is ChannelState.REMOVED:
        raise Refused(
            "channel.removed",
            en=f"channel {record.name} was removed; add another one under another name",
            zh=f"通道 {record.name} 已移除，请用其他名称新建",
            name=record.name,
        )


def _waiting(record: StoredRecord, waiting: Waiting) -> Refused:
    en, zh = waiting.words()
    return Refused(
        "channel.waiting",
        en=f"messages wait to leave by channel {record.name} ({en}); drain it and remove it when they have left, or remove"
        " it with --force: they go by other channels that fit then, or have failed",
        zh=f"通道 {record.name} 仍有待发短信（{zh}）；请先排空（drain），发完后再移除；或用 --force 移除："
        "待发短信改由其他合适的通道发送，没有合适通道的以失败结束",
        name=record.name,
        waiting=waiting.facts,
    )


def _illegal_step(record: StoredRecord, event: ChannelEvent) -> Refused:
    possible = [each.value for each in CHANNEL.events(record.state)]
    return Refused(
        "channel.illegal_step",
        en=f"channel {record.name} is {record.state.value}: {event.value} is not possible now, {', '.join(possible)} is",
        zh=f"通道 {record.name} 当前状态为 {record.state.value}，不能执行 {event.value}，可执行：{'、'.join(possible)}",
        name=record.name,
        state=record.state.value,
        event=event.value,
    )

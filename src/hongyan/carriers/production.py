"""Whether a store has been served with carriers. The mark lies in the store itself, so that a command or a server whose
environment leaves the carriers out does not take it for a sandbox (ADR 0036)."""

from __future__ import annotations

from typing import Final

from hongyan.identity import Audit, Conflict, Identity, Statement, again_on_conflict, commit_change
from hongyan.kernel.clock import Clock
from hongyan.kernel.errors import Misconfigured, Refused
from hongyan.kernel.ids import IdMaker
from hongyan.storage.port import Store, one

SERVER: Final = "system:server"
_OBJECT: Final = "platform"


async def is_production(store: Store) -> bool:
    """The store was served with carriers, or has got its first channel, and nobody has made it a sandbox again."""
    return bool(await store.read("carriers.production"))


async def noted_main_number(store: Store) -> str:
    """The access number of the carrier that servers have in their environment; "" when they have none there."""
    row = one(await store.read("carriers.main_number"))
    return row[0] if row else ""


def production_mark(now_ms: int) -> Statement:
    """What marks a store, for the Change that gives it a carrier. A mark stays what it is."""
    return "carriers.mark_production", (str(now_ms),), None


async def check_configured(store: Store, *, main: bool) -> None:
    """A server on a store of production has carriers to serve with. `main`: one without a record. Raises Misconfigured where
    there never was another one: then a setting is missing, and messages would be accepted for nobody."""
    if not main and not await store.read("carriers.channels"):
        raise Misconfigured(
            "settings.carrier",
            en="this store has been served with a carrier, and none is configured now: set HONGYAN_SMPP as before, or add a"
            " channel (hongyan channel add); `hongyan sandbox reopen` makes it a sandbox again",
            zh="该数据曾接入真实运营商，而当前没有配置任何运营商：请像之前一样设置 HONGYAN_SMPP，或添加通道"
            "（hongyan channel add）；如需恢复为沙箱，请运行 hongyan sandbox reopen",
        )


class Production:
    """Sets the mark and takes it away, each with a line in the audit trail. `clock` is the real one."""

    def __init__(self, store: Store, clock: Clock, ids: IdMaker, identity: Identity) -> None:
        self._store = store
        self._clock = clock
        self._identity = identity
        self._audit = Audit(clock, ids)

    async def mark(self, main_number: str = "") -> None:
        """By a server that begins to serve with carriers. `main_number`: the access number of the one in its environment, for
        commands that do not know it; "" when there is none. Nothing is stored where all of it is known."""
        statements: list[Statement] = []
        if not await is_production(self._store):
            mark = production_mark(self._clock.now_ms())
            statements += [mark, await self._event(SERVER, "carriers.mark_production")]
        if main_number != await noted_main_number(self._store):
            statements.append(("carriers.note_main_number", (main_number,), 1))
        if statements:
            await commit_change(self._store, statements)

    async def unmark(self, *, actor: str) -> None:
        """A sandbox again. The caller knows that no server runs on this data folder; of other nodes the store knows.

        Raises Refused: `production.not_marked`, `production.channels`, `production.waiting`, `production.served`.
        """

        async def attempt() -> None:
            await self._check_unmarking()
            await commit_change(
                self._store,
                (
                    ("carriers.unmark_production", (), 1),
                    ("carriers.note_main_number", ("",), 1),
                    await self._event(actor, "carriers.unmark_production"),
                ),
            )

        try:
            await again_on_conflict(attempt)
        except Conflict:
            raise Refused(
                "production.served",
                en="a node serves with this store; stop all of them first",
                zh="有节点正在使用该数据库，请先全部停止",
            ) from None

    async def _check_unmarking(self) -> None:
        if not await is_production(self._store):
            raise Refused(
                "production.not_marked",
                en="this store has not been served with a carrier: there is nothing to take back",
                zh="该数据从未接入真实运营商，无需恢复",
            )
        if names := [name for (name,) in await self._store.read("carriers.channels_there")]:
            raise Refused(
                "production.channels",
                en=f"it has channels to carriers ({', '.join(names)}); remove them first: hongyan channel remove NAME",
                zh=f"仍有运营商通道（{'、'.join(names)}），请先移除：hongyan channel remove NAME",
                channels=names,
            )
        if await self._store.read("carriers.anything_waiting"):
            raise Refused(
                "production.waiting",
                en="messages wait for a carrier, and a sandbox would only pretend to send them; start the server with its"
                " carrier until they have left, or begin with an empty data folder",
                zh="仍有短信等待发往运营商，沙箱只会假装发送；请先带运营商启动服务直至发完，或改用空的数据目录",
            )

    async def _event(self, actor: str, action: str) -> Statement:
        root = await self._identity.root_account()
        return self._audit.event(root.id, actor, action, _OBJECT)

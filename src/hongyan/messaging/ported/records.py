"""Ported numbers as the operator enters them: stored, audited, told to every node.

No number stands anywhere in clear: the table has its keyed hash, the audit trail the masked number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from hongyan.identity import Audit, Identity, Statement, again_on_conflict, commit_change
from hongyan.kernel.clock import Clock, Millis
from hongyan.kernel.cn_carriers import CARRIERS
from hongyan.kernel.cn_prefixes import Carrier
from hongyan.kernel.errors import Refused
from hongyan.kernel.ids import IdMaker
from hongyan.kernel.numbers import mask
from hongyan.messaging.accept import NumberHash
from hongyan.messaging.ported.cache import TOPIC, json_list
from hongyan.messaging.ported.importing import Import, Imported, Unfit
from hongyan.messaging.ported.reading import mainland_mobile
from hongyan.messaging.ported.table import MOST_NUMBERS
from hongyan.storage.port import Store, one

_PURPOSE: Final = "number"
"""Of the hash: the one that messages are found by."""


@dataclass(frozen=True, slots=True)
class PortedNumber:
    """Who serves a number, since when, and who says so."""

    carrier: Carrier
    since_ms: Millis
    source: str


class PortedNumbers:
    """What is known of numbers that left the carrier of their prefix. `clock`: the real one."""

    def __init__(
        self, store: Store, clock: Clock, ids: IdMaker, identity: Identity, number_hash: NumberHash
    ) -> None:
        self._store = store
        self._clock = clock
        self._identity = identity
        self._hash = number_hash
        self._audit = Audit(clock, ids)

    # -- looking -------------------------------------------------------------------------------------------

    async def of(self, number: str) -> PortedNumber | None:
        """None for a number that is not entered. Raises Refused: `number.malformed`, `number.not_mainland`."""
        return await self._stored(self._key(mainland_mobile(number).e164))

    async def counts(self) -> dict[Carrier, int]:
        """How many each carrier has got."""
        found = dict(await self._store.read("messaging.ported_counts"))
        return {row.carrier: found.get(row.carrier, 0) for row in CARRIERS}

    # -- changing ------------------------------------------------------------------------------------------

    async def port(
        self, number: str, carrier: Carrier, *, since_ms: Millis | None = None, actor: str
    ) -> PortedNumber:
        """The number is this carrier's, whatever was known of it; since now unless it is said.

        Raises Refused: `number.malformed`, `number.not_mainland`, `number.ported_full`.
        """
        e164 = mainland_mobile(number).e164
        key = self._key(e164)
        before = await self._stored(key)
        if before is None and await self._room() < 1:
            raise _full()
        after = PortedNumber(carrier, self._clock.now_ms() if since_ms is None else since_ms, actor)
        facts = {"before": None if before is None else before.carrier, "after": carrier}
        await commit_change(
            self._store,
            (
                ("messaging.port_number", (key, after.carrier, after.since_ms, after.source), 1),
                await self._event(actor, "messaging.port_number", mask(e164), **facts),
            ),
            ((TOPIC, str(key)),),
        )
        return after

    async def unport(self, number: str, *, actor: str) -> PortedNumber:
        """The number is again what its prefix says. What was known of it.

        Raises Refused: `number.malformed`, `number.not_mainland`, `number.not_ported`.
        """
        e164 = mainland_mobile(number).e164
        key = self._key(e164)

        async def attempt() -> PortedNumber:
            before = await self._stored(key)
            if before is None:
                raise Refused(
                    "number.not_ported",
                    en="this number is not entered as ported",
                    zh="该号码没有携号转网记录",
                    number=mask(e164),
                )
            await commit_change(
                self._store,
                (
                    ("messaging.unport_number", (key,), 1),
                    await self._event(actor, "messaging.unport_number", mask(e164), before=before.carrier),
                ),
                ((TOPIC, str(key)),),
            )
            return before

        return await again_on_conflict(attempt)

    async def take(self, lines: Iterable[bytes], name: str, *, actor: str, unfit: Unfit) -> Imported:
        """Enter the lines of a file called `name`: `number,carrier[,since]`, with a heading or without.

        A line counts when it names another carrier than is known and is not older; one that does not say since when is
        of now. Lines are stored in batches, each whole or not at all. The audit trail says that it began, with the
        first batch, and how it ended. `unfit` hears of each line that does not fit.
        Raises Refused("number.ported_full"): what was stored until then stays.
        """
        began = await self._event(actor, "messaging.begin_import", name)
        run = Import(self._store, self._clock.now_ms(), self._key, name, began)
        room = await self._room()
        for batch in run.batches(lines, unfit):
            if len(batch) > room:  # perhaps: some are known, and what was stored was not all new
                room = await self._room()
                if await self._unknown(batch) > room:
                    raise _full()
            room -= await run.keep(batch)
        done = run.done()
        if done.stored or done.known:
            root = await self._identity.root_account()
            await self._identity.record_event(
                root.id, actor, "messaging.end_import", name,
                lines=done.lines, stored=done.stored, known=done.known, unfit=done.unfit,
            )  # fmt: skip
        return done

    # -- what they share -----------------------------------------------------------------------------------

    def _key(self, e164: str) -> int:
        return self._hash(e164, _PURPOSE)

    async def _stored(self, key: int) -> PortedNumber | None:
        row = one(await self._store.read("messaging.ported_number", key))
        return None if row is None else PortedNumber(*row)

    async def _room(self) -> int:
        return MOST_NUMBERS - sum((await self.counts()).values())

    async def _unknown(self, keys: Iterable[int]) -> int:
        asked = list(keys)
        return len(asked) - len(await self._store.read("messaging.ported_some", json_list(asked)))

    async def _event(self, actor: str, action: str, object_: str, **facts: object) -> Statement:
        root = await self._identity.root_account()
        return self._audit.event(root.id, actor, action, object_, **facts)


def _full() -> Refused:
    return Refused(
        "number.ported_full",
        en=f"{MOST_NUMBERS:,} ported numbers are entered, more do not fit into a server's memory",
        zh=f"携号转网记录已达上限 {MOST_NUMBERS:,} 个，服务器内存无法容纳更多",
        most=MOST_NUMBERS,
    )

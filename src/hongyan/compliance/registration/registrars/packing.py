"""Packs as people ask for them: what waits for one, what it would hold, taking it, and having it once more.

What was taken is kept as a list of filings, not as a file: a pack holds IDs of people, and the same registrations make the same
pack again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from hongyan.compliance.refusals import refusal
from hongyan.compliance.registration.desk import Registrations
from hongyan.compliance.registration.model import Registration, RegistrationFilter
from hongyan.compliance.registration.networks import NETWORKS, Network
from hongyan.compliance.registration.reasons import REASONS
from hongyan.compliance.registration.registrars.pack import (
    MOST_AT_ONCE,
    MOST_BYTES,
    Pack,
    PackBuilder,
    PackRegistrar,
    file_pack,
)
from hongyan.compliance.registration.registrars.parties import Parties
from hongyan.compliance.registration.registrars.port import reference_of
from hongyan.compliance.registration.sheets.layouts import Layout
from hongyan.compliance.registration.states import RegistrationState
from hongyan.compliance.rules.core import Words
from hongyan.identity import Actor, Identity, commit_change
from hongyan.kernel.clock import Clock, Millis, beijing
from hongyan.kernel.errors import Refused
from hongyan.storage.port import Store, one

_FILING: Final = msgspec.json.Decoder(tuple[tuple[int, str], ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class PackWish:
    """`channel`, `sign_name`: "" for all. `again`: of what was filed and is not answered, instead of what waits.
    `most_bytes`: of its papers."""

    network: Network
    channel: str = ""
    sign_name: str = ""
    most: int = MOST_AT_ONCE
    again: bool = False
    as_csv: bool = False
    most_bytes: int = MOST_BYTES


@dataclass(frozen=True, slots=True)
class Drafted:
    """`more`: others would have fitted too."""

    pack: Pack
    more: bool


@dataclass(frozen=True, slots=True)
class TakenPack:
    """`filings`: registrations with their references, in the order of the sheet."""

    reference: str
    network: Network
    made_ms: Millis
    actor: str
    as_csv: bool
    filings: tuple[tuple[int, str], ...]

    @property
    def position(self) -> tuple[Millis, str]:
        """In the list of packs."""
        return self.made_ms, self.reference


class Packs:
    """`clock`: the business clock. `channel_ids`: of the configured channels of a name."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        identity: Identity,
        desk: Registrations,
        builder: PackBuilder,
        parties: Parties,
        channel_ids: Callable[[str], Awaitable[set[int]]],
    ) -> None:
        self._store = store
        self._clock = clock
        self._identity = identity
        self._desk = desk
        self._builder = builder
        self._parties = parties
        self._channel_ids = channel_ids

    async def draft(
        self, wish: PackWish, actor: Actor, *, layout: Layout | None = None, dry_run: bool = False
    ) -> Drafted:
        """What a pack holds, without its content on a dry run. Files nothing. `layout`: other columns than the operator's.

        Raises Refused("registration.pack_size", ".channel_unknown", ".nothing_waits" of one signature, ".layout_of_other",
        ".pack_too_large").
        """
        drafted = await self._draft(wish, actor, layout, dry_run=dry_run)
        if wish.sign_name and not (drafted.pack.filings or drafted.pack.left_out):
            raise await self._nothing_waits(wish)
        return drafted

    async def _draft(self, wish: PackWish, actor: Actor, layout: Layout | None, *, dry_run: bool) -> Drafted:
        if not 0 < wish.most <= MOST_AT_ONCE:
            raise Refused(
                "registration.pack_size",
                en=f"a pack is of 1 to {MOST_AT_ONCE} registrations (most), not of {wish.most}",
                zh=f"每个报备包包含 1 至 {MOST_AT_ONCE} 条报备（most），不能为 {wish.most}",
            )
        columns = layout or self._layout(wish.network)
        if columns.network != wish.network:
            raise Refused(
                "registration.layout_of_other",
                en=f"these columns are {columns.network}'s, not {wish.network}'s",
                zh=f"该列模板属于 {columns.network}，而非 {wish.network}",
            )
        rows = await self._wanted(wish)
        pack = await self._builder.build(
            *(rows[: wish.most], columns, actor),
            as_csv=wish.as_csv,
            dry_run=dry_run,
            most_bytes=wish.most_bytes,
        )
        return Drafted(pack, len(rows) > wish.most)

    async def file(self, pack: Pack, actor: Actor, *, as_csv: bool = False) -> list[Registration]:
        """Somebody has taken it: see `file_pack`."""
        filings = [(each.registration_id, each.reference) for each in pack.filings]
        root = await self._identity.root_account()
        event = self._identity.event(
            *(root.id, actor.name, "compliance.take_filing_pack", pack.reference),
            network=pack.network,
            filings=len(filings),
        )
        row = (
            *(pack.reference, pack.network, self._clock.now_ms(), actor.name, int(as_csv)),
            msgspec.json.encode(filings).decode(),
        )
        await commit_change(self._store, [("compliance.add_filing_pack", row, None), event])
        return await file_pack(self._desk, pack, actor)

    async def file_as_drafted(self, reference: str, wish: PackWish, actor: Actor) -> TakenPack:
        """File what `draft` showed under this reference, and nothing else. Again it files what is left of it.

        Raises Refused("registration.pack_changed") when something else waits now.
        """
        known = await self._find(reference)
        if known is None:
            drafted = await self._draft(wish, actor, None, dry_run=True)
            if not drafted.pack.filings or drafted.pack.reference != reference:
                raise refusal("registration.pack_changed")
            await self.file(drafted.pack, actor, as_csv=wish.as_csv)
        elif left := [row for row in await self._rows(known) if row.unfiled]:
            pack = await self._builder.build(left, self._layout(known.network), actor, dry_run=True)
            await file_pack(self._desk, replace(pack, reference=reference), actor)
        return await self.get(reference)

    async def get(self, reference: str) -> TakenPack:
        """Raises Refused("registration.pack_unknown")."""
        found = await self._find(reference)
        if found is None:
            raise refusal("registration.pack_unknown")
        return found

    async def page(self, *, before_ms: Millis, before: str, limit: int) -> list[TakenPack]:
        """The newest first, from behind the one that was made then under this reference."""
        rows = await self._store.read("compliance.filing_packs", before_ms, before, limit)
        return [_pack(row) for row in rows]

    async def again(self, reference: str, actor: Actor, *, most_bytes: int = MOST_BYTES) -> Pack:
        """The pack with its content, made once more. Raises Refused("registration.pack_unknown", ".pack_gone" when it would be
        another one, ".pack_too_large")."""
        known = await self.get(reference)
        rows = await self._rows(known)
        if len(rows) == len(known.filings):
            pack = await self._builder.build(
                *(rows, self._layout(known.network), actor), as_csv=known.as_csv, most_bytes=most_bytes
            )
            if pack.reference == reference and pack.content is not None:
                return pack
        raise refusal("registration.pack_gone")

    async def _find(self, reference: str) -> TakenPack | None:
        row = one(await self._store.read("compliance.filing_pack", reference))
        return None if row is None else _pack(row)

    async def _rows(self, pack: TakenPack) -> list[Registration]:
        """Its registrations that have not begun anew since."""
        found = []
        for number, reference in pack.filings:
            row = await self._desk.get(number)
            if reference_of(row) == reference:
                found.append(row)
        return found

    async def _wanted(self, wish: PackWish) -> list[Registration]:
        """What waits to be filed, or, again, for its answer; numbers that are gone are not filed any more."""
        ids = await self._channel_ids(wish.channel) if wish.channel else set()
        if wish.channel and not ids:
            raise Refused(
                "registration.channel_unknown",
                en=f"no channel is called {wish.channel}, or its sender is no number",
                zh=f"没有名为 {wish.channel} 的通道，或其发送方不是号码",
            )
        wanted = RegistrationFilter(
            network=wish.network,
            sign_name=wish.sign_name,
            registrar=PackRegistrar.name,
            state=RegistrationState.REGISTERING,
            unfiled=not wish.again,
        )
        return [
            row
            async for row in (cell.registration async for cell in self._desk.all_cells(wanted))
            if (not wish.channel or row.channel_id in ids) and (row.filed_ms is not None) is wish.again
        ]

    async def _nothing_waits(self, wish: PackWish) -> Refused:
        """Of one signature: where it stands instead."""
        carrier, name = NETWORKS[wish.network].words, wish.sign_name
        wanted = RegistrationFilter(network=wish.network, sign_name=name)
        stands = [_stand(row) async for row in self._desk.all(wanted)]
        if not stands:
            return Refused(
                "registration.nothing_began",
                en=f"nothing of a signature {name} was begun with {carrier.en}: check the name, or start it with"
                f" `hongyan registration start {name} --carrier {wish.network}`",
                zh=f"没有签名 {name} 向{carrier.zh}的报备：请检查名称，或先发起（hongyan registration start {name}"
                f" --carrier {wish.network}）",
            )
        en, zh = "; ".join(each.en for each in stands), "；".join(each.zh for each in stands)
        return Refused(
            "registration.nothing_waits",
            en=f"nothing of {name} waits for a pack to {carrier.en}: {en}",
            zh=f"签名 {name} 没有等待放入{carrier.zh}报备包的报备：{zh}",
        )

    def _layout(self, network: Network) -> Layout:
        return self._parties.layout(network, beijing(self._clock.now_ms()).date())


def _stand(row: Registration) -> Words:
    if row.unfiled:
        return Words(
            f"{row.sender}: to be filed by {row.registrar}", f"{row.sender}：待提交（{row.registrar}）"
        )
    if row.state is RegistrationState.REGISTERING:
        day = f"{beijing(row.filed_ms or 0):%Y-%m-%d}"
        return Words(
            f"{row.sender}: filed on {day} and not answered (its pack once more: --again)",
            f"{row.sender}：{day} 已提交，等待答复（重新生成报备包：--again）",
        )
    words = REASONS[row.reason].words
    return Words(f"{row.sender}: {words.en}", f"{row.sender}：{words.zh}")


def _pack(row: tuple[Any, ...]) -> TakenPack:
    reference, network, made_ms, actor, as_csv, filings = row
    return TakenPack(reference, network, made_ms, actor, bool(as_csv), _FILING.decode(filings))

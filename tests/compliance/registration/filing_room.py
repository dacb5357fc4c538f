"""A room with everything that files: the operator's names, a collector, packs, answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from in_process_store import InProcessStore
from registration_room import NAME, RegistrationRoom, make_registration_room

from hongyan.compliance.registration import Network, Registration, RegistrationFilter, Registrations
from hongyan.compliance.registration.registrars.collecting import Collector
from hongyan.compliance.registration.registrars.pack import Pack, PackBuilder, file_pack
from hongyan.compliance.registration.registrars.packing import Packs
from hongyan.compliance.registration.registrars.parties import Parties
from hongyan.compliance.registration.sheets.apart import SheetsApart
from hongyan.compliance.registration.sheets.importing import AnswerImport
from hongyan.compliance.registration.sheets.program import read_bounded
from hongyan.identity import Actor, Identity, Vault
from hongyan.kernel.clock import ManualClock, beijing
from hongyan.kernel.ids import IdMaker

LIAISON = Actor("cli:liaison")
FILING_TOML = """
[operator]
name = "鸿雁平台"
organization_code = "91330106MA2HY0002X"
[channels.one.code_holder]
name = "某通信公司"
"""


class SheetsHere(SheetsApart):
    """The same program, without the second that a process takes to start."""

    async def _answer(self, data: bytes, words: tuple[str, ...]) -> bytes:
        return read_bounded(*words, data)


@dataclass
class FilingRoom:
    room: RegistrationRoom
    identity: Identity
    parties: Parties

    async def channel_name(self, number: int) -> str:
        return next(each.name for each in self.room.channels if each.id == number)

    def new_collector(self) -> Collector:
        return Collector(self.identity, self.room.tenant.compliance, self.parties, self.channel_name)

    @property
    def desk(self) -> Registrations:
        return self.room.registrations

    async def unfiled(self, network: Network = "mobile", name: str = NAME) -> list[Registration]:
        """A name of "" means everybody's, also that of the complimentary signature."""
        wanted = RegistrationFilter(network=network, sign_name=name, unfiled=True)
        return [row async for row in self.desk.all(wanted)]

    async def pack(self, network: Network = "mobile", name: str = NAME, **options: bool) -> Pack:
        """Of what waits; not filed yet."""
        layout = self.parties.layout(network, beijing(self.room.clock.now_ms()).date())
        rows = await self.unfiled(network, name)
        return await PackBuilder(self.new_collector()).build(rows, layout, LIAISON, **options)

    def packs(self) -> Packs:
        async def channel_ids(name: str) -> set[int]:
            return {each.id for each in self.room.channels if each.name == name}

        room, builder = self.room, PackBuilder(self.new_collector())
        return Packs(*(room.store, room.clock, room.identity, self.desk, builder, self.parties), channel_ids)

    async def filed(self, network: Network = "mobile", name: str = NAME) -> list[Registration]:
        return await file_pack(self.desk, await self.pack(network, name), LIAISON)

    async def usable_template(self, name: str = NAME) -> None:
        """Of which a sample is taken."""
        await self.room.tenant.template(related_sign_name=name)
        await self.room.tenant.approve_open()

    def answers(self) -> AnswerImport:
        return AnswerImport(self.desk, self.room.clock, SheetsHere())


async def make_filing_room(
    store: InProcessStore, clock: ManualClock, ids: IdMaker, folder: Path, **options: object
) -> FilingRoom:
    room = await make_registration_room(store, clock, ids, **options)  # type: ignore[arg-type]
    path = folder / "filing.toml"
    path.write_text(FILING_TOML, "utf-8")
    identity = Identity(store, clock, ids, Vault(bytes(range(32))))
    parties = Parties(path)

    return FilingRoom(room, identity, parties)

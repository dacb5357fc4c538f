"""The REST door of a room that files: its operator, its tenant, and a stranger."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from filing_room import FilingRoom, SheetsHere, make_filing_room
from in_process_store import InProcessStore
from registration_room import RegistrationRoom
from rest_client import RestClient

from hongyan.apis.rest import RestDoor, Services
from hongyan.compliance.registration.closing import Closings
from hongyan.compliance.registration.evidence.trials import Trial, Trials
from hongyan.compliance.registration.evidence.verification import Verification
from hongyan.compliance.registration.filing import Filing
from hongyan.compliance.registration.migrating import Migration
from hongyan.compliance.registration.routing import Unregistered
from hongyan.compliance.registration.waves import Waves
from hongyan.identity import AccountKind
from hongyan.kernel.clock import ManualClock
from hongyan.kernel.ids import IdMaker
from hongyan.kernel.numbers import parse_number

CANARY = "13312345678"


@dataclass
class Sending:
    """What test sends ask of sending."""

    sent: list[Trial] = field(default_factory=list)

    async def send(self, trial: Trial) -> int:
        self.sent.append(trial)
        return 1_000 + len(self.sent)

    async def network_of(self, written: str) -> tuple[str, str | None]:
        number = parse_number(written)
        return number.e164, number.carrier


@dataclass
class FilingDoor:
    filing: FilingRoom
    operator: RestClient
    tenant: RestClient
    stranger: RestClient
    trials: Trials
    sending: Sending
    waves: Waves

    @property
    def room(self) -> RegistrationRoom:
        return self.filing.room

    async def actions(self, account_id: int) -> list[str]:
        """Of the audit trail, the newest first."""
        return [each.action for each in await self.room.identity.audit_events(account_id)]


async def make_filing_door(
    store: InProcessStore, clock: ManualClock, ids: IdMaker, folder: Path, **options: object
) -> FilingDoor:
    filing = await make_filing_room(store, clock, ids, folder, **options)
    room, sending = filing.room, Sending()
    identity, compliance = room.identity, room.tenant.compliance

    async def places() -> list[object]:
        return list(room.channels)

    trials = Trials(
        *(store, clock, ids),
        signature=compliance.signature,
        template=compliance.template,
        network_of=sending.network_of,
        send=sending.send,
        canaries=(CANARY,),
    )
    verification = Verification(
        *(store, clock, room.registrations.apply, lambda _code: "other"),
        networks=room.registrations.networks,
        unregistered=Unregistered.SMALL,
        most=100,
        sandbox=False,
    )
    waves = Waves(store, clock, room.registrations, identity)
    migration = Migration(
        *(store, clock, identity, room.registrations, compliance.signatures),
        *(compliance.qualifications, compliance.extension_codes, places, SheetsHere()),  # type: ignore[arg-type]
    )
    closings = Closings(room.registrations)
    made = Filing(filing.packs(), filing.answers(), closings, None, waves, migration)  # type: ignore[arg-type]
    services = Services(identity, compliance, None, clock, made, trials, verification, None)  # type: ignore[arg-type]
    door = RestDoor(services)
    other = await identity.create_account(
        AccountKind.ENTERPRISE, "other", company_name="某公司", uscc=None, actor="test"
    )

    async def client(account_id: int) -> RestClient:
        return RestClient(door, await identity.create_key(account_id, "app", actor="test"))

    return FilingDoor(
        filing,
        await client((await identity.root_account()).id),
        await client(room.tenant.account_id),
        await client(other.id),
        trials,
        sending,
        waves,
    )

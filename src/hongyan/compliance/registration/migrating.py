"""Takes over what was registered elsewhere before: tenants, signatures, codes, filings. What is there already stays.

A filing that is taken over awaits verification instead of being filed again: messages show whether the carrier still knows it.
A signature that is taken over is approved with the qualification of its enterprise when the tenant has one, else without;
binding one later registers it again, as it does for everybody (seed 003).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from hongyan.compliance.extension_codes import CodeFilter, CodeSource, ExtensionCodes
from hongyan.compliance.model import SignatureMaterial, SignType, Tag
from hongyan.compliance.qualifications import QualificationFilter, Qualifications
from hongyan.compliance.registration.desk import Registrations
from hongyan.compliance.registration.moving import Told
from hongyan.compliance.registration.networks import Network
from hongyan.compliance.registration.places import ChannelPlaces, places_of
from hongyan.compliance.registration.sheets.apart import SheetsApart
from hongyan.compliance.registration.sheets.matching import Fit
from hongyan.compliance.registration.sheets.migration import MigrationColumn, MigrationRow
from hongyan.compliance.registration.sheets.words import Result
from hongyan.compliance.registration.states import REGISTRATION, RegistrationEvent, RegistrationState
from hongyan.compliance.road import TOPIC_SIGNATURE, road_key
from hongyan.compliance.rules.core import Words
from hongyan.compliance.signatures import Signatures
from hongyan.compliance.signatures.checks import signature_problems
from hongyan.compliance.states import State
from hongyan.compliance.uscc import is_uscc
from hongyan.identity import Account, AccountKind, Actor, Identity, commit_change
from hongyan.kernel.clock import Clock, Millis, beijing, day_of, day_start
from hongyan.kernel.errors import Refused
from hongyan.storage.port import Store

LONGEST_NAME: Final = 150
"""Of a tenant or its enterprise, as the vendor's CompanyName."""
MIGRATION_PROBLEMS: Final = {
    "migration.names_nothing": Words(
        "the row needs a tenant, a signature and a number", "该行缺少租户、签名或号码"
    ),
    "migration.network_unknown": Words("nobody knows this carrier", "无法识别运营商"),
    "migration.network_not_counted": Words(
        "signatures are not registered with this carrier here (HONGYAN_REGISTRATION_NETWORKS)",
        "本平台不向该运营商报备（HONGYAN_REGISTRATION_NETWORKS）",
    ),
    "migration.number_rounded": Words(
        "the spreadsheet has rounded the number; format the column as text",
        "号码已被表格软件舍入，请将该列设为文本格式",
    ),
    "migration.number_unknown": Words(
        "no channel has this number for this tenant and carrier; add the channel first",
        "没有通道使用该号码（或不供该租户、该运营商使用），请先添加通道",
    ),
    "migration.code_taken": Words(
        "the extension code is another signature's, or was until a short time ago",
        "扩展码属于其他签名，或仍在隔离期内",
    ),
    "migration.not_accepted": Words(
        "the carrier had not accepted it; start it here", "运营商尚未通过，请在本平台发起报备"
    ),
    "migration.tenant_incomplete": Words(
        "this tenant is not here yet: its enterprise and valid social credit code are needed (18 characters, the last one checks"
        " the others); correct the sheet",
        "该租户尚不存在，需要企业名称和有效的统一社会信用代码（18 位，末位为校验码），请在表格中更正",
    ),
    "migration.tenant_differs": Words(
        "the tenant was verified as another enterprise", "该租户已认证为其他企业"
    ),
    "migration.tenant_name": Words(
        f"the name of a tenant or of its enterprise is longer than {LONGEST_NAME} characters",
        f"租户名称或企业名称超过 {LONGEST_NAME} 个字符",
    ),
    "migration.day_unfit": Words("a day cannot be read, or is still to come", "日期无法识别，或晚于今天"),
    "migration.name_unfit": Words("this cannot be the name of a signature", "该内容不能作为签名"),
    "migration.state": Words(
        "the registration is at a point here at which an earlier one changes nothing",
        "该报备在本平台所处状态不接受历史报备",
    ),
}
"""Code -> words."""
_C: Final = MigrationColumn
PROBLEM_CELLS: Final[Mapping[str, tuple[MigrationColumn, ...]]] = {
    "migration.names_nothing": (),
    "migration.network_unknown": (_C.NETWORK,),
    "migration.network_not_counted": (_C.NETWORK,),
    "migration.number_rounded": (_C.NUMBER, _C.ACCESS, _C.CODE),
    "migration.number_unknown": (_C.NUMBER, _C.ACCESS, _C.CODE),
    "migration.code_taken": (_C.NUMBER, _C.ACCESS, _C.CODE),
    "migration.not_accepted": (_C.RESULT,),
    "migration.tenant_incomplete": (_C.COMPANY, _C.USCC),
    "migration.tenant_differs": (_C.COMPANY, _C.USCC),
    "migration.tenant_name": (_C.TENANT, _C.COMPANY),
    "migration.day_unfit": (_C.FILED, _C.ANSWERED),
    "migration.name_unfit": (_C.SIGN_NAME,),
    "migration.state": (),
}
"""Code -> the columns that it is about, whose cells are told with it."""


_NUMBER: Final = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Migrated:
    """What became of one row on one network, `network` None when that is not known. `made`: what was not there: tenant,
    signature, code, filing. `problem`: a code of MIGRATION_PROBLEMS; `refused`: why something else was not taken."""

    row: MigrationRow
    network: Network | None
    fit: Fit
    made: tuple[str, ...] = ()
    problem: str = ""
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class _Taking:
    """What the rows of one file share. `claimed`: extension code -> the tenant and the signature of the first row that brings
    it, for a dry run, which stores none."""

    file: str
    digest: str
    actor: Actor
    dry_run: bool
    claimed: dict[str, tuple[int | str, str]] = field(default_factory=dict)


class Migration:
    """`places`: the channels that are configured. `clock`: the business clock."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        identity: Identity,
        desk: Registrations,
        signatures: Signatures,
        qualifications: Qualifications,
        codes: ExtensionCodes,
        places: ChannelPlaces,
        sheets: SheetsApart,
    ) -> None:
        self._store = store
        self._clock = clock
        self._identity = identity
        self._desk = desk
        self._signatures = signatures
        self._qualifications = qualifications
        self._codes = codes
        self._places = places
        self._sheets = sheets

    async def take(
        self,
        data: bytes,
        file: str,
        actor: Actor,
        *,
        dry_run: bool = False,
        told: Callable[[Migrated], None] = lambda _migrated: None,
    ) -> list[Migrated]:
        """Row by row, each for itself. On a dry run what earlier rows would make counts as not made, but a code that an
        earlier row gives to another signature is found. Raises Refused("sheet.…") over a file that cannot be read at all."""
        taking = _Taking(file, hashlib.sha256(data).hexdigest(), actor, dry_run)
        done: list[Migrated] = []
        for row in await self._sheets.migration(data):
            for each in await self._row(row, taking):
                told(each)
                done.append(each)
        return done

    async def _row(self, row: MigrationRow, taking: _Taking) -> Sequence[Migrated]:
        problem = _problem(row, self._clock.now_ms())
        if problem or not row.networks:
            return [Migrated(row, None, Fit.UNFIT, problem=problem)]
        found: list[Migrated] = []
        for network in row.networks:
            try:
                found.append(await self._on(row, network, taking))
            except Refused as error:
                found.append(Migrated(row, network, Fit.UNFIT, refused=error))
        return found

    async def _on(self, row: MigrationRow, network: Network, taking: _Taking) -> Migrated:
        unfit = Migrated(row, network, Fit.UNFIT)
        if network not in self._desk.networks:
            return replace(unfit, problem="migration.network_not_counted")
        account = await self._account(row.tenant)
        problem = _tenant_problem(row, account)
        if problem:
            return replace(unfit, problem=problem)
        account_id = account.id if account else 0
        code = await self._code(row.number, network, account_id)
        if code is None:
            return replace(unfit, problem="migration.number_unknown")
        view = await self._signatures.find(account_id, row.sign_name) if account else None
        material = SignatureMaterial(SignType.GENERAL, row.source, row.third_party, None)
        today = beijing(self._clock.now_ms()).date()
        if view is None and list(signature_problems(row.sign_name, material, today)):
            return replace(unfit, problem="migration.name_unfit")
        held = await self._codes.of_signature(view.standing.id) if view else ()
        holder = (account.id if account else row.tenant, row.sign_name)
        taken = code and code not in held and await self._is_assigned(code)
        if taken or taking.claimed.get(code, holder) != holder:
            return replace(unfit, problem="migration.code_taken")
        registration = await self._desk.at(view.standing.id, network, row.number) if view else None
        state = registration.state if registration else REGISTRATION.first
        if state in (RegistrationState.AWAITING, RegistrationState.SUCCESS):
            return Migrated(row, network, Fit.KNOWN)
        if not REGISTRATION.allows(state, RegistrationEvent.IMPORTED):
            return replace(unfit, problem="migration.state")
        made = (
            *(("tenant",) if account is None else ()),
            *(("signature",) if view is None else ()),
            *(("code",) if code and code not in held else ()),
            "filing",
        )
        if taking.dry_run:
            if code:
                taking.claimed[code] = holder
            return Migrated(row, network, Fit.NEW, made)
        account = account or await self._new_account(row, taking.actor)
        if view is None:
            await self._new_signature(account, row.sign_name, material, row.uscc, taking.actor)
        if "code" in made:
            await self._codes.assign(
                account.id, row.sign_name, code, by=CodeSource.PLATFORM, primary=not held, actor=taking.actor
            )
        await self._import(account.id, row, network, taking)
        return Migrated(row, network, Fit.NEW, made)

    async def _account(self, said: str) -> Account | None:
        """By its number, or by its name."""
        if _NUMBER.fullmatch(said) and int(said) < 2**63:
            return await self._identity.account(int(said))
        return await self._identity.account_named(said)

    async def _new_account(self, row: MigrationRow, actor: Actor) -> Account:
        return await self._identity.create_account(
            AccountKind.ENTERPRISE, row.tenant, company_name=row.company, uscc=row.uscc, actor=actor.name
        )

    async def _code(self, number: str, network: Network, account_id: int) -> str | None:
        """The digits behind the access number of a channel that would have this number; None when none would."""
        channels = await self._places()
        for channel in sorted(channels, key=lambda each: -len(each.access_number)):
            if not number.startswith(channel.access_number):
                continue
            code = number[len(channel.access_number) :]
            places = places_of(account_id, [code] if code else [], [channel], (network,))
            if any(place.sender == number for place in places):
                return code
        return None

    async def _is_assigned(self, code: str) -> bool:
        _, found = await self._codes.page(CodeFilter(code=code, released=True), limit=1)
        return bool(found)

    async def _new_signature(
        self, account: Account, name: str, material: SignatureMaterial, uscc: str, actor: Actor
    ) -> None:
        wanted = QualificationFilter(states=(State.APPROVED,))
        _, found = await self._qualifications.page(account.id, wanted, limit=100, offset=0)
        codes = {uscc or account.uscc}
        fitting = next((each.id for each in found if each.material.organization_code in codes), None)
        bound = replace(material, qualification_id=fitting)
        _, steps = self._signatures.given_steps(account.id, name, bound, actor, Tag.TENANT)
        await commit_change(self._store, steps, [(TOPIC_SIGNATURE, road_key(account.id, name))])

    async def _import(self, account_id: int, row: MigrationRow, network: Network, taking: _Taking) -> None:
        came_back = {
            "file": taking.file,
            "sha256": taking.digest,
            "sheet": row.sheet,
            "row": row.row,
            "evidence": row.evidence[:500],
            "filed_ms": row.filed_ms,
        }
        now_ms = self._clock.now_ms()
        at_ms = min(row.answered_ms or row.filed_ms or now_ms, now_ms)
        told = Told(at_ms=at_ms, reference=row.reference[:64], registrar="migration", came_back=came_back)
        await self._desk.import_filing(
            account_id, row.sign_name, network, row.number, actor=taking.actor, told=told
        )


def _problem(row: MigrationRow, now_ms: Millis) -> str:
    if not (row.tenant and row.sign_name and row.number):
        return "migration.names_nothing"
    if row.rounded:
        return "migration.number_rounded"
    if row.networks is None:
        return "migration.network_unknown"
    if max(len(row.tenant), len(row.company)) > LONGEST_NAME:
        return "migration.tenant_name"
    tomorrow_ms = day_start(day_of(now_ms) + 1)
    if row.unread or any(day is not None and day >= tomorrow_ms for day in (row.filed_ms, row.answered_ms)):
        return "migration.day_unfit"
    return "" if row.result is Result.ACCEPTED else "migration.not_accepted"


def _tenant_problem(row: MigrationRow, account: Account | None) -> str:
    if account is None:
        return "" if row.company and is_uscc(row.uscc) else "migration.tenant_incomplete"
    said, verified = (
        (row.uscc, _plain(row.company)),
        (account.uscc or "", _plain(account.company_name or "")),
    )
    differs = any(each and known and each != known for each, known in zip(said, verified, strict=True))
    return "migration.tenant_differs" if differs and not row.third_party else ""


def _plain(name: str) -> str:
    """Brackets of either width, and blanks, make no other company."""
    return "".join(unicodedata.normalize("NFKC", name).split())

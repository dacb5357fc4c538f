"""The registrar of people: a pack to hand in, an answer sheet to bring back.

A pack is a ZIP archive of the carrier's sheet, the papers, and a manifest with the SHA-256 of each file and the whole chain of
each filing. It is the same archive whenever it is made of the same registrations, and taking it is what files them.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from hongyan.compliance.registration.desk import Registrations
from hongyan.compliance.registration.model import Registration
from hongyan.compliance.registration.moving import Told
from hongyan.compliance.registration.networks import Network
from hongyan.compliance.registration.registrars.collecting import Collector
from hongyan.compliance.registration.registrars.port import (
    Filed,
    FiledPaper,
    Filing,
    FilingAnswer,
    PaperRole,
    Party,
    reference_of,
)
from hongyan.compliance.registration.sheets.fields import Places
from hongyan.compliance.registration.sheets.layouts import Layout
from hongyan.compliance.registration.sheets.writing import write_csv, write_xlsx, zipped
from hongyan.compliance.registration.states import RegistrationEvent
from hongyan.identity import Actor
from hongyan.kernel.errors import Refused

MOST_AT_ONCE: Final = 500
"""Registrations of one pack: a pack is made in memory."""
MOST_BYTES: Final = 200 * 1024 * 1024
"""Of the papers of one pack."""
MANIFEST: Final = "manifest.json"

ROLE_NAMES: Final = {
    PaperRole.LICENSE: "营业执照",
    PaperRole.LEGAL_EMBLEM: "法人证件-国徽面",
    PaperRole.LEGAL_PORTRAIT: "法人证件-人像面",
    PaperRole.ADMIN_EMBLEM: "经办人证件-国徽面",
    PaperRole.ADMIN_PORTRAIT: "经办人证件-人像面",
    PaperRole.QUALIFICATION_OTHER: "其他资质材料",
    PaperRole.LETTER: "授权委托书",
    PaperRole.TRADEMARK: "商标证明",
    PaperRole.APP_RECORD: "APP备案证明",
    PaperRole.SIGNATURE_OTHER: "签名材料",
}
"""How papers are called in a pack."""


class PackRegistrar:
    """Files nothing by itself."""

    name = "pack"
    simulated = False
    by_hand = True

    async def file(self, filings: Sequence[Filing]) -> Sequence[Filed]:
        return ()

    async def answers(self, waiting: Sequence[Registration]) -> Sequence[FilingAnswer]:
        return ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A registration that is not in the pack. `missing`: headings of columns that nothing fills; `unsaid`: those of them that
    the operator has to say, as table and key of the file of HONGYAN_FILING; `too_long`: of columns that have no room; `error`:
    why it could not be collected."""

    registration: Registration
    missing: tuple[str, ...] = ()
    too_long: tuple[str, ...] = ()
    unsaid: tuple[tuple[str, str], ...] = ()
    error: Refused | None = None


@dataclass(frozen=True, slots=True)
class Pack:
    """`reference`: of the pack, by its content. `content`: None on a dry run. `left_out`: they stay unfiled."""

    reference: str
    network: Network
    filings: tuple[Filing, ...]
    left_out: tuple[LeftOut, ...]
    sheet_name: str
    content: bytes | None


class PackBuilder:
    """Makes packs. Nothing is stored but the audit trail; `file_pack` files."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector

    async def build(
        self,
        registrations: Sequence[Registration],
        layout: Layout,
        actor: Actor,
        *,
        as_csv: bool = False,
        dry_run: bool = False,
        most_bytes: int = MOST_BYTES,
    ) -> Pack:
        """Of at most MOST_AT_ONCE registrations of the layout's network, in their order. `most_bytes`: of its papers, on a dry
        run too. Raises Refused("registration.pack_too_large")."""
        filings, left_out = await self._filings(registrations, layout, actor)
        _check_size(filings, most_bytes)
        places = {each.registration_id: _places(each) for each in filings}
        rows = [layout.row(each, _roles(each, places[each.registration_id])) for each in filings]
        sheet = await asyncio.to_thread(write_csv if as_csv else write_xlsx, layout, rows)
        reference = _pack_reference(layout.network, filings)
        sheet_name = f"{reference}.{'csv' if as_csv else 'xlsx'}"
        content = None
        if not dry_run and filings:
            files = [(sheet_name, sheet)]
            for filing in filings:
                for filed, place in places[filing.registration_id]:
                    files.append((place, await self._collector.content(filed, actor)))
            files.append((MANIFEST, _manifest(reference, layout, filings, files)))
            content = await asyncio.to_thread(zipped, files)
        return Pack(
            reference,
            layout.network,
            tuple(filings),
            tuple(left_out),
            sheet_name,
            content,
        )

    async def _filings(
        self, registrations: Sequence[Registration], layout: Layout, actor: Actor
    ) -> tuple[list[Filing], list[LeftOut]]:
        filings: list[Filing] = []
        left_out: list[LeftOut] = []
        for registration in registrations:
            try:
                filing = await self._collector.filing(registration, actor)
            except Refused as error:
                left_out.append(LeftOut(registration, error=error))
                continue
            places = _roles(filing, _places(filing))
            missing, too_long = layout.missing(filing, places), layout.too_long(filing, places)
            if missing or too_long:
                unsaid = layout.unsaid(filing, places)
                left_out.append(LeftOut(registration, tuple(missing), tuple(too_long), tuple(unsaid)))
            else:
                filings.append(filing)
        return filings, left_out


def _check_size(filings: Sequence[Filing], most: int) -> None:
    if sum(filed.paper.size for filing in filings for filed in filing.papers) > most:
        raise Refused(
            "registration.pack_too_large",
            en=f"the papers of this pack are larger than {most} bytes; make it of fewer registrations (most)",
            zh=f"该报备包的材料超过 {most} 字节，请减少报备数量（most）",
        )


async def file_pack(desk: Registrations, pack: Pack, actor: Actor) -> list[Registration]:
    """The registrations of a pack that somebody has taken: from now on the carrier's time runs. One that was filed or begun
    anew in between is left as it is."""
    noted = []
    for filing in pack.filings:
        row = await desk.get(filing.registration_id)
        if not row.unfiled or reference_of(row) != filing.reference:
            continue
        sent = {"pack": pack.reference, "chain": chain_facts(filing), "papers": len(filing.papers)}
        told = Told(reference=filing.reference, sent=sent)
        event = RegistrationEvent.FILED
        try:
            noted.append(await desk.apply(row.id, event, actor=actor, told=told, version=row.version))
        except Refused:  # changed between the two
            continue
    return noted


def pack_facts(pack: Pack) -> dict[str, Any]:
    """What it holds and what it does not, for machines. `pack` is None when it holds nothing."""
    return {
        "pack": pack.reference if pack.filings else None,
        "network": pack.network,
        "filings": [
            {
                "registration": each.registration_id,
                "reference": each.reference,
                "sender": each.sender,
                "signature": each.sign_name,
                "chain": chain_facts(each),
                "papers": len(each.papers),
            }
            for each in pack.filings
        ],
        "left_out": [
            {
                "registration": each.registration.id,
                "sender": each.registration.sender,
                "signature": each.registration.sign_name,
                "missing": list(each.missing),
                "too_long": list(each.too_long),
                "unsaid": [f"HONGYAN_FILING: [{table}] {key}" for table, key in each.unsaid],
                "error": None if each.error is None else each.error.code,
            }
            for each in pack.left_out
        ],
    }


def chain_facts(filing: Filing) -> dict[str, dict[str, str]]:
    """The chain, for machines."""
    chain = filing.chain
    return {
        "code_holder": _party(chain.code_holder),
        "operator": _party(chain.operator),
        "authorized": _party(chain.authorized),
        "authorizer": _party(chain.authorizer),
    }


def _party(party: Party) -> dict[str, str]:
    return {"name": party.name, "organization_code": party.organization_code}


def _places(filing: Filing) -> list[tuple[FiledPaper, str]]:
    """Where each paper lies: a folder for each filing, files called by what they prove."""
    found: list[tuple[FiledPaper, str]] = []
    counts: dict[PaperRole, int] = {}
    for filed in filing.papers:
        count = counts[filed.role] = counts.get(filed.role, 0) + 1
        number = "" if count == 1 else f"-{count}"
        suffix = filed.paper.file_name.rpartition(".")[2].lower()
        found.append((filed, f"材料/{filing.reference}/{ROLE_NAMES[filed.role]}{number}.{suffix}"))
    return found


def _roles(filing: Filing, places: Sequence[tuple[FiledPaper, str]]) -> Places:
    roles = {role: (f"（沙箱替身）{key}",) for role, key in filing.stand_ins}
    for filed, place in places:
        roles[filed.role] = (*roles.get(filed.role, ()), place)
    return roles


def _pack_reference(network: Network, filings: Sequence[Filing]) -> str:
    digest = hashlib.sha256("\n".join(each.reference for each in filings).encode()).hexdigest()
    return f"HYP-{network}-{digest[:12]}"


def _manifest(
    reference: str, layout: Layout, filings: Sequence[Filing], files: Sequence[tuple[str, bytes]]
) -> bytes:
    facts: dict[str, Any] = {
        "pack": reference,
        "network": layout.network,
        "layout": {"valid_from": layout.valid_from, "source": layout.source},
        "filings": [
            {
                "reference": each.reference,
                "sender": each.sender,
                "signature": each.sign_name,
                "chain": chain_facts(each),
            }
            for each in filings
        ],
        "files": [
            {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in files
        ],
    }
    return msgspec.json.format(msgspec.json.encode(facts), indent=2)

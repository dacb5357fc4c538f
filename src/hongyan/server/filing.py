"""Wires what files with carriers: who does it, by HONGYAN_REGISTRAR, and what people and the job file with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from ssl import SSLContext
from typing import Final

from hongyan.carriers.channels import Channels
from hongyan.compliance import Compliance
from hongyan.compliance.registration import RegistrarChoice
from hongyan.compliance.registration.closing import Closings
from hongyan.compliance.registration.filing import Filing
from hongyan.compliance.registration.migrating import Migration
from hongyan.compliance.registration.places import ChannelPlaces
from hongyan.compliance.registration.registrars.collecting import Collector
from hongyan.compliance.registration.registrars.http import HttpRegistrar, Reply, Send, away
from hongyan.compliance.registration.registrars.job import FilingJob
from hongyan.compliance.registration.registrars.pack import PackBuilder, PackRegistrar
from hongyan.compliance.registration.registrars.packing import Packs
from hongyan.compliance.registration.registrars.parties import Parties
from hongyan.compliance.registration.registrars.port import FiledPaper, Registrar
from hongyan.compliance.registration.registrars.simulator import SimulatorRegistrar, read_scenario
from hongyan.compliance.registration.sheets.apart import SheetsApart
from hongyan.compliance.registration.sheets.importing import AnswerImport
from hongyan.compliance.registration.waves import Waves
from hongyan.config import Settings, entries
from hongyan.identity import Actor, Identity
from hongyan.kernel.clock import Clock
from hongyan.kernel.errors import Misconfigured, Refused
from hongyan.messaging.callbacks import Guard, HttpPost, trusted
from hongyan.messaging.callbacks.addresses import read_url
from hongyan.messaging.callbacks.posting import NotPosted
from hongyan.server.configured_channels import configured_routes
from hongyan.storage.port import Store

_PROGRAM: Final = Actor("registrar:http")
SIMULATOR, PACK, HTTP = "simulator", "pack", "http"


def registrar_name(settings: Settings, *, sandbox: bool) -> str:
    """Who files from now on. Raises Misconfigured where nobody would hear of it."""
    name = settings.registrar or (SIMULATOR if sandbox else PACK)
    if name == SIMULATOR and not sandbox:
        raise _wrong(
            "HONGYAN_REGISTRAR=simulator is for the sandbox; with a carrier, say pack or http",
            "HONGYAN_REGISTRAR=simulator 仅用于沙箱；已接入运营商时请使用 pack 或 http",
        )
    return name


def simulator_of(settings: Settings, clock: Clock) -> SimulatorRegistrar:
    """By the scenario of the settings. Raises Misconfigured."""
    path = settings.registrar_scenario
    return SimulatorRegistrar(clock, read_scenario(Path(path)) if path else None)


def registrar_choice(settings: Settings, simulator: SimulatorRegistrar, *, sandbox: bool) -> RegistrarChoice:
    """What registrations that begin from now on are told."""
    name = registrar_name(settings, sandbox=sandbox)
    if name == SIMULATOR:
        return RegistrarChoice(name, simulated=True, at_once=simulator.at_once)
    return RegistrarChoice(name)


def build_filing(
    settings: Settings,
    store: Store,
    clock: Clock,
    real_clock: Clock,
    identity: Identity,
    compliance: Compliance,
    channels: Channels,
    simulator: SimulatorRegistrar,
    places: ChannelPlaces,
    *,
    sandbox: bool,
) -> Filing:
    """Raises Misconfigured over what the settings say of the registrar and the parties."""
    parties = Parties(Path(settings.filing) if settings.filing else None)
    compliance.lacking.by(parties.layout)

    async def channel_names() -> dict[int, str]:
        routes = await configured_routes(settings, channels, sandbox=sandbox)
        return {each.id: each.name for each in routes}

    async def channel_name(channel_id: int) -> str:
        return (await channel_names()).get(channel_id, str(channel_id))

    async def channel_ids(name: str) -> set[int]:
        return {number for number, each in (await channel_names()).items() if each == name}

    collector = Collector(identity, compliance, parties, channel_name)

    async def open_paper(filed: FiledPaper) -> bytes:
        return await collector.content(filed, _PROGRAM)

    registrars: list[Registrar] = [PackRegistrar()]
    if sandbox:
        registrars.append(simulator)
    if registrar_name(settings, sandbox=sandbox) == HTTP or settings.registrar_url:
        _check_url(settings, sandbox=sandbox)
        guard = Guard(entries(settings.registrar_networks), everywhere=sandbox)
        send = registrar_send(guard, trusted(settings.callback_ca))
        registrars.append(
            HttpRegistrar(settings.registrar_url, settings.registrar_secret, real_clock, send, open_paper)
        )
    sheets = SheetsApart()
    return Filing(
        Packs(
            *(store, clock, identity, compliance.registrations, PackBuilder(collector), parties),
            channel_ids,
        ),
        AnswerImport(compliance.registrations, clock, sheets),
        Closings(compliance.registrations),
        FilingJob(store, real_clock, compliance.registrations, registrars, collector.filing),
        Waves(store, clock, compliance.registrations, identity),
        Migration(
            *(store, clock, identity, compliance.registrations, compliance.signatures),
            *(compliance.qualifications, compliance.extension_codes, places, sheets),
        ),
    )


def registrar_send(guard: Guard, trust: SSLContext | None = None) -> Send:
    """HTTP to the operator's program, by the same careful client that callbacks go by."""
    post = HttpPost(guard, trust)

    async def send(url: str, headers: Sequence[tuple[str, str]], body: bytes) -> Reply:
        try:
            answer = await post(read_url(url), headers, body)
        except NotPosted as fault:
            raise away(fault.fault.value) from None
        except Refused as error:
            raise away(error.en) from None
        return Reply(answer.status, answer.body)

    return send


def _check_url(settings: Settings, *, sandbox: bool) -> None:
    try:
        target = read_url(settings.registrar_url)
    except Refused:
        raise _wrong(
            "HONGYAN_REGISTRAR_URL must be https:// with a host, as https://filing.example.com/v1, without a login",
            "HONGYAN_REGISTRAR_URL 应为 https:// 加主机名，例如 https://filing.example.com/v1，不含用户名密码",
        ) from None
    if not target.secure and not sandbox:
        raise _wrong(
            "HONGYAN_REGISTRAR_URL must be https://: filings hold the papers and IDs of people",
            "HONGYAN_REGISTRAR_URL 必须为 https://：报备内容包含个人证件信息",
        )
    if not settings.registrar_secret:
        raise _wrong(
            "HONGYAN_REGISTRAR_SECRET is empty; it signs what the registrar is sent",
            "HONGYAN_REGISTRAR_SECRET 为空；该密钥用于对报备请求签名",
        )


def _wrong(en: str, zh: str) -> Misconfigured:
    return Misconfigured("settings.registrar", en=en, zh=zh)

"""The only place that sees every room: builds them and wires them together."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from hongyan.apis.aliyun.callbacks import callback_body
from hongyan.billing import PriceBook
from hongyan.carriers.channels import Channels
from hongyan.carriers.codes import explain
from hongyan.carriers.production import Production, is_production
from hongyan.compliance import ChannelRoom, Compliance, Kind, ReviewMode, platform_sender
from hongyan.compliance.ocr import Bounds, ReadApart, is_installed
from hongyan.compliance.papers import Papers
from hongyan.compliance.registration import ChannelPlace, Registering, RegistrarChoice, networks_named
from hongyan.compliance.registration.arriving import MessageArrivals
from hongyan.compliance.registration.evidence.trials import Trial, Trials
from hongyan.compliance.registration.evidence.verification import Verification
from hongyan.compliance.registration.filing import Filing
from hongyan.compliance.registration.keeping import KeepAlive
from hongyan.compliance.registration.routing import Unregistered
from hongyan.compliance.registration.watch import RegistrationWatch
from hongyan.compliance.review import policies_named
from hongyan.config import Settings, entries
from hongyan.identity import FirstStart, Identity, RootSettings, Vault, open_vault
from hongyan.kernel.clock import Clock, SystemClock
from hongyan.kernel.errors import Misconfigured
from hongyan.kernel.ids import MAX_NODE, IdMaker
from hongyan.kernel.numbers import parse_number
from hongyan.messaging.accept import Accepting
from hongyan.messaging.callbacks import Callbacks, CallbackType, Deliverer, Guard, HttpPost, trusted
from hongyan.messaging.code_counts import CodeCounts
from hongyan.messaging.dispatch import Dispatcher
from hongyan.messaging.failover import Failover
from hongyan.messaging.last_look import LastLook
from hongyan.messaging.model import SendItem, SendRequest
from hongyan.messaging.overdue import Overdue
from hongyan.messaging.ported import PortedCache, PortedNumbers, is_mobile
from hongyan.messaging.receipts import Receipts
from hongyan.messaging.relief import Relief
from hongyan.messaging.replies import Replies
from hongyan.messaging.route import Router
from hongyan.messaging.service import Messaging
from hongyan.server.address import read_address
from hongyan.server.admin_socket import SOCKET
from hongyan.server.configured_channels import configured_routes
from hongyan.server.filing import build_filing, registrar_choice, simulator_of
from hongyan.server.keeping import build_keep_alive
from hongyan.server.logs import configure_logs
from hongyan.server.metrics import Metrics
from hongyan.storage.port import Store
from hongyan.storage.postgres.command_line import PostgresCommandLineStore
from hongyan.storage.sqlite.command_line import CommandLineStore

_SOCKET_PATH_OCTETS = 107
"""Room for a path in sockaddr_un on Linux, without the NUL."""


@dataclass(frozen=True, slots=True)
class Platform:
    """Every room, wired."""

    settings: Settings
    sandbox: bool
    store: Store
    clock: Clock
    real_clock: Clock
    ids: IdMaker
    vault: Vault
    metrics: Metrics
    identity: Identity
    compliance: Compliance
    channels: Channels
    production: Production
    ported_numbers: PortedNumbers
    ported_cache: PortedCache
    router: Router
    dispatcher: Dispatcher
    relief: Relief
    overdue: Overdue
    receipts: Receipts
    replies: Replies
    messaging: Messaging
    callbacks: Callbacks
    deliverer: Deliverer
    verification: Verification
    registration_watch: RegistrationWatch
    trials: Trials
    keep_alive: KeepAlive
    filing: Filing


@dataclass(frozen=True, slots=True)
class Opened:
    """A platform for a command. `first_start`: credentials to show, when this command was the first start."""

    platform: Platform
    first_start: FirstStart | None


def open_data(settings: Settings) -> None:
    """Make the data folder, for its owner only. Raises Misconfigured."""
    longest = len(os.fsencode(settings.data / SOCKET))
    if longest > _SOCKET_PATH_OCTETS:
        raise Misconfigured(
            "settings.data",
            en=f"the path of the data folder {settings.data} is too long: with /{SOCKET} it has {longest} octets, and"
            f" the system takes {_SOCKET_PATH_OCTETS}",
            zh=f"数据目录 {settings.data} 的路径过长：加上 /{SOCKET} 共 {longest} 字节，系统最多支持 {_SOCKET_PATH_OCTETS} 字节",
        )
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(
            "settings.data",
            en=f"the data folder {settings.data} cannot be made: {error.strerror}",
            zh=f"无法创建数据目录 {settings.data}：{error.strerror}",
        ) from None
    if not os.access(settings.data, os.R_OK | os.W_OK | os.X_OK):
        raise Misconfigured(
            "settings.data",
            en=f"the data folder {settings.data} cannot be written: it is somebody else's, or its file system is read-only",
            zh=f"数据目录 {settings.data} 不可写：属于其他用户，或文件系统为只读",
        )


async def is_sandbox(settings: Settings, store: Store) -> bool:
    """No carrier is configured, and the store was never served with one: simulated ones are started. Everything that is not a
    sandbox is production; nothing else decides it."""
    return not settings.smpp and not await is_production(store)


def build(
    settings: Settings, store: Store, *, sandbox: bool, node: int = 0, last_message_id: int = 0
) -> Platform:
    """Wire the rooms on an open store. `node` keeps the ids of two processes apart. Needs a running event loop."""
    clock = SystemClock()
    real_clock = SystemClock()
    ids = IdMaker(clock, node, after=last_message_id)
    vault = open_vault(settings.data, settings.master_key or None)
    metrics = Metrics()
    identity = Identity(store, real_clock, ids, vault)
    ported_cache = PortedCache(store)
    late_messaging: list[Messaging] = []

    async def send_phone_code(number: str, code: str) -> None:
        await _send_phone_code(late_messaging[0], identity, compliance, number, code)

    async def longest_code(account_ids: Collection[int]) -> str | None:
        found = await compliance.extension_codes.longest(account_ids)
        return None if found is None else found.code

    channels = Channels(store, real_clock, ids, vault, identity, longest_code)
    guard = Guard(entries(settings.callback_networks), everywhere=sandbox)
    trust = trusted(settings.callback_ca)
    callbacks = Callbacks(store, real_clock, ids, vault, identity)
    papers = Papers(
        *(store, real_clock, ids, vault, identity), stand_ins=sandbox, keep_days=settings.keep_papers_days
    )
    simulator = simulator_of(settings, clock)
    registering = _registering(
        settings, channels, registrar_choice(settings, simulator, sandbox=sandbox), sandbox=sandbox
    )
    compliance = Compliance(
        store,
        clock,
        ids,
        vault,
        ReviewMode(settings.review_mode(sandbox=sandbox)),
        identity=identity,
        send_phone_code=send_phone_code,
        papers=papers,
        channel_rooms=lambda: channel_rooms(router),
        announce=lambda account_id, kind, facts: [callbacks.event(account_id, _REPORTS[kind], facts)],
        read=ReadApart(Bounds(settings.ocr_memory)) if settings.ocr_memory and is_installed() else None,
        policies=policies_named(entries(settings.review_policies)),
        registering=registering,
        sandbox=sandbox,
    )
    verification = Verification(
        store,
        clock,
        compliance.registrations.apply,
        lambda code: explain(code).row.code_class.value,
        networks=compliance.registrations.networks,
        unregistered=Unregistered(settings.unregistered_sends(sandbox=sandbox)),
        most=settings.small_sends,
        sandbox=sandbox,
    )
    router = Router((), verification.policy)
    codes = compliance.code_memory.index
    failover = Failover(store, router, ported_cache.carrier_of, codes)
    witness = verification.counts
    dispatcher = Dispatcher(
        store,
        clock,
        capacity=settings.lane,
        hooks=metrics,
        failover=failover,
        witness=witness,
        last_look=LastLook(
            compliance.freeze_memory.index, compliance.deletion_memory.index, verification.policy
        ),
    )

    accepting = Accepting(
        store,
        clock,
        ids,
        compliance,
        router,
        PriceBook(),
        dispatcher,
        vault.blind_index,
        ported_cache.carrier_of,
        most_backlog=settings.backlog,
        witness=witness,
    )
    counts = CodeCounts(store, clock, router, codes)
    messaging = Messaging(store, accepting, vault.blind_index, counts)
    late_messaging.append(messaging)
    ported_numbers = PortedNumbers(store, real_clock, ids, identity, vault.blind_index)

    async def network_of(written: str) -> tuple[str, str | None]:
        number = parse_number(written)
        ported = await ported_numbers.of(number.e164) if is_mobile(number) else None
        return number.e164, number.carrier if ported is None else ported.carrier

    async def send_trial(trial: Trial) -> int:
        return await _send_trial(messaging, trial)

    canaries = entries(settings.canary_phones)
    trials = Trials(
        store,
        clock,
        ids,
        signature=compliance.signature,
        template=compliance.template,
        network_of=network_of,
        send=send_trial,
        canaries=canaries,
    )
    return Platform(
        settings,
        sandbox,
        store,
        clock,
        real_clock,
        ids,
        vault,
        metrics,
        identity,
        compliance,
        channels,
        Production(store, real_clock, ids, identity),
        ported_numbers,
        ported_cache,
        router,
        dispatcher,
        Relief(
            real_clock,
            dispatcher,
            failover,
            router,
            (settings.move_codes_after, settings.move_notices_after, settings.move_marketing_after),
        ),
        Overdue(store, clock, witness),
        Receipts(store, clock, metrics, witness),
        Replies(store, clock, ids, vault.blind_index, router, codes),
        messaging,
        callbacks,
        Deliverer(store, real_clock, callbacks, callback_body, HttpPost(guard, trust)),
        verification,
        RegistrationWatch(
            clock,
            compliance.registrations,
            compliance.registration_views,
            MessageArrivals(verification.judging),
        ),
        trials,
        build_keep_alive(store, clock, compliance, verification, trials, identity, network_of, canaries),
        build_filing(
            *(settings, store, clock, real_clock, identity, compliance, channels, simulator),
            registering.channels,
            sandbox=sandbox,
        ),
    )


_REPORTS = {Kind.SIGNATURE: CallbackType.SIGNATURE, Kind.TEMPLATE: CallbackType.TEMPLATE}
"""What applicants' programs are told of a verdict on which kind."""


_DIGITS = 4
"""Of an extension code that the platform gives, where nobody says otherwise: 10,000 signatures behind one access number."""


def _registering(
    settings: Settings, channels: Channels, registrar: RegistrarChoice, *, sandbox: bool
) -> Registering:
    """How signatures are registered with carriers."""

    async def places() -> list[ChannelPlace]:
        return [
            ChannelPlace(
                *(each.id, each.name, each.access_number, each.longest_sender),
                *(each.carriers, each.countries, each.accounts),
            )
            for each in await configured_routes(settings, channels, sandbox=sandbox)
        ]

    digits = settings.extension_digits
    return Registering(
        places,
        networks_named(settings.registration_networks.split(",")),
        registrar,
        digits if digits >= 0 else 0 if sandbox else _DIGITS,
        settings.registration_timeout,
        settings.working_days,
    )


def channel_rooms(router: Router) -> list[ChannelRoom]:
    """What has room behind the numbers of the channels that messages may take."""
    return [
        ChannelRoom(each.name, each.longest_sender - len(each.access_number), each.accounts)
        for each in router.channels
        if each.access_number.isdigit()
    ]


def root_settings(settings: Settings) -> RootSettings:
    """What the environment says of the root account."""
    return RootSettings(
        settings.root_access_key_id or None,
        settings.root_access_key_secret or None,
        settings.root_password or None,
    )


async def _send_trial(messaging: Messaging, trial: Trial) -> int:
    """A test message, as its tenant would send it; its id."""
    item = SendItem(f"00{trial.number}", trial.sign_name, trial.params, trial.extension_code)
    accepted = await messaging.accept(
        SendRequest(trial.account_id, trial.template_code, (item,), "registration test")
    )
    return accepted.message_ids[0]


async def _send_phone_code(
    messaging: Messaging, identity: Identity, compliance: Compliance, number: str, code: str
) -> None:
    """The platform's own verification message, through the same door as everybody's."""
    sender = await platform_sender(identity, compliance)
    await messaging.accept(
        SendRequest(
            account_id=sender.account_id,
            template_code=sender.template_code,
            items=(SendItem(number, sender.sign_name, {"code": code}),),
            request_id="platform",
        )
    )


@asynccontextmanager
async def open_platform(settings: Settings) -> AsyncIterator[Opened]:
    """The rooms for a command on this machine, beside a running server or alone. What they have to tell goes to
    standard error, because standard output is the command's answer."""
    configure_logs("warning", settings.log_format)
    open_data(settings)
    async with AsyncExitStack() as stack:
        store, alone = await _open_store(settings, stack)
        platform = build(settings, store, sandbox=await is_sandbox(settings, store), node=MAX_NODE)
        first = await platform.identity.first_start(root_settings(settings)) if alone else None
        yield Opened(platform, first)


async def _open_store(settings: Settings, stack: AsyncExitStack) -> tuple[Store, bool]:
    """The store for a command, and whether this may be the first start: no server runs that would have made root."""
    server = read_address(settings.data)
    database = settings.database or (server.database if server is not None else "")
    if database:
        shared = PostgresCommandLineStore(database)
        stack.push_async_callback(shared.close)
        await shared.open()
        return shared, True
    store = CommandLineStore(settings.data, settings.data / SOCKET)
    stack.callback(store.close)
    store.open()
    return store, not store.beside_a_server

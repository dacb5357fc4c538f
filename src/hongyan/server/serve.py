"""A server's life: open the store, start the carrier links, answer requests, and stop without losing anything."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog

from hongyan.apis.aliyun import AliyunDoor, DoorSettings, Services
from hongyan.apis.aliyun.large_bodies import MOST_LARGE
from hongyan.apis.aliyun.oss import OssDoor, OssSettings
from hongyan.apis.rest import RestDoor
from hongyan.apis.rest import Services as RestServices
from hongyan.bootstrap import Platform, build, is_sandbox, open_data, root_settings
from hongyan.carriers.production import check_configured
from hongyan.carriers.simulator.control import Reply, call
from hongyan.carriers.simulator.handsets import open_inbox
from hongyan.carriers.switchboard import Switchboard
from hongyan.compliance import platform_sender
from hongyan.config import Settings
from hongyan.console import ConsoleSettings, build_console
from hongyan.identity import FirstStart
from hongyan.kernel.clock import day_of
from hongyan.kernel.errors import HongyanError, Misconfigured
from hongyan.messaging.dispatch import Dispatcher
from hongyan.server.address import ADDRESS_FILE, Address, reachable
from hongyan.server.admin_socket import AdminSocket, is_served
from hongyan.server.channels import RunningChannels, channel_names
from hongyan.server.http import Front, HttpServer
from hongyan.server.readiness import Readiness, Sentence, channel_warnings, too_many_messages
from hongyan.server.simulated_carrier import SimulatedCarrier
from hongyan.storage.port import Change, Done, Maintain, Maintained, ServingStore
from hongyan.storage.postgres.store import PostgresStore
from hongyan.storage.sqlite.database import FILE, busy, check_version
from hongyan.storage.sqlite.store import SqliteStore

log = structlog.get_logger(__name__)

MAINTAIN_EVERY = 10.0
SUPPORTED_MESSAGES = 30_000_000
"""Retained messages on SQLite beyond which /readyz warns (architecture, Tables)."""
GC_THRESHOLD = 50_000
"""Messages wait in memory for their answer, so a generation is full of live objects: look less often."""


@dataclass(frozen=True, slots=True)
class Started:
    """What `hongyan serve` and the demo tell the person in front of the terminal."""

    url: str
    endpoint: str
    first_start: FirstStart | None
    platform: Platform


class Server:
    """One running node."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._failed: str | None = None
        self._stopping = asyncio.Event()
        self._warnings: list[Sentence] = []
        self._maintained = Maintained()

    async def run(self, started: Callable[[Started], None]) -> int:
        """Serve until SIGTERM or SIGINT. The exit code: 0, or 70 when a part of us died. Raises Misconfigured."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        async with contextlib.AsyncExitStack() as stack:
            try:
                await self._start(stack, started)
            except OSError as error:  # e.g. no space left for a file that names us
                data = self._settings.data
                raise Misconfigured(
                    "settings.data",
                    en=f"cannot start with the data folder {data}: {error}",
                    zh=f"无法使用数据目录 {data} 启动：{error}",
                ) from error
            await self._stopping.wait()
            log.info("stopping")
        return 70 if self._failed else 0

    def stop(self) -> None:
        """Begin a graceful stop."""
        self._stopping.set()

    def _lost(self, what: str) -> None:
        if not self._stopping.is_set():
            self._failed = what
            log.error("a part of ours ended unexpectedly; stopping, a restart recovers", part=what)
            self._stopping.set()

    def _begin(self, what: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run a part of us as a task. One that fails takes the server with it: half of one serves nobody."""

        async def watched() -> None:
            try:
                await work
            except Exception:
                log.exception("a part of ours failed", part=what)
                self._lost(what)

        return asyncio.create_task(watched())

    async def _start(self, stack: contextlib.AsyncExitStack, started: Callable[[Started], None]) -> None:
        settings = self._settings
        open_data(settings)
        store = await self._open_store(stack)
        sandbox = await is_sandbox(settings, store)
        if not sandbox:
            await check_configured(store, main=bool(settings.smpp))
        platform = build(
            settings, store, sandbox=sandbox, node=store.node, last_message_id=store.last_message_id
        )
        platform.dispatcher.backlog = store.open_items
        first_start = await platform.identity.first_start(root_settings(settings))
        if not sandbox:
            await platform.production.mark(settings.access_number if settings.smpp else "")
        await platform_sender(platform.identity, platform.compliance)
        await platform.compliance.start()
        await platform.ported_cache.start()
        stack.callback(self._begin("ported numbers", platform.ported_cache.follow()).cancel)
        stack.push_async_callback(platform.verification.ledger.flush)
        await platform.verification.start()
        for what, work in (
            ("registrations", platform.verification.memory.follow()),
            ("evidence", platform.verification.count()),
            ("judging", platform.verification.judging.run()),
            ("registrations by time", platform.registration_watch.run()),
            ("test sends", platform.trials.run()),
            ("filing", platform.filing.job.run()),
        ):
            stack.callback(self._begin(what, work).cancel)
        await platform.compliance.code_memory.start()
        stack.callback(self._begin("extension codes", platform.compliance.code_memory.follow()).cancel)
        await platform.compliance.freeze_memory.start()
        stack.callback(self._begin("freezes", platform.compliance.freeze_memory.follow()).cancel)
        await platform.compliance.deletion_memory.start()
        stack.callback(self._begin("deletions", platform.compliance.deletion_memory.follow()).cancel)
        stack.callback(self._begin("health of signatures", platform.compliance.health.run()).cancel)
        stack.push_async_callback(platform.compliance.readings.close)
        stack.callback(self._begin("papers to read", platform.compliance.readings.follow()).cancel)
        channels = await self._open_channels(stack, platform, store)
        stack.callback(self._begin("callbacks", platform.deliverer.run()).cancel)
        self._watch(platform, channels, store)
        http = HttpServer(
            self._front(platform, channels, store),
            settings.host,
            settings.port,
            largest_body=max(settings.largest_body, OssSettings().max_body, MOST_LARGE),
        )
        serving = self._begin("http", self._serve_http(http))
        stack.push_async_callback(_stop_http, http, serving)
        while not http.started:
            if serving.done():
                raise Misconfigured(
                    "settings.port",
                    en=f"cannot listen on {settings.host}:{settings.port}; choose another with --port",
                    zh=f"无法监听 {settings.host}:{settings.port}，请用 --port 指定其他端口",
                )
            await asyncio.sleep(0.005)
        admin = AdminSocket(settings.data, store)
        await admin.open()
        stack.push_async_callback(admin.close)
        address = self._announce(stack, http.port)
        stack.callback(self._begin("housekeeping", self._maintain(platform)).cancel)
        gc.collect()
        gc.freeze()
        gc.set_threshold(GC_THRESHOLD, 20, 50)
        log.info("serving", url=address.url, data=str(settings.data), sandbox=sandbox)
        started(Started(address.url, address.endpoint, first_start, platform))

    async def _open_store(self, stack: contextlib.AsyncExitStack) -> ServingStore:
        settings = self._settings
        store: ServingStore
        if settings.database:
            store = PostgresStore(settings.database, most_waiting=settings.queue)
        else:
            await self._check_file()
            store = SqliteStore(settings.data, most_waiting=settings.queue)
        await store.open(lambda: self._lost("store"))
        stack.push_async_callback(store.close)
        return store

    async def _check_file(self) -> None:
        """Refuse at once what the writer process would refuse later, or after waiting for a server that is ending."""
        path = self._settings.data / FILE
        if path.exists():
            check_version(path)
        if await is_served(self._settings.data):
            raise busy(self._settings.data)

    async def _open_channels(
        self, stack: contextlib.AsyncExitStack, platform: Platform, store: ServingStore
    ) -> Switchboard:
        settings = self._settings
        carrier = None
        if platform.sandbox:
            carrier = SimulatedCarrier(settings.data, scenario=settings.scenario, handsets=settings.handsets)
            await carrier.start(lambda: self._lost("simulated carrier"))
            stack.push_async_callback(carrier.stop)
        channels = RunningChannels(settings, platform, self._begin)
        stack.push_async_callback(_stop_channels, channels.switchboard, platform.dispatcher, store)
        await channels.start(carrier)
        stack.callback(self._begin("channels", channels.follow()).cancel)
        stack.callback(self._begin("waiting messages", channels.relieve()).cancel)
        return channels.switchboard

    def _front(self, platform: Platform, channels: Switchboard, store: ServingStore) -> Front:
        settings = self._settings
        door = AliyunDoor(
            platform.identity,
            Services(platform.messaging, platform.compliance, platform.clock),
            platform.vault,
            clock=platform.real_clock,
            settings=DoorSettings(
                max_body=settings.largest_body,
                old_actions=settings.old_actions == "alive",
                public_url=settings.public_url,
            ),
            observe=platform.metrics.answered,
        )

        async def reply(number: str, to: str, text: str) -> None:
            await call(settings.data, Reply(number, to, text))

        console = build_console(
            platform.identity,
            platform.messaging,
            lambda: channel_names(platform),
            lambda: open_inbox(settings.data),
            reply,
            ConsoleSettings(sandbox=platform.sandbox),
            platform.clock,
        )

        def ready() -> Readiness:
            parts = {
                "store": not store.closed,
                "carrier": channels.ready,
                "queue": store.waiting < settings.queue,
            }
            return Readiness(parts, [*self._warnings, *channel_warnings(channels.samples())])

        rest = RestDoor(
            RestServices(
                *(platform.identity, platform.compliance, platform.callbacks, platform.clock),
                *(platform.filing, platform.trials, platform.verification, platform.keep_alive),
            ),
            observe=platform.metrics.counted,
        )
        papers = OssDoor(
            platform.compliance.papers, public_url=settings.public_url, observe=platform.metrics.counted
        )
        return Front(door, console, rest, papers, platform.metrics.text, ready)

    async def _serve_http(self, http: HttpServer) -> None:
        try:
            await http.serve()
        except SystemExit:  # uvicorn's answer to a port it cannot have; the caller says it in our words
            return

    def _announce(self, stack: contextlib.AsyncExitStack, port: int) -> Address:
        shown = reachable(self._settings.host)
        address = Address(os.getpid(), f"http://{shown}:{port}", f"{shown}:{port}", self._settings.database)
        path = self._settings.data / ADDRESS_FILE
        path.write_bytes(msgspec.json.encode(address))
        stack.callback(path.unlink, missing_ok=True)
        return address

    async def _maintain(self, platform: Platform) -> None:
        while True:
            await asyncio.sleep(MAINTAIN_EVERY)
            try:
                await self._maintain_once(platform)
            except HongyanError as error:
                log.warning("housekeeping was put off", why=error.code)
            except Exception:  # e.g. of a disk that is full: it may be better in the next round
                log.exception("housekeeping failed")

    async def _maintain_once(self, platform: Platform) -> None:
        now_ms, keep_days = platform.clock.now_ms(), self._settings.keep_days
        platform.replies.forget_old()
        outcome = await platform.store.commit(Maintain(now_ms, platform.real_clock.now_ms(), keep_days))
        if isinstance(outcome, Maintained):
            self._maintained = outcome
        await platform.dispatcher.expire()
        await platform.overdue.look()
        await platform.verification.ledger.drop_old()
        await platform.compliance.papers.erase_deleted()
        await platform.compliance.start()
        await platform.compliance.papers.drop_unused()
        await platform.filing.waves.carry_on()
        await platform.keep_alive.carry_on()
        await platform.callbacks.drop_old()
        if not self._settings.database:
            since = day_of(now_ms) - keep_days if keep_days else 0
            retained = (await platform.messaging.usage(None, since))["accepted"]
            too_many = retained > SUPPORTED_MESSAGES
            self._warnings = [too_many_messages(retained, SUPPORTED_MESSAGES)] if too_many else []

    def _watch(self, platform: Platform, channels: Switchboard, store: ServingStore) -> None:
        platform.metrics.channels(channels.samples)
        platform.metrics.housekeeping(lambda: self._maintained)
        gauge, counter = platform.metrics.gauge, platform.metrics.counter
        gauge("hongyan_store_waiting_rows", "rows that wait for a group", lambda: store.waiting)
        gauge(
            "hongyan_outbox_messages",
            "messages without a carrier's answer",
            lambda: platform.dispatcher.backlog,
        )
        gauge(
            "hongyan_lane_parts", "parts in memory that wait for a slot", lambda: platform.dispatcher.waiting
        )
        gauge("hongyan_submits_in_flight", "submits without an answer", lambda: channels.in_flight)
        gauge("hongyan_link_bound", "carrier links that are bound", lambda: channels.bound)
        counter(
            "hongyan_messages_moved",
            "messages that went to another channel because one refused them",
            lambda: platform.dispatcher.moved,
        )
        counter(
            "hongyan_messages_relieved",
            "messages that went to another channel because theirs could not send them",
            lambda: platform.dispatcher.relieved,
        )
        counter(
            "hongyan_messages_without_receipt",
            "messages that ended because their receipts never came",
            lambda: platform.overdue.ended,
        )
        gauge(
            "hongyan_ported_numbers",
            "numbers that another carrier serves than their prefix says",
            lambda: platform.ported_cache.count,
        )
        watch = platform.registration_watch
        platform.metrics.registrations(lambda: watch.counts)
        platform.metrics.silent(lambda: watch.silent)
        health = platform.compliance.health
        platform.metrics.ailments(lambda: health.counts, lambda: health.counts_ahead)
        gauge(
            "hongyan_frozen",
            "signatures, templates and tenants that are frozen",
            lambda: platform.compliance.freeze_memory.index.count,
        )
        gauge(
            "hongyan_registrations_overdue",
            "registrations that carriers have longer than is usual",
            lambda: watch.overdue,
        )
        gauge(
            "hongyan_registrations_unfiled",
            "registrations that wait to be handed in to their carrier",
            lambda: watch.unfiled,
        )
        counter(
            "hongyan_registrations_timed_out",
            "registrations that failed because no carrier answered",
            lambda: watch.timed_out,
        )
        counter(
            "hongyan_registrations_lapsed",
            "registrations that lapsed because nothing was sent",
            lambda: watch.lapsed,
        )
        job = platform.filing.job
        counter("hongyan_filings", "registrations that a registrar has taken", lambda: job.filed)
        counter(
            "hongyan_filings_put_off",
            "attempts to file a registration that are made again later",
            lambda: job.put_off,
        )
        verification = platform.verification
        counter(
            "hongyan_registrations_verified",
            "registrations that were verified by what arrives",
            lambda: verification.judging.verified,
        )
        counter(
            "hongyan_registrations_doubted",
            "registrations that were doubted because of what arrives",
            lambda: verification.judging.doubted,
        )
        counter(
            "hongyan_registration_alerts",
            "carriers' codes that piled up on a signature, so that it may not be registered there",
            lambda: verification.alerts.raised,
        )
        deliverer = platform.deliverer
        counter(
            "hongyan_callbacks_delivered", "callbacks that programs have taken", lambda: deliverer.delivered
        )
        counter(
            "hongyan_callback_attempts_failed",
            "attempts to deliver a callback that were not taken",
            lambda: deliverer.failed,
        )
        counter(
            "hongyan_callbacks_given_up",
            "callbacks that were given up after their last attempt",
            lambda: deliverer.given_up,
        )
        counter("hongyan_store_groups", "groups committed", lambda: store.groups)
        counter("hongyan_store_commands", "commands committed", lambda: store.rows)


async def _stop_http(http: HttpServer, serving: asyncio.Task[None]) -> None:
    http.should_exit = True
    await serving


async def _stop_channels(channels: Switchboard, dispatcher: Dispatcher, store: ServingStore) -> None:
    clean = await channels.stop(drain=not store.closed)
    unanswered = len(dispatcher.doubts)
    clean = clean and await dispatcher.doubts.leave()
    if clean:
        outcome = await store.commit(Change((("storage.note_clean_stop", (), None),)))
        clean = isinstance(outcome, Done)
    log.info("carrier links are closed", clean=clean, unanswered=unanswered)

"""One connection to a carrier: sockets and timers around a session of `protocols`, and what its events mean for messages.

Connects, logs in, submits while the window, the rate and the store allow, stores what comes back, reconnects with a
growing and jittered wait. What a dead connection never answered goes back to the dispatcher. What differs between
protocols is the dialect's business.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import structlog

from hongyan.carriers.connection import Connection, Ended
from hongyan.carriers.counts import LinkCounts
from hongyan.carriers.dialects.port import ClientSession, Dialect, word
from hongyan.carriers.endings import FAULTS, SILENT, ending_of
from hongyan.carriers.incoming import Incoming
from hongyan.carriers.samples import LinkSample
from hongyan.carriers.seldom import Seldom
from hongyan.carriers.throttle import Throttle, TokenBucket
from hongyan.kernel.clock import Clock
from hongyan.messaging.dispatch import MOST_UNSTORED, AnswerKind, Dispatcher
from hongyan.messaging.outgoing import Job, Part, Said
from hongyan.protocols.session.events import (
    BindRefused,
    Bound,
    Delivered,
    DigestMismatch,
    EnquireAnswered,
    Event,
    Ignored,
    LateAnswer,
    Lost,
    Notified,
    PeerUnbound,
    ProtocolBroken,
    SubmitAnswered,
    Unbound,
    VersionRefused,
)
from hongyan.protocols.wire.errors import FieldError
from hongyan.protocols.wire.meanings import version_text

log = structlog.get_logger(__name__)

CONNECT_WITHIN = 10.0
FIRST_RECONNECT = 0.2
LONGEST_RECONNECT = 60.0
HOPELESS_TRIES = 3
"""Logins that a carrier refuses for a reason that another try cannot change."""
AFTER_REFUSED_LOGIN = 60.0
"""Seconds; carriers count login attempts (carrier-protocols.md 8)."""
DRAIN_WITHIN = 10.0
TRY_SILENT_AFTER = 60.0
"""Seconds until routing counts again on a carrier that answered no submit: nothing else would show that it does."""


_ODDITIES: dict[type[Event], str] = {DigestMismatch: "wrong_digest", Notified: "notification"}
"""What some protocol tells beside all others, as metrics and logs call it."""


class LinkState(Enum):
    """REFUSED: the carrier refused our login as one that can never succeed; nothing is tried until it is changed."""

    DOWN = "down"
    CONNECTING = "connecting"
    BOUND = "bound"
    REFUSED = "refused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """Where the carrier is, and how much it takes. `rate`: parts a second on one link, 0 for no limit. `tls`: None for
    a plain connection."""

    host: str
    port: int
    rate: float = 0.0
    tls: ssl.SSLContext | None = None


def _why_refused(event: BindRefused) -> tuple[str, str]:
    """A code of `endings`, and what the carrier says, or offers instead."""
    if isinstance(event, VersionRefused) and (event.offered or not event.status):
        return "other_version", f"version={version_text(event.offered)}" if event.offered else ""
    return "login_refused", event.name


class Link:
    """One of the links of the channel that is called `name`. `number`: which one, from 1. `shared`: the rate of the whole
    channel. `run` lives as long as the link."""

    def __init__(
        self,
        channel_id: int,
        name: str,
        settings: LinkSettings,
        dialect: Dialect,
        *,
        number: int,
        clock: Clock,
        dispatcher: Dispatcher,
        incoming: Incoming,
        shared: TokenBucket,
    ) -> None:
        self._channel_id = channel_id
        self.log = log.bind(channel=name, channel_id=channel_id, link=number)
        self._settings = settings
        self._dialect = dialect
        self._clock = clock
        self._dispatcher = dispatcher
        self._incoming = incoming
        self._queue = dispatcher.queue(channel_id)
        self._bucket = TokenBucket(settings.rate, settings.rate / 10, clock.monotonic())
        self._shared = shared
        self._throttle = Throttle(self._bucket)
        self._connection: Connection[ClientSession] | None = None
        self._planned = False
        self._stopping = asyncio.Event()
        self._progress = asyncio.Event()
        self._over = asyncio.Event()
        self._unstored = 0
        self._unanswered: list[Part] = []
        self._heard_at = clock.monotonic()
        self._silent_since: float | None = None
        self._seldom = Seldom(self.log, clock)
        self._ended: Ended | None = None
        self._since_ms = clock.now_ms()
        self.state = LinkState.DOWN
        self.counts = LinkCounts()
        self.held = False
        """Submits nothing, but stays logged in."""
        self.changed: Callable[[], None] = lambda: None
        """Is called whenever the state is another one."""

    # -- life ----------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Keep the link up until `stop`."""
        self._loop = asyncio.get_running_loop()
        try:
            self._dispatcher.top_up(self._queue)  # beside connecting: a long outbox keeps no link down
            await self._keep_up()
        finally:
            self._become(LinkState.STOPPED)
            self._over.set()

    async def _keep_up(self) -> None:
        wait = FIRST_RECONNECT
        tries = 0
        while not self._stopping.is_set():
            self._become(LinkState.CONNECTING)
            self._ended = ended = await self._connected()
            self._become(LinkState.DOWN)
            self.counts.endings[ended.code] += 1
            if self._stopping.is_set():
                break
            tries = tries + 1 if ended.hopeless else 0
            if tries >= HOPELESS_TRIES:
                await self._give_up(ended.why)
                break
            if ended.worked:
                wait = FIRST_RECONNECT
            elif ended.login_refused:
                wait = AFTER_REFUSED_LOGIN
            pause = wait * random.uniform(0.7, 1.3)  # noqa: S311  spreads reconnects, protects nothing
            tell = (
                self.log.info if ended.worked and ended.why == "unbound" else self.log.warning
            )  # SGIP hangs up when idle
            tell("carrier link is down", why=ended.why, again_in=round(pause, 2))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
            wait = min(wait * 2, LONGEST_RECONNECT)

    def _become(self, state: LinkState) -> None:
        if (state is LinkState.BOUND) is not (self.state is LinkState.BOUND):
            self._since_ms = self._clock.now_ms()
        self.state = state
        self._heard_at, self._silent_since = self.now(), None
        self.changed()

    async def _give_up(self, why: str) -> None:
        self._become(LinkState.REFUSED)
        self.log.error(
            "the carrier refuses our login again and again; it is not tried any more until the channel is changed",
            why=why,
        )
        await self._stopping.wait()

    async def _connected(self) -> Ended:
        connection = Connection(self, self._dialect.session(self.now()), self._loop)
        try:
            await self._connect(connection)
        except FAULTS as error:
            ending, said = ending_of(error)
            return Ended(ending.code, word(f"{self._settings.host}:{self._settings.port} {said}".rstrip()))
        self._connection = connection
        if self._stopping.is_set():
            connection.abort()
        ended = await connection.ended
        self._connection = None
        unanswered = connection.session.unanswered()
        if unanswered:
            self.counts.lost += len(unanswered)
            self._dispatcher.lost(self._channel_id, unanswered)
            self.log.warning(
                "a link ended before these parts were answered; they go again",
                parts=len(unanswered),
            )
        self._progress.set()
        return ended

    async def _connect(self, connection: Connection[ClientSession]) -> None:
        """Raises one of FAULTS: refused, not answered in time, stopped meanwhile, or no address at all."""
        connecting = asyncio.ensure_future(
            self._loop.create_connection(
                lambda: connection, self._settings.host, self._settings.port, ssl=self._settings.tls
            )
        )
        stopping = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait(
            (connecting, stopping), timeout=CONNECT_WITHIN, return_when=asyncio.FIRST_COMPLETED
        )
        stopping.cancel()
        if not connecting.cancel():
            await connecting
        else:
            raise TimeoutError

    async def stop(self, *, drain: bool = True) -> bool:
        """Take no more parts, wait for answers, unbind. True when every answer that came is stored; what was not answered
        is the dispatcher's to know. `drain` False: do not wait, because no answer can be stored any more."""
        self._stopping.set()
        connection = self._connection
        if connection is not None:
            if drain and self.state is LinkState.BOUND:
                await self._drain(connection)
            connection.abort()
        await self._over.wait()
        return not self._unstored

    async def _drain(self, connection: Connection[ClientSession]) -> None:
        session, ended = connection.session, connection.ended
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_WITHIN):
                while not ended.done() and (session.in_flight or self._unstored or session.open_requests):
                    self._progress.clear()
                    await self._progress.wait()
        if not ended.done():
            connection.leave()
            await asyncio.wait((ended,), timeout=DRAIN_WITHIN)

    @property
    def in_flight(self) -> int:
        """Submits without an answer."""
        return self._connection.session.in_flight if self._connection else 0

    @property
    def window(self) -> int:
        """Submits that may wait for an answer; 0 while none may be sent."""
        session = self._connection.session if self._connection else None
        return session.window_free + session.in_flight if session else 0

    @property
    def can_submit(self) -> bool:
        """It is logged in, not only to receive, and the carrier answers what it is sent."""
        return self.state is LinkState.BOUND and self.window > 0 and self._silent_since is None

    def sample(self, name: str) -> LinkSample:
        """The link as it is now."""
        counts, ended = self.counts, self._ended
        answers = counts.answers()
        return LinkSample(
            name=name,
            state=self.state.value,
            since_ms=self._since_ms,
            reason=ended.code if ended else "" if self._silent_since is None else SILENT,
            detail=ended.detail if ended else "",
            window=self.window,
            in_flight=self.in_flight,
            connects=counts.connects,
            logins_refused=counts.logins_refused,
            endings=dict(counts.endings),
            submitted=counts.submitted,
            answers=answers,
            refusals=dict(counts.refusals),
            answered=sum(answers.values()),
            answer_seconds=counts.answer_seconds,
            lost=counts.lost,
            late=counts.late,
            pauses=self._throttle.count,
            ignored=counts.ignored,
            oddities=dict(counts.oddities),
        )

    # -- submitting ----------------------------------------------------------------------------------------

    def wake(self) -> None:
        """There is something to submit; once for all that comes in this turn of the loop."""
        if not self._planned and self.state is LinkState.BOUND:
            self._planned = True
            self._loop.call_soon(self.pump)

    def pump(self) -> None:
        """Submit while window, rate, store and socket allow."""
        self._planned = False
        self._progress.set()
        connection = self._connection
        if connection is None:
            return
        session = connection.session
        if self._unanswered:
            self._give_up_answers(session.timing.answer_timeout)
        if self.state is not LinkState.BOUND or self._stopping.is_set():
            return
        now = self._clock.monotonic()
        if self._silent_since is not None and now - self._silent_since >= TRY_SILENT_AFTER:
            self._heard(now)
        if now >= self._throttle.until and not connection.congested and not self.held:
            now_ms = self._clock.now_ms()
            encode = self._dialect.body
            in_flight = session.in_flight
            free = min(
                self._throttle.room(in_flight, session.window_free),
                MOST_UNSTORED - self._unstored - in_flight,
            )
            while free > 0 and self._bucket.ready(now) and self._shared.ready(now):
                part = self._dispatcher.next(self._queue, now_ms)
                if part is None:
                    break
                self._bucket.spend()
                self._shared.spend()
                job, number = part
                try:
                    body = encode(job, number, now_ms)
                except FieldError as error:
                    self._answer(job, number, AnswerKind.ELSEWHERE, Said(error=f"encode: {error}"))
                    continue
                session.submit(part, body, now)
                self.counts.submitted += 1
                free -= 1
            else:
                if free > 0:
                    wait = max(self._bucket.wait(), self._shared.wait(), 0.001)
                    self._loop.call_later(wait, self.wake)
        self._dispatcher.top_up(self._queue)
        connection.flush()

    def _give_up_answers(self, patience: float) -> None:
        """What the carrier has not answered in time goes again later."""
        parts, self._unanswered = self._unanswered, []
        self.counts.lost += len(parts)
        self._dispatcher.unanswered(self._channel_id, parts, patience)
        self._seldom.tell(
            "parts were not answered in time; they go again later, unless the answers come first", len(parts)
        )
        now = self.now()
        if self._silent_since is None and now - self._heard_at >= patience:
            self._silent_since = now
            self.log.warning(
                "the carrier answers no submit; new messages go by other channels where they may"
            )
            self.changed()

    def _heard(self, now: float) -> None:
        """The carrier answers, or has to show whether it does."""
        self._heard_at = now
        if self._silent_since is not None:
            self._silent_since = None
            self.changed()

    # -- what comes ----------------------------------------------------------------------------------------

    def handle(self, event: Event, connection: Connection[ClientSession]) -> None:
        """One event of the session."""
        kind = type(event)
        if kind is SubmitAnswered:
            assert isinstance(event, SubmitAnswered)
            connection.useful = True
            self._submit_answered(event)
        elif kind is Delivered:
            assert isinstance(event, Delivered)
            sequence = event.sequence
            self._incoming.take(event.pdu, lambda status: connection.answer(sequence, status))
        elif isinstance(event, Bound):
            self._connection = connection  # its answer may be faster than our own return from connecting
            self._become(LinkState.BOUND)
            self._ended = None
            self.counts.connects += 1
            connection.bound_at = self.now()
            self.log.info("carrier link is bound", carrier=event.system_id)
            self.wake()
        elif isinstance(event, Lost):
            self._unanswered.append(event.token)
        elif isinstance(event, LateAnswer):
            self._answered_late(event)
        elif isinstance(event, BindRefused):
            self.counts.logins_refused += 1
            hopeless = event.status in self._dialect.hopeless or isinstance(event, VersionRefused)
            code, detail = _why_refused(event)
            connection.end(Ended(code, detail, login_refused=True, hopeless=hopeless))
        elif isinstance(event, ProtocolBroken):
            connection.end(Ended(event.reason, event.detail, worked=connection.worked))
        elif isinstance(event, PeerUnbound | Unbound):
            connection.end(Ended("unbound", worked=connection.worked))
        elif isinstance(event, Ignored):
            self.counts.ignored += 1
            self._seldom.tell("ignored PDUs", latest=event.reason)
        elif not isinstance(event, EnquireAnswered):
            what = _ODDITIES.get(kind, kind.__name__)
            self.counts.oddities[what] += 1
            self._seldom.tell("a carrier did something unusual", what=what)

    def _submit_answered(self, event: SubmitAnswered) -> None:
        job, number = event.token
        now = self._clock.monotonic()
        self._heard_at = now
        if self._silent_since is not None:
            self._heard(now)
        counts = self.counts
        counts.answer_seconds += event.seconds
        kind, said = self._meant(event)
        if kind is AnswerKind.ACCEPTED:
            counts.accepted += 1
            self._throttle.accepted(now)
            self._answer(job, number, kind, said)
            return
        counts.refused(kind, said.error)
        # a carrier that refuses everything for the moment is asked more slowly, before its retries fill the memory
        if kind is AnswerKind.THROTTLED or (kind is AnswerKind.RETRY and self._queue.keeps_many):
            self._throttle.throttled(now)
            self._dispatcher.throttled(self._queue, job, number)
            self._loop.call_later(max(self._throttle.until - now, 0.0) + 0.001, self.wake)
        else:
            if kind is not AnswerKind.RETRY:
                self._throttle.accepted(now)
            self._answer(job, number, kind, said)

    def _answered_late(self, event: LateAnswer) -> None:
        self.counts.late += 1
        self._seldom.tell("answers came after they had been given up")
        job, number = event.token
        self._unstored += 1
        self._heard(self.now())
        self._dispatcher.answered_late(self._channel_id, job, number, *self._meant(event), self._stored)

    def _meant(self, event: SubmitAnswered | LateAnswer) -> tuple[AnswerKind, Said]:
        if event.status == 0:
            return AnswerKind.ACCEPTED, Said(carrier_id=self._dialect.carrier_id(event.message_id))
        kind, name = self._dialect.verdict(event.status)
        return kind, Said(event.status, error=name)

    def _answer(self, job: Job, number: int, kind: AnswerKind, said: Said) -> None:
        self._unstored += 1
        self._dispatcher.answered(self._channel_id, job, number, kind, said, self._stored)

    def _stored(self) -> None:
        self._unstored -= 1
        self._progress.set()
        self.wake()

    def answered_some(self) -> None:
        """Receipts were acknowledged."""
        self._progress.set()

    def now(self) -> float:
        return self._clock.monotonic()

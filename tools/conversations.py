"""A customer of the simulated carriers that keeps every octet: it logs in, submits, is reported to, gets a reply, asks for life
and leaves, in each protocol, with the sessions and dialects that the platform's links use."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple, cast

from pcap import Conversation

from hongyan.carriers.dialects.cmpp import CmppAccount, CmppDialect
from hongyan.carriers.dialects.port import Dialect
from hongyan.carriers.dialects.sgip import SgipAccount, SgipDialect
from hongyan.carriers.dialects.smgp import SmgpAccount, SmgpDialect
from hongyan.carriers.dialects.smpp import SmppAccount, SmppDialect
from hongyan.carriers.simulator.control import Listener, Reply, call
from hongyan.carriers.simulator.networks import NetworkName
from hongyan.kernel.clock import SystemClock
from hongyan.kernel.text import Repertoire, split
from hongyan.messaging.outgoing import Job
from hongyan.protocols.cmpp.login import V20, V30
from hongyan.protocols.dialects import DialectName
from hongyan.protocols.session.events import BindRequested, Bound, Delivered, Event, SubmitAnswered
from hongyan.protocols.session.states import State
from hongyan.protocols.session.timing import Timing

LOGIN, PASSWORD = "901234", "hongyan"
ACCESS_NUMBER = "1069000012"
SHORT = "【鸿雁】您的验证码是123456。"
LONG = "【鸿雁】" + "尊敬的客户，您的包裹已到。" * 8
LATIN = "[Hongyan] Your code is 123456 ~ {5} min"
REPLY = "收到"
PATIENCE = 15.0
_IDLE = 20.0
TIMING = Timing(enquire_idle=_IDLE)
_CLOCK = SystemClock()


class Spoken(NamedTuple):
    """One protocol: the simulator's network that speaks it, a phone of it, our account there, and what is submitted."""

    name: DialectName
    network: NetworkName
    phone: str
    dialect: Callable[[], Dialect]
    texts: tuple[str, ...] = (SHORT, LONG)
    repertoire: Repertoire = Repertoire.UCS2_ONLY


SPOKEN = (
    Spoken(
        "cmpp2",
        "mobile",
        "13800138000",
        lambda: CmppDialect(CmppAccount(LOGIN, PASSWORD, V20), TIMING, _CLOCK),
    ),
    Spoken(
        "cmpp3",
        "mobile",
        "13800138000",
        lambda: CmppDialect(CmppAccount(LOGIN, PASSWORD, V30), TIMING, _CLOCK),
    ),
    Spoken(
        "sgip",
        "unicom",
        "13000000001",
        lambda: SgipDialect(SgipAccount(LOGIN, PASSWORD, 3_010_012_345), TIMING, _CLOCK),
    ),
    Spoken(
        "smgp", "telecom", "18900000001", lambda: SmgpDialect(SmgpAccount(LOGIN, PASSWORD), TIMING, _CLOCK)
    ),
    Spoken(
        "smpp34",
        "international",
        "447911123456",
        lambda: SmppDialect(SmppAccount(LOGIN, PASSWORD), TIMING),
        (LATIN, SHORT, LONG),
        Repertoire.GSM,
    ),
)


class Recording(asyncio.Protocol):
    """One connection of ours, dialled or taken. What is delivered is acknowledged at once."""

    def __init__(self, session: Any, talk: Conversation, *, dialled: bool) -> None:
        self.session = session
        self.talk = talk
        self._dialled = dialled
        self._changed = asyncio.Event()
        self.bound = False
        self.answered = 0
        self.delivered = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        own, other = (transport.get_extra_info(name)[1] for name in ("sockname", "peername"))
        self.talk.client_port, self.talk.server_port = (own, other) if self._dialled else (other, own)
        self.flush()

    def data_received(self, data: bytes) -> None:
        self.talk.said.append((time.time(), not self._dialled, data))
        for event in self.session.receive(data, time.monotonic()):
            self._take(event)
        self.flush()
        self._changed.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.session.connection_lost()
        self._changed.set()

    def _take(self, event: Event) -> None:
        if isinstance(event, BindRequested):
            self.session.accept_bind()
            self.bound = True
        self.bound |= isinstance(event, Bound)
        self.answered += isinstance(event, SubmitAnswered)
        if isinstance(event, Delivered):
            self.delivered += 1
            self.session.answer_deliver(event.sequence)

    def flush(self) -> None:
        for frame in self.session.bytes_to_send():
            self.talk.said.append((time.time(), self._dialled, frame))
            self._transport.write(frame)
        if self.session.closed:
            self._transport.close()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def carriers() -> AsyncIterator[tuple[Path, dict[str, Any]]]:
    """The simulator with all networks: its folder, and where each network listens."""
    with tempfile.TemporaryDirectory(prefix="hongyan-capture-") as folder:
        scenario = Path(folder) / "scenario.toml"
        scenario.write_text("[receipts]\ndelay = { min = 0.1, max = 0.2 }\n")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hongyan.carriers.simulator", "--data", folder, "--networks", "all"),
            *("--scenario", str(scenario), "--parent-pipe"),
            stdin=PIPE,
            stdout=PIPE,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Path(folder), json.loads(await process.stdout.readline())["networks"]
        finally:
            process.stdin.close()
            await process.wait()


async def hold(spoken: Spoken, folder: Path, where: dict[str, Any]) -> list[Conversation]:
    """One conversation with a network; two where its gateway dials."""
    loop = asyncio.get_running_loop()
    dialect = spoken.dialect()
    now = time.monotonic()
    ours = Recording(dialect.session(now), Conversation(0, 0), dialled=True)
    await loop.create_connection(lambda: ours, where["host"], where["port"])
    await ours.until(lambda: ours.bound)
    receiver = ours
    server = None
    if isinstance(dialect, SgipDialect):
        receiver = Recording(dialect.reverse_session(now), Conversation(0, 0), dialled=False)
        server = await loop.create_server(lambda: receiver, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        await call(folder, Listener(spoken.network, LOGIN, "127.0.0.1", port, LOGIN, PASSWORD))
    parts = 0
    for text in spoken.texts:
        segments = split(text, 7, spoken.repertoire)
        payloads = [segment.user_data for segment in segments]
        expires = _CLOCK.now_ms() + 3_600_000
        number = spoken.phone if spoken.name == "smpp34" else f"86{spoken.phone}"
        job = Job(
            1, 1, 1, 1, 7, number, ACCESS_NUMBER, segments[0].alphabet, payloads, expires, len(payloads)
        )
        for part in range(1, len(payloads) + 1):
            ours.session.submit(parts, dialect.body(job, part, _CLOCK.now_ms()), time.monotonic())
            parts += 1
    ours.flush()
    await ours.until(lambda: ours.answered == parts)
    await receiver.until(lambda: receiver.delivered == parts)
    await call(folder, Reply(number=spoken.phone, to=ACCESS_NUMBER, text=REPLY))
    await receiver.until(lambda: receiver.delivered == parts + 1)
    ours.session.tick(time.monotonic() + _IDLE + 1)  # a heartbeat, or in SGIP the farewell of an idle link
    ours.flush()
    if ours.session.state is State.BOUND:
        ours.session.unbind(time.monotonic())
        ours.flush()
    await ours.until(lambda: ours.session.closed)
    if server is not None:
        server.close()
    return [ours.talk] if receiver is ours else [ours.talk, receiver.talk]

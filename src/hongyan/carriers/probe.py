"""Logging in to a carrier once, to see whether it works: a socket of its own, nothing is submitted.

What a carrier delivers meanwhile is not acknowledged, so that it comes again to the links that serve the channel.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass

from hongyan.carriers.codes import CodeRow, Phase, explain_first
from hongyan.carriers.dialects.port import ClientSession, Dialect
from hongyan.carriers.endings import FAULTS, ending_of, told
from hongyan.carriers.link import CONNECT_WITHIN, LinkSettings
from hongyan.kernel.clock import Clock
from hongyan.kernel.errors import RemoteFault
from hongyan.protocols.session.events import (
    BindRefused,
    Bound,
    DigestMismatch,
    Event,
    PeerUnbound,
    ProtocolBroken,
    Unbound,
    VersionRefused,
)
from hongyan.protocols.wire.meanings import version_text

ANSWER_WITHIN = 15.0
"""Seconds for the answer to a login."""
_GOODBYE_WITHIN = 5.0
_TICK = 0.05
_READ = 65_536
_MOST_UNSENT = 1 << 20
"""Octets. A peer that asks without end and reads no answers is left."""
_ENDS = (BindRefused, PeerUnbound, ProtocolBroken, Unbound)


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A login that worked. `peer`: how the carrier names itself, "" when it does not. `version`: the one it speaks, None
    when it does not say. `digest_differs`: it accepted our secret and proves its own knowledge of it in another way;
    some products do."""

    peer: str
    version: int | None
    connect_seconds: float
    answer_seconds: float
    digest_differs: bool


async def probe(
    where: LinkSettings, dialect: Dialect, protocol: str, clock: Clock, *, within: float = ANSWER_WITHIN
) -> LoggedIn:
    """Connect, log in, leave.

    Raises RemoteFault: `channel.unreachable`, `channel.login_refused` with the facts status and name,
    `channel.no_answer`, `channel.hung_up`, `channel.broken` (also when that comes after the answer to the login).
    """
    begun = clock.monotonic()
    reader, writer = await _connect(where)
    connected = clock.monotonic()
    talk = _Talk(reader, writer, dialect.session(connected), clock)
    try:
        events = await talk.until(Bound, within)
        answered = clock.monotonic()
        bound = next((event for event in events if isinstance(event, Bound)), None)
        if bound is None:
            raise _why(events, where, protocol, within)
        ended = any(isinstance(event, _ENDS) for event in events)
        if any(map(_makes_no_frames, events if ended else await talk.leave())):
            raise _broken(where, protocol)
        differs = any(isinstance(event, DigestMismatch) for event in events)
        return LoggedIn(bound.system_id, bound.version, connected - begun, answered - connected, differs)
    finally:
        writer.transport.abort()


async def _connect(where: LinkSettings) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    try:
        async with asyncio.timeout(CONNECT_WITHIN):
            return await asyncio.open_connection(where.host, where.port, ssl=where.tls)
    except FAULTS as fault:
        ending, detail = ending_of(fault)
        raise RemoteFault(
            "channel.unreachable",
            en=f"cannot connect to {where.host}:{where.port}: {told(ending.en, detail, 'en')}",
            zh=f"无法连接 {where.host}:{where.port}：{told(ending.zh, detail, 'zh')}",
            reason=ending.code,
        ) from fault


class _Talk:
    """One session on one socket."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        session: ClientSession,
        clock: Clock,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._session = session
        self._clock = clock

    async def until(self, wanted: type[Event], within: float) -> list[Event]:
        """Events of the turn that brought the wanted one, or the end of the session; none when the time is over."""
        end = self._clock.monotonic() + within
        while self._clock.monotonic() < end:
            self._write()
            events = await self._turn()
            if any(isinstance(event, (wanted, *_ENDS)) for event in events):
                return events
        return []

    async def leave(self) -> list[Event]:
        """Say goodbye, and wait a little for the answer; events of the last turn."""
        self._session.unbind(self._clock.monotonic())
        events = await self.until(Unbound, _GOODBYE_WITHIN)
        self._write()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(_GOODBYE_WITHIN):
                await self._writer.drain()
        return events

    def _write(self) -> None:
        for frame in self._session.bytes_to_send():
            self._writer.write(frame)

    async def _turn(self) -> list[Event]:
        try:
            async with asyncio.timeout(_TICK):
                data = await self._reader.read(_READ)
        except TimeoutError:
            return self._session.tick(self._clock.monotonic())
        except OSError:
            data = b""
        if not data or self._writer.transport.get_write_buffer_size() > _MOST_UNSENT:
            return self._session.connection_lost()
        return self._session.receive(data, self._clock.monotonic())


def _why(events: Iterable[Event], where: LinkSettings, protocol: str, within: float) -> RemoteFault:
    """Why a login did not work. `protocol`: whose codes are looked up."""
    address, spoken = f"{where.host}:{where.port}", protocol.upper()
    for event in events:
        match event:
            case BindRefused():
                return _refused(event, address, protocol)
            case PeerUnbound() | ProtocolBroken(reason="connection_lost"):
                return RemoteFault(
                    "channel.hung_up",
                    en=f"{address} took the connection and closed it without an answer to the login",
                    zh=f"{address} 接受了连接，但未应答登录就将其关闭",
                )
            case ProtocolBroken(reason="bad_length"):
                return RemoteFault(
                    "channel.broken",
                    en=f"what {address} answers is not {spoken}: its lengths make no sense",
                    zh=f"{address} 的应答不是 {spoken} 协议：长度无效",
                )
    return RemoteFault(
        "channel.no_answer",
        en=f"{address} took the connection and did not answer the login within {within:g} s",
        zh=f"{address} 接受了连接，但 {within:g} 秒内未应答登录",
    )


def _makes_no_frames(event: Event) -> bool:
    return isinstance(event, ProtocolBroken) and event.reason == "bad_length"


def _broken(where: LinkSettings, protocol: str) -> RemoteFault:
    """The login worked, and no link would stay."""
    address, spoken = f"{where.host}:{where.port}", protocol.upper()
    return RemoteFault(
        "channel.broken",
        en=f"{address} took the login, and what follows is not {spoken}: its lengths make no sense",
        zh=f"{address} 登录成功，但随后的数据不是 {spoken} 协议：长度无效",
    )


def _refused(event: BindRefused, address: str, protocol: str) -> RemoteFault:
    row = _meaning(event.status, protocol)
    refusal_en, refusal_zh = f"refuses the login: {row.en}", f"拒绝登录：{row.zh}"
    hint_en, hint_zh = row.advice_en, row.advice_zh
    if isinstance(event, VersionRefused):
        if not event.status:
            refusal_en, refusal_zh = (
                "took the login and answered as another version",
                "接受了登录，但以其他协议版本应答",
            )
        hint_en, hint_zh = _other_version(event.offered)
    return RemoteFault(
        "channel.login_refused",
        en=f"{address} {refusal_en} ({event.name}, status {event.status}). {hint_en}",
        zh=f"{address} {refusal_zh}（{event.name}，状态码 {event.status}）。{hint_zh}",
        status=event.status,
        name=event.name,
    )


def _other_version(offered: int) -> tuple[str, str]:
    if not offered:
        return (
            "Set version to the one on the carrier's account sheet.",
            "请按运营商给的账户参数设置 version。",
        )
    version = version_text(offered)
    return (
        f"It offers version {version}: set version={version}.",
        f"对端支持版本 {version}：请设置 version={version}。",
    )


def _meaning(status: int, protocol: str) -> CodeRow:
    """A login has a list of its own where the protocol has one."""
    return explain_first(str(status), protocol, (Phase.LOGIN, Phase.ANSWER)).row

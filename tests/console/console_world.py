"""A console with rooms behind it that live in memory, and a visitor who keeps cookies like a browser."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http.cookies import SimpleCookie
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode, urlsplit

from starlette.types import ASGIApp

from hongyan.console import ConsoleSettings, build_console
from hongyan.identity.model import Account, AccountKind, LoginSession, Person
from hongyan.kernel.clock import ManualClock, Millis, day_of
from hongyan.kernel.errors import Misconfigured, Refused, Throttled
from hongyan.kernel.ids import IdMaker
from hongyan.kernel.numbers import parse_number
from hongyan.messaging.model import MessageView, PartView, ReplyView

LOGIN, PASSWORD = "root", "wild geese fly south"
ROOT = Account(1, AccountKind.ROOT, "root", None, None, 0)
TENANT = Account(2, AccountKind.ENTERPRISE, "云上科技", "云上科技有限公司", "91330106MA0000000X", 0)
OPERATOR = Person(11, ROOT.id, LOGIN, "Root", "zh-CN", "root")
MEMBER = Person(12, TENANT.id, "li", "李雷", "zh-CN", "member")


class ChannelName(NamedTuple):
    name: str
    protocol: str


CHANNELS = {
    1: ChannelName("mobile", "cmpp"),
    2: ChannelName("unicom", "sgip"),
    3: ChannelName("telecom", "smgp"),
    5: ChannelName("international", "smpp"),
}
"""Of 4 nobody knows anything any more."""


@dataclass
class Identity:
    """Two people, sessions in a dictionary, the audit trail in a list."""

    clock: ManualClock
    people: dict[str, tuple[str, Person]] = field(
        default_factory=lambda: {LOGIN: (PASSWORD, OPERATOR), MEMBER.login: (PASSWORD, MEMBER)}
    )
    sessions: dict[str, LoginSession] = field(default_factory=dict)
    events: list[tuple[Any, ...]] = field(default_factory=list)
    languages: dict[int, str] = field(default_factory=dict)
    throttled: bool = False

    async def check_password(self, login: str, password: str, *, source: str = "") -> Person | None:
        if self.throttled:
            raise Throttled("identity.too_many_attempts", en="wait 30 seconds", zh="请 30 秒后再试")
        known, person = self.people.get(login, (None, OPERATOR))
        return person if known == password else None

    async def open_login_session(self, person: Person, *, source: str = "") -> str:
        token = f"token-{len(self.sessions) + 1}-of-{person.login}"
        now = self.clock.now_ms()
        self.sessions[token] = LoginSession(person, now, now + 3_600_000)
        return token

    async def login_session(self, token: str) -> LoginSession | None:
        return self.sessions.get(token)

    async def close_login_session(self, token: str) -> None:
        self.sessions.pop(token, None)

    async def change_language(self, person: Person, language: str) -> None:
        self.languages[person.id] = language

    async def account(self, account_id: int) -> Account:
        for account in (ROOT, TENANT):
            if account.id == account_id:
                return account
        raise Refused("identity.no_account", en="there is no such account", zh="账号不存在")

    async def record_event(
        self, account_id: int, actor: str, action: str, object_: str, /, **facts: object
    ) -> None:
        self.events.append((account_id, actor, action, object_, facts))


@dataclass
class Messaging:
    """Messages and replies, oldest first as they came."""

    messages: list[MessageView] = field(default_factory=list)
    parts_of: dict[int, list[PartView]] = field(default_factory=dict)
    replies: list[ReplyView] = field(default_factory=list)
    reads: int = 0

    async def recent_messages(
        self, account_id: int | None, before_id: int | None, limit: int, *, number: str | None = None
    ) -> Sequence[MessageView]:
        self.reads += 1
        e164 = None if number is None else parse_number(number).e164
        return _newest([m for m in self.messages if e164 in (None, m.number)], account_id, before_id, limit)

    async def message(self, message_id: int) -> MessageView | None:
        return next((message for message in self.messages if message.id == message_id), None)

    async def parts(self, message_id: int) -> Sequence[PartView]:
        return list(self.parts_of.get(message_id, ()))

    async def recent_replies(
        self, account_id: int | None, before_id: int | None, limit: int
    ) -> Sequence[ReplyView]:
        return _newest(self.replies, account_id, before_id, limit)

    async def usage(self, account_id: int | None, since_day: int) -> Mapping[str, int]:
        mine = [
            m
            for m in self.messages
            if account_id in (None, m.account_id) and day_of(m.accepted_ms) >= since_day
        ]
        return {
            "accepted": len(mine),
            "segments": sum(m.segments for m in mine),
            "delivered": sum(m.state == "delivered" for m in mine),
            "failed": sum(m.state == "failed" for m in mine),
            "held": 0,
            "charged": sum(m.price for m in mine if m.done_ms is not None),
            "uncertain": sum(m.uncertain > 0 for m in mine),
        }

    def change(self, message_id: int, **facts: Any) -> None:
        """Let the stored message be different from now on."""
        self.messages = [replace(m, **facts) if m.id == message_id else m for m in self.messages]


def _newest(rows: Sequence[Any], account_id: int | None, before_id: int | None, limit: int) -> list[Any]:
    fitting = [
        row
        for row in reversed(rows)
        if account_id in (None, row.account_id) and (before_id is None or row.id < before_id)
    ]
    return fitting[:limit]


@dataclass(frozen=True)
class Text:
    id: int
    direction: str
    number: str
    peer: str
    text: str
    parts: int
    received_ms: Millis


@dataclass(frozen=True)
class Phone:
    number: str
    texts: int
    last: Text


@dataclass
class Phones:
    """The handsets of a sandbox: both what is read (the inbox) and what a reply does."""

    clock: ManualClock
    messaging: Messaging
    kept: list[Text] = field(default_factory=list)
    there: bool = True
    answering: bool = True

    def receive(self, number: str, text: str, *, peer: str = "10690001", parts: int = 1) -> Text:
        """A text arrives."""
        return self.keep("in", number, peer, text, parts)

    def keep(self, direction: str, number: str, peer: str, text: str, parts: int) -> Text:
        kept = Text(len(self.kept) + 1, direction, number, peer, text, parts, self.clock.now_ms())
        self.kept.append(kept)
        return kept

    async def reply(self, number: str, to: str, text: str) -> None:
        if not self.answering:
            raise Misconfigured("simulator.not_running", en="no carrier runs", zh="运营商模拟器未运行")
        sent = self.keep("out", number, to, text, 1)
        self.messaging.replies.append(
            ReplyView(sent.id, TENANT.id, number, to, text, self.clock.now_ms()),
        )

    def open(self) -> Phones:
        if not self.there:
            raise Misconfigured("sandbox.no_handsets", en="the sandbox never ran", zh="沙箱从未运行")
        return self

    def messages(
        self, number: str | None = None, after_id: int = 0, limit: int = 50, *, newest_first: bool = True
    ) -> Sequence[Text]:
        fitting = [text for text in self.kept if text.id > after_id and number in (None, text.number)]
        return (fitting[::-1] if newest_first else fitting)[:limit]

    def numbers(self, limit: int = 50) -> Sequence[Phone]:
        last = {text.number: text for text in self.kept}
        counts = {number: sum(text.number == number for text in self.kept) for number in last}
        phones = [Phone(number, counts[number], text) for number, text in last.items()]
        return sorted(phones, key=lambda phone: -phone.last.id)[:limit]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


class World:
    """The rooms, the console in front of them, and builders for what is in them."""

    def __init__(self, **settings: Any) -> None:
        self.clock = ManualClock()
        self.ids = IdMaker(self.clock)
        self.identity = Identity(self.clock)
        self.messaging = Messaging()
        self.phones = Phones(self.clock, self.messaging)
        self.channels = dict(CHANNELS)
        self.settings = ConsoleSettings(**settings)
        self.app = build_console(
            self.identity,
            self.messaging,
            self.names_of_channels,
            self.phones.open,
            self.phones.reply,
            self.settings,
            self.clock,
        )

    async def names_of_channels(self) -> Mapping[int, ChannelName]:
        return self.channels

    def visitor(self, app: ASGIApp | None = None) -> Visitor:
        """Somebody who is not logged in."""
        return Visitor(app or self.app)

    async def operator(self) -> Visitor:
        """The operator, logged in."""
        visitor = self.visitor()
        await visitor.log_in()
        return visitor

    async def member(self) -> Visitor:
        """Somebody of the tenant, logged in."""
        visitor = self.visitor()
        await visitor.log_in(MEMBER.login)
        return visitor

    def message(self, number: str = "8613800138000", *, state: str = "accepted", **facts: Any) -> MessageView:
        """One more message, a second after the one before."""
        self.clock.advance(1)
        message_id = self.ids.next()
        view = MessageView(
            id=message_id,
            biz_id=message_id,
            account_id=TENANT.id,
            number=number,
            sign_name="云上科技",
            template_code="SMS_100000001",
            category=1,
            content="【云上科技】您的订单 A1024 已发货，预计明天送达。",
            segments=1,
            price=450,
            state=state,
            receipt_code="",
            out_id=None,
            accepted_ms=self.clock.now_ms(),
            done_ms=None,
            uncertain=0,
            request_id="0A8C1F52-6C1F-5D5D-9F2A-000000000001",
            access_number="10690001",
            channel_id=1,
            passed_over=(),
        )
        view = replace(view, **facts)
        self.messaging.messages.append(view)
        return view

    def delivered(self, number: str = "8613800138000", **facts: Any) -> MessageView:
        """A message that arrived, with its one part."""
        accepted = self.message(number, **facts)
        sent_ms, done_ms = accepted.accepted_ms + 40, accepted.accepted_ms + 1_240
        self.messaging.change(accepted.id, state="delivered", receipt_code="DELIVRD", done_ms=done_ms)
        self.messaging.parts_of[accepted.id] = [part(sent_ms, receipt_code="DELIVRD", receipt_ms=done_ms)]
        return self.messaging.messages[-1]


def part(submitted_ms: Millis, **facts: Any) -> PartView:
    """A submitted part without a receipt, unless `facts` say more."""
    plain = PartView(1, 1, 1, 1, "8F3A00017C", 0, 0, submitted_ms, "", None, "")
    return replace(plain, **facts)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def header(self, name: str) -> str | None:
        """The last header of this name."""
        return dict(self.headers).get(name)

    def cookies(self) -> dict[str, str]:
        """Set-Cookie headers by the name of their cookie."""
        lines = [value for name, value in self.headers if name == "set-cookie"]
        return {line.partition("=")[0]: line for line in lines}

    def csrf(self) -> str:
        """The token in the page's forms."""
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.text)
        assert found is not None, "there is no form on this page"
        return found[1]


class Visitor:
    """A browser without a window: keeps cookies, follows nothing. `last`: the newest answer, faults included."""

    last: Answer

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.cookies: dict[str, str] = {}
        self.scheme = "http"

    async def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return await self.request("GET", path, headers or {})

    async def post(
        self, path: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Post a form as it is, without a token."""
        all_headers = {"content-type": "application/x-www-form-urlencoded", **(headers or {})}
        return await self.request("POST", path, all_headers, urlencode(form).encode())

    async def submit(
        self, page: str, path: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Open `page`, and send one of its forms."""
        csrf = (await self.get(page)).csrf()
        return await self.post(path, {"csrf": csrf, **form}, headers)

    async def log_in(self, login: str = LOGIN, password: str = PASSWORD, target: str = "") -> Answer:
        form = {"login": login, "password": password, "next": target}
        return await self.submit("/console/login", "/console/login", form)

    async def request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | None = b"",
        *,
        hang_up: bool = False,
    ) -> Answer:
        """`body` None: it never comes. `hang_up`: the visitor leaves instead of sending it."""
        url = urlsplit(path)
        sent = {"host": "localhost:8480", **headers}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": self.scheme,
            "path": url.path,
            "raw_path": url.path.encode(),
            "query_string": url.query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
            "client": ("127.0.0.1", 40000),
            "server": ("127.0.0.1", 8480),
        }
        messages: list[dict[str, Any]] = []
        pieces = iter(()) if hang_up else _pieces(body or b"")

        async def receive() -> dict[str, Any]:
            if body is None:
                await asyncio.Event().wait()
            return next(pieces, {"type": "http.disconnect"})

        async def send(message: Any) -> None:
            messages.append(message)

        try:
            await self.app(scope, receive, send)
        finally:
            start = messages[0]
            self.last = Answer(
                start["status"],
                [(name.decode(), value.decode()) for name, value in start["headers"]],
                b"".join(message.get("body", b"") for message in messages[1:]),
            )
        self._keep_cookies(self.last)
        return self.last

    def _keep_cookies(self, answer: Answer) -> None:
        for line in answer.cookies().values():
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value


def _pieces(body: bytes, size: int = 16_384) -> Iterator[dict[str, Any]]:
    for start in range(0, max(1, len(body)), size):
        piece = body[start : start + size]
        yield {"type": "http.request", "body": piece, "more_body": start + size < len(body)}

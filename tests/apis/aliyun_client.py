"""A door with rooms behind it that keep what they are given, and a client that speaks ASGI to it."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from hongyan.apis.aliyun.door import AliyunDoor
from hongyan.apis.aliyun.intake import DoorSettings
from hongyan.apis.aliyun.registry import Services
from hongyan.apis.aliyun.request_signing import encode_form, sign_acs3, sign_rpc
from hongyan.identity import AccessKey, Vault
from hongyan.kernel.clock import Clock, ManualClock
from hongyan.messaging.model import MessageView, SendAccepted, SendRequest

KEY = AccessKey("LTAI5tFAKEFAKEFAKEFAKE01", "fakeSecretfakeSecretfakeSecret", 7, enabled=True)
DISABLED = AccessKey("LTAI5tFAKEFAKEFAKEFAKE02", "fakeSecretfakeSecretfakeSecret", 7, enabled=False)
SMS = {
    "PhoneNumbers": "13900000000",
    "SignName": "阿里云",
    "TemplateCode": "SMS_1",
    "TemplateParam": '{"code":"1 2"}',
}
_nonces = itertools.count()


@dataclass
class KeyRing:
    """Identity with its keys at hand."""

    keys: dict[str, AccessKey] = field(default_factory=lambda: {k.id: k for k in (KEY, DISABLED)})
    asked: list[str] = field(default_factory=list)

    def peek_key(self, access_key_id: str) -> AccessKey | None:
        return None

    async def key(self, access_key_id: str) -> AccessKey | None:
        self.asked.append(access_key_id)
        return self.keys.get(access_key_id)


@dataclass
class Outgoing:
    """Messaging that keeps what it accepts. `refusal`: raised instead; `sent`: what queries find."""

    accepted: list[SendRequest] = field(default_factory=list)
    queries: list[tuple[Any, ...]] = field(default_factory=list)
    sent: list[MessageView] = field(default_factory=list)
    refusal: Exception | None = None

    async def accept(self, request: SendRequest) -> SendAccepted:
        if self.refusal:
            raise self.refusal
        self.accepted.append(request)
        return SendAccepted(628323749491270669, tuple(range(len(request.items))))

    async def sent_details(
        self, account_id: int, number: str, day_yyyymmdd: str, biz_id: int | None, *, page: int, size: int
    ) -> tuple[int, list[MessageView]]:
        if self.refusal:
            raise self.refusal
        self.queries.append((account_id, number, day_yyyymmdd, biz_id, page, size))
        return len(self.sent), self.sent


@dataclass(frozen=True)
class Reply:
    """An answer of the door."""

    status: int
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def code(self) -> str:
        return str(self.body["Code"])


class Client:
    """Calls a door as a server would; every reply is checked for what holds for all replies."""

    def __init__(self, settings: DoorSettings | None = None, clock: Clock | None = None) -> None:
        self.clock = clock or ManualClock()
        self.identity = KeyRing()
        self.messaging = Outgoing()
        self.observed: list[tuple[str, str, int]] = []
        self.door = AliyunDoor(
            self.identity,
            Services(self.messaging, None, self.clock),  # type: ignore[arg-type]
            Vault(bytes(32)),
            clock=self.clock,
            settings=settings,
            observe=lambda action, code, status, seconds: self.observed.append((action, code, status)),
        )

    @property
    def now(self) -> float:
        return self.clock.now_ms() / 1000

    async def raw(
        self,
        query: str | bytes = b"",
        headers: list[tuple[str, str]] | None = None,
        body: bytes = b"",
        *,
        method: str = "POST",
        path: str = "/",
        chunks: list[bytes] | None = None,
    ) -> Reply:
        """One HTTP request. `chunks`: the body in pieces, without Content-Length."""
        lines = [(name.lower().encode(), value.encode()) for name, value in headers or [("host", "sms.test")]]
        if chunks is None:
            lines.append((b"content-length", str(len(body)).encode()))
        else:
            lines.append((b"transfer-encoding", b"chunked"))
        pieces = iter(chunks if chunks is not None else [body])
        left = len(chunks) if chunks is not None else 1

        async def receive() -> dict[str, Any]:
            nonlocal left
            left -= 1
            piece = next(pieces, None)
            if piece is None:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": piece, "more_body": left > 0}

        sent: list[dict[str, Any]] = []

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode() if isinstance(query, str) else query,
            "headers": lines,
        }
        await self.door(scope, receive, send)
        return _reply(sent)

    async def acs3(
        self,
        action: str = "SendSms",
        query: dict[str, str] | None = None,
        *,
        form: dict[str, str] | None = None,
        drop: tuple[str, ...] = (),
        replace: dict[str, str] | None = None,
        **options: Any,
    ) -> Reply:
        """A call as the new SDK makes it. `drop` and `replace` change headers after signing."""
        body = encode_form(form).encode() if form else b""
        options = {
            "access_key_id": KEY.id,
            "secret": KEY.secret,
            "host": "sms.test",
            "nonce": f"nonce-{next(_nonces)}",
            "at": self.now,
            **options,
        }
        text, headers = sign_acs3(action, SMS if query is None else query, body=body, **options)
        changed = [(n, (replace or {}).get(n, v)) for n, v in headers if n not in drop]
        return await self.raw(text, changed, body)

    async def rpc(
        self,
        action: str = "SendSms",
        parameters: dict[str, str] | None = None,
        *,
        method: str = "POST",
        in_body: bool = False,
        drop: tuple[str, ...] = (),
        **options: Any,
    ) -> Reply:
        """A call as the old SDKs make it. `drop` leaves parameters out after signing."""
        options = {
            "access_key_id": KEY.id,
            "secret": KEY.secret,
            "nonce": f"nonce-{next(_nonces)}",
            "at": self.now,
            **options,
        }
        signed = sign_rpc(action, SMS if parameters is None else parameters, method=method, **options)
        text = encode_form({name: value for name, value in signed.items() if name not in drop})
        if in_body:
            form = ("content-type", "application/x-www-form-urlencoded")
            return await self.raw("", [("host", "sms.test"), form], text.encode(), method=method)
        return await self.raw(text, method=method)


def _reply(sent: list[dict[str, Any]]) -> Reply:
    start, end = sent
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    body = json.loads(end["body"])
    assert headers["content-type"] == "application/json;charset=utf-8"
    assert int(headers["content-length"]) == len(end["body"])
    assert headers["x-acs-request-id"] == body["RequestId"]
    if start["status"] != 200:
        assert set(body) == {"RequestId", "HostId", "Code", "Message", "Recommend"}
    return Reply(start["status"], headers, body)

"""Browsers' upload forms as bytes, and an ASGI caller that sends them in pieces."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

BOUNDARY = "9431149156168"


def part(name: str, body: bytes | str, file_name: str | None = None) -> bytes:
    named = f'; filename="{file_name}"' if file_name is not None else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n'
    kind = "Content-Type: application/octet-stream\r\n" if file_name is not None else ""
    content = body.encode() if isinstance(body, str) else body
    return head.encode() + kind.encode() + b"\r\n" + content + b"\r\n"


def end() -> bytes:
    return f"--{BOUNDARY}--\r\n".encode()


def form(fields: Mapping[str, str], content: bytes, file_name: str = "photo.jpg") -> bytes:
    """Fields first, the file last, as the vendor wants it."""
    return (
        b"".join(part(name, value) for name, value in fields.items())
        + part("file", content, file_name)
        + end()
    )


@dataclass
class Reply:
    """What a client got."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """Of an error; "" for none."""
        return self.xml.get("Code", "") if self.status >= 300 else ""

    @property
    def xml(self) -> dict[str, str]:
        return {child.tag: child.text or "" for child in ET.fromstring(self.body)}


@dataclass
class Caller:
    """Calls an ASGI door. `size`: of the pieces that a body comes in; `stops`: how a body ends whose length is not
    reached: the client hangs up, or sends nothing more."""

    door: Callable[..., Any]
    size: int = 65_536
    stops: str = "hangs up"
    headers: dict[str, str] = field(default_factory=dict)

    async def post(self, body: bytes, *, path: str = "/papers", **headers: str) -> Reply:
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        given = {"content-type": kind, "content-length": str(len(body))} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        pieces = [body[at : at + self.size] for at in range(0, len(body), self.size)] or [b""]
        return await self.call("POST", path, "", given, pieces)

    async def get(self, url: str, method: str = "GET") -> Reply:
        path, _, query = url.partition("?")
        return await self.call(method, path, query, {}, [b""])

    async def call(
        self, method: str, path: str, query: str, headers: Mapping[str, str], pieces: Iterable[bytes]
    ) -> Reply:
        scope = {
            "type": "http",
            "method": method,
            "scheme": "http",
            "path": path,
            "query_string": query.encode(),
            "client": ("203.0.113.9", 40_000),
            "server": ("127.0.0.1", 8480),
            "headers": [
                (name.encode(), value.encode("latin-1"))
                for name, value in ({"host": "sms.test"} | self.headers | dict(headers)).items()
                if value
            ],
        }
        left = list(pieces)
        sent: list[dict[str, Any]] = []
        come = [0]

        async def receive() -> dict[str, Any]:
            if not left:
                if self.stops != "hangs up":
                    await asyncio.Event().wait()
                return {"type": "http.disconnect"}
            piece = left.pop(0)
            announced = int(headers.get("content-length") or 0)
            come[0] += len(piece)
            return {"type": "http.request", "body": piece, "more_body": bool(left) or come[0] < announced}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.door(scope, receive, send)
        if not sent:
            return Reply(0, {}, b"")
        found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Reply(sent[0]["status"], found, b"".join(message["body"] for message in sent[1:]))

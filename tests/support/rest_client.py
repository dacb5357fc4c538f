"""Calls the REST door as a server would; every answer is checked for what holds for all answers."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from hongyan.apis.rest import RestDoor
from hongyan.identity import AccessKey

NOT_ASKED: Any = (None, None, None, None)
"""In place of services that the routes of a test do not call: filing, test sends, verification, keeping alive."""


@dataclass(frozen=True)
class RestReply:
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content)

    @property
    def code(self) -> str:
        """Of a problem."""
        return str(self.body["code"])


class RestClient:
    """Of one access key; None: of a stranger."""

    def __init__(self, door: RestDoor, key: AccessKey | None, *, address: str = "203.0.113.9") -> None:
        self._door = door
        self._proof = _basic(key.id, key.secret) if key else None
        self._address = address

    async def get(self, path: str, **options: Any) -> RestReply:
        return await self.call("GET", path, **options)

    async def post(self, path: str, body: Any = None, **options: Any) -> RestReply:
        return await self.call("POST", path, body, **options)

    async def ok(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """The answer of a call that must succeed."""
        reply = await self.call(method, path, body, **options)
        assert reply.status == 200, (reply.status, reply.content.decode())
        return reply.body

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        language: str = "en",
        proof: str | None = None,
        **headers: str,
    ) -> RestReply:
        """`body`: as JSON; `raw`: as it is. Header names are written with underscores."""
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        given = {
            "accept-language": language,
            **({"content-type": "application/json"} if content else {}),
            **({"authorization": proof or self._proof} if proof or self._proof else {}),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        path, _, query = path.partition("?")
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": method,
            "path": f"/api/v1{path}",
            "query_string": query.encode(),
            "client": (self._address, 40_000),
            "headers": [
                *((name.encode(), value.encode()) for name, value in given.items() if value),
                (b"content-length", str(len(content)).encode()),
            ],
        }
        await self._door(scope, receive, send)
        start, *rest = sent
        found = {name.decode(): value.decode() for name, value in start["headers"]}
        reply = RestReply(start["status"], found, b"".join(each["body"] for each in rest))
        assert len(found["x-request-id"]) == 36
        assert "no-store" in found["cache-control"]
        if found["content-type"].startswith("application/json"):
            assert int(found["content-length"]) == len(reply.content)
        if reply.status != 200:
            assert {"code", "message"} <= reply.body.keys() <= {"code", "message", "fix", "facts"}
            assert "Traceback" not in reply.content.decode()
        return reply


def _basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


basic = _basic

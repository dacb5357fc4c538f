"""What a request may weigh, and reading it: bounded before anything is parsed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

from hongyan.apis.aliyun.errors import VendorError, gateway_error
from hongyan.apis.aliyun.parameters import EMPTY, Form, Malformed, read
from hongyan.apis.aliyun.request_signing import header_map

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_FORM: Final = b"application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """Limits of the door. Sizes in bytes, times in seconds."""

    max_query: int = 65_400
    """SendSms with 1,000 numbers has some 20 KiB; the HTTP parser takes an address of less than 65,536."""
    max_body: int = 2 * 1024 * 1024
    """SendBatchSms, and images of the old signature actions in base64."""
    max_unfinished: int = 64 * 1024 * 1024
    """Of all bodies together that have not come to their end."""
    max_headers: int = 64
    max_header_bytes: int = 16 * 1024
    body_timeout_s: float = 10.0
    """The SDKs give up reading after 10 s themselves."""
    time_window_s: int = 900
    """How far a signed timestamp may be from our clock. Source: vendor, 15 minutes."""
    public_url: str = ""
    """Scheme and host that clients see, where a proxy stands in front; "" believes the Host header."""


class ClientGone(Exception):
    """The connection ended before the request was whole: nobody is there to answer."""


def read_head(scope: Scope, settings: DoorSettings) -> dict[bytes, bytes]:
    """The headers by name, once method, path and sizes are acceptable."""
    if scope["method"] not in ("POST", "GET"):
        raise gateway_error("UnsupportedHTTPMethod")
    if scope["path"] != "/":
        raise gateway_error("InvalidAction.NotFound")
    if len(scope["query_string"]) > settings.max_query:
        raise gateway_error("RequestTooLarge", reason=f"a query has at most {settings.max_query} bytes.")
    headers = scope["headers"]
    if len(headers) > settings.max_headers:
        raise gateway_error("RequestTooLarge", reason=f"at most {settings.max_headers} headers.")
    found = header_map(headers)
    if sum(map(len, found)) + sum(map(len, found.values())) > settings.max_header_bytes:
        raise gateway_error(
            "RequestTooLarge", reason=f"headers have at most {settings.max_header_bytes} bytes."
        )
    return found


_HOST: Final = re.compile(rb"[A-Za-z0-9._:\[\]-]{1,255}")


def peer(scope: Scope) -> str:
    """The address at the other end of the connection: what a proxy says of others is not believed."""
    client = scope.get("client")
    return client[0] if client else ""


def origin(scope: Scope, public_url: str) -> str:
    """What the client calls this port: `http://host:port`, without a slash at the end."""
    if public_url:
        return public_url
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    if not _HOST.fullmatch(host):
        name, port = scope["server"]
        host = f"{name}:{port}".encode()
    return f"{scope.get('scheme', 'http')}://{host.decode()}"


class Bodies:
    """Reads bodies, and bounds what the unfinished ones of all requests take: anybody may begin to send one."""

    def __init__(self, settings: DoorSettings) -> None:
        self._settings = settings
        self._held = 0

    async def read(self, headers: dict[bytes, bytes], receive: Receive) -> bytes:
        """The whole body, chunked or not. Raises ClientGone, or a VendorError when it is too long or too slow."""
        settings = self._settings
        length = headers.get(b"content-length")
        if length == b"0":
            return b""
        if length is not None and (not length.isdigit() or int(length) > settings.max_body):
            raise self._too_large()
        try:
            async with asyncio.timeout(settings.body_timeout_s):
                return await self._read(receive)
        except TimeoutError:
            raise gateway_error("RequestTimeout") from None

    async def _read(self, receive: Receive) -> bytes:
        body = bytearray()
        try:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                piece = message.get("body", b"")
                body += piece
                self._held += len(piece)
                if len(body) > self._settings.max_body:
                    raise self._too_large()
                if not message.get("more_body", False):
                    return bytes(body)
                if self._held > self._settings.max_unfinished:
                    raise gateway_error("ServiceUnavailable")
        finally:
            self._held -= len(body)

    def _too_large(self) -> VendorError:
        return gateway_error("RequestTooLarge", reason=f"a body has at most {self._settings.max_body} bytes.")


def read_query(raw: bytes) -> Form:
    """Parameters of the query string."""
    try:
        return read(raw)
    except Malformed as error:
        raise gateway_error("MalformedRequest", reason=f"the query holds {error}.") from None


def read_form(headers: dict[bytes, bytes], body: bytes) -> Form:
    """Parameters of the body. An empty body may have any content type: one SDK sends it with octet-stream."""
    if not body:
        return EMPTY
    if headers.get(b"content-type", b"").partition(b";")[0].strip().lower() != _FORM:
        raise gateway_error("UnsupportedContentType")
    try:
        return read(body)
    except Malformed as error:
        raise gateway_error("MalformedRequest", reason=f"the body holds {error}.") from None


def merge(query: Form, body: Form) -> Form:
    """Query and body as one, as clients place parameters in either."""
    try:
        return query.merged(body)
    except Malformed as error:
        raise gateway_error("MalformedRequest", reason=f"{error}.") from None

"""What a request may weigh, and reading it: bounded before anything is parsed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hongyan.apis.aliyun.errors import gateway_error
from hongyan.apis.aliyun.parameters import EMPTY, Form, Malformed, read
from hongyan.apis.aliyun.request_signing import header_map
from hongyan.apis.asgi import Bodies, BodyFault, BodyRefused, Receive, Scope

_FORM: Final = b"application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """Limits of the door. Sizes in bytes, times in seconds."""

    max_query: int = 65_400
    """SendSms with 1,000 numbers has some 20 KiB; the HTTP parser takes an address of less than 65,536."""
    max_body: int = 2 * 1024 * 1024
    """SendBatchSms. What may be larger: `large_bodies`."""
    max_unfinished: int = 64 * 1024 * 1024
    """Of all bodies together that have not come to their end."""
    max_large: int = 64 * 1024 * 1024
    """Of all larger bodies together that have not come to their end, of senders who have shown who they are."""
    max_large_claimed: int = 32 * 1024 * 1024
    """The same of those who can only show it when their body has come: one of the largest."""
    large_body_timeout_s: float = 120.0
    """Ours: 30 MB in that time take a line of 2 Mbit/s."""
    max_headers: int = 64
    max_header_bytes: int = 16 * 1024
    body_timeout_s: float = 10.0
    """The SDKs give up reading after 10 s themselves."""
    time_window_s: int = 900
    """How far a signed timestamp may be from our clock. Source: vendor, 15 minutes."""
    old_actions: bool = False
    """Answer the actions that the vendor has taken offline."""
    public_url: str = ""
    """Scheme and host that clients see, where a proxy stands in front; "" believes the Host header."""


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


_REFUSED: Final = {
    BodyFault.TOO_LONG: ("RequestTooLarge", "a body has at most {most} bytes."),
    BodyFault.TOO_SLOW: ("RequestTimeout", ""),
    BodyFault.TOO_MANY: ("ServiceUnavailable", ""),
}


def bodies_of(settings: DoorSettings) -> Bodies:
    """Where the door reads its bodies."""
    return Bodies(
        most=settings.max_body, most_unfinished=settings.max_unfinished, within_s=settings.body_timeout_s
    )


async def read_body(bodies: Bodies, most: int, headers: dict[bytes, bytes], receive: Receive) -> bytes:
    """The whole body. Raises ClientGone, or a VendorError when it is longer than `most` or too slow."""
    try:
        return await bodies.read(headers.get(b"content-length"), receive, most)
    except BodyRefused as refused:
        code, reason = _REFUSED[refused.fault]
        raise gateway_error(code, reason=reason.format(most=most)) from None


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

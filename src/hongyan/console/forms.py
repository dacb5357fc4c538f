"""Posted forms: bounded before they are read, decoded strictly, nothing else accepted.

Our pages send short urlencoded forms only. Uploads will bring a reader of their own with its own limits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

MAX_BODY: Final = 64 * 1024
"""Bytes."""
MAX_FIELDS: Final = 64
READ_SECONDS: Final = 15.0
"""From the headers to the last byte; strangers may post to the login page."""

_CONTENT_TYPE = "application/x-www-form-urlencoded"

Form = Mapping[str, str]
"""Field name -> value without surrounding white space. A repeated field keeps its last value."""


async def read_form(request: Request) -> Form:
    """The form of a POST. Raises HTTPException 400, 408, 413 or 415."""
    content_type = request.headers.get("content-type", _CONTENT_TYPE).partition(";")[0].strip().lower()
    if content_type != _CONTENT_TYPE:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        async with asyncio.timeout(READ_SECONDS):
            body = await _read(request)
        text = body.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except TimeoutError as fault:
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT) from fault
    except (ClientDisconnect, ValueError) as fault:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from fault
    return {name: value.strip() for name, value in pairs}


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return bytes(body)

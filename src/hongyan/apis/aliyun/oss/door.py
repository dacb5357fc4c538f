"""The endpoint that browsers' upload forms are posted to, and where links to papers lead. Raw ASGI.

Whatever happens, the client reads an answer as object storage gives it. What a file is, and who may send or see it, the
desk of papers decides; nothing of it is kept in memory longer than it takes to look into it.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final, Protocol
from urllib.parse import parse_qsl

import structlog

from hongyan.apis.aliyun.oss.answers import (
    RETRY_AFTER_SECONDS,
    OssError,
    error_body,
    posted_body,
    translate,
)
from hongyan.apis.aliyun.oss.body import Body, OssSettings, Places, TooSlow, within
from hongyan.apis.aliyun.oss.form import Form
from hongyan.apis.aliyun.request_signing import header_map
from hongyan.apis.asgi import ClientGone, Receive, Scope, Send, header, origin, peer
from hongyan.apis.paper_files import paper_headers
from hongyan.apis.request_ids import new_request_id
from hongyan.compliance.papers import BUCKET, PATH, Admission, Papers
from hongyan.identity import Actor
from hongyan.kernel.errors import HongyanError

POST, GET = "PostObject", "GetObject"
"""What metrics and logs call the two."""
_log = structlog.get_logger("hongyan.apis.aliyun.oss")
_DRAIN_WITHIN_SECONDS: Final = 10.0
_XML: Final = b"application/xml"
_PAPER: Final = re.compile(re.escape(PATH) + "/([0-9]{1,19})")


class Observer(Protocol):
    """Told of every answer: for metrics. `code` is the vendor code, `OK` for success."""

    def __call__(self, action: str, code: str, status: int) -> None: ...


@dataclass(slots=True)
class _Answer:
    status: int
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    rest: AsyncIterator[bytes] | None = None


class OssDoor:
    """`public_url`: scheme and host that clients see, where a proxy stands in front; "" believes the Host header."""

    def __init__(
        self,
        papers: Papers,
        *,
        public_url: str = "",
        settings: OssSettings | None = None,
        observe: Observer | None = None,
    ) -> None:
        self._papers = papers
        self._public_url = public_url
        self._settings = settings or OssSettings()
        self._places = Places(self._settings)
        self._observe = observe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = new_request_id()
        action = GET if scope["method"] in ("GET", "HEAD") else POST
        code = "OK"
        try:
            answer = await (self._get if action == GET else self._post)(scope, receive)
        except ClientGone:
            return
        except Exception as cause:  # noqa: BLE001  whatever happens, the client reads XML
            answer, code = self._refusal(cause, request_id, scope, action)
        answer.headers.append((b"x-oss-request-id", request_id.encode()))
        await _send(send, answer, head_only=scope["method"] == "HEAD")
        if self._observe:
            self._observe(action, code, answer.status)

    # Uploading

    async def _post(self, scope: Scope, receive: Receive) -> _Answer:
        headers = header_map(scope["headers"])
        body = Body(receive, headers.get(b"content-length"), self._settings.max_body)
        try:
            return await self._take(scope, headers, body)
        except TooSlow:
            raise
        except (OssError, HongyanError) as error:
            if not await body.drain(_DRAIN_WITHIN_SECONDS):
                raise _Unusable(error if isinstance(error, OssError) else translate(error)) from error
            raise

    async def _take(self, scope: Scope, headers: dict[bytes, bytes], body: Body) -> _Answer:
        settings = self._settings
        if scope["method"] != "POST" or scope["path"] not in (PATH, f"{PATH}/"):
            raise OssError("MethodNotAllowed")
        if body.too_long:
            raise OssError("EntityTooLarge")
        form = Form(headers.get(b"content-type", b""), settings)
        with self._places.form():
            async with within(settings.fields_within_s):
                while form.file_name is None and not form.ended:
                    await _feed(form, body)
        if form.file_name is None:
            raise OssError("FilePartNotExist")
        admission = await self._papers.admit(form.fields, form.file_name)
        with self._places.file(admission.bearer.account_id):
            try:
                content = await self._file(form, body, admission)
            finally:
                form.content.clear()  # form and parser know each other, so that they stay for a while
            actor = Actor(f"key:{admission.bearer.access_key_id}", "aliyun", peer(scope))
            paper = await self._papers.keep(admission.bearer.account_id, admission.key, content, actor=actor)
            etag = await asyncio.to_thread(_etag, content)
        location = f"{origin(scope, self._public_url)}{PATH}/{paper.key}"
        return _posted(form.fields.get("success_action_status", ""), location, paper.key, etag)

    async def _file(self, form: Form, body: Body, admission: Admission) -> bytes:
        """The whole file, once everything that was sent is read."""
        form.most = min(form.most, admission.most)
        async with within(self._settings.file_within_s):
            while not form.ended:
                await _feed(form, body)
        if len(form.content) < admission.least:
            raise OssError("EntityTooSmall")
        if len(form.content) > form.most:
            raise OssError("EntityTooLarge")
        await body.drain(_DRAIN_WITHIN_SECONDS)
        return bytes(form.content)

    # Looking

    async def _get(self, scope: Scope, _receive: Receive) -> _Answer:
        found = _PAPER.fullmatch(scope["path"])
        if found is None:
            raise OssError("AccessDenied")
        query = dict(parse_qsl(scope["query_string"][:2048].decode("latin-1")))
        paper = await self._papers.follow(int(found[1]), query)
        content = self._papers.content(paper)
        first = await anext(content)  # what cannot be opened is told before anything is answered
        return _Answer(200, paper_headers(paper), first, content)

    def _refusal(self, cause: Exception, request_id: str, scope: Scope, action: str) -> tuple[_Answer, str]:
        if isinstance(cause, OssError):
            error = cause
        else:
            error = translate(cause) if isinstance(cause, HongyanError) else OssError("InternalError")
            if error.status >= 500:
                _log.error("call_failed", request_id=request_id, action=action, exc_info=cause)
        return _refused(error, request_id, scope), error.code


class _Unusable(OssError):
    """The rest of the body is still on its way: the connection ends with the answer."""

    def __init__(self, error: OssError) -> None:
        super().__init__(error.code, error.en, error.zh)


async def _feed(form: Form, body: Body) -> None:
    piece = await body.next()
    if not piece:
        raise OssError("MalformedPOSTRequest")
    form.feed(piece)


def _etag(content: bytes) -> str:
    """OSS: the MD5 of what came in a form."""
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest().upper()}"'


def _posted(wanted: str, location: str, key: str, etag: str) -> _Answer:
    """What the form's success_action_status asks for: 200, 201 with a body, or 204."""
    headers = [(b"etag", etag.encode()), (b"location", location.encode())]
    match wanted:
        case "201":
            return _Answer(201, [*headers, (b"content-type", _XML)], posted_body(BUCKET, location, key, etag))
        case "200":
            return _Answer(200, headers)
        case _:
            return _Answer(204, headers)


def _refused(error: OssError, request_id: str, scope: Scope) -> _Answer:
    host = header(scope, b"host")
    answer = _Answer(
        error.status,
        [(b"content-type", _XML)],
        error_body(error, request_id, host[:255].decode("latin-1")),
    )
    if error.status == 503:
        answer.headers.append((b"retry-after", b"%d" % RETRY_AFTER_SECONDS))
    if isinstance(error, _Unusable | TooSlow):
        answer.headers.append((b"connection", b"close"))
    return answer


async def _send(send: Send, answer: _Answer, *, head_only: bool) -> None:
    headers = answer.headers
    if answer.rest is None and answer.status != 204:
        headers.append((b"content-length", b"%d" % len(answer.body)))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    body = b"" if head_only else answer.body
    if answer.rest is not None and not head_only:
        await send({"type": "http.response.body", "body": body, "more_body": True})
        async for piece in answer.rest:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        body = b""
    await send({"type": "http.response.body", "body": body})

"""Reading a request: who it says it is, its query, its body. Whatever has two meanings has none."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Sequence
from typing import Any, Final, TypeVar, cast
from urllib.parse import parse_qsl

import msgspec

from hongyan.apis.rest.errors import door_refusal
from hongyan.apis.rest.route import Input, fits, may_be_left_out

I = TypeVar("I", bound=Input)  # noqa: E741
C = TypeVar("C", bound=int | str)

LONGEST_QUERY: Final = 4096
_MOST_FIELDS: Final = 50
_JSON: Final = re.compile(rb"application/json(?:\s*;\s*charset=\"?utf-8\"?)?", re.IGNORECASE)
_KEY: Final = re.compile(r"[!-~]{1,128}")
_UNREADABLE: Final = "it is no JSON in UTF-8"


def read_basic(authorization: bytes) -> tuple[str, str] | None:
    """(access key id, secret) of HTTP Basic authentication (RFC 7617), or None."""
    scheme, _, text = authorization.partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        name, colon, secret = base64.b64decode(text.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (name, secret) if name and colon else None


def read_query(raw: bytes, wanted: type[I]) -> I:
    """The fields of a query string. Raises Refused("request.…")."""
    if len(raw) > LONGEST_QUERY:
        raise door_refusal("request.too_large", reason=f"a query has at most {LONGEST_QUERY} bytes")
    try:
        fields = parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, strict_parsing=bool(raw), max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise door_refusal("request.malformed", reason="the query is no list of name=value") from None
    values = dict(fields)
    if len(values) != len(fields):
        raise door_refusal("request.malformed", reason="a name stands twice in the query")
    try:
        return _storable(msgspec.convert(values, wanted, strict=False))
    except msgspec.ValidationError as error:
        raise door_refusal("request.invalid", reason=str(error)) from None


def read_body(raw: bytes, content_type: bytes, wanted: type[I] | None) -> I | None:
    """The fields of a body; None where none may be sent. Raises Refused("request.…")."""
    if wanted is None:
        if raw:
            raise door_refusal("request.invalid", reason="no body may be sent here")
        return None
    if not raw:
        if may_be_left_out(wanted):
            return wanted()
        raise door_refusal("request.invalid", reason="a JSON object is needed as the body")
    if not _JSON.fullmatch(content_type.strip()):
        raise door_refusal("request.content_type")
    _check_once(raw)
    try:
        return _storable(msgspec.json.decode(raw, type=wanted))
    except msgspec.ValidationError as error:
        raise door_refusal("request.invalid", reason=str(error)) from None
    except (msgspec.DecodeError, RecursionError):
        raise door_refusal("request.malformed", reason=_UNREADABLE) from None


def check_file_type(content_type: bytes, types: Sequence[str]) -> None:
    """Before the file is read. Which of the types it is, its content says. Raises Refused("request.file_type")."""
    if content_type.partition(b";")[0].strip().lower().decode("latin-1") not in types:
        raise door_refusal("request.file_type", types=", ".join(types))


def read_file(raw: bytes) -> bytes:
    """A file that is the body as it is. Raises Refused("request.invalid")."""
    if not raw:
        raise door_refusal("request.invalid", reason="a file is needed as the body")
    return raw


def read_idempotency_key(value: bytes) -> str:
    """ "" when there is none. Raises Refused("idempotency.key_malformed")."""
    key = value.decode("latin-1")
    if key and not _KEY.fullmatch(key):
        raise door_refusal("idempotency.key_malformed")
    return key


def _storable(asked: I) -> I:
    """It, when a database can hold it. Raises Refused("request.invalid")."""
    if not fits(msgspec.to_builtins(asked)):
        raise door_refusal("request.invalid", reason="a number of more than 64 bits, or a NUL character")
    return asked


def _check_once(raw: bytes) -> None:
    """That no object has a name twice: programs differ in which value they believe."""

    def pairs(found: list[tuple[str, Any]]) -> None:
        if len({name for name, _ in found}) != len(found):
            raise door_refusal("request.malformed", reason="a name stands twice in an object")

    try:
        json.loads(raw, object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        raise door_refusal("request.malformed", reason=_UNREADABLE) from None


def write_cursor(*position: int | str) -> str:
    """Where a page ended, for the client to bring back."""
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(position)).decode().rstrip("=")


def read_cursor(text: str, *first: C) -> tuple[C, ...]:
    """The position that a cursor holds; `first` when there is none. Raises Refused("request.invalid")."""
    if not text:
        return first
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        position = msgspec.msgpack.decode(raw, type=tuple[int | str, ...])
    except (ValueError, msgspec.DecodeError):
        position = ()
    if [type(each) for each in position] != [type(each) for each in first] or not all(map(_is_fit, position)):
        raise door_refusal("request.invalid", reason="the cursor is none of ours")
    return cast(tuple[C, ...], position)


def _is_fit(part: int | str) -> bool:
    """For a database: integers of 64 bits, texts without control characters."""
    return part.isprintable() if isinstance(part, str) else -(2**63) <= part < 2**63

"""Query strings and form bodies: bytes in, parameters and their canonical form out. No I/O.

Two ways to the same result. `read_any` is written from the rules: decode, refuse what is ambiguous, encode
again for the canonical form. `read_usual` takes text that is canonical already, except for the order and `+`,
as the SDKs send it, straight from the bytes, and leaves everything else alone; it takes less than half the time,
and a property test holds it to `read_any`.

Canonical form (vendor's signature rules): names and values percent-encoded as UTF-8 with upper-case hex,
unreserved `A-Z a-z 0-9 - _ . ~`, sorted by decoded name, joined `name=value` with `&`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

MAX_PARAMETERS: Final = 2_000
"""Pairs in one query or form: the largest real request has some 300 (flattened lists)."""


_AT_ONCE: Final = 2 * 1024 * 1024
_PORTION: Final = 64 * 1024
"""Bytes and characters that are worked on in one go, whatever else waits."""


class Malformed(Exception):
    """Text that has not exactly one meaning as parameters; the message says why."""


@dataclass(frozen=True, slots=True)
class Form:
    """Decoded parameters. `pieces`: `name=value` as it stands in the canonical form, when it came that way."""

    values: dict[str, str]
    pieces: dict[str, bytes] | None

    def merged(self, other: Form) -> Form:
        """Both as one. Raises Malformed when a name is in both."""
        if not other.values:
            return self
        if not self.values:
            return other
        for name in self.values.keys() & other.values.keys():
            raise Malformed(f"parameter {name[:64]} is given twice")
        both = self.pieces is not None and other.pieces is not None
        return Form(
            {**self.values, **other.values},
            {**self.pieces, **other.pieces} if both else None,  # type: ignore[dict-item]
        )

    def canonical(self, without: str = "") -> bytes:
        """The text that is signed; `without` leaves one parameter out."""
        pieces = self.pieces
        if pieces is None:
            pieces = {name: _encode(name) + b"=" + _encode(value) for name, value in self.values.items()}
        if without in pieces:
            return b"&".join([pieces[name] for name in sorted(pieces) if name != without])
        return b"&".join([pieces[name] for name in sorted(pieces)])


EMPTY: Final = Form({}, {})


def read(raw: bytes) -> Form:
    """Parameters of a query string or form body. Raises Malformed."""
    if not raw:
        return EMPTY
    if raw.count(b"&") >= MAX_PARAMETERS:
        raise Malformed(f"more than {MAX_PARAMETERS} parameters")
    return _read_long(raw) if len(raw) > _AT_ONCE else read_usual(raw) or read_any(raw)


def _read_long(raw: bytes) -> Form:
    """The same pair by pair, so that other threads have their turns."""
    values: dict[str, str] = {}
    pieces: dict[str, bytes] | None = {}
    for pair in filter(None, raw.split(b"&")):
        form = read_usual(pair) or read_any(pair)
        ((name, value),) = form.values.items()
        if name in values:
            raise Malformed(f"parameter {name[:64]} is given twice")
        values[name] = value
        if form.pieces is None or pieces is None:
            pieces = None
        else:
            pieces[name] = form.pieces[name]
    return Form(values, pieces)


def read_any(raw: bytes) -> Form:
    """Any text, by the rules. Raises Malformed for duplicate or empty names, broken escapes, no UTF-8, NUL."""
    values: dict[str, str] = {}
    for piece in raw.split(b"&"):
        if not piece:
            continue
        raw_name, _, raw_value = piece.partition(b"=")
        name = _decode(raw_name)
        if not name:
            raise Malformed("a parameter without a name")
        if name in values:
            raise Malformed(f"parameter {name[:64]} is given twice")
        values[name] = _decode(raw_value)
    return Form(values, None)


def percent_encode(text: str) -> str:
    """RFC 3986 as the vendor wants it: everything but the unreserved characters. Long text in portions, so that other threads
    have their turns."""
    if len(text) <= _PORTION:
        return quote(text, safe="")
    return "".join(quote(text[start : start + _PORTION], safe="") for start in range(0, len(text), _PORTION))


_BROKEN_ESCAPE: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def _decode(raw: bytes) -> str:
    if _BROKEN_ESCAPE.search(raw):
        raise Malformed("a broken percent escape")
    try:
        text = _unescape(raw.replace(b"+", b" ").replace(b"\\", b"%5C"))
    except UnicodeDecodeError:
        raise Malformed("text that is not UTF-8") from None
    if "\0" in text:
        raise Malformed("a NUL character")
    return text


def _unescape(raw: bytes) -> str:
    """Resolve valid escapes in text without backslashes. `unicode_escape` is the fastest hex decoder of the
    standard library: urllib's takes a second for 2 MiB of escapes, which anybody may send."""
    return raw.replace(b"%", b"\\x").decode("unicode_escape").encode("latin-1").decode()


def _encode(text: str) -> bytes:
    return percent_encode(text).encode()


# The fast way. While decoding, the two separators become control characters that no escape may produce, so
# that the whole text is decoded at once.
_PAIR: Final = "\x1e"
_EQUALS: Final = "\x1f"
_SEPARATORS: Final = bytes.maketrans(b"&=+", b"\x1e\x1f ")
_PLAIN: Final = rb"[A-Za-z0-9_.~&=+-]*+"
_ESCAPE: Final = (  # reserved bytes only, upper case, without NUL and the two control characters above
    rb"%(?:[89A-F][0-9A-F]|2[0-9A-CF]|3[A-F]|7[BCDF]|5[BCDE]|40|60|0[1-9A-F]|1[0-9A-D])"
)
_USUAL: Final = re.compile(_PLAIN + rb"(?:(?:" + _ESCAPE + rb")++" + _PLAIN + rb")*+")


def read_usual(raw: bytes) -> Form | None:
    """The same as `read_any` for text as the SDKs write it, None for any other."""
    if not _USUAL.fullmatch(raw):
        return None
    try:
        pairs = [pair.split(_EQUALS) for pair in _unescape(raw.translate(_SEPARATORS)).split(_PAIR)]
        values: dict[str, str] = dict(pairs)
    except ValueError:  # not UTF-8, or a pair without exactly one equals sign
        return None
    if len(values) != len(pairs) or "" in values:
        return None
    return Form(values, dict(zip(values, raw.replace(b"+", b"%20").split(b"&"), strict=True)))

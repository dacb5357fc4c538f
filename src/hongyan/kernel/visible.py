"""Text from elsewhere, written so that it can be seen: what a terminal would obey or hide becomes an escape."""

from __future__ import annotations

import unicodedata

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str) -> str:
    """The text with line ends, controls, invisible and unassigned characters as escapes."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _escape(each) for each in text)


def _escape(character: str) -> str:
    short = _SHORT.get(character)
    if short is not None:
        return short
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def character_name(character: str) -> str:
    """ "U+201C LEFT DOUBLE QUOTATION MARK"; only the code point when Unicode has no name."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()

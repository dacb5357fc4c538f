"""One code is written in many ways: `MK:0001`, `MK00001`, `mk:1`; `182`, `SGIP:-74`, `2:182`; `0x58`, `88`,
`ESME_RTHROTTLED`; `UNDELIV:601`, `UNDELIV_601`. Here they become one key. Pure, and total: any text has a form.
"""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST = 64
"""Characters of a code that are looked at; the protocols carry up to 65, and no list has so long a one."""

STATS = frozenset({"DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "ACCEPTD", "UNKNOWN", "REJECTD", "ENROUTE"})
"""States that a report may join with a number: `UNDELIV:601`. Source: SMGP 3.0.3 and SMPP 3.4, report texts."""

_SIGNED_BYTE = 256
_SHORT = 3
"""Digits of a number that may have leading zeros (err 005 is 5); a longer one is a word (00139)."""

_NUMBER = re.compile(r"-?[0-9]{1,10}")
_HEX = re.compile(r"0X[0-9A-F]{1,8}")
_OF_PROTOCOL = re.compile(r"(CMPP|SGIP|SMGP|SMPP|CU):?(-?[0-9]{1,10}|0X[0-9A-F]{1,8})")
# State and ErrorCode: 0 delivered, 2 failed; a waiting one (1) has no error.
_SGIP_PAIR = re.compile(r"(?:SGIP:)?[02]:(-?[0-9]{1,3})")
_LETTERS = re.compile(r"([A-Z]{1,8})[:_ -]?([0-9]{1,5})")
_CHINA_UNICOM = "CU"


class Form(NamedTuple):
    """A code taken apart. `key`: what the index knows it by. `letters`: of an element's or provider's code (`MK`),
    "" otherwise. `number`: of a bare number, None otherwise. `stat` and `err`: of a pair. `protocol`: when the
    code itself names one. `head`: what stands before the first colon."""

    key: str
    letters: str = ""
    number: int | None = None
    stat: str = ""
    err: str = ""
    protocol: str | None = None
    head: str = ""


def form_of(code: str) -> Form:
    """The form of `code`; of a very long one, of its beginning."""
    text = code[:LONGEST].strip().upper().replace("：", ":")
    if found := _SGIP_PAIR.fullmatch(text):
        return _number(found[1], "sgip")
    if found := _OF_PROTOCOL.fullmatch(text):
        protocol = "sgip" if found[1] == _CHINA_UNICOM else found[1].lower()
        return _number(found[2], protocol)
    if _NUMBER.fullmatch(text) or _HEX.fullmatch(text):
        return _number(text, None)
    if found := _LETTERS.fullmatch(text):
        letters, digits = found.groups()
        key = f"{letters}:{int(digits):04d}"
        if letters in STATS:
            return Form(key, stat=letters, err=str(int(digits)))
        return Form(key, letters=letters)
    return Form(text, head=text.partition(":")[0])


def _number(text: str, protocol: str | None) -> Form:
    if text.startswith("0X"):
        value = int(text, 16)
    elif text.startswith("0") and len(text) > _SHORT:
        return Form(text, protocol=protocol)
    else:
        value = int(text)
    if -_SIGNED_BYTE // 2 <= value < 0:  # platforms print SGIP's unsigned octet as a signed one
        return Form(str(value + _SIGNED_BYTE), number=value + _SIGNED_BYTE, protocol="sgip")
    return Form(str(value), number=value, protocol=protocol)

"""Texts without the codes in them.

A verification code is whatever its tenant made it: digits, or letters among them. So everything that has a digit in it
goes, a number of minutes too, rather than that a code stays. The signature in front is no secret.
"""

from __future__ import annotations

import re

_SIGNATURE = re.compile(r"【[^】]*】")
_RUN = re.compile(r"[A-Za-z\d]+")
_LENGTHS = range(4, 7)
"""Of codes. Source: the vendor's rules for variables that hold one, 4 to 6 digits or letters."""


def mask_codes(text: str) -> str:
    """`【云上】验证码 482913，10 分钟内有效` -> `【云上】验证码 ******，** 分钟内有效`."""
    signature = _SIGNATURE.match(text)
    start = signature.end() if signature is not None else 0
    return text[:start] + _RUN.sub(_masked, text[start:])


def _masked(found: re.Match[str]) -> str:
    run = found[0]
    return "*" * len(run) if _may_be_a_code(run) else run


def _may_be_a_code(run: str) -> bool:
    """With a digit of any script; or as long as a code and all in capitals, because one may have no digit at all."""
    return any(each.isdigit() for each in run) or (len(run) in _LENGTHS and run.isupper())

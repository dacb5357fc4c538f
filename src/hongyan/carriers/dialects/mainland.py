"""What the three Chinese protocols have in common: numbers, times, one alphabet."""

from __future__ import annotations

from functools import lru_cache

from hongyan.kernel.clock import Millis
from hongyan.kernel.text import Alphabet
from hongyan.messaging.outgoing import Job
from hongyan.protocols.smpp.times import absolute
from hongyan.protocols.wire.errors import FieldError

UCS2 = 8
_COUNTRY = "86"
_MOBILE_DIGITS = 11


def national(number: str) -> str:
    """ "8613800138000" as carriers write it at home: "13800138000"."""
    return number.removeprefix(_COUNTRY) if len(number) == len(_COUNTRY) + _MOBILE_DIGITS else number


def e164(number: str) -> str:
    """A handset's number as a gateway wrote it, in the form that everything else here has."""
    digits = number.removeprefix("+").removeprefix("00")
    if len(digits) == _MOBILE_DIGITS and digits.startswith("1"):
        return _COUNTRY + digits
    return digits


@lru_cache(maxsize=4_096)
def _valid_time(second: int) -> str:
    return absolute(second * 1000)


def valid_time(expires_ms: Millis) -> str:
    """Until when a message is worth delivering, to the second."""
    return _valid_time(expires_ms // 1000)


def content_of(job: Job, part: int, pdu: str) -> bytes:
    """The octets of a part, with its header. Raises FieldError for an alphabet that these protocols do not have: their
    format 0 is ASCII, so that a channel of theirs takes UCS-2 only (messaging.route)."""
    if job.alphabet is not Alphabet.UCS2:
        raise FieldError(pdu, "content", "is not UCS-2")
    return job.payloads[part - 1]

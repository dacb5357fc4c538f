"""What a template's variables may be filled with: attribute -> rule, as data.

Sources: [DOC] the vendor's page 2806243; [CODE] a public validator with the same attribute codes, whose value
rules are uncertain and marked so. Where they disagree the wider rule stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

TOO_LONG: Final = "template.param_too_long"
HAS_LINK: Final = "template.param_has_link"
INVALID: Final = "template.param_invalid"

_LINK: Final = re.compile(
    r"https?:|ftp:|www\.|\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b"
    r"|[a-z0-9-]+\.(?:com|cn|net|org|top|xyz|vip|info|cc|io|me|tv|site|shop|club)(?![a-z0-9])",
    re.IGNORECASE | re.ASCII,
)
_CONTACT: Final = re.compile(
    r"qq|微信|wechat|weixin|薇信|加群|(?<![0-9])1[3-9][0-9]{9}(?![0-9])", re.IGNORECASE | re.ASCII
)
_EMOJI: Final = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]")

_DATE: Final = (
    r"(?:[0-9]{4}(?P<{0}>[-/.])(?:0?[1-9]|1[0-2])(?P={0})(?:[12][0-9]|3[01]|0?[1-9])"
    r"|(?:[0-9]{4}年)?(?:1[0-2]|0?[1-9])月(?:[12][0-9]|3[01]|0?[1-9])[日号]"
    r"|[0-9]{4}年(?:(?:1[0-2]|0?[1-9])月)?)"
)
_HOUR: Final = r"(?:1[0-9]|2[0-4]|0?[0-9])"
_TIME: Final = (
    rf"(?:凌晨|早上|上午|中午|下午|晚上)? ?{_HOUR}"
    r"(?:[:：][0-5][0-9](?:[:：][0-5][0-9])?|[时点](?:[0-5]?[0-9]分?(?:[0-5]?[0-9]秒)?)?)"
)


def _moment(group: str) -> str:
    date = _DATE.replace("{0}", group)
    return rf"(?:{date}(?:[ T]?{_TIME})?|{_TIME})"


_PERIOD: Final = rf"{_moment('first')}(?: ?[-~至到] ?{_moment('second')})?"


@dataclass(frozen=True, slots=True)
class Attribute:
    """`pattern` None: any text. `free`: people write it, so links (and, with `contacts`, contact data) are searched."""

    most: int
    pattern: re.Pattern[str] | None
    source: str
    free: bool = False
    refuses_contacts: bool = False


def _shape(most: int, pattern: str, source: str) -> Attribute:
    return Attribute(most, re.compile(pattern), source)


_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff"
_NUMBER_CODE: Final = _shape(6, r"[0-9]{4,6}", "DOC")
_CHARACTER_CODE: Final = _shape(6, r"[A-Za-z0-9]{4,6}", "DOC")
_OTHER_NUMBER: Final = _shape(35, r"[A-Za-z0-9]{1,35}", "DOC (name), CODE (rule)")
_PHONE: Final = _shape(15, r"1[0-9]{10}|(?=(?:-?[0-9]){5,13}\Z)[0-9-]{5,15}", "DOC")

ATTRIBUTES: Final[Mapping[str, Attribute]] = {
    "numberCaptcha": _NUMBER_CODE,
    "characterWithNumber2": _CHARACTER_CODE,
    "characterWithNumber": _CHARACTER_CODE,  # the older name, still seen in answers
    "verifyTime": _shape(2, r"[1-9][0-9]?", "CODE"),
    "phone_number2": _PHONE,
    "phone_number": _PHONE,
    "time": _shape(50, _PERIOD, "DOC; forms with 年月日 are ours: sources disagree"),
    "money": _shape(20, r"[0-9]{1,17}(?:\.[0-9]{1,2})?", "DOC (name), CODE (rule)"),
    "user_nick": Attribute(20, None, "CODE", free=True, refuses_contacts=True),
    "name": _shape(5, rf"[{_HAN}]{{2,5}}", "DOC (name), CODE (rule)"),
    "unit_name": _shape(20, rf"[{_HAN}（）]{{1,20}}", "CODE"),
    "address": Attribute(30, None, "CODE", free=True, refuses_contacts=True),
    "license_plate_number": _shape(10, rf"[{_HAN}A-Za-z0-9·-]{{1,10}}", "CODE"),
    "tracking_number": _shape(16, r"[0-9]{8,16}|[A-Za-z][A-Za-z0-9]{7,15}", "CODE"),
    "pick_up_code": _shape(8, r"[0-9_-]{4,8}", "CODE"),
    "other_number2": _OTHER_NUMBER,
    "other_number": _OTHER_NUMBER,
    "link_param": _shape(8, r"[A-Za-z0-9]{1,8}", "CODE"),
    "email_address": _shape(30, r"(?=.{7,30}\Z)[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", "CODE"),
    "others": Attribute(35, None, "DOC", free=True, refuses_contacts=True),
}

CODE_ATTRIBUTES: Final = frozenset({"numberCaptcha", "characterWithNumber2", "characterWithNumber"})
"""What the variable of a verification code may be. Source: DOC."""


def attribute_problem(attribute: str, value: str) -> str | None:
    """Why `value` does not fit, as one of our codes, or None. `attribute` is a key of ATTRIBUTES."""
    rule = ATTRIBUTES[attribute]
    if len(value) > rule.most:
        return TOO_LONG
    if not rule.free:
        return None if rule.pattern is not None and rule.pattern.fullmatch(value) else INVALID
    if _LINK.search(value):
        return HAS_LINK
    if not value.strip() or (rule.refuses_contacts and _CONTACT.search(value)) or _EMOJI.search(value):
        return INVALID
    return None

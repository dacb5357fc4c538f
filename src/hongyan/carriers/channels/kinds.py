"""What a value of a channel's settings may be: how it is checked, how it is written as text, and how that is said.

A value is one of JSON: a number, a text, true or false, a list of texts or of numbers. Text as `name=value` is only
another way to write it, so that both ways meet the same check.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import PurePosixPath
from typing import Any

from hongyan.kernel.numbers import HOME


@dataclass(frozen=True, slots=True)
class Kind:
    """`en` and `zh` complete "it must be …" and "应为…". `fits`: whether a value of JSON may stand here. `from_text`
    makes such a value, or leaves what it cannot read as it is, so that it does not fit; `to_text` is the way back."""

    en: str
    zh: str
    fits: Callable[[Any], bool]
    from_text: Callable[[str], object] = str
    to_text: Callable[[Any], str] = str


def is_whole(value: object) -> bool:
    """JSON knows no integers of its own, and in Python true is one."""
    return isinstance(value, int) and not isinstance(value, bool)


_WHOLE = re.compile(r"0|[1-9][0-9]{0,18}|0x[0-9A-Fa-f]{1,16}")


def _number(text: str) -> object:
    return int(text, 0) if _WHOLE.fullmatch(text) else text


def whole(first: int, last: int, *, hexadecimal: bool = False) -> Kind:
    """A number within both bounds."""
    form = "0x{:02x}" if hexadecimal else "{}"
    low, high = form.format(first), form.format(last)
    return Kind(
        f"a whole number from {low} to {high}",
        f"{low} 到 {high} 的整数",
        lambda value: is_whole(value) and first <= value <= last,
        _number,
        form.format,
    )


def one_of(*values: int | str) -> Kind:
    """One of a few numbers or words."""
    *listed, last = map(str, values)
    known = {(type(value), value) for value in values}  # JSON's true is no 1, and its 1.0 neither
    return Kind(
        f"{', '.join(listed)} or {last}",
        f"{'、'.join(listed)} 或 {last}",
        lambda value: isinstance(value, int | str) and (type(value), value) in known,
        _number if int in map(type, values) else str,
        str,
    )


def _matching(pattern: str) -> Callable[[Any], bool]:
    matches = re.compile(pattern, re.ASCII).fullmatch
    return lambda value: isinstance(value, str) and matches(value) is not None


def _amount(least: int, most: int, none: str) -> str:
    if least == most:
        return str(most)
    return f"{none}{most}" if least == 0 else f"{least} to {most}"


def characters(least: int, most: int) -> Kind:
    """Printable ASCII: a field of a PDU counts octets, and carriers agree on no other set."""
    return Kind(
        f"{_amount(least, most, 'at most ')} printable ASCII characters",
        f"{_amount(least, most, '最多 ').replace(' to ', ' 到 ')} 个可见 ASCII 字符",
        _matching(rf"[!-~]{{{least},{most}}}"),
    )


def digits(least: int, most: int) -> Kind:
    """A text of digits; zeros in front count."""
    return Kind(
        f"{_amount(least, most, 'at most ')} digits",
        f"{_amount(least, most, '最多 ').replace(' to ', ' 到 ')} 位数字",
        _matching(rf"[0-9]{{{least},{most}}}"),
    )


def secret(most: int) -> Kind:
    """A password."""
    return Kind(
        f"1 to {most} printable ASCII characters",
        f"1 到 {most} 个可见 ASCII 字符",
        _matching(rf"[ -~]{{1,{most}}}"),
    )


def text_like(pattern: str, en: str, zh: str) -> Kind:
    """A text with a form of its own."""
    return Kind(en, zh, _matching(pattern))


_FLAGS = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False, "0": False}  # fmt: skip

FLAG = Kind(
    "yes or no",
    "yes 或 no",
    lambda value: isinstance(value, bool),
    lambda text: _FLAGS.get(text.lower(), text),
    lambda value: "yes" if value else "no",
)

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")


def _is_host(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        ip_address(value)
    except ValueError:
        is_name = _NAME.fullmatch(value) is not None
        return is_name and not value.rpartition(".")[2].isdigit()  # 10.0.0.256 is no name
    return "%" not in value


HOST = Kind("a host name or an IP address, without the port", "主机名或 IP 地址（不含端口）", _is_host)

FILE = Kind(
    "empty or the absolute path of a file",
    "空或文件的绝对路径",
    lambda value: (
        isinstance(value, str)
        and (not value or (PurePosixPath(value).is_absolute() and value.isprintable() and len(value) <= 4096))
    ),
)


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",")] if text.strip() else []


def _is_set(value: object, fits: Callable[[Any], bool]) -> bool:
    return isinstance(value, list | tuple) and all(map(fits, value)) and len(set(value)) == len(value)


def some_of(*words: str) -> Kind:
    """Any of a few words, each once; none for all of them."""
    return Kind(
        f"any of {', '.join(words)}, separated by commas; none for all",
        f"{'、'.join(words)} 中的若干项，以逗号分隔；空表示全部",
        lambda value: _is_set(value, words.__contains__),
        _items,
        ",".join,
    )


def _is_country(value: object) -> bool:
    if not isinstance(value, str) or value == HOME:
        return value == HOME
    import phonenumbers  # heavy, and most channels serve the mainland only

    return value in phonenumbers.SUPPORTED_REGIONS


COUNTRIES = Kind(
    "ISO codes of countries such as CN, HK, separated by commas; none for all",
    "国家/地区的 ISO 代码（如 CN、HK），以逗号分隔；空表示全部",
    lambda value: _is_set(value, _is_country),
    lambda text: [item.upper() for item in _items(text)],
    ",".join,
)

ACCOUNTS = Kind(
    "numbers of accounts, separated by commas; none for all",
    "账号编号，以逗号分隔；空表示全部",
    lambda value: _is_set(value, lambda item: is_whole(item) and 0 < item < 1 << 63),
    lambda text: [_number(item) for item in _items(text)],
    lambda value: ",".join(map(str, value)),
)

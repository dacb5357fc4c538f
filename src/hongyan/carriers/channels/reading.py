"""From what people and programs write to settings, and back. What does not fit is refused with field and reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

import msgspec

from hongyan.carriers.channels.fields import PROTOCOLS, REQUIRED, SECRETS, default_of, fields_of
from hongyan.carriers.channels.kinds import Kind
from hongyan.carriers.channels.rules import RULES
from hongyan.carriers.channels.settings import SETTINGS, ChannelSettings, ProtocolName
from hongyan.kernel.errors import Refused

PASSWORD, LISTEN_PASSWORD = "password", "listen_password"
_SECRETS = frozenset({PASSWORD, LISTEN_PASSWORD, "secret", "passwd", "shared_secret"})
_NAME = re.compile("[a-z][a-z0-9-]{0,31}")
_LONGEST_SHOWN = 60


def invalid(field: str, reason: str, zh: str) -> Refused:
    """What is wrong with one field. Neither sentence may hold a secret."""
    return Refused(
        "channel.invalid", en=f"{field}: {reason}", zh=f"{field}：{zh}", field=field, reason=reason
    )


def check_protocol(name: str) -> ProtocolName:
    """Raises Refused("channel.invalid")."""
    for protocol in PROTOCOLS:
        if name == protocol:
            return protocol
    known = ", ".join(PROTOCOLS)
    raise invalid("protocol", f"it must be one of {known}", f"应为 {known} 之一")


def check_name(name: str) -> str:
    """Raises Refused("channel.invalid")."""
    if not _NAME.fullmatch(name):
        raise invalid(
            "name",
            "it must be 1 to 32 lower-case letters, digits and hyphens, a letter first",
            "应为 1 到 32 个小写字母、数字或连字符，以字母开头",
        )
    return name


def check_secret(protocol: ProtocolName, secret: str | bytes, field: str = PASSWORD) -> str:
    """Raises Refused("channel.invalid"), which does not repeat the secret."""
    text = secret.decode("utf-8", "replace") if isinstance(secret, bytes) else secret
    kind = SECRETS[protocol]
    if not kind.fits(text):
        raise invalid(field, f"it must be {kind.en}", f"应为 {kind.zh}")
    return text


# -- written as text -----------------------------------------------------------------------------------------


def parse_texts(protocol: ProtocolName, texts: Iterable[str]) -> dict[str, object]:
    """Values of `name=value`; lists with commas, yes or no, numbers also as 0x…. Raises Refused("channel.invalid")."""
    values: dict[str, object] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise invalid("name=value", "each field is written so", "每个字段都应这样书写")
        if name in values:
            raise invalid(name, "it is given twice", "重复给出")
        values[name] = _known(protocol, name).from_text(value)
    return values


def to_texts(protocol: ProtocolName, settings: ChannelSettings) -> dict[str, str]:
    """Every field as `parse_texts` reads it."""
    return {name: row.kind.to_text(getattr(settings, name)) for name, row in fields_of(protocol).items()}


# -- written as JSON -----------------------------------------------------------------------------------------


def parse_json(data: bytes) -> dict[str, object]:
    """The members of one object. Raises Refused("channel.invalid")."""
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise invalid("JSON", "it must be one object of fields and values", "应为一个由字段和值组成的对象")
    return found


def to_json(settings: ChannelSettings) -> dict[str, Any]:
    """Every field as JSON has it."""
    values = msgspec.structs.asdict(settings)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


# -- checked -------------------------------------------------------------------------------------------------


def make_settings(protocol: ProtocolName, values: Mapping[str, object]) -> ChannelSettings:
    """Settings of values as JSON has them. Raises Refused("channel.invalid") with the facts field and reason."""
    for name, value in values.items():
        kind = _known(protocol, name)
        if not kind.fits(value):
            twice = _given_twice(value, kind)
            if twice is not None:
                raise invalid(name, f"{twice} is given twice", f"{twice} 重复给出")
            shown = _shown(value)
            raise invalid(
                name, f"it is {shown} and must be {kind.en}", f"当前为 {shown}，应为{_spaced(kind.zh)}"
            )
    for name, row in fields_of(protocol).items():
        if name not in values and default_of(protocol, name) is REQUIRED:
            raise invalid(name, f"it is missing: {row.en}", f"缺少该字段：{row.zh}")
    settings: ChannelSettings = msgspec.convert(dict(values), SETTINGS[protocol])
    for rule in RULES:
        if protocol in rule.protocols and rule.broken(settings):
            shown = _shown(to_json(settings)[rule.field])
            raise invalid(
                rule.field, f"it is {shown} and must be {rule.en}", f"当前为 {shown}，应为{_spaced(rule.zh)}"
            )
    return settings


def change_settings(
    protocol: ProtocolName, settings: ChannelSettings, changes: Mapping[str, object]
) -> ChannelSettings:
    """The same with other values for some fields. Raises Refused("channel.invalid")."""
    return make_settings(protocol, to_json(settings) | dict(changes))


def _given_twice(value: object, kind: Kind) -> str | None:
    """What stands in a list again, when that is all that is wrong with it."""
    if not isinstance(value, list | tuple):
        return None
    again = [item for place, item in enumerate(value) if item in value[:place]]
    once = [item for place, item in enumerate(value) if item not in value[:place]]
    return _shown(again[0]) if again and kind.fits(once) else None


def _known(protocol: ProtocolName, name: str) -> Kind:
    rows = fields_of(protocol)
    if name in rows:
        return rows[name].kind
    if name in _SECRETS:
        raise invalid(
            name,
            "a secret is no field: it is asked for, or read from a file, so that no list of commands keeps it",
            "密码不是字段：请在提示时输入或从文件读取，以免留在命令记录中",
        )
    near = get_close_matches(name, rows, 1)
    raise invalid(
        _shown(name)[1:-1],
        f"{protocol.upper()} channels have no such field" + (f"; did you mean {near[0]}?" if near else ""),
        f"{protocol.upper()} 通道没有该字段" + (f"，是否指 {near[0]}？" if near else ""),
    )


def _shown(value: object) -> str:
    """A value for people: short, and without what a terminal would obey."""
    if isinstance(value, list | tuple):
        value = ",".join(map(str, value))
    text = ("no", "yes")[value] if isinstance(value, bool) else repr(value)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def _spaced(zh: str) -> str:
    """A blank between Chinese and what follows in other letters."""
    return f" {zh}" if zh[:1].isascii() else zh

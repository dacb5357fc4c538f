"""Every setting: an environment variable `HONGYAN_…`, a type, a default, a sentence. docs/settings.md lists them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any, get_args
from urllib.parse import unquote, urlsplit

from hongyan.kernel.cn_prefixes import Carrier
from hongyan.kernel.errors import Misconfigured

PREFIX = "HONGYAN_"


def _setting(default: Any, words: str, *, secret: bool = False) -> Any:
    return field(default=default, repr=not secret, metadata={"words": words})


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may set. Field `x_y` is the variable HONGYAN_X_Y; a flag of `hongyan serve` wins over it."""

    data: Path = _setting(
        Path("hongyan-data"), "data folder; made on first start, readable by its owner only"
    )
    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(8480, "the one HTTP port; 0 takes a free one")
    public_url: str = _setting(
        "",
        "scheme and host by which clients reach the port when a proxy stands in front, as https://sms.example.com:"
        " where uploads are sent and papers are shown; empty believes the Host header",
    )
    database: str = _setting(
        "", "postgresql://… for PostgreSQL; empty for SQLite in the data folder", secret=True
    )
    role: str = _setting("all", "what this node does: all (SQLite knows only this one)")
    review: str = _setting(
        "",
        "auto: approves at once what is not plainly wrong, in the sandbox only; rules: what rules can decide they decide at"
        " once, people the rest (in the sandbox all of it); manual: people decide; empty: auto in the sandbox, else manual",
    )
    review_policies: str = _setting(
        "",
        "with manual review: ids of the policies that approve without a person, with commas between; docs/reviewing.md lists"
        " them",
    )
    registration_networks: str = _setting(
        "mobile,unicom,telecom",
        "networks that signatures are registered with, with commas between: mobile, unicom, telecom, broadnet",
    )
    extension_digits: int = _setting(
        -1,
        "digits of the extension code that a signature is given before it is registered first; 0 gives none, and several"
        " signatures share the access number; -1: 4, in the sandbox 0",
    )
    registrar: str = _setting(
        "",
        "who files signatures with the carriers: simulator (the sandbox's), pack (people take packs and bring answers back) or"
        " http (a program of yours); empty: simulator in the sandbox, else pack",
    )
    registrar_scenario: str = _setting("", "TOML file of what the simulator's registrar answers, and when")
    registrar_url: str = _setting(
        "", "where the program listens that registrar=http files with, as https://filing.example.com/v1"
    )
    registrar_secret: str = _setting("", "what requests to it are signed with", secret=True)
    registrar_networks: str = _setting(
        "", "networks beside the public ones that it may be in, as 10.0.0.0/8, with commas between"
    )
    filing: str = _setting(
        "",
        "TOML file that says who stands between number and tenant (operator, holders of access numbers), and names column"
        " templates of your own",
    )
    registration_timeout: int = _setting(
        30, "working days without a carrier's answer after which a registration has failed; 0: never"
    )
    working_days: str = _setting(
        "",
        "days that are worked or free in China whatever our table says, with commas between: 2027-02-06=work,"
        " 2027-02-05=free; for years that were announced after this version",
    )
    old_actions: str = _setting(
        "offline",
        "AddSmsSign, AddSmsTemplate and the others that the vendor has taken offline; offline: answered as unknown, with"
        " the action to use instead; alive: they work as before",
    )
    callback_networks: str = _setting(
        "",
        "networks beside the public ones that callbacks may go to, as 10.0.0.0/8, with commas between; the sandbox lets them"
        " go anywhere",
    )
    callback_ca: str = _setting(
        "",
        "PEM file with certificates of authorities that are trusted beside the system's, for callbacks and the registrar over HTTPS",
    )
    smpp: str = _setting(
        "",
        "smpp://system_id:password@host:port of a carrier; empty starts the sandbox's simulated carrier",
        secret=True,
    )
    access_number: str = _setting("1069000012", "the number messages come from; extension codes are appended")
    smpp_window: int = _setting(64, "submits without an answer on one link")
    smpp_rate: int = _setting(0, "parts per second on one link; 0 is unlimited")
    scenario: str = _setting("", "TOML file for the sandbox's simulated carrier")
    handsets: int = _setting(10_000, "texts the sandbox's virtual handsets keep; 0 keeps none")
    root_access_key_id: str = _setting("", "access key of the root account instead of a generated one")
    root_access_key_secret: str = _setting("", "its secret", secret=True)
    root_password: str = _setting("", "console password of root instead of a generated one", secret=True)
    master_key: str = _setting(
        "", "32 bytes in base64 that seal secrets; empty uses <data>/master.key", secret=True
    )
    queue: int = _setting(8_192, "messages that may wait for the store before callers are throttled")
    lane: int = _setting(
        5_000, "parts that one lane of a channel keeps in memory; the rest waits on the disk"
    )
    backlog: int = _setting(1_000_000, "messages that may wait for carriers before callers are throttled")
    unregistered: str = _setting(
        "",
        "what is sent of a signature where no carrier has registered it, or has refused to: small (a few codes and"
        " notices a day), refuse, bulk (as if it were registered); empty: small, in the sandbox bulk",
    )
    small_sends: int = _setting(
        100,
        "messages of a signature to one carrier in a Beijing day, as long as it is not registered there",
    )
    canary_phones: str = _setting(
        "",
        "the operator's phones, with commas between, that test sends of a registration may go to as well",
    )
    move_codes_after: int = _setting(
        60, "seconds that a channel cannot send before verification codes leave it for another; 0: they wait"
    )
    move_notices_after: int = _setting(600, "the same for notices and international messages")
    move_marketing_after: int = _setting(0, "the same for marketing")
    keep_days: int = _setting(180, "days that messages stay queryable; 0 keeps them for ever")
    keep_papers_days: int = _setting(
        180,
        "days that papers of a deleted qualification, signature or template are kept, then they are erased and the audit"
        " trail says so; 0 keeps them for ever",
    )
    largest_body: int = _setting(
        1024 * 1024, "bytes of a request's body; pictures inside of the old actions have a bound of their own"
    )
    ocr_memory: int = _setting(
        1200,
        "megabytes that the process may take which reads pictures of licences and letters; 0 reads none; without the extra"
        " ocr none is read either",
    )
    log_level: str = _setting("info", "debug, info, warning or error")
    log_format: str = _setting("auto", "json, console, or auto: console on a terminal")

    def unregistered_sends(self, *, sandbox: bool) -> str:
        """small, refuse or bulk."""
        return self.unregistered or ("bulk" if sandbox else "small")

    def review_mode(self, *, sandbox: bool) -> str:
        """auto, rules or manual. Raises Misconfigured where nobody would look at what goes to real phones."""
        if self.review == "auto" and not sandbox:
            raise Misconfigured(
                "settings.review",
                en="HONGYAN_REVIEW=auto is for the sandbox; with a carrier, say manual (people decide) or rules",
                zh="HONGYAN_REVIEW=auto 仅用于沙箱；已接入运营商时请使用 manual（人工审核）或 rules",
            )
        return self.review or ("auto" if sandbox else "manual")


def read_settings(environment: Mapping[str, str] | None = None, **flags: Any) -> Settings:
    """Settings from flags (those that are not None) over the environment. Raises Misconfigured with what to do."""
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for item in fields(Settings):
        given = flags.get(item.name)
        if given is None:
            text = environment.get(PREFIX + item.name.upper())
            if text is None or text == "":
                continue
            given = _parse(item.name, item.default, text)
        values[item.name] = given
    settings = Settings(**values)
    _check(settings)
    return settings


def entries(value: str) -> list[str]:
    """What a setting lists with commas between, without blanks."""
    return [entry for each in value.split(",") if (entry := each.strip())]


def _parse(name: str, default: object, text: str) -> object:
    if isinstance(default, Path):
        return Path(text)
    if isinstance(default, int):
        try:
            return int(text)
        except ValueError:
            raise _wrong(name, text, "a whole number", "整数") from None
    return text


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a value must be, and how that is said."""

    names: tuple[str, ...]
    fits: Callable[[Any], bool]
    en: str
    zh: str


_NETWORKS: tuple[str, ...] = get_args(Carrier)
_NETWORKS_EN = f"some of {', '.join(_NETWORKS)}, with commas between"
_NETWORKS_ZH = f"{'、'.join(_NETWORKS)} 中的一个或多个，用逗号分隔"


def _are_networks(value: str) -> bool:
    names = [name.strip() for name in value.split(",")]
    return set(names) <= set(_NETWORKS)


def _is_said_day(entry: str) -> bool:
    day, _, what = entry.partition("=")
    try:
        return date.fromisoformat(day.strip()).year > 0 and what.strip() in ("work", "free")
    except ValueError:
        return False


_RULES = (
    _Rule(
        ("review",),
        ("", "auto", "rules", "manual").__contains__,
        "auto, rules or manual",
        "auto、rules 或 manual",
    ),
    _Rule(
        ("registrar",),
        ("", "simulator", "pack", "http").__contains__,
        "simulator, pack or http",
        "simulator、pack 或 http",
    ),
    _Rule(("old_actions",), ("offline", "alive").__contains__, "offline or alive", "offline 或 alive"),
    _Rule(
        ("role",),
        ("all",).__contains__,
        "all, the only role this version serves",
        "all（当前版本唯一支持的角色）",
    ),
    _Rule(("registration_networks",), _are_networks, _NETWORKS_EN, _NETWORKS_ZH),
    _Rule(("registration_timeout",), range(366).__contains__, "0 to 365", "0 到 365"),
    _Rule(
        ("working_days",),
        lambda value: all(map(_is_said_day, filter(None, map(str.strip, value.split(","))))),
        "days as 2027-02-06=work or 2027-02-05=free, with commas between",
        "形如 2027-02-06=work 或 2027-02-05=free 的日期，用逗号分隔",
    ),
    _Rule(("extension_digits",), range(-1, 13).__contains__, "-1 to 12", "-1 到 12"),
    _Rule(
        ("unregistered",),
        ("", "small", "refuse", "bulk").__contains__,
        "small, refuse or bulk",
        "small、refuse 或 bulk",
    ),
    _Rule(("port",), range(65_536).__contains__, "0 to 65535", "0 到 65535"),
    _Rule(
        ("queue", "lane", "backlog", "largest_body"),
        lambda value: value >= 1,
        "at least 1",
        "至少为 1",
    ),
    _Rule(
        ("smpp_window",),
        range(
            1, 257
        ).__contains__,  # what a link may have unanswered or unstored (architecture, the commit port)
        "1 to 256",
        "1 到 256",
    ),
    _Rule(
        (
            *("smpp_rate", "handsets", "keep_days", "keep_papers_days"),
            *("move_codes_after", "move_notices_after", "move_marketing_after", "small_sends"),
        ),
        lambda value: value >= 0,
        "0 or more",
        "不小于 0",
    ),
    _Rule(
        ("ocr_memory",),
        lambda value: value == 0 or value >= 800,  # the model and a page of 2,000 pixels take 750
        "0, or 800 or more",
        "0 或不小于 800",
    ),
    _Rule(
        ("access_number",),
        lambda value: re.fullmatch("[0-9]{3,20}", value) is not None,  # carrier-protocols.md 6.5
        "3 to 20 digits",
        "3 到 20 位数字",
    ),
    _Rule(
        ("public_url",),
        lambda value: re.fullmatch(r"(?:https?://[A-Za-z0-9._:\[\]-]+)?", value) is not None,
        "http:// or https:// and a host, without a path",
        "http:// 或 https:// 加主机名，不含路径",
    ),
    _Rule(
        ("log_level",),
        ("debug", "info", "warning", "error").__contains__,
        "debug, info, warning or error",
        "debug、info、warning 或 error",
    ),
    _Rule(
        ("log_format",),
        ("json", "console", "auto").__contains__,
        "json, console or auto",
        "json、console 或 auto",
    ),
)


def _check(settings: Settings) -> None:
    for rule in _RULES:
        for name in rule.names:
            value = getattr(settings, name)
            if not rule.fits(value):
                raise _wrong(name, str(value), rule.en, rule.zh)
    if settings.smpp:
        carrier_address(settings)


def _wrong(name: str, value: str, en: str, zh: str) -> Misconfigured:
    variable = PREFIX + name.upper()
    return Misconfigured(
        "settings.invalid",
        en=f"{variable} is {value!r}; it must be {en}",
        zh=f"{variable} 的值 {value!r} 无效，应为{zh}",
    )


@dataclass(frozen=True, slots=True)
class CarrierAddress:
    """Where and as whom a carrier is reached."""

    host: str
    port: int
    system_id: str
    password: str = field(repr=False)


_MOST_SYSTEM_ID, _MOST_PASSWORD = 15, 8
"""Octets that a bind has room for (SMPP 3.4, 4.1.1)."""


def carrier_address(settings: Settings) -> CarrierAddress:
    """HONGYAN_SMPP taken apart. Raises Misconfigured, which does not repeat it."""
    try:
        url = urlsplit(settings.smpp)
        port = url.port or 2775
    except ValueError:
        url, port = urlsplit(""), 0
    if url.scheme != "smpp" or not url.hostname or not url.username:
        raise Misconfigured(
            "settings.invalid",
            en="HONGYAN_SMPP must look like smpp://system_id:password@host:port",
            zh="HONGYAN_SMPP 的格式应为 smpp://system_id:password@host:port",
        )
    system_id, password = unquote(url.username), unquote(url.password or "")
    for words, value, most in (
        ("system_id", system_id, _MOST_SYSTEM_ID),
        ("password", password, _MOST_PASSWORD),
    ):
        if not value.isascii() or len(value) > most:
            raise Misconfigured(
                "settings.invalid",
                en=f"the {words} in HONGYAN_SMPP must be at most {most} ASCII characters, as SMPP 3.4 has no room for more",
                zh=f"HONGYAN_SMPP 中的 {words} 最多 {most} 个 ASCII 字符（SMPP 3.4 的限制）",
            )
    return CarrierAddress(url.hostname, port, system_id, password)

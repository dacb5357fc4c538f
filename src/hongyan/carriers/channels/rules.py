"""What fields of a channel demand of each other. Each row: whose fields, which one to correct, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from hongyan.carriers.channels.fields import CMPP, PROTOCOLS, SMPP
from hongyan.carriers.channels.settings import LONGEST_NAME, NAME, ProtocolName
from hongyan.kernel.numbers import HOME

_ABROAD = "international"


@dataclass(frozen=True, slots=True)
class Rule:
    """`broken` says so of settings of one of the protocols; `en` and `zh` say what `field` must be."""

    protocols: tuple[ProtocolName, ...]
    field: str
    broken: Callable[[Any], bool]
    en: str
    zh: str
    source: str


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        PROTOCOLS,
        "carriers",
        lambda s: bool(s.carriers and s.countries) and HOME not in s.countries,
        f"empty, because carriers are those of mainland numbers and countries has no {HOME}",
        f"空：运营商仅针对国内号码，而 countries 不含 {HOME}",
        "messaging.route",
    ),
    Rule(
        PROTOCOLS,
        "categories",
        lambda s: s.categories == (_ABROAD,) and s.countries == (HOME,),
        f"more than {_ABROAD}, because countries is {HOME} only and no message would ever fit",
        f"更多类别：countries 仅为 {HOME}，国际短信永远不会使用该通道",
        "messaging.accept: international templates send abroad only",
    ),
    Rule(
        PROTOCOLS,
        "categories",
        lambda s: (
            bool(s.categories and s.countries) and _ABROAD not in s.categories and HOME not in s.countries
        ),
        f"empty or with {_ABROAD}, because countries has no {HOME} and no message would ever fit",
        f"空或包含 {_ABROAD}：countries 不含 {HOME}，国内短信永远不会使用该通道",
        "messaging.accept: domestic templates send within the mainland only",
    ),
    Rule(
        (CMPP,),
        "fee_type",
        lambda s: s.version == "3.0" and s.fee_type not in ("01", "02", "03"),
        "01, 02 or 03 with version 3.0",
        "01、02 或 03（协议版本为 3.0 时）",
        "CMPP 3.0, CMPP_SUBMIT",
    ),
    Rule(
        (SMPP,),
        "source_ton",
        lambda s: not s.access_number.isdigit() and s.source_ton != NAME,
        f"{NAME}, because the access number is a name",
        f"{NAME}：接入号是名称",
        "SMPP 3.4, 5.2.5",
    ),
    Rule(
        (SMPP,),
        "access_number",
        lambda s: s.source_ton == NAME and len(s.access_number) > LONGEST_NAME,
        f"at most {LONGEST_NAME} characters with source_ton {NAME}",
        f"最多 {LONGEST_NAME} 个字符（source_ton 为 {NAME} 时）",
        "SMPP 3.4, 5.2.5; 3GPP TS 23.040, 9.1.2.5",
    ),
    Rule(
        (SMPP,),
        "source_npi",
        lambda s: s.source_ton == NAME and s.source_npi != 0,
        f"0 with source_ton {NAME}",
        f"0（source_ton 为 {NAME} 时）",
        "3GPP TS 23.040, 9.1.2.5",
    ),
    Rule(
        (SMPP,),
        "tls_ca",
        lambda s: bool(s.tls_ca) and not (s.tls and s.tls_verify),
        "empty, or tls and tls_verify must be yes",
        "空，或将 tls 与 tls_verify 设为 yes",
        "ours: an authority that nobody asks is a mistake",
    ),
)

"""How the simulated carriers behave, as a typed TOML file. The defaults are well-behaved carriers.

Knows nothing of sockets or protocols. What happens to a part follows from `fate.py`; this module only says
what may be asked for and refuses what it does not understand. Every key is explained in README.md.
Durations are seconds, rates are shares of all parts (0..1). What stands at the top holds for every network;
`[networks.NAME]` has the same keys and goes before it there (`overrides.py`).
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import msgspec

from hongyan.carriers.simulator.networks import NETWORKS, NetworkName
from hongyan.carriers.simulator.overrides import overridden
from hongyan.carriers.simulator.scenario_faults import Words, words_of
from hongyan.kernel.errors import Misconfigured

Rate = Annotated[float, msgspec.Meta(ge=0, le=1)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=1_000_000)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Positive = Annotated[int, msgspec.Meta(ge=1)]
Seed = Annotated[int, msgspec.Meta(ge=-(1 << 63), le=(1 << 63) - 1)]
ReceiptCode = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(?:[A-Z0-9:]{5,7}|[A-Z]{5,7}:[0-9]{1,3})\Z",
        extra={
            "en": "a receipt's code, as UNDELIV, UNDELIV:601 or MK:0001",
            "zh": "状态报告的状态码，例如 UNDELIV、UNDELIV:601、MK:0001",
        },
    ),
]
"""`DELIVRD`, `UNDELIV`, …, one of these with a number (`UNDELIV:601`) for the protocols that have a place for it, or a
network element's code such as `MK:0001` (seven characters, CMPP's Stat)."""
AccountName = Annotated[str, msgspec.Meta(min_length=1, max_length=16)]
HostName = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
PortNumber = Annotated[int, msgspec.Meta(ge=1, le=65_535)]
PlainWord = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[ -~]{0,16}\Z",
        extra={"en": "up to 16 printable ASCII characters", "zh": "最多 16 个可打印 ASCII 字符"},
    ),
]
"""A login name or password of SGIP: up to 16 printable ASCII characters."""
ReplyText = Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)]

NamedError = Literal[
    "throttled",
    "queue_full",
    "bad_destination",
    "bad_source",
    "rejected",
    "system_error",
    "not_mine",
    "too_long",
]
SubmitError = (
    NamedError
    | Annotated[
        int,
        msgspec.Meta(
            ge=1,
            le=0xFFFF_FFFF,
            extra={"en": "a status of the protocol, as 0x45", "zh": "协议的状态码数字，例如 0x45"},
        ),
    ]
)
"""A name that every protocol front translates, or a raw status in the numbering of the link's protocol."""

ERROR_NAMES: tuple[NamedError, ...] = get_args(NamedError)
DELIVERED = "DELIVRD"
WAITING = "ACCEPTD"


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Delay(_Table, frozen=True):
    """A distribution of waiting times: straight lines between the given percentiles."""

    min: Seconds = 0.0
    max: Seconds = 0.0
    p50: Seconds | None = None
    p90: Seconds | None = None
    p99: Seconds | None = None

    def __post_init__(self) -> None:
        waits = [wait for _, wait in self.points()]
        if waits != sorted(waits):
            raise ValueError("a delay must grow from min over p50, p90, p99 to max")

    def points(self) -> list[tuple[float, float]]:
        """(share of all parts, seconds) from (0, min) to (1, max)."""
        middle = ((0.5, self.p50), (0.9, self.p90), (0.99, self.p99))
        return [
            (0.0, self.min),
            *((share, wait) for share, wait in middle if wait is not None),
            (1.0, self.max),
        ]


class Answers(_Table, frozen=True):
    """What the carrier says to a submit."""

    delay: Delay = Delay()
    loss_rate: Rate = 0.0
    error_rate: Rate = 0.0
    error_codes: Annotated[tuple[SubmitError, ...], msgspec.Meta(min_length=1)] = ("rejected",)
    throttle_per_second: Count = 0
    queue_limit: Count = 0


class Receipts(_Table, frozen=True):
    """What the carrier reports afterwards."""

    delay: Delay = Delay(min=0.3, max=1.0)
    failure_rate: Rate = 0.0
    failure_codes: Annotated[tuple[ReceiptCode, ...], msgspec.Meta(min_length=1)] = (
        "UNDELIV",
        "EXPIRED",
        "REJECTD",
        "MK:0001",
    )
    loss_rate: Rate = 0.0
    duplicate_rate: Rate = 0.0
    duplicate_after: Seconds = 0.5
    reorder_rate: Rate = 0.0
    reorder_by: Seconds = 3.0
    early_rate: Rate = 0.0
    early_by: Seconds = 0.1
    waiting_rate: Rate = 0.0
    window: Positive = 100
    retry_after: Seconds = 1.0
    keep: Positive = 500_000


class Links(_Table, frozen=True):
    """What the connections suffer."""

    max_links: Positive = 16
    drop_after_submits: Count = 0
    stall_after_submits: Count = 0
    stall_seconds: Seconds = 5.0
    split_octets: Count = 0
    merge_seconds: Annotated[float, msgspec.Meta(ge=0, le=60)] = 0.0


class Login(_Table, frozen=True):
    """Who may log in, and how. Empty: anybody, with anything."""

    name: Annotated[str, msgspec.Meta(max_length=16)] = ""
    password: Annotated[str, msgspec.Meta(max_length=64)] = ""
    highest_version: Literal["2.0", "3.0"] = "3.0"
    downgrade: bool = False


class Listener(_Table, frozen=True):
    """Where a customer takes the calls of a network that dials (SGIP): reports and texts for `account` go there, after
    logging in with `login` and `password`."""

    account: AccountName
    host: HostName
    port: PortNumber
    login: PlainWord = ""
    password: PlainWord = ""


class Numbers(_Table, frozen=True):
    """Whose number is whose. `ported`: shell pattern of a number → the network that serves it now."""

    strict: bool = False
    ported: dict[str, NetworkName] = {}


class Replies(_Table, frozen=True):
    """What the phones' owners do by themselves."""

    rate: Rate = 0.0
    texts: Annotated[tuple[ReplyText, ...], msgspec.Meta(min_length=1)] = ("TD", "退订")
    delay: Delay = Delay(min=1.0, max=3.0)
    shuffle: bool = False


class Rule(_Table, frozen=True):
    """What happens to parts that match all the given patterns; the first rule that matches decides.

    `number`, `sender` and `signature` are shell patterns (`*0000`), `content` is a regular expression searched in the
    text. `error_rate`, `error_codes`, `failure_rate` and `failure_codes` go before those of `answers` and `receipts`; codes
    without a rate are for every part.
    """

    number: str | None = None
    sender: str | None = None
    signature: str | None = None
    content: str | None = None
    first_times: Count = 0
    submit_error: SubmitError | None = None
    error_rate: Rate | None = None
    error_codes: tuple[SubmitError, ...] = ()
    receipt_code: ReceiptCode | None = None
    failure_rate: Rate | None = None
    failure_codes: tuple[ReceiptCode, ...] = ()
    receipt_delay: Seconds | None = None
    lose_receipt: bool = False
    duplicate_receipt: bool = False
    early_receipt: bool = False
    waiting_receipt: bool = False
    lose_answer: bool = False
    vanish: bool = False
    reply: ReplyText | None = None

    def __post_init__(self) -> None:
        if all(pattern is None for pattern in (self.number, self.sender, self.signature, self.content)):
            raise ValueError("a rule needs a number, a sender, a signature or a content pattern")
        for one, several, share in (
            ("submit_error", "error_codes", "error_rate"),
            ("receipt_code", "failure_codes", "failure_rate"),
        ):
            if getattr(self, one) is not None and (
                getattr(self, several) or getattr(self, share) is not None
            ):
                other = several if getattr(self, several) else share
                raise ValueError(f"{one} and {other} are two ways to say the same")
        if self.content is not None:
            try:
                re.compile(self.content)
            except re.error as fault:
                raise ValueError(f"content is no regular expression: {fault}") from None


class Scenario(_Table, frozen=True):
    """The whole behaviour. `seed` makes random decisions repeat from run to run."""

    seed: Seed = 1
    magic_numbers: bool = True
    answers: Answers = Answers()
    receipts: Receipts = Receipts()
    links: Links = Links()
    login: Login = Login()
    numbers: Numbers = Numbers()
    replies: Replies = Replies()
    rules: tuple[Rule, ...] = ()
    listeners: tuple[Listener, ...] = ()
    networks: dict[NetworkName, dict[str, Any]] = {}

    def __post_init__(self) -> None:
        for name in self.networks:
            self.of(name)

    def of(self, name: NetworkName) -> Scenario:
        """How one network behaves. Raises ValueError, naming the network and the key at fault."""
        changes = self.networks.get(name, {})
        if "networks" in changes:
            raise ValueError(f"[networks.{name}]: networks have no networks")
        if changes.get("listeners") and not NETWORKS[name].dials:
            raise ValueError(
                f"[networks.{name}]: this network does not dial its customers, so it takes no listeners"
            )
        whole = msgspec.structs.replace(self, networks={})
        if not changes:
            return whole
        try:
            return msgspec.convert(overridden(msgspec.to_builtins(whole), changes), Scenario)
        except msgspec.ValidationError as fault:
            raise ValueError(f"[networks.{name}]: {fault}") from None


def load_scenario(path: Path) -> Scenario:
    """Read a scenario file. Raises Misconfigured, naming the file and the key at fault."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as fault:
        said = fault.strerror or str(fault)
        raise _bad(str(path), Words(f"it cannot be read: {said}", f"无法读取：{said}")) from fault
    except UnicodeDecodeError as fault:
        raise _bad(str(path), Words(f"it is not UTF-8: {fault}", f"不是 UTF-8 编码：{fault}")) from fault
    return parse_scenario(text, name=str(path))


def parse_scenario(text: str, *, name: str = "scenario") -> Scenario:
    """A scenario from TOML text. Raises Misconfigured."""
    try:
        return msgspec.convert(tomllib.loads(text), Scenario)
    except tomllib.TOMLDecodeError as fault:
        raise _bad(name, Words(f"it is not TOML: {fault}", f"不是有效的 TOML：{fault}")) from fault
    except msgspec.ValidationError as fault:
        raise _bad(name, words_of(str(fault), Scenario)) from fault


def convert_scenario(value: Any) -> Scenario:
    """A scenario from decoded JSON (the control socket). Raises Misconfigured."""
    try:
        return msgspec.convert(value, Scenario)
    except msgspec.ValidationError as fault:
        raise _bad("scenario", words_of(str(fault), Scenario)) from fault


def _bad(name: str, fault: Words) -> Misconfigured:
    return Misconfigured(
        "simulator.bad_scenario",
        en=f"the scenario {name} cannot be used: {fault.en}",
        zh=f"场景 {name} 无法使用：{fault.zh}",
        name=name,
        fault=fault.en,
    )

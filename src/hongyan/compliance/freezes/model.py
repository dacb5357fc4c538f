"""What is frozen, and by whom. Tables, no I/O.

A frozen signature, template or tenant sends nothing until the freeze is lifted, whatever was approved. Each of the three
who may freeze lifts his own freeze; one that somebody else set stays in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from hongyan.kernel.clock import Millis


class FrozenKind(Enum):
    SIGNATURE = "signature"
    TEMPLATE = "template"
    ACCOUNT = "account"


class FrozenBy(Enum):
    """Who froze it: the platform, the customer himself, the platform as a penalty (停用)."""

    PLATFORM = "platform"
    CUSTOMER = "customer"
    PENALTY = "penalty"


@dataclass(frozen=True, slots=True)
class Freeze:
    """One freeze in force. `label`: the signature's name or the template's code, "" of an account. It is told by these, so
    that what is deleted and made anew is frozen still."""

    kind: FrozenKind
    account_id: int
    label: str
    by: FrozenBy
    because: str
    since_ms: Millis
    actor: str


@dataclass(frozen=True, slots=True)
class FreezeRow:
    """What a freeze is called. `strength`: of several in force the strongest is named. `code`: of the refusal at accept."""

    kind: FrozenKind
    by: FrozenBy
    strength: int
    code: str
    en: str
    zh: str
    source: str


_SEED: Final = "seed 001, reasons for Unavailable status: {}"
_OURS: Final = "issue 5, item 7: template and tenant are stopped like a signature"
_K, _B = FrozenKind, FrozenBy
ROWS: Final = (
    FreezeRow(
        *(_K.SIGNATURE, _B.PENALTY, 3, "signature.disabled"),
        *("the signature is disabled as a penalty", "签名因安全处罚已停用", _SEED.format("Disabled")),
    ),
    FreezeRow(
        *(_K.SIGNATURE, _B.PLATFORM, 2, "signature.frozen"),
        *("the platform has frozen the signature", "签名已被平台冻结", _SEED.format("Frozen - By platform")),
    ),
    FreezeRow(
        *(_K.SIGNATURE, _B.CUSTOMER, 1, "signature.frozen"),
        *(
            "the customer has frozen the signature",
            "签名已被客户自行冻结",
            _SEED.format("Frozen - By customer"),
        ),
    ),
    FreezeRow(
        *(_K.TEMPLATE, _B.PENALTY, 3, "template.frozen"),
        *("the template is disabled as a penalty", "模板因安全处罚已停用", _OURS),
    ),
    FreezeRow(
        *(_K.TEMPLATE, _B.PLATFORM, 2, "template.frozen"),
        *("the platform has frozen the template", "模板已被平台冻结", _OURS),
    ),
    FreezeRow(
        *(_K.TEMPLATE, _B.CUSTOMER, 1, "template.frozen"),
        *("the customer has frozen the template", "模板已被客户自行冻结", _OURS),
    ),
    FreezeRow(
        *(_K.ACCOUNT, _B.PENALTY, 3, "account.frozen"),
        *("the account is disabled as a penalty", "账号因安全处罚已停用", _OURS),
    ),
    FreezeRow(
        *(_K.ACCOUNT, _B.PLATFORM, 2, "account.frozen"),
        *("the platform has frozen the account", "账号已被平台冻结", _OURS),
    ),
    FreezeRow(
        *(_K.ACCOUNT, _B.CUSTOMER, 1, "account.frozen"),
        *("the customer has frozen the account", "账号已被客户自行冻结", _OURS),
    ),
)
_ROW_OF: Final[Mapping[tuple[FrozenKind, FrozenBy], FreezeRow]] = {(row.kind, row.by): row for row in ROWS}

ENDED_AS: Final[Mapping[FrozenKind, str]] = {
    FrozenKind.SIGNATURE: "SIGN_FROZEN",
    FrozenKind.TEMPLATE: "TEMPLATE_FROZEN",
    FrozenKind.ACCOUNT: "ACCOUNT_FROZEN",
}
"""The code of a message that waited for a carrier when the freeze came (carriers/codes, own.toml)."""


def row_of(freeze: Freeze) -> FreezeRow:
    """What a freeze is called."""
    return _ROW_OF[freeze.kind, freeze.by]

"""Who may act: accounts, access keys, people, console logins. Frozen records, no rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from hongyan.kernel.clock import Millis


class AccountKind(Enum):
    """How an account was verified. `ROOT` is the operator's own, and there is one."""

    ROOT = "root"
    ENTERPRISE = "enterprise"
    INDIVIDUAL = "individual"


@dataclass(frozen=True, slots=True)
class Account:
    """A tenant. `company_name` and `uscc` are the verified entity, None while nothing is verified."""

    id: int
    kind: AccountKind
    name: str
    company_name: str | None
    uscc: str | None
    created_ms: Millis


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, through which door, and from where.

    `name`: as AuditEvent.actor. `door`: `aliyun`, `tencent`, …, whose limits hold for what is done; "" for people and
    parts of the platform itself, for whom no vendor's limits do. `address`: the IP address that a call came from.
    """

    name: str
    door: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class AccessKey:
    """What a door needs to check a signed call. A key that is not `enabled` signs nothing."""

    id: str
    secret: str = field(repr=False)
    account_id: int
    enabled: bool


@dataclass(frozen=True, slots=True)
class AccessKeyView:
    """An access key as people see it: without its secret."""

    id: str
    account_id: int
    name: str
    created_ms: Millis
    disabled_ms: Millis | None

    @property
    def enabled(self) -> bool:
        return self.disabled_ms is None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who logs in to the console. `language`: `zh-CN` or `en`. `role`: `root` for now."""

    id: int
    account_id: int
    login: str
    name: str
    language: str
    role: str


@dataclass(frozen=True, slots=True)
class LoginSession:
    """A console login in force."""

    person: Person
    created_ms: Millis
    expires_ms: Millis


@dataclass(frozen=True, slots=True)
class RootSettings:
    """What the environment says of the root account; None leaves it to us."""

    access_key_id: str | None = None
    access_key_secret: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class FirstStart:
    """The root account's credentials, handed out once. Only what was `generated` needs to be shown."""

    access_key_id: str
    access_key_secret: str = field(repr=False)
    console_login: str
    password: str = field(repr=False)
    generated_key: bool
    generated_password: bool

    @property
    def generated(self) -> bool:
        return self.generated_key or self.generated_password

"""Who may act: accounts, people, access keys, console logins, sealed secrets, the audit trail."""

from hongyan.identity.audit import Audit, AuditEvent
from hongyan.identity.changes import (
    Conflict,
    Making,
    Nonce,
    Statement,
    Topic,
    again_on_conflict,
    commit_change,
    only_that,
)
from hongyan.identity.model import (
    AccessKey,
    AccessKeyView,
    Account,
    AccountKind,
    Actor,
    FirstStart,
    LoginSession,
    Person,
    RootSettings,
)
from hongyan.identity.service import Identity
from hongyan.identity.vault import Vault, open_vault

__all__ = [
    "AccessKey",
    "AccessKeyView",
    "Account",
    "AccountKind",
    "Actor",
    "Audit",
    "AuditEvent",
    "Conflict",
    "FirstStart",
    "Identity",
    "LoginSession",
    "Making",
    "Nonce",
    "Person",
    "RootSettings",
    "Statement",
    "Topic",
    "Vault",
    "again_on_conflict",
    "commit_change",
    "only_that",
    "open_vault",
]

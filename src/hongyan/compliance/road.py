"""What sending looks at: signatures and templates in memory until a change of theirs is told."""

from __future__ import annotations

from typing import Final

import msgspec

from hongyan.compliance.model import Signature, SignType, Template, TemplateType
from hongyan.compliance.variables import split_content, variables_of
from hongyan.kernel.cache import RecordCache
from hongyan.storage.port import Store, one

TOPIC_SIGNATURE: Final = "signature"
TOPIC_TEMPLATE: Final = "template"


def road_key(account_id: int, name: str) -> str:
    """The key of both topics: an account and the name or code that is its own."""
    return f"{account_id}:{name}"


class Road:
    """Bounded caches over the store. Records of other accounts cannot be asked for: the account is in the key."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.signatures = RecordCache(self._load_signature)
        self.templates = RecordCache(self._load_template)
        store.subscribe(TOPIC_SIGNATURE, self.signatures.forget)
        store.subscribe(TOPIC_TEMPLATE, self.templates.forget)

    async def _load_signature(self, key: str) -> Signature | None:
        account_id, _, name = key.partition(":")
        row = one(await self._store.read("compliance.signature_for_sending", int(account_id), name))
        if row is None:
            return None
        signature_id, owner, stored_name, approved_revision, sign_type = row
        return Signature(signature_id, owner, stored_name, approved_revision > 0, SignType(sign_type))

    async def _load_template(self, key: str) -> Template | None:
        account_id, _, code = key.partition(":")
        row = one(await self._store.read("compliance.template_for_sending", int(account_id), code))
        if row is None:
            return None
        template_id, owner, stored_code, category, approved_revision, content, rules_json = row
        pieces = split_content(content)
        return Template(
            id=template_id,
            account_id=owner,
            code=stored_code,
            category=TemplateType(category),
            usable=approved_revision > 0,
            pieces=pieces,
            variables=variables_of(pieces),
            rules=msgspec.json.decode(rules_json, type=dict[str, str]),
        )

"""What the template rules are told. Plain data: services build it from their records, commands from their options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Final

from hongyan.compliance.rules.core import Place, Scope
from hongyan.compliance.rules.templates.reading import Reading, read

MAINLAND_AT_TENCENT: Final = Scope(doors=frozenset({"tencent"}), countries=frozenset({"CN"}))


class TemplateKind(Enum):
    """The vendor's numbers are `model.TemplateType`."""

    CODE = "code"
    NOTICE = "notice"
    MARKETING = "marketing"
    INTERNATIONAL = "international"


@dataclass(frozen=True, kw_only=True)
class TemplateCase:
    """A text that somebody wants to send. None means: not told.

    `rules`: variable -> attribute (compliance.attributes). `signature`: the name that goes in front, without 【】.
    `declared`: links and phone numbers that were declared with their owner (traffic-driving declarations).
    """

    content: str
    kind: TemplateKind
    rules: Mapping[str, str] | None = None
    rules_unreadable: bool = False
    """Rules were given and are no JSON object of texts."""
    signature: str | None = None
    individual: bool = False
    third_party: bool | None = None
    declared: frozenset[str] | None = None
    consent: bool | None = None
    """Papers that prove the recipients' consent are there."""

    @cached_property
    def reading(self) -> Reading:
        """The text taken apart."""
        return read(self.content)

    @property
    def place(self) -> Place:
        """Where such a text is sent: rules of the mainland are not those of abroad."""
        return Place(country="" if self.kind is TemplateKind.INTERNATIONAL else "CN")

    @property
    def abroad(self) -> bool:
        return self.kind is TemplateKind.INTERNATIONAL

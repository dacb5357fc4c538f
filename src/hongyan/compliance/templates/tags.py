"""Tags of templates: keys and values by which a tenant sorts them. They change nothing about sending or review.

Source: TagResources and its like; what keys and values may be, the vendor's rules for tags of all its products.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import msgspec

from hongyan.compliance.change_log import ChangeLog
from hongyan.compliance.model import FieldChange, Kind, Standing, TemplateType
from hongyan.compliance.refusals import refusal
from hongyan.compliance.reviews import Following, Reviews
from hongyan.compliance.states import Event
from hongyan.compliance.templates.desk import Templates
from hongyan.identity import Actor, Nonce, Statement, again_on_conflict, commit_change
from hongyan.storage.port import Store

MOST_TAGS: Final = 20
"""Of one template. Source: vendor, tags of templates."""
_MOST_CHARACTERS: Final = 128
_RESERVED: Final = ("aliyun", "acs:", "http://", "https://")
"""What no key begins with, and no value holds of the last two."""


class TagPlace(NamedTuple):
    """Where a page of tags ends: the next one begins behind it."""

    template_id: int = 0
    key: str = ""


FIRST: Final = TagPlace()


@dataclass(frozen=True, slots=True)
class TemplateTag:
    """One tag of one template."""

    place: TagPlace
    template_code: str
    value: str

    @property
    def key(self) -> str:
        return self.place.key


Tags = dict[str, str]


class TemplateTags:
    """Puts tags on templates, takes them off, finds templates by them. Another tenant's templates are unknown."""

    def __init__(self, store: Store, log: ChangeLog, reviews: Reviews, templates: Templates) -> None:
        self._store = store
        self._log = log
        self._templates = templates
        reviews.follow(Kind.TEMPLATE, Event.DELETE, self._drop)

    async def put(
        self,
        account_id: int,
        codes: Collection[str],
        tags: Mapping[str, str],
        *,
        actor: Actor,
        nonce: Nonce | None = None,
    ) -> None:
        """All tags on all of these templates; a value that a key has already is replaced.

        Raises Refused("template.unknown", "tag.malformed", "tag.too_many", "tag.domestic_only").
        """
        for key, value in tags.items():
            _check(key, value)

        def decide(before: Tags) -> Tags:
            return before | dict(tags)

        await self._change(account_id, codes, decide, actor, nonce)

    async def remove(
        self,
        account_id: int,
        codes: Collection[str],
        keys: Collection[str] | None,
        *,
        actor: Actor,
        nonce: Nonce | None = None,
    ) -> None:
        """The tags of these keys, or all (None), off all of these templates. Raises Refused("template.unknown")."""

        def decide(before: Tags) -> Tags:
            return {key: value for key, value in before.items() if keys is not None and key not in keys}

        await self._change(account_id, codes, decide, actor, nonce)

    async def find(
        self,
        account_id: int,
        codes: Collection[str],
        tags: Mapping[str, str | None],
        *,
        after: TagPlace = FIRST,
        limit: int,
    ) -> list[TemplateTag]:
        """Every tag of those templates (of all, without codes) that have each of `tags`; a value of None is any."""
        rows = await self._store.read(
            "compliance.tagged_templates",
            account_id,
            _json(list(codes)),
            _json(list(tags.items())),
            *after,
            limit,
        )
        return [
            TemplateTag(TagPlace(template_id, key), code, value) for template_id, code, key, value in rows
        ]

    async def of(self, template_ids: Iterable[int]) -> Mapping[int, Tags]:
        """The tags of each of these templates."""
        found = defaultdict[int, Tags](dict)
        ids = _json(sorted(set(template_ids)))
        for template_id, key, value in await self._store.read("compliance.tags_of_templates", ids):
            found[template_id][key] = value
        return found

    async def _change(
        self,
        account_id: int,
        codes: Collection[str],
        decide: Callable[[Tags], Tags],
        actor: Actor,
        nonce: Nonce | None,
    ) -> None:
        async def attempt() -> None:
            views = [await self._templates.get(account_id, code) for code in dict.fromkeys(codes)]
            if any(view.material.category is TemplateType.INTERNATIONAL for view in views):
                raise refusal("tag.domestic_only")
            tags = await self.of(view.standing.id for view in views)
            statements = list[Statement]()
            for view in views:
                before = tags.get(view.standing.id, {})
                statements += self._steps(view.standing, before, decide(before), actor)
            await commit_change(self._store, statements, nonce=nonce)

        await again_on_conflict(attempt)

    def _steps(self, standing: Standing, before: Tags, after: Tags, actor: Actor) -> list[Statement]:
        """Nothing when nothing changes."""
        if len(after) > MOST_TAGS:
            raise refusal("tag.too_many", most=MOST_TAGS)
        changed = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        if not changed:
            return []
        record = self._log.record(
            Kind.TEMPLATE,
            standing.id,
            standing.account_id,
            actor,
            "tag",
            revision=standing.revision,
            before=standing.state.value,
            after=standing.state.value,
            changed=tuple(
                FieldChange(f"tags.{key}", before.get(key, ""), after.get(key, "")) for key in changed
            ),
        )
        return [
            ("compliance.hold_template", (standing.id, standing.version), 1),
            *(_step(standing.id, key, after.get(key)) for key in changed),
            record,
        ]

    async def _drop(self, before: Standing, actor: Actor) -> Following:
        """A deleted template has no tags."""
        return Following([("compliance.drop_template_tags", (before.id,), None)])


def _step(template_id: int, key: str, value: str | None) -> Statement:
    if value is None:
        return ("compliance.drop_template_tag", (template_id, key), 1)
    return ("compliance.put_template_tag", (template_id, key, value), 1)


def _check(key: str, value: str) -> None:
    fits = (
        0 < len(key) <= _MOST_CHARACTERS
        and len(value) <= _MOST_CHARACTERS
        and key.isprintable()
        and value.isprintable()
        and not key.lower().startswith(_RESERVED)
        and not any(scheme in text for scheme in _RESERVED[2:] for text in (key.lower(), value.lower()))
    )
    if not fits:
        raise refusal("tag.malformed", key=key)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()

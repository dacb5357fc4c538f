"""Tags of templates: parse, call compliance, shape the answer.

Only templates have tags here, so the region and the product say nothing; a resource's type is asked for and told in either
of the two spellings that the vendor's documents have.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Final

import msgspec

from hongyan.apis.aliyun.actions._shapes import MAX_PAGE_SIZE, actor
from hongyan.apis.aliyun.call import LARGEST_INTEGER, Call, decode_json
from hongyan.apis.aliyun.errors import missing
from hongyan.apis.aliyun.registry import Answer, Services, action
from hongyan.compliance import TagPlace, TemplateTag

MAX_AT_ONCE: Final = 20
"""Templates, and tags, of one call. Source: TagResources."""
_RESOURCE_TYPE: Final = "ALIYUN::DYSMS::TEMPLATE"
_RESOURCE_TYPES: Final = frozenset({"TEMPLATE", _RESOURCE_TYPE})
_PRODUCT: Final = "dysms"
_DONE: Final[Answer] = {"Data": "true"}
_PLACE: Final = msgspec.json.Decoder(tuple[Annotated[int, msgspec.Meta(ge=0, le=LARGEST_INTEGER)], str])
_ERRORS: Final[Mapping[str, str]] = {"template.unknown": "isv.SMS_TEMPLATE_ILLEGAL"}


@action("TagResources", changes_state=True, errors=_ERRORS)
async def tag_resources(services: Services, call: Call) -> Answer:
    """Put tags on templates; a tag that is there gets the new value."""
    tags = {key: value or "" for key, value in _tags(call).items()}
    await services.compliance.template_tags.put(
        call.account_id, _codes(call, needed=True), tags, actor=actor(call), nonce=call.nonce
    )
    return dict(_DONE)


@action("UntagResources", changes_state=True, errors=_ERRORS)
async def untag_resources(services: Services, call: Call) -> Answer:
    """Take tags off templates: those of the keys, or with All every one."""
    codes = _codes(call, needed=True)
    keys = _texts(call, "TagKey")
    if not keys and not call.boolean("All", False):
        raise missing("TagKey")
    await services.compliance.template_tags.remove(
        call.account_id, codes, keys or None, actor=actor(call), nonce=call.nonce
    )
    return dict(_DONE)


@action("ListTagResources", changes_state=False, errors=_ERRORS)
async def list_tag_resources(services: Services, call: Call) -> Answer:
    """A page of the tags of templates, of those with these codes and all of these tags."""
    codes, tags = _codes(call), _tags(call)
    if not codes and not tags:
        raise missing("ResourceId")
    size = call.integer("PageSize", MAX_AT_ONCE, least=1, most=MAX_PAGE_SIZE)
    found = await services.compliance.template_tags.find(
        call.account_id, codes, tags, after=_place(call), limit=size + 1
    )
    answer: Answer = {"TagResources": {"TagResource": [_row(each) for each in found[:size]]}}
    if len(found) > size:
        answer["NextToken"] = _token(found[size - 1].place)
    return answer


def _codes(call: Call, *, needed: bool = False) -> list[str]:
    """Of the templates that the call is about, once it is about templates."""
    if call.text("ResourceType") not in _RESOURCE_TYPES:
        raise call.invalid("ResourceType", "must be TEMPLATE")
    if call.text("ProdCode", _PRODUCT) != _PRODUCT:
        raise call.invalid("ProdCode", f"must be {_PRODUCT}")
    codes = _texts(call, "ResourceId")
    if needed and not codes:
        raise missing("ResourceId")
    return codes


def _texts(call: Call, name: str) -> list[str]:
    texts = call.flat_list(name, most=MAX_AT_ONCE)
    if not all(texts):
        raise call.invalid(name, "must not be empty")
    return texts


def _tags(call: Call) -> dict[str, str | None]:
    """Key -> value, None where none is told."""
    tags = dict[str, str | None]()
    for entry in call.flat_objects("Tag", most=MAX_AT_ONCE):
        key = entry.get("Key")
        if not key:
            raise call.invalid("Tag", "needs a Key")
        if key in tags:
            raise call.invalid("Tag", f"the key {key} is given twice")
        tags[key] = entry.get("Value") or None
    return tags


def _row(tag: TemplateTag) -> Answer:
    return {
        "ResourceId": tag.template_code,
        "ResourceType": _RESOURCE_TYPE,
        "TagKey": tag.key,
        "TagValue": tag.value,
    }


def _token(place: TagPlace) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode()


def _place(call: Call) -> TagPlace:
    """Behind which the page begins."""
    token = call.optional("NextToken")
    if token is None:
        return TagPlace()
    try:
        return TagPlace(*decode_json(base64.urlsafe_b64decode(token).decode(), _PLACE))
    except (binascii.Error, ValueError):  # also of text that is not UTF-8
        raise call.invalid("NextToken", "must be one of an answer") from None

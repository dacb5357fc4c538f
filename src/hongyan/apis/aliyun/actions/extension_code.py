"""Extension codes of signatures (扩展码): parse, call compliance, shape the answer.

The vendor publishes names of fields and little else. `Source` is ours: `tenant` or `platform`. `Active`, which is to say
whether a code may be reclaimed, is 1 for those that the tenant may give back itself. `SendCount` is left out where it is
not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypedDict

from hongyan.apis.aliyun.actions._shapes import actor, page_of
from hongyan.apis.aliyun.call import Call
from hongyan.apis.aliyun.registry import Answer, Services, action
from hongyan.compliance import CodeFilter, CodeSource, ExtensionCode
from hongyan.identity import Actor, Nonce

_DONE: Final[Answer] = {"Success": True, "Data": True}


class _Acting(TypedDict):
    by: CodeSource
    actor: Actor
    nonce: Nonce


def _acting(call: Call) -> _Acting:
    """For whom a change is made, and by which call."""
    return _Acting(by=CodeSource.TENANT, actor=actor(call), nonce=call.nonce)


@action("AddExtCodeSign", changes_state=True)
async def add_ext_code_sign(services: Services, call: Call) -> Answer:
    """Give a signature an extension code; its first one stands in the sender of its messages."""
    await services.compliance.extension_codes.assign(
        call.account_id,
        call.text("SignName"),
        call.text("ExtCode"),
        **_acting(call),
    )
    return _DONE


@action("UpdateExtCodeSign", changes_state=True)
async def update_ext_code_sign(services: Services, call: Call) -> Answer:
    """Another code in the place of one."""
    await services.compliance.extension_codes.replace(
        call.account_id,
        call.text("SignName"),
        call.text("ExistExtCode"),
        call.text("NewExtCode"),
        **_acting(call),
    )
    return _DONE


@action("DeleteExtCodeSign", changes_state=True)
async def delete_ext_code_sign(services: Services, call: Call) -> Answer:
    """Give a code back."""
    await services.compliance.extension_codes.release(
        call.account_id,
        call.text("SignName"),
        call.text("ExtCode"),
        **_acting(call),
    )
    return _DONE


@action("QueryExtCodeSign", changes_state=False)
async def query_ext_code_sign(services: Services, call: Call) -> Answer:
    """A page of the account's codes, the newest first."""
    page = page_of(call, "PageNo")
    wanted = CodeFilter(call.account_id, call.text("SignName", ""), call.text("ExtCode", ""))
    total, found = await services.compliance.extension_codes.page(wanted, limit=page.size, offset=page.offset)
    counts = await services.messaging.delivered_by_code(call.account_id) if found else None
    data = {
        "PageNo": page.number,
        "PageSize": page.size,
        "Total": total,
        "List": [_row(code, counts) for code in found],
    }
    return {"Success": True, "Data": data}


def _row(code: ExtensionCode, counts: Mapping[str, int] | None) -> Answer:
    row: Answer = {
        "ExtCode": code.code,
        "SignName": code.sign_name,
        "Source": code.source.value,
        "Active": int(code.source is CodeSource.TENANT),
    }
    if counts is not None:
        row["SendCount"] = counts.get(code.code, 0)
    return row
